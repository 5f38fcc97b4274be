// A terminal of our own that knows no more than a VT100: the second opinion on what the bytes show. Written from the VT100 User
// Guide, chapter 3, and shares no code with the writer. `wrap` is the one thing in which an ANSI.SYS differs that matters here.
// One function on purpose: the state of a terminal is one thing.

type ModelCell = { readonly text: string; readonly style: string };

export type Vt100Model = {
  write(text: string): void;
  resize(columns: number, rows: number): void;
  /** Row by row; the second cell of a wide character has an empty text. */
  cells(): ModelCell[];
  lines(): string[];
  cursor(): { readonly row: number; readonly column: number; readonly waitsToWrap: boolean };
  /** Lines that left the screen at its top since the last clearing. */
  scrolled(): number;
};

const isWide = (point: number): boolean =>
  (point >= 0x1100 && point <= 0x115f) ||
  (point >= 0x2e80 && point <= 0xa4cf) ||
  (point >= 0xac00 && point <= 0xd7a3) ||
  (point >= 0xf900 && point <= 0xfaff) ||
  (point >= 0xfe30 && point <= 0xfe6f) ||
  (point >= 0xff00 && point <= 0xff60);
const isMark = (point: number): boolean => (point >= 0x300 && point <= 0x36f) || point === 0x200d || point === 0xfe0f;

const lineDrawing = new Map([...'lqkxmjtuvwn'].map((plain, at) => [plain, [...'┌─┐│└┘├┤┴┬┼'][at] ?? '?']));

