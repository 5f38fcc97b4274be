// Lines that are laid out already pass Ink as one private-use character each, and the line output puts them in: what Ink does to every character
// of every row at every frame (split, measure, join, split again) is most of what a console costs that redraws each second.

export type LaidLines = {
  /**
   * The character that stands for this line (text with SGR). The same line has the same one, so an unchanged row is no change to React.
   * A frame may be one character alone, for the characters of all its rows with line ends between them: Ink then lays out a single cell.
   */
  mark(line: string): string;
  /** Undefined for a character that stands only for itself. */
  lineOf(mark: string): string | undefined;
};

/** The private use area of the basic plane: one column wide to every width table. */
const first = 0xe000;
const count = 0x1900;
export const marks = /[\uE000-\uF8FF]/g;

/** Far more than a screen has rows, far less than there are marks: one that is forgotten is not soon another line's. */
const kept = 1_000;

export const createLaidLines = (): LaidLines => {
  // In the order in which they were last asked for.
  const markOf = new Map<string, string>();
  const lineOf = new Map<string, string>();
  let next = 0;
  const free = (): string => {
    for (;;) {
      const mark = String.fromCharCode(first + (next++ % count));
      if (!lineOf.has(mark)) return mark;
    }
  };
  return {
    mark: (line) => {
      const mark = markOf.get(line) ?? free();
      markOf.delete(line);
      markOf.set(line, mark);
      lineOf.set(mark, line);
      const [oldest] = markOf;
      if (markOf.size > kept && oldest !== undefined) {
        markOf.delete(oldest[0]);
        lineOf.delete(oldest[1]);
      }
      return mark;
    },
    lineOf: (mark) => lineOf.get(mark),
  };
};

const books = new WeakMap<object, LaidLines>();

/** Called by an output that puts the lines in. */
export const putLinesInto = (output: object, lines: LaidLines): void => {
  books.set(output, lines);
};

/** Undefined for any other stream: there Ink draws every character itself. */
export const laidLinesOf = (output: object): LaidLines | undefined => books.get(output);
