// Waits for what other nodes have to bring: bounded, and telling what it waits for.
import { setTimeout as pause } from 'node:timers/promises';
import type { Note } from '../action.ts';

type Waiting = {
  /** In words, for the note: `the first monitor (s1)`. */
  readonly for: string;
  readonly seconds: number;
  readonly note: Note;
  readonly everyMs?: number;
};

const firstNoteMs = 3_000;
const nextNoteMs = 30_000;

/** What `probe` found, or undefined when the time ran out. Asks at once, and at least once. */
export const waitFor = async <T>(
  { for: what, seconds, note, everyMs = 1_000 }: Waiting,
  probe: () => Promise<T | undefined>,
): Promise<T | undefined> => {
  const start = Date.now();
  let noteAt = start + firstNoteMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    const now = Date.now();
    if (now - start >= seconds * 1000) return undefined;
    if (now >= noteAt) {
      note(`waiting for ${what}, ${Math.round((now - start) / 1000)} of at most ${seconds} s`);
      noteAt = now + nextNoteMs;
    }
    await pause(everyMs);
  }
};
