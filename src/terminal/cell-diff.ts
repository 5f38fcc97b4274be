// Two grids to bytes: the cheapest moves and only the cells that changed, in sequences that a VT100 knows.
// Longer than most files because moving, erasing and writing share the state of one pass.
import { blankGrid, type Grid, type Size } from './cells.ts';
import { onBlank, plain, type Style, styleChange } from './style.ts';
import type { TerminalProfile } from './terminal-profile.ts';

/** What the terminal shows now. A cursor of undefined is somewhere, e.g. waiting to wrap after the last column. */
export type Screen = Grid & { readonly cursor: { readonly row: number; readonly column: number } | undefined };

/** The screen after `ESC [ H ESC [ J`. */
export const clearedScreen = (size: Size): Screen => ({ ...blankGrid(size), cursor: { row: 0, column: 0 } });

/** Stands in a cell whose content is not known; equal to nothing. */
const unknown = '\uFFFF';

// One code point that every terminal gives the same width, or such a one with marks that combine onto it.
const certain =
  /^[\u0020-\u007E\u00A1-\u00AC\u00AE-\u02FF\u0370-\u0377\u037A-\u058F\u2010-\u2027\u2030-\u205E\u20A0-\u20BF\u2190-\u2311\u2400-\u2426\u2500-\u25FC\u25FF\u2713-\u2718\u276E\u276F\u2800-\u28FF\u3041-\u3096\u30A1-\u30FF\u4E00-\u9FFF\uAC00-\uD7A3\uFF01-\uFF60][\u0300-\u036F]*$/;
const printableAscii = /^[\u0020-\u007E]*$/;

const bytesOf = (text: string): number => (printableAscii.test(text) ? text.length : Buffer.byteLength(text));

const repeated = (count: number, final: string): string =>
  count === 0 ? '' : `\u001B[${count === 1 ? '' : count}${final}`;

const shortest = (candidates: readonly string[]): string =>
  candidates.reduce((best, candidate) => (bytesOf(candidate) < bytesOf(best) ? candidate : best));

/**
 * Stops after about `budget` bytes, so that a slow line can be given a newer frame before the rest of this one.
 * The attributes are off at the end: whatever writes next, the kernel or a crash, is readable.
 */
