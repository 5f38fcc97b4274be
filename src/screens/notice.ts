// What a key did, or why it did nothing, above the footer: as many rows as its remedy needs, so that the body knows how many are left.
import { type Line, paragraph, span } from '../components/line.ts';
import type { Session } from '../state/session.ts';

/** A message of a foreign program has no end of its own; the body keeps most of the screen. */
const mostRows = 4;

/** Never empty: without a notice its row stays blank, so that nothing moves when one comes. */
export const noticeLines = ({ notice }: Session, width: number): readonly [Line, ...Line[]] => {
  if (notice === undefined) return [[]];
  const mark = notice.tone === 'bad' ? '! ' : '';
  const tone = notice.tone === 'plain' ? 'accent' : notice.tone;
  // Another program's line ends would cost rows and say nothing.
  const text = notice.text.trim().replaceAll(/\s*\n\s*/g, ' ');
  const [first = [], ...rest] = paragraph(mark + text, width, 1, tone);
  if (rest.length < mostRows) return [first, ...rest];
  const cut = (rest[mostRows - 2] ?? []).map(({ text }) => text).join('');
  return [first, ...rest.slice(0, mostRows - 2), [span(`${cut.slice(0, width - 2)}…`, tone)]];
};
