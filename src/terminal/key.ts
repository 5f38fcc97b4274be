// What a key press is, whatever the terminal sent for it.

type Letter =
  | 'a'
  | 'b'
  | 'c'
  | 'd'
  | 'e'
  | 'f'
  | 'g'
  | 'h'
  | 'i'
  | 'j'
  | 'k'
  | 'l'
  | 'm'
  | 'n'
  | 'o'
  | 'p'
  | 'q'
  | 'r'
  | 's'
  | 't'
  | 'u'
  | 'v'
  | 'w'
  | 'x'
  | 'y'
  | 'z';

export type KeyName =
  | 'text'
  | 'paste'
  | 'enter'
  | 'escape'
  | 'tab'
  | 'backtab'
  | 'backspace'
  | 'insert'
  | 'delete'
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'home'
  | 'end'
  | 'pageup'
  | 'pagedown'
  | 'f1'
  | 'f2'
  | 'f3'
  | 'f4'
  | 'f5'
  | 'f6'
  | 'f7'
  | 'f8'
  | 'f9'
  | 'f10'
  | 'f11'
  | 'f12'
  | `ctrl-${Letter}`;

/**
 * `text` is empty but for `text` (one character, as typed) and `paste` (several at once, line ends as `\n`).
 * A text field takes both, a hot key only `text`, so that a pasted line never runs commands.
 */
export type KeyPress = { readonly name: KeyName; readonly text: string };

/** The answer to `ESC [ 6 n`, counted from 1. */
export type CursorReport = { readonly row: number; readonly column: number };

const letters: readonly Letter[] = [
  'a',
  'b',
  'c',
  'd',
  'e',
  'f',
  'g',
  'h',
  'i',
  'j',
  'k',
  'l',
  'm',
  'n',
  'o',
  'p',
  'q',
  'r',
  's',
  't',
  'u',
  'v',
  'w',
  'x',
  'y',
  'z',
];

export const key = (name: KeyName): KeyPress => ({ name, text: '' });

/** The key of a control byte; undefined for those that no key sends. */
export const controlKey = (byte: number): KeyPress | undefined => {
  if (byte === 0x08 || byte === 0x7f) return key('backspace');
  if (byte === 0x09) return key('tab');
  if (byte === 0x0a || byte === 0x0d) return key('enter');
  const letter = letters[byte - 1];
  return letter === undefined ? undefined : key(`ctrl-${letter}`);
};

/** `ESC [ parameters ~`: VT220, xterm, rxvt, linux. */
const tildeKeys: Readonly<Record<string, KeyName>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
};

const finalKeys: Readonly<Record<string, KeyName>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  Z: 'backtab',
};

/** SS3: VT100 application cursor and PF keys, VT100+ function keys, application keypad. */
const ss3Keys: Readonly<Record<string, KeyName>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  M: 'enter',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  T: 'f5',
  U: 'f6',
  V: 'f7',
  W: 'f8',
  X: 'f9',
  Y: 'f10',
  Z: 'f11',
  '[': 'f12',
};
const keypad: Readonly<Record<string, string>> = {
  j: '*',
  k: '+',
  l: ',',
  m: '-',
  n: '.',
  o: '/',
  p: '0',
  q: '1',
  r: '2',
  s: '3',
  t: '4',
  u: '5',
  v: '6',
  w: '7',
  x: '8',
  y: '9',
};

/** `ESC [ [ A` to `ESC [ [ E`: the Linux console's first five. */
const linuxKeys: Readonly<Record<string, KeyName>> = { A: 'f1', B: 'f2', C: 'f3', D: 'f4', E: 'f5' };

/** ESC and a digit within the time-out: VT100+ and the convention of server firmware over serial lines. */
const escapedKeys: Readonly<Record<string, KeyName>> = {
  1: 'f1',
  2: 'f2',
  3: 'f3',
  4: 'f4',
  5: 'f5',
  6: 'f6',
  7: 'f7',
  8: 'f8',
  9: 'f9',
  0: 'f10',
  '!': 'f11',
  '@': 'f12',
};

const named = (name: KeyName | undefined): KeyPress | undefined => (name === undefined ? undefined : key(name));

export const linuxKey = (final: string): KeyPress | undefined => named(linuxKeys[final]);
export const escapedKey = (character: string): KeyPress | undefined => named(escapedKeys[character]);

export const ss3Key = (final: string): KeyPress | undefined => {
  const digit = keypad[final];
  return digit === undefined ? named(ss3Keys[final]) : { name: 'text', text: digit };
};

/** The key of a complete control sequence. Modifiers are not told apart: Shift-Up is Up. */
export const csiKey = (parameters: string, final: string): KeyPress | undefined => {
  if (!/^[\d;]*$/.test(parameters)) return undefined;
  if (final === '~') return named(tildeKeys[parameters.split(';')[0] ?? '']);
  return /^(|1(;\d*)?|\d)$/.test(parameters) ? named(finalKeys[final]) : undefined;
};

/** A cursor report; `ESC [ 1 ; 2 R` to `1 ; 8 R` is F3 with a modifier. */
export const cursorReport = (parameters: string, final: string): CursorReport | undefined => {
  const match = final === 'R' ? /^(\d{1,4});(\d{1,4})$/.exec(parameters) : null;
  if (match === null) return undefined;
  const report = { row: Number(match[1]), column: Number(match[2]) };
  return report.row === 1 && report.column >= 2 && report.column <= 8 ? undefined : report;
};
