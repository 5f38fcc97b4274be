// Runs `mayfly plan` and `mayfly apply` on a test host and reads what they answered.
import { parseJournal } from '../../src/actions/journal.ts';
import type { JournalEvent } from '../../src/state/journal-event.ts';
import { planSchema } from '../../src/state/journal-event.ts';
import type { Plan } from '../../src/state/plan.ts';
import type { Host, Ran } from './hosts.ts';

export type Applied = Ran & { readonly events: readonly JournalEvent[] };

/** `environment`: `NAME=value` words. */
export const apply = async (
  host: Host,
  profile: string,
  { environment = [] }: { readonly environment?: readonly string[] } = {},
): Promise<Applied> => {
  host.write('/root/profile.yaml', profile);
  const ran = await host.run(
    ['env', ...environment, 'mayfly', 'apply', '--yes', '--json', '--profile', '/root/profile.yaml'],
    { timeoutMs: 90_000 },
  );
  return { ...ran, events: parseJournal(ran.stdout) };
};

export const plan = async (
  host: Host,
  profile: string,
): Promise<{ readonly exitCode: number; readonly plan: Plan }> => {
  const ran = await host.run(['mayfly', 'plan', '--json', '--profile', '-'], { input: profile });
  if (ran.stdout === '') throw new Error(ran.stderr);
  return { exitCode: ran.exitCode, plan: planSchema.parse(JSON.parse(ran.stdout)) };
};

/** `step:event` of each, for reading in a failed assertion. */
export const story = (events: readonly JournalEvent[]): readonly string[] =>
  events.flatMap((event) =>
    event.event === 'output'
      ? []
      : 'step' in event
        ? [`${event.step}:${event.event === 'converged' && !event.changed ? 'unchanged' : event.event}`]
        : [event.event === 'finished' ? `finished:${event.outcome}` : event.event],
  );

/** Of the `finished` event, as `code: summary`. */
export const ending = (events: readonly JournalEvent[]): string => {
  const last = events.at(-1);
  if (last?.event !== 'finished') return 'no finished event';
  return last.problem === undefined ? last.outcome : `${last.problem.code}: ${last.problem.summary}`;
};
