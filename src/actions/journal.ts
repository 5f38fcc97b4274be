// The journal of an apply on disk: one JSON event a line, synced line by line, so that a reader after a crash knows what was begun and what was done.
import { type JournalEvent, journalEventSchema } from '../state/journal-event.ts';
import type { Reader, System } from '../system/system.ts';
import { runPaths } from './run-paths.ts';

const parseJournalLine = (line: string): JournalEvent | undefined => {
  try {
    const parsed = journalEventSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** Every whole event; a torn tail and anything that is not an event are left out. */
export const parseJournal = (text: string): readonly JournalEvent[] =>
  text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => parseJournalLine(line) ?? []);

/** Empty when there was no apply since boot. */
export const readJournal = async (reader: Reader): Promise<readonly JournalEvent[]> =>
  parseJournal((await reader.readText(runPaths.journal)) ?? '');

/** Resolves when the event is on its medium. */
export const appendJournal = (system: System, event: JournalEvent): Promise<void> =>
  system.appendText(runPaths.journal, `${JSON.stringify(event)}\n`, { mode: 0o600 });

/** Puts the journal of the last apply aside, without a torn tail, and begins a new one. Call with the apply lock held. */
export const rotateJournal = async (system: System): Promise<void> => {
  const before = await readJournal(system);
  if (before.length > 0)
    await system.writeText(runPaths.previousJournal, before.map((event) => `${JSON.stringify(event)}\n`).join(''), {
      mode: 0o600,
    });
  await system.writeText(runPaths.journal, '', { mode: 0o600 });
};
