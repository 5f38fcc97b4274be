// Everything that must hold when a line output has drawn: what two different terminals show is the frame that was meant, in the
// language that TERM has. One place, so that random frames and the console's own are judged alike.
import { expect } from 'vitest';
import { type Appearance, parseFrame } from '../../src/terminal/cells.ts';
import { createLineOutput } from '../../src/terminal/line-output.ts';
import { terminalProfile } from '../../src/terminal/terminal-profile.ts';
import { createEmulator, type Emulator } from './emulator.ts';
import { type ShownCell, shownByEmulator, shownByGrid, shownByModel } from './shown-cells.ts';
import { foreignTo, type Language, languageOf } from './terminfo.ts';
import { createVt100Model, type Vt100Model } from './vt100-model.ts';

/** The five that a node meets. `xterm` stands for what has its 256 colours too. */
export const terms = ['xterm-256color', 'vt100', 'vt220', 'linux', 'ansi'] as const;
export type Term = (typeof terms)[number];

const languages = new Map<string, Language>();
const languageFor = (term: Term): Language => {
  const known = languages.get(term) ?? languageOf(term);
  languages.set(term, known);
  return known;
};

export const appearanceOf = (term: Term, colour: boolean): Appearance => ({
  profile: terminalProfile(term),
  // A terminal of its time reads no UTF-8; the other three do.
  glyphs: term === 'vt100' || term === 'ansi' ? 'ascii' : term === 'linux' ? 'console' : 'unicode',
  colour,
});

const sameCell = (one: ShownCell, other: ShownCell | undefined): boolean =>
  other !== undefined &&
  one.text === other.text &&
  one.bits === other.bits &&
  one.foreground === other.foreground &&
  one.background === other.background;

export type Replay = {
  readonly emulator: Emulator;
  readonly model: Vt100Model;
  /** As the line would deliver them; judged for their language. */
  deliver(bytes: string): Promise<void>;
  /** What somebody else writes: not judged. */
  disturb(bytes: string): Promise<void>;
  resize(columns: number, rows: number): void;
  /** Both terminals show the frame, and nothing has scrolled away. */
  expectShown(frame: string): void;
};

export const createReplay = (term: Term, look: Appearance, columns: number, rows: number): Replay => {
  const emulator = createEmulator(columns, rows);
  const language = languageFor(term);
  const model = createVt100Model(columns, rows, { wrap: language.delayedWrap ? 'delayed' : 'immediate' });
  let size = { columns, rows };
  const write = async (bytes: string) => {
    model.write(bytes);
    await emulator.write(bytes);
  };
  return {
    emulator,
    model,
    deliver: async (bytes) => {
      expect(foreignTo(language, bytes)).toEqual([]);
      await write(bytes);
    },
    disturb: write,
    resize: (nextColumns, nextRows) => {
      size = { columns: nextColumns, rows: nextRows };
      emulator.terminal.resize(nextColumns, nextRows);
      model.resize(nextColumns, nextRows);
    },
    expectShown: (frame) => {
      const meant = shownByGrid(parseFrame(frame, size, look));
      // Where the last cell would scroll the screen it is left out.
      const end = language.delayedWrap ? undefined : -1;
      for (const shown of [shownByModel(model), shownByEmulator(emulator)]) {
        const wrong = shown.slice(0, end).findIndex((cell, at) => !sameCell(cell, meant[at]));
        // One cell of many thousands is compared in a way that a person can read.
        if (wrong !== -1) expect({ at: wrong, ...shown[wrong] }).toEqual({ at: wrong, ...meant[wrong] });
        expect(shown.length).toBe(meant.length);
      }
      expect(model.scrolled()).toBe(0);
      const { row, column } = model.cursor();
      expect(row).toBeLessThan(size.rows);
      expect(column).toBeLessThan(size.columns);
    },
  };
};

/** A recorded session, drawn again on each kind of terminal: every frame arrives, whatever the one before was. */
export const expectOnEveryTerminal = async (
  frames: readonly string[],
  columns: number,
  rows: number,
): Promise<void> => {
  expect(frames.length).toBeGreaterThan(0);
  for (const term of terms) {
    const look = appearanceOf(term, terminalProfile(term).colour);
    const replay = createReplay(term, look, columns, rows);
    const chunks: string[] = [];
    const stream = {
      write: (chunk: string, callback: () => void) => {
        chunks.push(chunk);
        callback();
      },
    };
    const output = createLineOutput({ stream, columns, rows, ...look, maxFps: 1e9 });
    for (const frame of frames) {
      output.write(frame);
      while (output.pending) await new Promise((resolve) => setImmediate(resolve));
      await replay.deliver(chunks.splice(0).join(''));
      replay.expectShown(frame);
    }
    output.close();
    await replay.deliver(chunks.splice(0).join(''));
  }
};
