// A window onto more lines than there is room for, which always says that there are more.
import { type Line, line, span } from './line.ts';

/** How far it can be scrolled. */
export const scrollMax = (count: number, height: number): number =>
  Math.max(0, count - height + (count > height ? 1 : 0));

/** The lines from `scroll` on; where not all fit, the last row says which part is seen. */
export const scrolled = (lines: readonly Line[], scroll: number, height: number): readonly Line[] => {
  if (lines.length <= height) return lines;
  const room = height - 1;
  const from = Math.max(0, Math.min(scroll, scrollMax(lines.length, height)));
  const shown = lines.slice(from, from + room);
  const last = from + shown.length;
  const arrows = `${from > 0 ? '↑' : ' '}${last < lines.length ? '↓' : ' '}`;
  const more = line(span(` ${arrows} lines ${from + 1} to ${last} of ${lines.length}`, 'dim'));
  return [...shown, ...Array.from({ length: room - shown.length }, () => line()), more];
};
