// What is seen of a text that may be longer than its box, with a cursor of our own: the line may not show the terminal's.
import { type Line, span } from './line.ts';

/** The caret is always inside; where text is hidden an ellipsis says so. */
export const textWindow = (text: string, caret: number, width: number): Line => {
  const points = [...text];
  const room = Math.max(4, width);
  const from = caret < room - 1 ? 0 : caret - room + 2;
  const shown = points.slice(from, from + room);
  if (from > 0 && shown.length > 0) shown[0] = '…';
  if (from + room < points.length && caret - from < room - 1) shown[room - 1] = '…';
  const at = caret - from;
  return [span(shown.slice(0, at).join('')), span(shown[at] ?? '_', 'caret'), span(shown.slice(at + 1).join(''))];
};

export const clipped = (text: string, width: number): string => {
  const points = [...text];
  return points.length <= width ? text : `${points.slice(0, Math.max(1, width - 1)).join('')}…`;
};
