// Shows a React element on an emulated terminal, through the real line output and the real keyboard, in this process.
//
//   const screen = await showScreen(<Welcome … />, { columns: 80, rows: 24 });
//   await screen.waitFor('Welcome');
//   await screen.press('down', 'enter');   await screen.type('stor-01');
//   await screen.expectFrame('welcome-80x24');         // test/frames/welcome-80x24.txt; UPDATE_FRAMES=1 rewrites it
//   screen.close()                                     // or let `afterEach` do it: every screen registers itself
import { PassThrough } from 'node:stream';
import { createElement, type ReactElement } from 'react';
import { afterEach } from 'vitest';
import type { GlyphSet } from '../../src/terminal/glyphs.ts';
import type { KeyName } from '../../src/terminal/key.ts';
import { laidLinesOf, marks } from '../../src/terminal/laid-lines.ts';
import { openTerminal, type Terminal } from '../../src/terminal/open-terminal.ts';
import { withInkRuntime } from '../../src/terminal/prepare-runtime.ts';
import { KeyboardProvider } from '../../src/terminal/use-key.ts';
import { createEmulator, type Emulator } from './emulator.ts';
import { expectFrameFile } from './frame-file.ts';
import { bytesOfKey } from './keys.ts';
import { waitForScreen } from './wait.ts';

export type ScreenOptions = {
  /** Default 80. */
  readonly columns?: number;
  /** Default 24. */
  readonly rows?: number;
  /** TERM, default `xterm`. */
  readonly term?: string;
  /** Default `unicode`. */
  readonly glyphs?: Exclude<GlyphSet, 'console'>;
  /** Default false, as frames are compared as text. */
  readonly colour?: boolean;
};

export type Screen = {
  /** Sends the bytes of each key, one after the other was answered by a turn of the event loop. */
  press(...names: readonly KeyName[]): Promise<void>;
  /** As typed on a keyboard: one character at a time. */
  type(text: string): Promise<void>;
  /** Default deadline 2000 ms. */
  waitFor(wanted: string | RegExp, deadlineMs?: number): Promise<void>;
  lines(): string[];
  text(): string;
  expectFrame(name: string): Promise<void>;
  /** Resolves when what was last drawn is on the screen. */
  settle(): Promise<void>;
  /** What Ink has written so far, frame by frame, and of laid lines their text. */
  readonly frames: readonly string[];
  rerender(element: ReactElement): void;
  resize(columns: number, rows: number): void;
  readonly terminal: Terminal;
  readonly emulator: Emulator;
  close(): void;
};

const open = new Set<() => void>();

afterEach(() => {
  for (const close of open) close();
});

/** Two turns: the keyboard delivers, React commits. */
const turn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));

class EmulatedTerminal extends PassThrough {
  readonly isTTY = true;
  columns = 80;
  rows = 24;
}

export const showScreen = async (element: ReactElement, options: ScreenOptions = {}): Promise<Screen> => {
  const { columns = 80, rows = 24, term = 'xterm', glyphs = 'unicode', colour = false } = options;
  const { render } = await withInkRuntime(() => import('ink'));
  const emulator = createEmulator(columns, rows);
  const stdin = new PassThrough();
  const stdout = new EmulatedTerminal();
  stdout.columns = columns;
  stdout.rows = rows;
  const wakers = new Set<() => void>();
  let unread = 0;
  stdout.setEncoding('utf8');
  stdout.on('data', (bytes: string) => {
    unread++;
    emulator.terminal.write(bytes, () => {
      unread--;
      for (const wake of [...wakers]) wake();
    });
  });
  emulator.terminal.onData((answer) => stdin.write(answer));
  const terminal = await openTerminal({
    stdin,
    stdout,
    env: { TERM: term, LANG: 'C.UTF-8' },
    glyphs,
    colour: colour ? 'always' : 'never',
    escapeTimeoutMs: 20,
    probeDeadlineMs: 0,
    guardProcess: false,
  });
  const frames: string[] = [];
  const write = terminal.stdout.write.bind(terminal.stdout);
  const laid = laidLinesOf(terminal.stdout);
  /** With the lines themselves, for whoever has not got these marks. */
  const spelt = (chunk: string): string => {
    const screen = laid?.lineOf(chunk.trimEnd());
    const rows = screen?.includes('\n') === true ? screen : chunk;
    return rows.replaceAll(marks, (mark) => laid?.lineOf(mark) ?? mark);
  };
  terminal.stdout.write = (chunk: string, ...rest: []) => {
    const frame = spelt(chunk);
    // Ink writes barriers and modes by themselves too; those are no frames.
    if (frame.includes('\n') && frame !== frames.at(-1)) frames.push(frame);
    return write(chunk, ...rest);
  };
  const wrap = (child: ReactElement) => createElement(KeyboardProvider, { keyboard: terminal.keyboard }, child);
  const app = render(wrap(element), terminal.inkOptions);
  app.waitUntilExit().catch(() => {});

  const settle = async () => {
    await turn();
    for (let tries = 0; tries < 50 && (unread > 0 || terminal.stdout.pending); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const send = async (bytes: string, afterMs: number) => {
    stdin.write(bytes);
    await turn();
    if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
    await settle();
  };
  const close = () => {
    if (!open.delete(close)) return;
    app.unmount();
    terminal.close().catch(() => {});
  };
  open.add(close);
  await settle();

  return {
    press: async (...names) => {
      for (const name of names) await send(bytesOfKey(name), name === 'escape' ? 30 : 0);
    },
    type: async (text) => {
      for (const character of text) await send(character, 0);
    },
    waitFor: (wanted, deadlineMs = 2000) =>
      waitForScreen(wanted, emulator.lines, deadlineMs, (wake) => {
        wakers.add(wake);
        return () => wakers.delete(wake);
      }),
    lines: emulator.lines,
    text: () => emulator.lines().join('\n'),
    expectFrame: async (name) => {
      await settle();
      await expectFrameFile(name, `${emulator.lines().join('\n')}\n`);
    },
    settle,
    rerender: (next) => app.rerender(wrap(next)),
    resize: (nextColumns, nextRows) => {
      emulator.terminal.resize(nextColumns, nextRows);
      stdout.columns = nextColumns;
      stdout.rows = nextRows;
      stdout.emit('resize');
    },
    frames,
    terminal,
    emulator,
    close,
  };
};