export const diffCells = (
  screen: Screen,
  next: Grid,
  profile: TerminalProfile,
  budget = Number.POSITIVE_INFINITY,
): { readonly bytes: string; readonly screen: Screen; readonly complete: boolean } => {
  const { columns, rows } = next;
  const texts = [...screen.texts];
  const styles = [...screen.styles];
  let cursor = screen.cursor;
  let pen: Style = plain;
  let bytes = '';

  const same = (at: number) => texts[at] === next.texts[at] && styles[at] === next.styles[at];
  const blankIn = (grid: { texts: readonly string[]; styles: readonly Style[] }, at: number) =>
    grid.texts[at] === ' ' && grid.styles[at] === plain;

  /** A bold or red blank looks like any other. */
  const drawnBy = (style: Style, at: number) => next.styles[at] === (next.texts[at] === ' ' ? onBlank(style) : style);

  /** Cells that stay as they are, written again because that is shorter than jumping over them. */
  const rewrite = (row: number, from: number, to: number): string | undefined => {
    let text = '';
    for (let at = row * columns + from; at < row * columns + to; at++) {
      const cell = next.texts[at];
      if (cell === undefined || cell === '' || !drawnBy(pen, at) || !same(at) || !certain.test(cell)) return undefined;
      if (next.texts[at + 1] === '' && (at + 1) % columns !== 0) return undefined;
      text += cell;
      if (text.length > 8) return undefined;
    }
    return text;
  };

  const forward = (row: number, from: number, to: number): string => {
    const jump = repeated(to - from, 'C');
    const again = to - from <= 8 ? rewrite(row, from, to) : undefined;
    return again === undefined ? jump : shortest([again, jump]);
  };

  const horizontal = (row: number, from: number, to: number): string => {
    if (to >= from) return forward(row, from, to);
    const back = repeated(from - to, 'D');
    const candidates = [back, `\r${forward(row, 0, to)}`];
    return shortest(profile.moveByControls ? ['\b'.repeat(from - to), ...candidates] : candidates);
  };

  const moveTo = (row: number, column: number) => {
    const rowDigits = row === 0 ? '' : String(row + 1);
    const absolute = column === 0 ? `\u001B[${rowDigits}H` : `\u001B[${rowDigits};${column + 1}H`;
    const candidates = [absolute];
    if (cursor !== undefined) {
      const down = row - cursor.row;
      const across = horizontal(row, cursor.column, column);
      if (down === 0) candidates.push(across);
      else if (down > 0) {
        candidates.push(repeated(down, 'B') + across);
        if (profile.moveByControls) candidates.push(`\r${'\n'.repeat(down)}${forward(row, 0, column)}`);
      } else candidates.push(repeated(-down, 'A') + across);
    }
    bytes += shortest(candidates);
    cursor = { row, column };
  };

  const drawIn = (style: Style) => {
    bytes += styleChange(pen, style, profile);
    pen = style;
  };

  const eraseFrom = (from: number, to: number) => {
    texts.fill(' ', from, to);
    styles.fill(plain, from, to);
  };

  /** Writes the cell at `column` and answers how many columns it took. */
  const write = (row: number, column: number): number => {
    const at = row * columns + column;
    const text = next.texts[at] ?? ' ';
    let width = 1;
    while (column + width < columns && next.texts[at + width] === '') width++;
    if (!drawnBy(pen, at)) drawIn(next.styles[at] ?? plain);
    const sure = certain.test(text);
    // Terminals disagree about its width: blank its place first, then do not trust the cursor.
    if (!sure) {
      const again = profile.moveByControls && column + width < columns;
      bytes += `${' '.repeat(width)}${again ? '\b'.repeat(width) : `\u001B[${row + 1};${column + 1}H`}`;
    }
    bytes += text;
    for (let part = 0; part < width; part++) {
      texts[at + part] = part === 0 ? text : '';
      styles[at + part] = next.styles[at] ?? plain;
    }
    const after = column + width;
    if (after < columns && !sure) texts[at + width] = unknown;
    // The rest of a wide character that was cut.
    for (let rest = after; rest < columns && texts[row * columns + rest] === ''; rest++) {
      texts[row * columns + rest] = unknown;
    }
    cursor = sure && after < columns ? { row, column: after } : undefined;
    return width;
  };

  /** First column of the blanks that end the row. */
  const usedColumns = (row: number): number => {
    let used = columns;
    while (used > 0 && blankIn(next, row * columns + used - 1)) used--;
    return used;
  };

  const used = Array.from({ length: rows }, (_, row) => usedColumns(row));
  const usedRows = used.findLastIndex((count) => count > 0) + 1;
  const differsBelow = (row: number) => {
    for (let at = (row + 1) * columns; at < rows * columns; at++) if (!same(at)) return true;
    return false;
  };
  const lastCell = rows * columns - 1;
  const finish = (complete: boolean) => {
    drawIn(plain);
    return { bytes, screen: { columns, rows, texts, styles, cursor }, complete };
  };

  for (let row = 0; row < rows; row++) {
    let column = 0;
    while (column < columns) {
      const at = row * columns + column;
      if (same(at)) {
        column++;
        continue;
      }
      if (at === lastCell && !profile.delayedWrap) break;
      if (bytes.length > budget) return finish(false);
      if (column >= (used[row] ?? 0)) {
        let last = columns - 1;
        while (same(row * columns + last)) last--;
        const screenEnd = row + 1 >= usedRows && differsBelow(row);
        // On a short tail blanks are as cheap, and they never erase in a colour.
        if (screenEnd || last - column >= 3) {
          drawIn(plain);
          moveTo(row, column);
          bytes += screenEnd ? '\u001B[J' : '\u001B[K';
          eraseFrom(at, screenEnd ? texts.length : (row + 1) * columns);
          break;
        }
      }
      moveTo(row, column);
      column += write(row, column);
    }
  }
  return finish(true);
};
