// Reads how the last apply since boot went, from its journal; whether it still runs, from the kernel's list of locks.
import { foldProgress } from '../state/apply-progress.ts';
import { type JournalEvent, journalEventSchema } from '../state/journal-event.ts';
import type { ApplyStatus } from '../state/status.ts';
import { judgeUptimeBefore, type UptimeBefore, uptimeBeforePath } from '../state/uptime-before.ts';
import type { Reader } from '../system/system.ts';
import { parseJsonAs } from './json.ts';
import { parseOnce } from './parse-once.ts';

const journal = '/run/mayfly/journal.jsonl';
const lock = '/run/mayfly/apply.lock';

/** Whole events only: a torn last line is not an event yet. */
const eventsIn = (text: string): readonly JournalEvent[] =>
  text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => parseJsonAs(journalEventSchema, line) ?? []);

const foldJournalText = (text: string): ApplyStatus | undefined => {
  const progress = foldProgress(eventsIn(text));
  if (progress === undefined) return undefined;
  const { apply, outcome, atMs, done, total } = progress;
  const problem = progress.problem ?? progress.steps.find((step) => step.problem !== undefined)?.problem;
  return { apply, outcome, atMs, done, total, problem };
};

/** Whether /proc/locks (proc_locks(5)) lists a flock(2) of the file with this inode. */
export const parseLocks = (text: string, inode: number): boolean =>
  text.split('\n').some((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[1] === 'FLOCK' && fields[5]?.split(':').at(-1) === `${inode}`;
  });

const isLocked = async (reader: Reader): Promise<boolean> => {
  const [status, locks] = await Promise.all([reader.stat(lock), reader.readText('/proc/locks')]);
  return status !== undefined && parseLocks(locks ?? '', status.inode);
};

/** A reading that parses the journal only when it has grown; undefined when there was no apply since boot. */
export const createLastApply = (reader: Reader): (() => Promise<ApplyStatus | undefined>) => {
  const fold = parseOnce(foldJournalText);
  const read = async () => fold((await reader.readText(journal)) ?? '');
  return async () => {
    const before = await read();
    if (before?.outcome !== 'running') return before;
    // The lock before the journal and again after it: an apply that begins or ends meanwhile was not interrupted.
    const locked = await isLocked(reader);
    const status = await read();
    const interrupted = status?.outcome === 'running' && !locked && !(await isLocked(reader));
    return interrupted ? { ...status, outcome: 'interrupted' } : status;
  };
};

/** What the uptime before left undone; undefined when it left nothing. */
export const createUptimeBefore = (reader: Reader): (() => Promise<UptimeBefore | undefined>) => {
  const judge = parseOnce((text) => judgeUptimeBefore(eventsIn(text)));
  return async () => judge((await reader.readText(uptimeBeforePath)) ?? '');
};

export const readLastApply = (reader: Reader): Promise<ApplyStatus | undefined> => createLastApply(reader)();
