import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KeyName, KeyPress } from '../../src/terminal/key.ts';
import { flushKeys, initialKeyState, parseKeys } from '../../src/terminal/key-parser.ts';
import { createKeyboard } from '../../src/terminal/keyboard.ts';

const parse = (bytes: string | Uint8Array) => parseKeys(initialKeyState, Buffer.from(bytes));
const names = (keys: readonly KeyPress[]) => keys.map(({ name, text }) => (text === '' ? name : `${name}:${text}`));

const table: [string, KeyName][] = [
  ...([
    ['\u001B[A', 'up'],
    ['\u001BOB', 'down'],
    ['\u001B[1;5C', 'right'],
    ['\u009BD', 'left'],
    ['\u008FA', 'up'],
    ['\u001B[H', 'home'],
    ['\u001B[1~', 'home'],
    ['\u001BOH', 'home'],
    ['\u001B[7~', 'home'],
    ['\u001B[F', 'end'],
    ['\u001B[4~', 'end'],
    ['\u001BOF', 'end'],
    ['\u001B[8~', 'end'],
    ['\u001B[2~', 'insert'],
    ['\u001B[3~', 'delete'],
    ['\u001B[5~', 'pageup'],
    ['\u001B[6~', 'pagedown'],
    ['\u001B[Z', 'backtab'],
    ['\u001BOP', 'f1'],
    ['\u001B[[A', 'f1'],
    ['\u001B[11~', 'f1'],
    ['\u001B1', 'f1'],
    ['\u001B[1;2P', 'f1'],
    ['\u001BOQ', 'f2'],
    ['\u001B[[B', 'f2'],
    ['\u001B[12~', 'f2'],
    ['\u001B[1;2R', 'f3'],
    ['\u001B[[E', 'f5'],
    ['\u001B[15~', 'f5'],
    ['\u001B[17~', 'f6'],
    ['\u001B[18~', 'f7'],
    ['\u001B[19~', 'f8'],
    ['\u001B[20~', 'f9'],
    ['\u001B[21~', 'f10'],
    ['\u001B0', 'f10'],
    ['\u001B[23~', 'f11'],
    ['\u001B[24~', 'f12'],
    ['\u001B@', 'f12'],
    ['\u001BO[', 'f12'],
    ['\r', 'enter'],
    ['\n', 'enter'],
    ['\r\n', 'enter'],
    ['\t', 'tab'],
    ['\b', 'backspace'],
    ['\u007F', 'backspace'],
    ['\u0003', 'ctrl-c'],
    ['\u000C', 'ctrl-l'],
  ] satisfies [string, KeyName][]),
];

test.each(table)('%j is %s', (bytes, name) => {
  expect(names(parse(Buffer.from(bytes, 'latin1')).keys)).toEqual([name]);
});

test('several keys in one chunk', () => {
  expect(names(parse('jj\u001B[B\rü日').keys)).toEqual(['text:j', 'text:j', 'down', 'enter', 'text:ü', 'text:日']);
});

test('a bracketed paste is one key, its line ends are \\n and its control characters gone', () => {
  expect(parse('\u001B[200~a\r\nb\u0003\u001B[A\u001B[201~x').keys).toEqual([
    { name: 'paste', text: 'a\nb[A' },
    { name: 'text', text: 'x' },
  ]);
});

test('reports of the cursor are not keys', () => {
  const { keys, reports } = parse('\u001B[24;80R\u001B[1;2R');
  expect(reports).toEqual([{ row: 24, column: 80 }]);
  expect(names(keys)).toEqual(['f3']);
});

test.each([
  ['mouse and focus', '\u001B[I\u001B[O\u001B[<0;1;1M'],
  ['device attributes', '\u001B[?1;2c\u001B[?64;1c'],
  ['broken UTF-8', Buffer.from([0xc3, 0x28, 0xff, 0xfe, 0xed, 0xa0, 0x80]).subarray(0, 1)],
  ['NUL', '\u0000'],
])('%s give no key', (_, bytes) => {
  expect(parse(bytes).keys).toEqual([]);
});

