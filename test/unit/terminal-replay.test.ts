// The bytes that go out are replayed through an emulator and through a VT100 of our own and compared, cell by cell, with the frame
// that was meant; and every sequence of them is one that terminfo gives the terminal.
import fc from 'fast-check';
import stringWidth from 'string-width';
import { afterEach, describe, expect, test } from 'vitest';
import { clearedScreen, diffCells } from '../../src/terminal/cell-diff.ts';
import { parseFrame } from '../../src/terminal/cells.ts';
import type { CursorReport } from '../../src/terminal/key.ts';
import { initialKeyState, parseKeys } from '../../src/terminal/key-parser.ts';
import { createLineOutput, type LineOutput } from '../../src/terminal/line-output.ts';
import { probeLine } from '../../src/terminal/size-probe.ts';
import { terminalProfile } from '../../src/terminal/terminal-profile.ts';
import { createEmulator } from '../helpers/emulator.ts';
import { appearanceOf, createReplay, type Term, terms } from '../helpers/line-replay.ts';
import { shownByEmulator } from '../helpers/shown-cells.ts';
import { foreignTo, languageOf } from '../helpers/terminfo.ts';
import { createVt100Model } from '../helpers/vt100-model.ts';

const columns = 24;
const rows = 7;

const sgr = fc.constantFrom(
  ...[
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
    '2;3',
    '91',
    '9',
    '5',
  ],
);
const words = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(' ', '   ', 'a', 'ab', 'stor-01', '12.5', '│', '─────', '▁▃▆█', '…', '❯ ') },
  { weight: 2, arbitrary: fc.constantFrom('日', '日本', 'é', 'e\u0301', 'ü', '한글') },
);
const styled = (codes: string, text: string) => `${codes === '' ? '' : `\u001B[${codes}m`}${text}`;
const span = fc.tuple(sgr, words).map(([codes, text]) => styled(codes, text));
const line = fc.array(span, { maxLength: 5 }).map((spans) => `${spans.join('')}\u001B[m`);
/** Reaches the last column, where terminals wait to wrap. */
const fullLine = fc.tuple(sgr, words, words).map(([codes, left, right]) => {
  const gap = columns - stringWidth(left) - stringWidth(right);
  return `${styled(codes, `${left}${' '.repeat(gap)}${right}`)}\u001B[m`;
});
const frame = fc
  .array(fc.oneof(line, fullLine), { minLength: 1, maxLength: rows })
  .map((lines) => lines.join('\n'))
  // Escapes alone are no frame: Ink writes them by themselves.
  .filter((text) => !/^(?:\u001B\[[^m]*m)*$/.test(text));

/** What a bad line, the kernel or another program leaves behind: text, modes, character sets, halves of sequences. */
const plainNoise = [
  ...['kernel: oops\r\n', '\n\n\n\n\n\n\n\n', '\u001B[7;1m', 'x'.repeat(60), '\u001B[5;5H', '\u001B[2J', '\u0007'],
  ...['é日', '\u001B', '\u001B[', '\u001B[3', '\u001B[?2', '\u001B('],
];
const vt100Noise = [
  ...[...plainNoise, '\u000E', '\u001B(0', '\u001B)0\u000E', '\u001B[3;5r', '\u001B[2;4r\u001B[?6h', '\u001B[?7l'],
  ...['\u001B7', '\u001B8'],
];
/** A VT100 has no insert mode, and an ANSI.SYS nothing that could be out of order but its attributes. */
const noisesOn = (term: Term) =>
  term === 'ansi' ? plainNoise : term === 'vt100' ? vt100Noise : [...vt100Noise, '\u001B[4h'];
const noiseOn = (term: Term) =>
  fc.array(fc.constantFrom(...noisesOn(term)), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));

const stepOn = (term: Term) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('frame' as const), frame, heard: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'repaint' as const }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('noise' as const), noise: noiseOn(term) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('resize' as const),
        columns: fc.integer({ min: 8, max: 30 }),
        rows: fc.integer({ min: 3, max: 9 }),
      }),
    },
  );
const storyOn = (term: Term) =>
  fc.record({
    first: frame,
    steps: fc.array(stepOn(term), { maxLength: 8 }),
    bytesPerSecond: fc.constantFrom(undefined, undefined, 200_000),
  });

/** Takes chunks at once, or keeps its callbacks to itself while it is deaf: a line that is slower than the frames. */
const createLine = () => {
  const chunks: string[] = [];
  const waiting: (() => void)[] = [];
  const state = { deaf: false };
  return {
    chunks,
    state,
    listen: () => {
      state.deaf = false;
      for (const callback of waiting.splice(0)) callback();
    },
    stream: {
      write: (chunk: string, callback: () => void) => {
        chunks.push(chunk);
        if (state.deaf) waiting.push(callback);
        else callback();
      },
    },
  };
};

