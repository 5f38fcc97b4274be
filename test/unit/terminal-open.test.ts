import { expect, test } from 'vitest';
import { chooseColour, chooseGlyphs, screenRefusal } from '../../src/terminal/appearance.ts';
import type { CursorReport } from '../../src/terminal/key.ts';
import { withInkRuntime } from '../../src/terminal/prepare-runtime.ts';
import { probeLine } from '../../src/terminal/size-probe.ts';
import { terminalProfile } from '../../src/terminal/terminal-profile.ts';

test.each([
  ['xterm-256color', 'xterm'],
  ['screen', 'xterm'],
  ['tmux-256color', 'xterm'],
  ['linux', 'linux'],
  ['vt100', 'vt100'],
  ['vt102', 'vt100'],
  ['vt220', 'vt220'],
  ['vt320', 'vt220'],
  ['ansi', 'ansi'],
  ['dumb', 'dumb'],
  ['', 'dumb'],
  [undefined, 'dumb'],
  ['wyse60', 'vt100'],
  ['st-256color', 'xterm'],
  ['rxvt-unicode-256color', 'xterm'],
])('TERM=%s is treated as %s', (term, name) => {
  expect(terminalProfile(term).name).toBe(name);
});

test.each([
  ['auto', 'xterm', { LANG: 'C.UTF-8' }, true, 'unicode'],
  ['auto', 'xterm', { LANG: 'C.UTF-8' }, undefined, 'unicode'],
  ['auto', 'xterm', { LANG: 'C.UTF-8' }, false, 'ascii'],
  ['auto', 'vt220', { LANG: 'C' }, true, 'ascii'],
  ['auto', 'vt220', { LC_ALL: 'C', LANG: 'en_GB.UTF-8' }, true, 'ascii'],
  ['auto', 'vt220', {}, true, 'unicode'],
  ['auto', 'vt220', {}, undefined, 'ascii'],
  ['auto', 'linux', { LANG: 'en_GB.utf8' }, true, 'console'],
  ['unicode', 'vt220', { LANG: 'C' }, false, 'unicode'],
  ['ascii', 'xterm', { LANG: 'C.UTF-8' }, true, 'ascii'],
] satisfies ['auto' | 'ascii' | 'unicode', string, Record<string, string>, boolean | undefined, string][])(
  'glyphs %s on %s with %j, UTF-8 seen %s: %s',
  (wanted, term, env, seen, chosen) => {
    expect(chooseGlyphs(wanted, terminalProfile(term), env, seen)).toBe(chosen);
  },
);

test('colour: the option, then NO_COLOR, then the terminal', () => {
  const xterm = terminalProfile('xterm');
  expect(chooseColour('auto', xterm, {})).toBe(true);
  expect(chooseColour('auto', xterm, { NO_COLOR: '1' })).toBe(false);
  expect(chooseColour('auto', xterm, { NO_COLOR: '' })).toBe(true);
  expect(chooseColour('always', xterm, { NO_COLOR: '1' })).toBe(true);
  expect(chooseColour('never', xterm, {})).toBe(false);
  expect(chooseColour('auto', terminalProfile('vt220'), {})).toBe(false);
});

test('a full screen is refused with the reason', () => {
  const tty = { isTTY: true };
  expect(screenRefusal({ stdin: tty, stdout: tty, env: { TERM: 'vt220' } })).toBeUndefined();
  expect(screenRefusal({ stdin: { isTTY: false }, stdout: tty, env: { TERM: 'vt220' } })).toContain('input');
  expect(screenRefusal({ stdin: tty, stdout: {}, env: { TERM: 'vt220' } })).toContain('output');
  expect(screenRefusal({ stdin: tty, stdout: tty, env: {} })).toContain('TERM=');
});

const probe = (answers: CursorReport[], kernelSize: { columns: number | undefined; rows: number | undefined }) => {
  let tell: ((report: CursorReport) => void) | undefined;
  return probeLine({
    write: () => {
      setImmediate(() => {
        for (const answer of answers) tell?.(answer);
      });
    },
    onReport: (listener) => {
      tell = listener;
      return () => {
        tell = undefined;
      };
    },
    kernelSize,
    deadlineMs: 30,
    saveCursor: true,
  });
};
const none = { columns: 0, rows: 0 };

test.each([
  [
    'an answer',
    [
      { row: 30, column: 100 },
      { row: 3, column: 2 },
    ],
    none,
    { columns: 100, rows: 30, source: 'terminal', utf8: true },
  ],
  [
    'Latin-1',
    [
      { row: 24, column: 80 },
      { row: 3, column: 3 },
    ],
    none,
    { columns: 80, rows: 24, source: 'terminal', utf8: false },
  ],
  ['half an answer', [{ row: 24, column: 80 }], none, { columns: 80, rows: 24, source: 'terminal', utf8: undefined }],
  ['no answer', [], { columns: 132, rows: 43 }, { columns: 132, rows: 43, source: 'kernel', utf8: undefined }],
  ['no answer and 0×0', [], none, { columns: 80, rows: 24, source: 'default', utf8: undefined }],
  [
    'one that does not clamp',
    [
      { row: 999, column: 999 },
      { row: 1, column: 2 },
    ],
    none,
    { columns: 80, rows: 24, source: 'default' },
  ],
  [
    'one that does not move',
    [{ row: 1, column: 1 }],
    { columns: undefined, rows: undefined },
    { columns: 80, rows: 24, source: 'default' },
  ],
] satisfies [string, CursorReport[], { columns: number | undefined; rows: number | undefined }, object][])(
  'size by %s',
  async (_, answers, kernelSize, expected) => {
    expect(await probe(answers, kernelSize)).toMatchObject(expected);
  },
);

test('the runtime that Ink is loaded in is put back', async () => {
  process.env.NO_COLOR = '1';
  const before = { force: process.env.FORCE_COLOR, fetch: globalThis.fetch };
  const inside = await withInkRuntime(async () => ({
    force: process.env.FORCE_COLOR,
    no: process.env.NO_COLOR,
    fetch: typeof fetch,
  }));
  expect(inside).toEqual({ force: '1', no: undefined, fetch: 'undefined' });
  expect(process.env.FORCE_COLOR).toBe(before.force);
  expect(process.env.NO_COLOR).toBe('1');
  expect(globalThis.fetch).toBe(before.fetch);
  delete process.env.NO_COLOR;
  await expect(withInkRuntime(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(globalThis.fetch).toBe(before.fetch);
});
