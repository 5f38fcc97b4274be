// A frame as Ink writes it, turned into the grid of cells that the terminal shall show.
import stringWidth from 'string-width';
import { type GlyphSet, mapGlyph } from './glyphs.ts';
import { applySgr, onBlank, plain, restrictStyle, type Style } from './style.ts';
import type { TerminalProfile } from './terminal-profile.ts';

export type Size = { readonly columns: number; readonly rows: number };

/** Row by row. A wide character's second cell holds an empty text. */
export type Grid = Size & { readonly texts: readonly string[]; readonly styles: readonly Style[] };

export type Appearance = { readonly profile: TerminalProfile; readonly glyphs: GlyphSet; readonly colour: boolean };

export const blankGrid = ({ columns, rows }: Size): Grid => ({
  columns,
  rows,
  texts: Array<string>(columns * rows).fill(' '),
  styles: Array<Style>(columns * rows).fill(plain),
});

// SGR · OSC · other CSI · other escapes · ends of line · text
const token =
  /\u001B\[([\d;:]*)m|\u001B\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|\u001B\[[ -?]*[@-~]?|\u001B[ -/]*[0-Z\\^-~]?|\r?\n|[^\u001B\n]+/g;
const invisible = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]/;
const printableAscii = /^[\u0020-\u007E]*$/;
const segmenter = new Intl.Segmenter();
const widths = new Map<string, number>();

const widthOf = (grapheme: string): number => {
  const known = widths.get(grapheme);
  if (known !== undefined) return known;
  const width = stringWidth(grapheme);
  if (widths.size > 4000) widths.clear();
  widths.set(grapheme, width);
  return width;
};

const graphemes = function* (text: string): Generator<{ text: string; width: number }> {
  if (printableAscii.test(text)) {
    for (const character of text) yield { text: character, width: 1 };
    return;
  }
  for (const { segment } of segmenter.segment(text)) {
    // A control character in a name or a log line must never reach the terminal.
    if (segment === '\t') yield { text: ' ', width: 1 };
    else if (invisible.test(segment)) yield { text: '?', width: 1 };
    else yield { text: segment, width: widthOf(segment) };
  }
};

/** Taller and wider frames are clipped. */
export const parseFrame = (frame: string, size: Size, { profile, glyphs, colour }: Appearance): Grid => {
  const { columns, rows } = size;
  const texts = Array<string>(columns * rows).fill(' ');
  const styles = Array<Style>(columns * rows).fill(plain);
  let row = 0;
  let column = 0;
  let meant = plain;
  let shown = plain;
  for (const [piece, sgr] of frame.matchAll(token)) {
    if (sgr !== undefined) {
      meant = applySgr(meant, sgr);
      shown = restrictStyle(meant, profile, colour);
      continue;
    }
    if (piece.startsWith('\u001B')) continue;
    if (piece.endsWith('\n')) {
      row++;
      column = 0;
      if (row >= rows) break;
      continue;
    }
    for (const { text, width } of graphemes(piece.endsWith('\r') ? piece.slice(0, -1) : piece)) {
      if (column >= columns) break;
      if (width === 0) continue;
      const at = row * columns + column;
      if (column + width > columns) {
        styles[at] = onBlank(shown);
        column = columns;
        break;
      }
      const glyph = mapGlyph(text, width, glyphs);
      const wide = glyph === text && width > 1;
      for (let part = 0; part < width; part++) {
        const cell = part === 0 ? glyph : wide ? '' : ' ';
        texts[at + part] = cell;
        styles[at + part] = cell === ' ' ? onBlank(shown) : shown;
      }
      column += width;
    }
  }
  return { columns, rows, texts, styles };
};
