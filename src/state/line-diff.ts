// Unified diff of two texts, so that a commit is shown before it is made.

const context = 3;

type Line = { readonly mark: ' ' | '-' | '+'; readonly text: string };

/** Like `diff -u` with three lines of context; empty when the texts are equal. */
export const lineDiff = (
  before: string,
  after: string,
  names: { readonly before: string; readonly after: string },
): string => {
  if (before === after) return '';
  const lines = compare(splitLines(before), splitLines(after));
  const hunks = hunksOf(lines);
  if (hunks.length === 0) return '';
  return `${[`--- ${names.before}`, `+++ ${names.after}`, ...hunks].join('\n')}\n`;
};

const splitLines = (text: string): readonly string[] => {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
};

/** Along a longest common subsequence; profiles have some hundred lines, so that the table is small. */
const compare = (before: readonly string[], after: readonly string[]): readonly Line[] => {
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number): number => common[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      common[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: Line[] = [];
  let row = 0;
  let column = 0;
  while (row < before.length || column < after.length) {
    const [old, young] = [before[row], after[column]];
    if (old !== undefined && old === young) {
      lines.push({ mark: ' ', text: old });
      row += 1;
      column += 1;
    } else if (old !== undefined && (young === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ mark: '-', text: old });
      row += 1;
    } else {
      lines.push({ mark: '+', text: young ?? '' });
      column += 1;
    }
  }
  return lines;
};

const hunksOf = (lines: readonly Line[]): readonly string[] => {
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ mark }) => mark !== ' '),
  );
  const output: string[] = [];
  let oldLine = 1;
  let newLine = 1;
  for (const [index, { mark, text }] of lines.entries()) {
    if (shown[index] === true) {
      if (shown[index - 1] !== true) output.push(headOf(lines, shown, index, oldLine, newLine));
      output.push(`${mark}${text}`);
    }
    if (mark !== '+') oldLine += 1;
    if (mark !== '-') newLine += 1;
  }
  return output;
};

const headOf = (lines: readonly Line[], shown: readonly boolean[], from: number, oldLine: number, newLine: number) => {
  const end = shown.indexOf(false, from);
  const hunk = lines.slice(from, end === -1 ? lines.length : end);
  const count = (other: '-' | '+'): number => hunk.filter(({ mark }) => mark !== other).length;
  // diff(1): a side without lines is numbered by the line before it.
  const range = (line: number, size: number): string => `${size === 0 ? line - 1 : line},${size}`;
  return `@@ -${range(oldLine, count('+'))} +${range(newLine, count('-'))} @@`;
};