test('a lone ESC is a key after the time-out, and the rest of its sequence is never text', () => {
  const first = parse('\u001B');
  expect(first.keys).toEqual([]);
  const flushed = flushKeys(first.state);
  expect(names(flushed.keys)).toEqual(['escape']);
  expect(parseKeys(flushed.state, Buffer.from('[B')).keys).toEqual([]);
  const half = parseKeys(flushed.state, Buffer.from('['));
  expect(parseKeys(half.state, Buffer.from('Bx')).keys).toEqual([{ name: 'text', text: 'x' }]);
  expect(names(flushKeys(half.state).keys)).toEqual(['text:[']);
  expect(names(parseKeys(flushed.state, Buffer.from('OK')).keys)).toEqual(['text:O', 'text:K']);
});

test('a key after a quick ESC is that key', () => {
  expect(names(parse('\u001Bq\u001B\u001B[A').keys)).toEqual(['escape', 'text:q', 'escape', 'up']);
});

const piece = fc.oneof(
  fc.constantFrom(...table.map(([bytes]) => Buffer.from(bytes, 'latin1'))),
  fc.string({ unit: 'grapheme', maxLength: 4 }).map((text) => Buffer.from(text)),
  fc.constantFrom('\u001B[200~', '\u001B[201~', '\u001B[24;80R', '\u001B[', '\u001B').map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
);
const input = fc.array(piece, { maxLength: 20 }).map((pieces) => Buffer.concat(pieces));

test('however the line cuts the bytes, the keys are the same', () => {
  fc.assert(
    fc.property(input, fc.array(fc.nat({ max: 40 }), { maxLength: 20 }), (bytes, cuts) => {
      const whole = parse(bytes);
      let state = initialKeyState;
      const keys: KeyPress[] = [];
      const reports: unknown[] = [];
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        const parsed = parseKeys(state, bytes.subarray(at, at + cut));
        at = Math.min(bytes.length, at + cut);
        state = parsed.state;
        keys.push(...parsed.keys);
        reports.push(...parsed.reports);
      }
      expect(keys).toEqual(whole.keys);
      expect(reports).toEqual(whole.reports);
      expect(state).toEqual(whole.state);
      expect(flushKeys(state)).toEqual(flushKeys(whole.state));
    }),
    { numRuns: 3000 },
  );
});

test('random bytes never throw, and never leave more than one sequence waiting', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 }), (chunks) => {
      let state = initialKeyState;
      for (const chunk of chunks) ({ state } = parseKeys(state, chunk));
      expect(state.pending.length).toBeLessThan(40);
    }),
    { numRuns: 3000 },
  );
});

const nextKeys = async (deadlineMs: number, run: (stdin: PassThrough) => void | Promise<void>): Promise<string[]> => {
  const stdin = new PassThrough();
  const keyboard = createKeyboard(stdin, { escapeTimeoutMs: 40, sequenceTimeoutMs: 60 });
  const got: KeyPress[] = [];
  keyboard.onKey((pressed) => got.push(pressed));
  await run(stdin);
  await new Promise((resolve) => setTimeout(resolve, deadlineMs));
  keyboard.close();
  return names(got);
};

test('an arrow in three parts is an arrow', async () => {
  const later = () => new Promise((resolve) => setTimeout(resolve, 10));
  const keys = await nextKeys(80, async (stdin) => {
    for (const part of ['\u001B', '[', 'B']) {
      stdin.write(part);
      await later();
    }
  });
  expect(keys).toEqual(['down']);
});

test('Escape alone arrives after its time-out', async () => {
  expect(await nextKeys(80, (stdin) => void stdin.write('\u001B'))).toEqual(['escape']);
});

test('a burst of characters is a paste, a few are keys', async () => {
  expect(await nextKeys(30, (stdin) => void stdin.write('stor-01\rjj'))).toEqual([
    'paste:stor-01',
    'enter',
    'text:j',
    'text:j',
  ]);
});
