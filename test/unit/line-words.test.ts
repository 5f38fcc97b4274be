// The small parts of the line mode as tables: prompts, choices, commands, folding, editing, and what it loads.
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { bindingsOf } from '../../src/app/keymap.ts';
import { typedCommands } from '../../src/line/commands.ts';
import { editLine, keysIn } from '../../src/line/edit-line.ts';
import { interpret, isCommand, isComment } from '../../src/line/interpret.ts';
import { optionFor } from '../../src/line/options.ts';
import { folded, keyName, sentence, shownAs } from '../../src/line/plain-text.ts';
import { promptLine } from '../../src/line/prompt-line.ts';
import { healthNews } from '../../src/line/status-report.ts';
import { foldProgress } from '../../src/state/apply-progress.ts';
import type { Session } from '../../src/state/session.ts';
import { startingSession } from '../../src/state/session-start.ts';
import { bootMs, degradedAt, healthyAt, journalOf, planFor, profile } from '../screens/node-data.ts';

test.each([
  ['Hostname', 'stor-01', 'Hostname [stor-01]: '],
  ['Once more', '', 'Once more: '],
  ['Once more', undefined, 'Once more: '],
  ['Domain', 'd'.repeat(90), `Domain [${'d'.repeat(66)}...]: `],
])('the prompt of %s with %s', (label, fallback, prompt) => {
  expect(promptLine(label, fallback)).toBe(prompt);
  expect(prompt.length).toBeLessThanOrEqual(80);
});

const uses = [
  { value: 'off', label: 'not used' },
  { value: 'dhcp', label: 'DHCP' },
];
test.each([
  ['1', 'off'],
  ['2', 'dhcp'],
  ['dhcp', 'dhcp'],
  ['Not Used', 'off'],
  ['off', 'off'],
  ['0', undefined],
  ['3', undefined],
  ['dh', undefined],
  ['-1', undefined],
])('the choice %j is %s', (typed, value) => expect(optionFor(typed, uses)?.value).toBe(value));

test.each([
  ['F3 saves it, Esc returns', ['!save saves it, < returns']],
  ['Press F6, or F12 for a shell', ['Press !f6, or !shell for a shell']],
  ['two\n  lines', ['two lines']],
])('%j is said as %j', (text, lines) => expect(sentence(text)).toEqual(lines));

test('lines are folded at 80 columns, behind their indent or mark', () => {
  const words = 'word '.repeat(30).trim();
  expect(folded(words).every((text) => text.length <= 80 && text.startsWith('word'))).toBe(true);
  expect(folded(`! ${words}`)[1]).toMatch(/^ {2}word/);
  expect(folded(`   ${words}`)[1]).toMatch(/^ {5}word/);
});

test.each([
  ['mayfly → stor-01…', 'ascii', 'mayfly -> stor-01...'],
  ['2 × 3', 'ascii', '2 x 3'],
  ['2 × 3', 'unicode', '2 × 3'],
  ['\u001B[31mred\u0007', 'unicode', '[31mred'],
] as const)('%j in %s', (text, glyphs, shown) => expect(shownAs(text, glyphs)).toBe(shown));

test.each([
  ['# a comment', false, true],
  ['  # a comment', false, true],
  ['#password', true, false],
  ['# a comment', true, true],
  ['stor-01 # 2', false, false],
])('%j, at a password %s: a comment %s', (line, secret, expected) => expect(isComment(line, secret)).toBe(expected));

test.each([
  ['<', true],
  ['back', true],
  ['!power', true],
  ['?', true],
  ['backup-01', false],
  ['yes', false],
])('%j is obeyed while nothing is asked: %s', (line, expected) => expect(isCommand(line)).toBe(expected));

const status = healthyAt(bootMs);
const rests: Session = { ...startingSession(false), view: { kind: 'console' }, inForce: profile, statuses: [status] };

describe('commands', () => {
  const progress = foldProgress(journalOf(planFor(profile), 'a1'));
  const session = progress === undefined ? rests : { ...rests, progress };
  test('have the names that the texts give to the keys', () => {
    const named = typedCommands(session).filter(({ key }) => keyName(key.toUpperCase()) !== `!${key}`);
    expect(named.map(({ name }) => `!${name}`)).toEqual(named.map(({ key }) => keyName(key.toUpperCase())));
    expect(named.length).toBeGreaterThan(4);
  });
  test('are reached by the name of their key as well', () => {
    expect(interpret(session, undefined, '!f2').events).toEqual([{ type: 'change' }]);
    expect(interpret(session, undefined, '!change').events).toEqual([{ type: 'change' }]);
  });
  test('no key of a screen is missing but those that only move about on it', () => {
    const events = bindingsOf(session, { columns: 80, rows: 24 }).flatMap(({ does, label }) =>
      typeof does === 'string' || label === '' ? [] : [does.type],
    );
    expect(typedCommands(session).map(({ does }) => does.type)).toEqual(events.filter((type) => type !== 'help'));
  });
});

describe('the health of the node', () => {
  const first = healthNews(rests, undefined);
  const at = (next: Session['statuses'][number]) => healthNews({ ...rests, statuses: [next] }, first?.told);
  test('is told in full at first, and not again while it stays', () => {
    expect(first?.said.join('\n')).toContain('healthy');
    expect(at(healthyAt(bootMs + 60_000))).toBeUndefined();
  });
  test('is told when it changes, with every remedy, but not more often than every ten seconds', () => {
    expect(at(degradedAt(bootMs + 5_000))).toBeUndefined();
    expect(at(degradedAt(bootMs + 11_000))?.said.join('\n')).toContain('Check the cable and the switch port');
  });
  test('is not known before the first readings are there', () => {
    expect(healthNews({ ...rests, statuses: [{ ...status, links: { kind: 'pending' } }] }, undefined)).toBeUndefined();
  });
});

describe('the line that is typed', () => {
  test.each([
    ['abc', 'backspace', 'ab', '\b \b'],
    ['', 'backspace', '', ''],
    ['one two', 'ctrl-w', 'one ', '\b \b'.repeat(3)],
    ['漢', 'backspace', '', '\b \b'.repeat(2)],
    ['abc', 'up', 'abc', ''],
    ['abc', 'ctrl-d', 'abc', ''],
  ] as const)('%j and %s', (text, name, after, echo) =>
    expect(editLine(text, { name, text: '' })).toEqual({ kind: 'typing', text: after, echo }),
  );
  test('a paste with its line ends is lines, and nothing in it is obeyed', () => {
    expect(keysIn('a\r\n\u001B[2Jb\n').map(({ name, text }) => `${name} ${text}`)).toEqual([
      'paste a',
      'enter ',
      'paste [2Jb',
      'enter ',
    ]);
  });
});

test('it loads neither Ink nor React', async () => {
  const { metafile } = await build({
    entryPoints: ['src/line/run-line.ts'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs).toContain('src/line/converse.ts');
  expect(inputs.filter((path) => /node_modules\/(ink|react|yoga)|\.tsx$/.test(path))).toEqual([]);
});