const outputs: LineOutput[] = [];
afterEach(() => {
  for (const output of outputs.splice(0)) output.close();
});

const settled = async (output: LineOutput) => {
  while (output.pending) await new Promise((resolve) => setTimeout(resolve, 1));
};

const looks = terms.flatMap((term) =>
  (terminalProfile(term).colour ? [true, false] : [false]).map((colour): [Term, boolean] => [term, colour]),
);

describe('whatever happens the screen is the frame that was meant', () => {
  test.each(looks)('%s, colour %s', async (term, colour) => {
    await fc.assert(
      fc.asyncProperty(storyOn(term), async ({ first, steps, bytesPerSecond }) => {
        const look = appearanceOf(term, colour);
        const { chunks, state, listen, stream } = createLine();
        const output = createLineOutput({ stream, columns, rows, ...look, maxFps: 1e9, bytesPerSecond });
        outputs.push(output);
        const replay = createReplay(term, look, columns, rows);
        let newest = first;
        output.write(first);
        for (const what of steps) {
          if (what.kind === 'frame') {
            state.deaf = !what.heard;
            newest = what.frame;
            output.write(newest);
            // Not waited for: the next frame may find this one half sent, or not sent at all.
            if (!what.heard) continue;
          }
          listen();
          await settled(output);
          await replay.deliver(chunks.splice(0).join(''));
          if (what.kind === 'noise') await replay.disturb(what.noise);
          if (what.kind === 'resize' && (what.columns !== output.columns || what.rows !== output.rows)) {
            replay.resize(what.columns, what.rows);
            output.resize(what.columns, what.rows);
          }
          if (what.kind === 'noise' || what.kind === 'repaint') output.repaint();
          await settled(output);
          await replay.deliver(chunks.splice(0).join(''));
          replay.expectShown(newest);
        }
        listen();
        await settled(output);
        await replay.deliver(chunks.splice(0).join(''));
        replay.expectShown(newest);
        output.close();
        await replay.deliver(chunks.splice(0).join(''));
      }),
      { numRuns: 40 },
    );
  });
});

test.each(terms)('each kind of noise alone is gone from %s after Ctrl-L', async (term) => {
  const look = appearanceOf(term, false);
  for (const disturbance of noisesOn(term)) {
    const { chunks, stream } = createLine();
    const output = createLineOutput({ stream, columns, rows, ...look, maxFps: 1e9 });
    const replay = createReplay(term, look, columns, rows);
    const meant = 'stor-01  12.5\n\nlqqk  some text';
    output.write(meant.replace('12.5', '12.6'));
    await replay.deliver(chunks.splice(0).join(''));
    await replay.disturb(disturbance);
    output.repaint();
    await settled(output);
    output.write(meant);
    await settled(output);
    await replay.deliver(chunks.splice(0).join(''));
    replay.expectShown(meant);
    output.close();
  }
});

test('the writer knows where the cursor is', () => {
  fc.assert(
    fc.property(fc.array(frame, { minLength: 1, maxLength: 6 }), fc.constantFrom(...terms), (frames, term) => {
      const look = appearanceOf(term, false);
      const model = createVt100Model(columns, rows, { wrap: look.profile.delayedWrap ? 'delayed' : 'immediate' });
      let screen = clearedScreen({ columns, rows });
      for (const meant of frames) {
        const drawn = diffCells(screen, parseFrame(meant, { columns, rows }, look), look.profile);
        model.write(drawn.bytes);
        screen = drawn.screen;
        const { row, column, waitsToWrap } = model.cursor();
        if (screen.cursor !== undefined)
          expect({ row, column, waitsToWrap }).toEqual({ ...screen.cursor, waitsToWrap: false });
      }
    }),
  );
});

test('a frame of an xterm is what the xterm itself makes of it', async () => {
  await fc.assert(
    fc.asyncProperty(frame, frame, async (before, after) => {
      const look = appearanceOf('xterm-256color', true);
      const { chunks, stream } = createLine();
      const output = createLineOutput({ stream, columns, rows, ...look, maxFps: 1e9 });
      output.write(before);
      await settled(output);
      output.write(after);
      await settled(output);
      const emulator = createEmulator(columns, rows);
      await emulator.write(chunks.join(''));
      const itself = createEmulator(columns, rows);
      await itself.write(`\u001B[?7l${after.split('\n').slice(0, rows).join('\r\n')}`);
      // The emulator clips in another way, so it is asked only about frames that fit.
      if (after.split('\n').every((text) => stringWidth(text) <= columns))
        expect(shownByEmulator(emulator)).toEqual(shownByEmulator(itself));
      output.close();
    }),
    { numRuns: 60 },
  );
});

