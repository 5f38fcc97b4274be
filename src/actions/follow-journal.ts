// Follows the journal of whatever apply runs, from any process: what every display of progress reads.
import { setTimeout as pause } from 'node:timers/promises';
import type { JournalEvent } from '../state/journal-event.ts';
import type { Reader } from '../system/system.ts';
import { readJournal } from './journal.ts';
import { runPaths } from './run-paths.ts';

export type FollowOptions = {
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Milliseconds between looks; 250 unless told. */
  readonly everyMs?: number;
};

/** Hands over the events so far, then each batch as it is written; a new apply starts again from its `plan`. Resolves when `signal` aborts. */
export const followJournal = async (
  reader: Reader,
  onEvents: (events: readonly JournalEvent[]) => void,
  options: FollowOptions,
): Promise<void> => {
  let seen: { readonly apply: string | undefined; readonly count: number } = { apply: undefined, count: 0 };
  let mark = '';
  while (!options.signal.aborted) {
    const status = await reader.stat(runPaths.journal);
    const now = status === undefined ? '' : `${status.size} ${status.modifiedMs}`;
    if (now !== mark) {
      mark = now;
      const events = await readJournal(reader);
      const apply = events[0]?.apply;
      const fresh = events.slice(apply === seen.apply ? seen.count : 0);
      seen = { apply, count: events.length };
      if (fresh.length > 0 && !options.signal.aborted) onEvents(fresh);
    }
    await pause(options.everyMs ?? 250, undefined, { signal: options.signal }).catch(ignoreAbort);
  }
};

const ignoreAbort = (error: unknown): void => {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
};
