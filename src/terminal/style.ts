// How one cell is drawn, and the shortest SGR sequence that brings a terminal from one style to the next.
import type { TerminalProfile } from './terminal-profile.ts';

/** Interned: equal styles are the same object, so compare with `===`. */
export type Style = {
  readonly flags: number;
  /** SGR parameters, e.g. `31` or `38;5;12`; empty is the terminal's default. */
  readonly foreground: string;
  readonly background: string;
};

/** SGR code of each flag, how to end it (ECMA-48 8.3.117), and whether a blank cell shows it. */
const attributes = [
  { flag: 1, on: '1', off: '22' },
  { flag: 2, on: '2', off: '22' },
  { flag: 4, on: '3', off: '23' },
  { flag: 8, on: '4', off: '24' },
  { flag: 16, on: '5', off: '25' },
  { flag: 32, on: '7', off: '27' },
  { flag: 64, on: '8', off: '28' },
  { flag: 128, on: '9', off: '29' },
] as const;

export const flags = { bold: 1, dim: 2, italic: 4, underline: 8, blink: 16, inverse: 32, hidden: 64, strike: 128 };
const shownOnBlanks = flags.underline | flags.inverse | flags.strike;

const interned = new Map<string, Style>();

const style = (flagBits: number, foreground = '', background = ''): Style => {
  const key = `${flagBits}/${foreground}/${background}`;
  const known = interned.get(key);
  if (known !== undefined) return known;
  const made = { flags: flagBits, foreground, background };
  interned.set(key, made);
  return made;
};

export const plain = style(0);

/** The style of a blank: what cannot be seen on it is left out, so that it compares equal. */
export const onBlank = (of: Style): Style => {
  const seen = of.flags & shownOnBlanks;
  if (seen === 0) return style(0, '', of.background);
  return style(seen, of.foreground, of.background);
};

/** Bright colours in their plain form; of a palette's colour nothing is known that eight could say. */
const basicColour = (codes: string): string =>
  /^[34][0-7]$/.test(codes) ? codes : /^(9|10)[0-7]$/.test(codes) ? String(Number(codes) - 60) : '';

/** What the terminal can show of a style; without colour, bold, inverse and underline still carry the meaning. */
export const restrictStyle = (of: Style, profile: TerminalProfile, colour: boolean): Style => {
  const shown = (codes: string) => (!colour ? '' : profile.manyColours ? codes : basicColour(codes));
  return style(of.flags & profile.attributes, shown(of.foreground), shown(of.background));
};

/** The style after `ESC [ parameters m`. Unknown codes change nothing. */
export const applySgr = (from: Style, parameters: string): Style => {
  let { flags: bits, foreground, background } = from;
  const codes = parameters === '' ? ['0'] : parameters.split(/[;:]/);
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] === '' ? '0' : (codes[index] ?? '0');
    const number = Number(code);
    if (number === 0) {
      bits = 0;
      foreground = '';
      background = '';
    } else if (number === 38 || number === 48) {
      const length = codes[index + 1] === '5' ? 3 : codes[index + 1] === '2' ? 5 : 1;
      const colour = codes.slice(index, index + length).join(';');
      index += length - 1;
      if (length === 1) continue;
      if (number === 38) foreground = colour;
      else background = colour;
    } else if ((number >= 30 && number <= 37) || (number >= 90 && number <= 97)) foreground = code;
    else if ((number >= 40 && number <= 47) || (number >= 100 && number <= 107)) background = code;
    else if (number === 39) foreground = '';
    else if (number === 49) background = '';
    else {
      for (const attribute of attributes) {
        if (attribute.on === code) bits |= attribute.flag;
        if (attribute.off === code) bits &= ~attribute.flag;
      }
    }
  }
  return style(bits, foreground, background);
};

const codesOf = (bits: number): string[] => attributes.filter(({ flag }) => bits & flag).map(({ on }) => on);

/** Ends what is no longer wanted one by one; undefined where the terminal cannot. */
const deltaCodes = (from: Style, to: Style, profile: TerminalProfile): string[] | undefined => {
  const removed = from.flags & ~to.flags;
  const losesColour =
    (from.foreground !== '' && to.foreground === '') || (from.background !== '' && to.background === '');
  if ((removed !== 0 || losesColour) && !profile.selectiveReset) return undefined;
  const offCodes = new Set(attributes.filter(({ flag }) => removed & flag).map(({ off }) => off));
  // 22 ends bold and dim together, so what stays of them is set again.
  const ended = attributes.filter(({ off }) => offCodes.has(off)).reduce((bits, { flag }) => bits | flag, 0);
  const codes = [...offCodes, ...codesOf(to.flags & ~(from.flags & ~ended))];
  if (from.foreground !== to.foreground) codes.push(to.foreground === '' ? '39' : to.foreground);
  if (from.background !== to.background) codes.push(to.background === '' ? '49' : to.background);
  return codes;
};

/** The shortest sequence from one style to another; empty when they are the same. */
export const styleChange = (from: Style, to: Style, profile: TerminalProfile): string => {
  if (from === to) return '';
  if (to === plain) return '\u001B[m';
  const colours = [to.foreground, to.background].filter((codes) => codes !== '');
  const whole = `\u001B[;${[...codesOf(to.flags), ...colours].join(';')}m`;
  const codes = deltaCodes(from, to, profile);
  const delta = codes === undefined ? undefined : `\u001B[${codes.join(';')}m`;
  return delta !== undefined && delta.length < whole.length ? delta : whole;
};