test.each(terms)('the question for the size is in the language of %s, and no answer to it is a key', async (term) => {
  const { saveCursor } = terminalProfile(term);
  const emulator = createEmulator(columns, rows);
  let state = initialKeyState;
  const keys: unknown[] = [];
  const listeners = new Set<(report: CursorReport) => void>();
  emulator.terminal.onData((answer) => {
    const parsed = parseKeys(state, Buffer.from(answer));
    state = parsed.state;
    keys.push(...parsed.keys);
    for (const report of parsed.reports) for (const listener of [...listeners]) listener(report);
  });
  // The cursor is in the first row, where `ESC [ 1 ; 2 R` would be F3 with Shift.
  const probe = await probeLine({
    write: (bytes) => {
      expect(foreignTo(languageOf(term), bytes)).toEqual([]);
      emulator.terminal.write(bytes);
    },
    onReport: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    kernelSize: { columns: 0, rows: 0 },
    deadlineMs: 1000,
    saveCursor,
  });
  expect(probe).toMatchObject({ columns, rows, source: 'terminal', utf8: true });
  expect(keys).toEqual([]);
  expect(emulator.lines().join('')).toBe('');
});

describe('canaries', () => {
  test.each([
    ['vt100', '\u001B[10G', 'CHA'],
    ['vt100', '\u001B[3X', 'ECH'],
    ['vt100', '\u001B[?25l', 'DECTCEM'],
    ['vt100', '\u001B[22m', 'SGR 22'],
    ['vt100', '\u001B[31m', 'colour'],
    ['vt100', '\u001B[2E', 'CNL'],
    ['vt100', '\u009B2J', 'an 8-bit control'],
    ['vt220', '\u001B[?2026h', 'synchronised output'],
    ['vt220', '\u001B[?1049h', 'the alternate screen'],
    ['vt220', '\u001B[10G', 'CHA'],
    ['vt220', '\u001B]0;title\u0007', 'OSC'],
    ['linux', '\u001B[?2004h', 'bracketed paste'],
    ['linux', '\u001B[38;5;120m', 'a palette'],
    ['ansi', '\u001B7', 'DECSC'],
    ['ansi', '\u001B[r', 'margins'],
    ['ansi', '\b', 'a backspace'],
    ['xterm-256color', '\u001B[12;10!p', 'nonsense'],
  ] satisfies [Term, string, string][])('%s: %j (%s) is caught', (term, planted, _name) => {
    const language = languageOf(term);
    expect(foreignTo(language, 'a\u001B[2;3Hb\u001B[m')).toEqual([]);
    expect(foreignTo(language, `a\u001B[2;3H${planted}b`)).not.toEqual([]);
  });

  test('a single wrong cell, attribute or scrolled line is seen', async () => {
    const look = appearanceOf('vt100', false);
    for (const wrong of ['ac', '\u001B[7mab', `ab\u001B[${rows}H\n`]) {
      const replay = createReplay('vt100', look, columns, rows);
      await replay.deliver(wrong);
      expect(() => replay.expectShown('ab')).toThrow();
    }
  });
});

describe('the VT100 of our own', () => {
  test.each([
    ['waits to wrap in the last column', `${'x'.repeat(24)}`, { row: 0, column: 23, waitsToWrap: true }],
    ['wraps with the next character', `${'x'.repeat(25)}`, { row: 1, column: 1, waitsToWrap: false }],
    ['a backspace there goes one back', `${'x'.repeat(24)}\b`, { row: 0, column: 22, waitsToWrap: false }],
    ['does not know CHA', 'ab\u001B[10G', { row: 0, column: 2, waitsToWrap: false }],
    ['a line feed keeps the column', 'ab\n', { row: 1, column: 2, waitsToWrap: false }],
    ['CUP without numbers is home', 'ab\u001B[H', { row: 0, column: 0, waitsToWrap: false }],
    ['movement stops at the edge', '\u001B[99B\u001B[99C', { row: 6, column: 23, waitsToWrap: false }],
    ['CAN ends a sequence', '\u001B[3\u0018a', { row: 0, column: 1, waitsToWrap: false }],
    ['margins send the cursor home', 'ab\u001B[2;4r', { row: 0, column: 0, waitsToWrap: false }],
  ])('%s', (_, bytes, cursor) => {
    const model = createVt100Model(24, 7);
    model.write(bytes);
    expect(model.cursor()).toEqual(cursor);
  });
});
