// When the line output writes, how much, and what it never does. What the bytes show is in terminal-replay.test.ts.
import fc from 'fast-check';
import stringWidth from 'string-width';
import { afterEach, expect, test, vi } from 'vitest';
import { type Appearance, parseFrame } from '../../src/terminal/cells.ts';
import { createLineOutput, type LineOutput } from '../../src/terminal/line-output.ts';
import { terminalProfile } from '../../src/terminal/terminal-profile.ts';
import { createEmulator } from '../helpers/emulator.ts';
import { shownByEmulator } from '../helpers/shown-cells.ts';

const columns = 24;
const rows = 7;

const sgr = fc.constantFrom(
  '',
  '1',
  '7',
  '4',
  '31',
  '42',
  '1;33',
  '7;1',
  '22',
  '24',
  '27',
  '39',
  '49',
  '0',
  '38;5;120',
  '48;2;1;2;3',
  '2;3',
  '91',
  '9',
);
const words = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(' ', '   ', 'a', 'ab', 'stor-01', '12.5', '│', '─────', '▁▃▆█', '…', '❯ ') },
  { weight: 2, arbitrary: fc.constantFrom('日', '日本', 'é', 'e\u0301', 'ü', '한글') },
);
const span = fc.tuple(sgr, words).map(([codes, text]) => `${codes === '' ? '' : `\u001B[${codes}m`}${text}`);
const line = fc.array(span, { maxLength: 5 }).map((spans) => `${spans.join('')}\u001B[m`);
/** Reaches the last column, where terminals wait to wrap. */
const fullLine = fc.tuple(sgr, words, words).map(([codes, left, right]) => {
  const gap = columns - stringWidth(left) - stringWidth(right);
  return `${codes === '' ? '' : `\u001B[${codes}m`}${left}${' '.repeat(gap)}${right}\u001B[m`;
});
const frame = fc
  .array(fc.oneof(line, fullLine), { minLength: 1, maxLength: rows })
  .map((lines) => lines.join('\n'))
  // Escapes alone are no frame: Ink writes them by themselves.
  .filter((text) => !/^(?:\u001B\[[^m]*m)*$/.test(text));
/** Mostly small changes of one frame, as a dashboard makes them. */
const frames = fc.array(frame, { minLength: 1, maxLength: 8 });

const appearance = (term: string, colour: boolean): Appearance => ({
  profile: terminalProfile(term),
  glyphs: 'unicode',
  colour,
});

/** A line that takes everything at once. */
const recorder = () => {
  const chunks: string[] = [];
  return {
    chunks,
    stream: {
      write: (chunk: string, callback: () => void) => {
        chunks.push(chunk);
        callback();
        return true;
      },
    },
  };
};

const outputs: LineOutput[] = [];
const openOutput = (options: Parameters<typeof createLineOutput>[0]): LineOutput => {
  const output = createLineOutput(options);
  outputs.push(output);
  return output;
};
afterEach(() => {
  for (const output of outputs.splice(0)) output.close();
  vi.useRealTimers();
});

test('a budget of bytes cuts a frame into slices that end in the same screen', async () => {
  await fc.assert(
    fc.asyncProperty(frames, async (sequence) => {
      const { chunks, stream } = recorder();
      const output = openOutput({
        stream,
        columns,
        rows,
        ...appearance('vt220', false),
        bytesPerSecond: 1e5,
        maxFps: 1e9,
      });
      const emulator = createEmulator(columns, rows);
      for (const meant of sequence) output.write(meant);
      while (output.pending) await new Promise((resolve) => setTimeout(resolve, 1));
      await emulator.write(chunks.join(''));
      const grid = parseFrame(sequence.at(-1) ?? '', { columns, rows }, appearance('vt220', false));
      expect(shownByEmulator(emulator).map(({ text }) => text)).toEqual(grid.texts);
      output.close();
    }),
    { numRuns: 40 },
  );
});

test('while the line is busy frames are dropped and the newest one is sent when it is free', async () => {
  const waiting: (() => void)[] = [];
  const chunks: string[] = [];
  const stream = {
    write: (chunk: string, callback: () => void) => {
      chunks.push(chunk);
      waiting.push(callback);
      return false;
    },
  };
  const output = openOutput({ stream, columns, rows, ...appearance('vt220', false), maxFps: 1e9 });
  for (let count = 0; count < 1000; count++) output.write(`frame ${count}`);
  expect(chunks).toHaveLength(1);
  expect(output.framesDropped).toBe(998);
  await new Promise((resolve) => setTimeout(resolve, 2));
  waiting.shift()?.();
  expect(chunks).toHaveLength(2);
  const emulator = createEmulator(columns, rows);
  await emulator.write(chunks.join(''));
  expect(emulator.lines()[0]).toBe('frame 999');
  waiting.shift()?.();
  expect(chunks).toHaveLength(2);
});

test('the first frame after a pause goes out at once, the rest at the frame rate', () => {
  vi.useFakeTimers();
  const { chunks, stream } = recorder();
  const output = openOutput({ stream, columns, rows, ...appearance('vt220', false), maxFps: 10 });
  output.write('one');
  expect(chunks).toHaveLength(1);
  output.write('two');
  output.write('three');
  expect(chunks).toHaveLength(1);
  vi.advanceTimersByTime(101);
  expect(chunks).toHaveLength(2);
  vi.advanceTimersByTime(500);
  output.write('four');
  expect(chunks).toHaveLength(3);
});

test('a slow line gets no more bytes than it carries', () => {
  vi.useFakeTimers();
  const { chunks, stream } = recorder();
  const output = openOutput({ stream, columns: 80, rows: 24, ...appearance('vt220', false), bytesPerSecond: 960 });
  const full = (at: number) => Array.from({ length: 24 }, (_, row) => `${row} ${at} `.padEnd(80, 'x')).join('\n');
  for (let at = 0; at < 50; at++) {
    output.write(full(at));
    vi.advanceTimersByTime(100);
  }
  const sent = chunks.join('').length;
  expect(sent).toBeLessThan(5 * 960 + 300);
  expect(sent).toBeGreaterThan(3 * 960);
});

test('many small frames do not overrun a slow line either', () => {
  vi.useFakeTimers();
  const { chunks, stream } = recorder();
  const output = openOutput({ stream, columns: 80, rows: 24, ...appearance('vt220', false), bytesPerSecond: 960 });
  for (let at = 0; at < 500; at++) {
    output.write(String(at).padStart(60, String(at % 10)));
    vi.advanceTimersByTime(10);
  }
  const sent = chunks.join('').length;
  expect(sent).toBeLessThan(5 * 960 + 100);
  expect(sent).toBeGreaterThan(4 * 960);
});

test('the last cell of the screen is left out where writing it scrolls', async () => {
  const full = Array.from({ length: rows }, () => 'x'.repeat(columns)).join('\n');
  for (const [term, last] of [
    ['ansi', 'x'.repeat(columns - 1)],
    ['vt100', 'x'.repeat(columns)],
  ] satisfies [string, string][]) {
    const { chunks, stream } = recorder();
    openOutput({ stream, columns, rows, ...appearance(term, false) }).write(full);
    const emulator = createEmulator(columns, rows);
    await emulator.write(chunks.join(''));
    expect(emulator.lines()[rows - 1]).toBe(last);
  }
});

test.each([
  ['wider than the screen', 'x'.repeat(columns + 10), 'x'.repeat(columns)],
  ['a wide character across the edge', `${'x'.repeat(columns - 1)}日`, 'x'.repeat(columns - 1)],
  ['control characters', 'a\u0007b\u009Bc\u0085', 'a?b?c?'],
  ['a hyperlink', '\u001B]8;;http://x.example\u0007here\u001B]8;;\u0007', 'here'],
])('%s', async (_, meant, first) => {
  const { chunks, stream } = recorder();
  openOutput({ stream, columns, rows, ...appearance('vt220', false) }).write(`${meant}\nnext${'\nmore'.repeat(20)}`);
  const emulator = createEmulator(columns, rows);
  await emulator.write(chunks.join(''));
  expect(emulator.lines().slice(0, 2)).toEqual([first, 'next']);
  expect(emulator.terminal.buffer.active.baseY).toBe(0);
});

test('characters of uncertain width never displace their neighbours', async () => {
  const { chunks, stream } = recorder();
  const output = openOutput({ stream, columns, rows, ...appearance('xterm', false), maxFps: 1e9 });
  const emulator = createEmulator(columns, rows);
  for (const meant of ['a👍b👩‍👩‍👧c', 'a👍x👩‍👩‍👧c', 'abcdefgh']) {
    output.write(meant);
    await vi.waitFor(() => expect(output.pending).toBe(false));
    await emulator.write(chunks.splice(0).join(''));
  }
  expect(emulator.lines()[0]).toBe('abcdefgh');
});

test('closing restores the attributes and shows the cursor below the screen', async () => {
  const { chunks, stream } = recorder();
  const output = openOutput({ stream, columns, rows, ...appearance('linux', true) });
  output.write('\u001B[7mone\ntwo');
  output.close();
  output.close();
  const bytes = chunks.join('');
  expect(bytes.split('\u001B[?25h')).toHaveLength(2);
  const emulator = createEmulator(columns, rows);
  await emulator.write(`${bytes}after`);
  expect(emulator.lines().slice(0, 3)).toEqual(['one', 'two', 'after']);
  const written = chunks.length;
  output.write('late');
  output.repaint();
  expect(chunks).toHaveLength(written);
});

test('ASCII keeps the columns and says the same', async () => {
  const { chunks, stream } = recorder();
  openOutput({ stream, columns, rows, ...appearance('vt100', false), glyphs: 'ascii' }).write('╭─❯ ✓ …╮\n│日é▁█│');
  const emulator = createEmulator(columns, rows);
  await emulator.write(chunks.join(''));
  expect(chunks.join('')).toMatch(/^[\u0000-\u007F]*$/);
  expect(emulator.lines().slice(0, 2)).toEqual(['+-> + .+', '|? e_#|']);
});
