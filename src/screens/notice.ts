// What a key did, or why it did nothing, above the footer: as many rows as its remedy needs, so that the body knows how many are left.
import { type Line, paragraph, span, type Tone } from '../components/line.ts';
import type { Notice, Session } from '../state/session.ts';
import { questionText, watchText } from './others.ts';

/** A message of a foreign program has no end of its own; the body keeps most of the screen. */
const mostRows = 4;

/** As many rows as a message needs, cut where it has no end; never empty, so that nothing moves when one comes. */
const messageLines = (text: string, tone: Tone, width: number): readonly [Line, ...Line[]] => {
  // Another program's line ends would cost rows and say nothing.
  const [first = [], ...rest] = paragraph(text.trim().replaceAll(/\s*\n\s*/g, ' '), width, 1, tone);
  if (rest.length < mostRows) return [first, ...rest];
  const cut = (rest[mostRows - 2] ?? []).map((part) => part.text).join('');
  return [first, ...rest.slice(0, mostRows - 2), [span(`${cut.slice(0, width - 2)}…`, tone)]];
};

const ownLines = (notice: Notice, width: number): readonly [Line, ...Line[]] =>
  messageLines(
    `${notice.tone === 'bad' ? '! ' : ''}${notice.text}`,
    notice.tone === 'plain' ? 'accent' : notice.tone,
    width,
  );

/** What the other consoles want first, then what a key did here, then who writes elsewhere. */
export const noticeLines = (session: Session, width: number): readonly [Line, ...Line[]] => {
  const { notice, lock } = session;
  if (lock.kind === 'locked') return [[]];
  const question = questionText(session);
  if (question !== undefined) return messageLines(question, 'warn', width);
  if (notice !== undefined) return ownLines(notice, width);
  const banner = watchText(session);
  return banner === undefined ? [[]] : messageLines(banner, 'accent', width);
};