export const createVt100Model = (
  initialColumns: number,
  initialRows: number,
  { wrap = 'delayed' }: { readonly wrap?: 'delayed' | 'immediate' } = {},
): Vt100Model => {
  let columns = initialColumns;
  let rows = initialRows;
  const blank: ModelCell = { text: ' ', style: '' };
  let grid: ModelCell[][] = [];
  let row = 0;
  let column = 0;
  let waiting = false;
  let top = 0;
  let bottom = rows - 1;
  let origin = false;
  let autowrap = true;
  let insert = false;
  let sgr = new Map<string, string>();
  let sets: [string, string] = ['B', 'B'];
  let shifted = 0;
  let saved = { row: 0, column: 0, sgr: new Map<string, string>(), sets, shifted: 0 };
  let gone = 0;
  let rest = '';

  const emptyRow = () => Array.from({ length: columns }, () => blank);
  const reset = () => {
    grid = Array.from({ length: rows }, emptyRow);
    row = 0;
    column = 0;
    waiting = false;
    top = 0;
    bottom = rows - 1;
  };
  reset();

  const lineOf = (at: number): ModelCell[] => {
    const line = grid[at];
    if (line === undefined) throw new Error(`row ${at} of ${rows}`);
    return line;
  };
  const styleName = () => [...sgr.values()].sort().join(';');
  const lineFeed = () => {
    if (row === bottom) {
      grid.splice(top, 1);
      grid.splice(bottom, 0, emptyRow());
      gone++;
    } else if (row < rows - 1) row++;
  };
  const moveTo = (toRow: number, toColumn: number) => {
    const [low, high] = origin ? [top, bottom] : [0, rows - 1];
    row = Math.min(Math.max(toRow + (origin ? top : 0), low), high);
    column = Math.min(Math.max(toColumn, 0), columns - 1);
    waiting = false;
  };
  const erase = (at: number, from: number, to: number) => {
    for (let place = from; place < to; place++) lineOf(at)[place] = blank;
  };
  const put = (character: string) => {
    const point = character.codePointAt(0) ?? 32;
    if (isMark(point)) {
      const at = waiting ? column : column - 1;
      const base = lineOf(row)[at]?.text === '' ? at - 1 : at;
      const cell = lineOf(row)[base];
      if (cell !== undefined) lineOf(row)[base] = { ...cell, text: cell.text + character };
      return;
    }
    const width = isWide(point) ? 2 : 1;
    if (waiting || column + width > columns) {
      waiting = false;
      if (autowrap) {
        column = 0;
        lineFeed();
      } else column = columns - width;
    }
    const shown = sets[shifted] === '0' ? (lineDrawing.get(character) ?? character) : character;
    if (insert) lineOf(row).splice(column, 0, ...Array.from({ length: width }, () => blank));
    lineOf(row).length = columns;
    // Half a wide character is nothing.
    if (lineOf(row)[column]?.text === '' && column > 0) lineOf(row)[column - 1] = blank;
    if (lineOf(row)[column + width]?.text === '') lineOf(row)[column + width] = blank;
    for (let part = 0; part < width; part++)
      lineOf(row)[column + part] = { text: part === 0 ? shown : '', style: styleName() };
    column += width;
    if (column < columns) return;
    column = columns - 1;
    if (wrap === 'delayed') waiting = true;
    else if (autowrap) {
      column = 0;
      lineFeed();
    }
  };
  const mode = (parameter: string, on: boolean) => {
    if (parameter === '?6') {
      origin = on;
      moveTo(0, 0);
    } else if (parameter === '?7') autowrap = on;
    else if (parameter === '4') insert = on;
  };
  const attribute = (codes: string[]) => {
    for (let at = 0; at < codes.length; at++) {
      const code = Number(codes[at] || '0');
      if (code === 0) sgr = new Map();
      else if (code === 38 || code === 48) {
        const length = codes[at + 1] === '5' ? 3 : 5;
        sgr.set(code === 38 ? 'front' : 'back', codes.slice(at, at + length).join(','));
        at += length - 1;
      } else if (code === 39) sgr.delete('front');
      else if (code === 49) sgr.delete('back');
      else if (code === 22) for (const name of ['1', '2']) sgr.delete(name);
      else if (code >= 23 && code <= 29) sgr.delete(String(code - 20));
      else if (code < 10) sgr.set(String(code), String(code));
      else sgr.set((code >= 30 && code < 38) || (code >= 90 && code < 98) ? 'front' : 'back', String(code));
    }
  };
  const control = (marked: string, final: string) => {
    const mark = marked.startsWith('?') ? '?' : '';
    const codes = marked.slice(mark.length).split(';');
    const first = Math.max(1, Number(codes[0] || '1'));
    if (final === 'H' || final === 'f') moveTo(first - 1, Math.max(1, Number(codes[1] || '1')) - 1);
    else if (final === 'A') moveTo(Math.max(row - first, row >= top ? top : 0) - (origin ? top : 0), column);
    else if (final === 'B')
      moveTo(Math.min(row + first, row <= bottom ? bottom : rows - 1) - (origin ? top : 0), column);
    else if (final === 'C') moveTo(row - (origin ? top : 0), column + first);
    else if (final === 'D') moveTo(row - (origin ? top : 0), column - first);
    else if (final === 'K') {
      const kind = Number(codes[0] || '0');
      erase(row, kind === 0 ? column : 0, kind === 1 ? column + 1 : columns);
    } else if (final === 'J') {
      const kind = Number(codes[0] || '0');
      erase(row, kind === 0 ? column : 0, kind === 1 ? column + 1 : columns);
      for (let at = 0; at < rows; at++) if (kind === 2 || (kind === 0 ? at > row : at < row)) erase(at, 0, columns);
      if (kind === 0 && row === 0 && column === 0) gone = 0;
    } else if (final === 'm' && mark === '') attribute(codes);
    else if (final === 'r' && mark === '') {
      top = Number(codes[0] || '1') - 1;
      bottom = Math.min(Number(codes[1] || String(rows)), rows) - 1;
      if (top >= bottom) [top, bottom] = [0, rows - 1];
      moveTo(0, 0);
    } else if (final === 'h' || final === 'l') for (const code of codes) mode(`${mark}${code}`, final === 'h');
  };
  const escaped = (sequence: string) => {
    if (sequence === '7') saved = { row, column, sgr: new Map(sgr), sets, shifted };
    else if (sequence === '8') {
      ({ row, column, sets, shifted } = saved);
      sgr = new Map(saved.sgr);
      waiting = false;
    } else if (sequence.startsWith('(')) sets = [sequence[1] ?? 'B', sets[1]];
    else if (sequence.startsWith(')')) sets = [sets[0], sequence[1] ?? 'B'];
  };
  const controlCharacter = (character: string) => {
    if (character === '\r') {
      column = 0;
      waiting = false;
    } else if (character === '\b') {
      if (column > 0) column--;
      waiting = false;
    } else if (character === '\n' || character === '\u000B' || character === '\f') {
      waiting = false;
      lineFeed();
    } else if (character === '\u000E') shifted = 1;
    else if (character === '\u000F') shifted = 0;
  };

  return {
    write: (text) => {
      let left = rest + text;
      rest = '';
      while (left !== '') {
        if (!left.startsWith('\u001B')) {
          const [character = ''] = left;
          left = left.slice(character.length);
          if (character < ' ') controlCharacter(character);
          else put(character);
          continue;
        }
        // Control characters inside a sequence act at once; CAN, SUB and ESC end it unseen.
        const whole = /^\u001B\[([?>!]?[\d;]*)[ -/]*([@-~])/.exec(left) ?? /^\u001B([ -/]*[0-Z\\\]^-~])/.exec(left);
        if (whole !== null) {
          left = left.slice(whole[0].length);
          if (whole[2] === undefined) escaped(whole[1] ?? '');
          else control(whole[1] ?? '', whole[2]);
          continue;
        }
        const broken = /^\u001B\[?[?>!]?[\d; -/]*([\u0000-\u001F\u007F-\uFFFF])/.exec(left);
        if (broken === null) {
          rest = left;
          return;
        }
        const end = broken[0].length - 1;
        const inner = left[end] ?? '';
        const ends = inner === '\u0018' || inner === '\u001A' || inner === '\u001B';
        left = ends ? left.slice(inner === '\u001B' ? end : end + 1) : left.slice(0, end) + left.slice(end + 1);
        if (!ends && inner < ' ') controlCharacter(inner);
      }
    },
    resize: (nextColumns, nextRows) => {
      columns = nextColumns;
      rows = nextRows;
      reset();
    },
    cells: () => grid.flat(),
    lines: () =>
      grid.map((line) =>
        line
          .map(({ text }) => text)
          .join('')
          .trimEnd(),
      ),
    cursor: () => ({ row, column, waitsToWrap: waiting }),
    scrolled: () => gone,
  };
};
