// What is seen of a text that may be longer than its box, with a cursor of our own: the line may not show the terminal's.
import { columnsOf } from '../terminal/columns-of.ts';
import { type Line, span } from './line.ts';

/** In columns. U+FE0F makes what stands before it wide, U+20E3 makes a key of it: a column for each is never too few. */
const widthOfPoint = (point: string): number => (point === '\uFE0F' || point === '\u20E3' ? 1 : columnsOf(point));

const widthOf = (points: readonly string[]): number => points.reduce((sum, point) => sum + widthOfPoint(point), 0);

/** As many of them as stand in so many columns. */
const fitting = (points: readonly string[], room: number): readonly string[] => {
  let left = room;
  const end = points.findIndex((point) => {
    left -= widthOfPoint(point);
    return left < 0;
  });
  return end < 0 ? points : points.slice(0, end);
};

/** The caret, which counts code points, is always inside; where text is hidden an ellipsis says so. */
export const textWindow = (text: string, caret: number, width: number): Line => {
  const points = [...text];
  const room = Math.max(4, width);
  let from = 0;
  // Two columns stay for the character at the caret, which may be a wide one, or for it and the ellipsis behind it.
  let before = widthOf(points.slice(0, caret));
  for (; from < caret && before > room - 2; from++) before -= widthOfPoint(points[from] ?? '');
  // An ellipsis takes a column, so that it cannot stand for what takes none.
  while (from > 0 && from < caret && widthOfPoint(points[from] ?? '') === 0) from++;
  const shown = [...fitting(points.slice(from), room)];
  const at = caret - from;
  const hidden = from + shown.length < points.length;
  if (from > 0 && shown.length > 0) shown[0] = '…';
  while (hidden && at < shown.length - 1 && widthOfPoint(shown.at(-1) ?? '') === 0) shown.pop();
  if (hidden && at < shown.length - 1) shown[shown.length - 1] = '…';
  return [span(shown.slice(0, at).join('')), span(shown[at] ?? '_', 'caret'), span(shown.slice(at + 1).join(''))];
};

export const clipped = (text: string, width: number): string =>
  columnsOf(text) <= width ? text : `${fitting([...text], Math.max(1, width - 1)).join('')}…`;
