// What the uptime before this one left undone, from the journal that it kept on the config partition.
import { foldProgress } from './apply-progress.ts';
import type { JournalEvent } from './journal-event.ts';

export const uptimeBeforePath = '/run/mayfly/uptime-before.jsonl';

export type UptimeBefore = {
  readonly outcome: 'cut-off' | 'failed';
  /** Of its last event, milliseconds since the epoch, by the clock of then. */
  readonly atMs: number;
  /** Title of the step that was under way or that failed. */
  readonly step: string | undefined;
  readonly done: number;
  readonly total: number;
};

/** Undefined when its last apply came to a good end, or was refused. */
export const judgeUptimeBefore = (events: readonly JournalEvent[]): UptimeBefore | undefined => {
  const progress = foldProgress(events);
  if (progress === undefined || progress.outcome === 'converged' || progress.outcome === 'refused') return undefined;
  const { atMs, done, total, steps } = progress;
  const cutOff = progress.outcome === 'running';
  const step = steps.find(({ state }) => state === (cutOff ? 'running' : 'failed'));
  return { outcome: cutOff ? 'cut-off' : 'failed', atMs, step: step?.title, done, total };
};

/** `cut off in “Configure network”, 3 of 11 steps done, 2026-11-23T17:40:00Z`. */
export const uptimeBeforeWords = ({ outcome, atMs, step, done, total }: UptimeBefore): string =>
  [
    `${outcome === 'cut-off' ? 'its apply was cut off' : 'its apply failed'}${step === undefined ? '' : ` in “${step}”`}`,
    `${done} of ${total} steps done`,
    `${new Date(atMs).toISOString().slice(0, 19)}Z`,
  ].join(', ');
