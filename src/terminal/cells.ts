// A frame as Ink writes it, turned into the grid of cells that the terminal shall show.
import stringWidth from 'string-width';
import { isNarrow } from './columns-of.ts';
import { type GlyphSet, mapGlyph } from './glyphs.ts';
import { marks } from './laid-lines.ts';
import { applySgr, onBlank, plain, restrictStyle, type Style } from './style.ts';
import type { TerminalProfile } from './terminal-profile.ts';

export type Size = { readonly columns: number; readonly rows: number };

/** Row by row. A wide character's second cell holds an empty text. */
export type Grid = Size & { readonly texts: readonly string[]; readonly styles: readonly Style[] };

export type Appearance = { readonly profile: TerminalProfile; readonly glyphs: GlyphSet; readonly colour: boolean };

type MutableGrid = Size & { readonly texts: string[]; readonly styles: Style[] };

const mutableGrid = ({ columns, rows }: Size): MutableGrid => ({
  columns,
  rows,
  texts: Array<string>(columns * rows).fill(' '),
  styles: Array<Style>(columns * rows).fill(plain),
});

export const blankGrid = (size: Size): Grid => mutableGrid(size);

// SGR · OSC · other CSI · other escapes · text
const token =
  /\u001B\[([\d;:]*)m|\u001B\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|\u001B\[[ -?]*[@-~]?|\u001B[ -/]*[0-Z\\^-~]?|[^\u001B]+/g;
const invisible = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]/;
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
  if (isNarrow(text)) {
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

type Pen = { column: number; meant: Style };

/** Draws one row's text from the pen on, and leaves the pen's style as the text left it. `cut`: what does not fit ends in an ellipsis. */
const drawText = (grid: MutableGrid, row: number, pen: Pen, text: string, look: Appearance, cut: boolean): void => {
  const { columns, texts, styles } = grid;
  const { profile, glyphs, colour } = look;
  let shown = restrictStyle(pen.meant, profile, colour);
  for (const [piece, sgr] of text.matchAll(token)) {
    if (sgr !== undefined) {
      pen.meant = applySgr(pen.meant, sgr);
      shown = restrictStyle(pen.meant, profile, colour);
      continue;
    }
    if (piece.startsWith('\u001B')) continue;
    for (const { text: grapheme, width } of graphemes(piece.endsWith('\r') ? piece.slice(0, -1) : piece)) {
      if (width === 0) continue;
      const at = row * columns + pen.column;
      if (pen.column + width > columns) {
        if (pen.column < columns) styles[at] = onBlank(shown);
        if (cut) endCut(grid, row, look);
        pen.column = columns;
        // Nothing more is drawn, but what follows may still change the style.
        cut = false;
        break;
      }
      const glyph = mapGlyph(grapheme, width, glyphs);
      const wide = glyph === grapheme && width > 1;
      for (let part = 0; part < width; part++) {
        const cell = part === 0 ? glyph : wide ? '' : ' ';
        texts[at + part] = cell;
        styles[at + part] = cell === ' ' ? onBlank(shown) : shown;
      }
      pen.column += width;
    }
  }
};

/** An ellipsis in the last column; the half of a wide character before it becomes a blank. */
const endCut = ({ columns, texts, styles }: MutableGrid, row: number, { glyphs }: Appearance): void => {
  const last = row * columns + columns - 1;
  if (texts[last] === '' && columns > 1) {
    texts[last - 1] = ' ';
    styles[last - 1] = onBlank(styles[last - 1] ?? plain);
  }
  texts[last] = mapGlyph('…', 1, glyphs);
};

export type FrameParser = {
  /** Taller and wider frames are clipped. Rows that are as in the last frame are taken from it. */
  parse(frame: string, size: Size): Grid;
  /** Rows that were new. */
  readonly rowsDrawn: number;
};

/** `lineOf` says which characters stand for a whole line, and for which; a frame of one of them alone may be the rows of a screen. */
export const createFrameParser = (
  look: Appearance,
  lineOf: (mark: string) => string | undefined = () => undefined,
): FrameParser => {
  let last: { readonly grid: Grid; readonly rows: readonly string[]; readonly ends: readonly Style[] } | undefined;
  let rowsDrawn = 0;
  return {
    get rowsDrawn() {
      return rowsDrawn;
    },
    parse: (frame, size) => {
      const grid = mutableGrid(size);
      const before = last?.grid.columns === size.columns ? last : undefined;
      const screen = lineOf(frame.trimEnd());
      const rows = (screen?.includes('\n') === true ? screen : frame).split('\n').slice(0, size.rows);
      const ends: Style[] = [];
      for (const [row, text] of rows.entries()) {
        const meant = ends.at(-1) ?? plain;
        const end = before?.rows[row] === text && (before.ends[row - 1] ?? plain) === meant && before.ends[row];
        if (end) {
          copyRow(before.grid, grid, row);
          ends.push(end);
          continue;
        }
        rowsDrawn++;
        const pen: Pen = { column: 0, meant };
        let laid = false;
        const whole = text.replace(marks, (mark) => {
          const line = lineOf(mark);
          laid ||= line !== undefined;
          return line ?? mark;
        });
        drawText(grid, row, pen, whole, look, laid);
        ends.push(pen.meant);
      }
      last = { grid, rows, ends };
      return grid;
    },
  };
};

const copyRow = (from: Grid, to: MutableGrid, row: number): void => {
  for (let at = row * to.columns; at < (row + 1) * to.columns; at++) {
    to.texts[at] = from.texts[at] ?? ' ';
    to.styles[at] = from.styles[at] ?? plain;
  }
};

export const parseFrame = (frame: string, size: Size, look: Appearance): Grid =>
  createFrameParser(look).parse(frame, size);
