// A screen as cells that can be compared, whoever drew it: what nobody can see on a blank does not count.
import type { Grid } from '../../src/terminal/cells.ts';
import { flags } from '../../src/terminal/style.ts';
import type { Emulator } from './emulator.ts';
import type { Vt100Model } from './vt100-model.ts';

export type ShownCell = {
  readonly text: string;
  readonly bits: number;
  readonly foreground: string;
  readonly background: string;
};

const shownOnBlanks = flags.underline | flags.inverse | flags.strike;

const seen = ({ text, bits, foreground, background }: ShownCell): ShownCell => {
  if (text !== ' ') return { text, bits, foreground, background };
  const left = bits & shownOnBlanks;
  return { text, bits: left, foreground: left === 0 ? '' : foreground, background };
};

export const shownByEmulator = ({ terminal }: Emulator): ShownCell[] => {
  const { active } = terminal.buffer;
  const colour = (mode: number, value: number) =>
    // xterm.js: P16 and P256 are two ways to the same first sixteen colours.
    mode >> 24 <= 2 ? `p${value}` : `rgb${value}`;
  return Array.from({ length: terminal.cols * terminal.rows }, (_, at) => {
    const cell = active.getLine(active.baseY + Math.floor(at / terminal.cols))?.getCell(at % terminal.cols);
    if (cell === undefined) throw new Error('no such cell');
    const bits =
      (cell.isBold() ? flags.bold : 0) |
      (cell.isDim() ? flags.dim : 0) |
      (cell.isItalic() ? flags.italic : 0) |
      (cell.isUnderline() ? flags.underline : 0) |
      (cell.isBlink() ? flags.blink : 0) |
      (cell.isInverse() ? flags.inverse : 0) |
      (cell.isStrikethrough() ? flags.strike : 0);
    return seen({
      text: cell.getWidth() === 0 ? '' : cell.getChars() || ' ',
      bits,
      foreground: cell.isFgDefault() ? '' : colour(cell.getFgColorMode(), cell.getFgColor()),
      background: cell.isBgDefault() ? '' : colour(cell.getBgColorMode(), cell.getBgColor()),
    });
  });
};

/** `31` and `91` and `38;5;9` as the emulator names them. */
const colourName = (codes: string): string => {
  if (codes === '') return '';
  const parts = codes.split(/[;,]/).map(Number);
  const [first = 0, kind, a = 0, b = 0, c = 0] = parts;
  if (kind === 5) return `p${a}`;
  if (kind === 2) return `rgb${a * 65_536 + b * 256 + c}`;
  return `p${first >= 90 ? (first % 10) + 8 : first % 10}`;
};

export const shownByModel = (model: Vt100Model): ShownCell[] =>
  model.cells().map(({ text, style }) => {
    let bits = 0;
    let foreground = '';
    let background = '';
    const bitOf = [0, 1, 2, 4, 8, 16, 0, 32, 64, 128];
    for (const code of style === '' ? [] : style.split(';')) {
      const number = Number(code.split(',')[0]);
      if (number < 10) bits |= bitOf[number] ?? 0;
      else if (number < 40 || (number >= 90 && number < 100)) foreground = colourName(code);
      else background = colourName(code);
    }
    return seen({ text, bits, foreground, background });
  });

export const shownByGrid = (grid: Grid): ShownCell[] =>
  grid.texts.map((text, at) => {
    const style = grid.styles[at];
    return seen({
      text,
      bits: style?.flags ?? 0,
      foreground: colourName(style?.foreground ?? ''),
      background: colourName(style?.background ?? ''),
    });
  });
