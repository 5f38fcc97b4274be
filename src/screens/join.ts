// Joining by a code: what to do at the member, the code as it is typed, and each of its groups as it was understood.
import { blank, fitted, type Line, line, paragraph, type Span, span } from '../components/line.ts';
import { textWindow } from '../components/text-window.ts';
import { endText, parseJoinCode } from '../state/join-code.ts';
import { type Heard, heardWords, judgeHeard } from '../state/join-heard.ts';
import { type JoinOverlay, joinNameProblem } from '../state/join-overlay.ts';
import type { Problem } from '../state/problem.ts';
import type { Session } from '../state/session.ts';

const column = 10;
/** As the member shows them. */
const perRow = 3;
/** A code of IPv6 with a port of its own. */
const mostGroups = 15;

export const joinIntro =
  'On a member run `mayfly join offer` and read its code out to here: paste it, or type it group by group. It is good for one node.';

export const joinProblemText = ({ summary, remedy }: Problem): string => `${summary}. ${remedy}`;

const groupSpans = ({ groups }: Heard, index: number): readonly Span[] => {
  const group = groups[index];
  if (group === undefined) return [];
  const { text, state } = group;
  const number = span(`${index + 1}`.padStart(3), 'dim');
  const mark = state === 'wrong' ? '!' : ' ';
  const shown = fitted(text.toUpperCase(), 5);
  return [number, span(`${mark}${shown}   `, state === 'wrong' ? 'bad' : 'plain')];
};

const groupLines = (heard: Heard): readonly Line[] => {
  const count = Math.min(heard.groups.length, mostGroups);
  return Array.from({ length: Math.ceil(count / perRow) }, (_, row) =>
    line(
      ' '.repeat(column - 3),
      ...Array.from({ length: perRow }, (_, place) => groupSpans(heard, row * perRow + place)).flat(),
    ),
  );
};

/** What is known of the code so far; once it is whole, whom it names. */
const heardLines = (heard: Heard, typed: string, width: number): readonly Line[] => {
  const words = heardWords(heard);
  if (words === '') return [];
  if (heard.wrong !== undefined) return paragraph(`! ${words}: ask for it again`, width, column, 'bad');
  const code = heard.whole ? parseJoinCode(typed) : undefined;
  if (code?.ok === true) {
    const { address } = code.value;
    return paragraph(`${words}: Enter asks ${address}, until ${endText(code.value)} UTC`, width, column, 'good');
  }
  return paragraph(words, width, column);
};

export const askingWords = (address: string): string => `asking ${address} …`;

export const joinLines = (session: Session, overlay: JoinOverlay, width: number): readonly Line[] => {
  const { typed, caret, asking } = overlay;
  const problem = overlay.problem ?? joinNameProblem(session);
  const heard = judgeHeard(typed);
  const told = problem === undefined ? [] : paragraph(`! ${joinProblemText(problem)}`, width, column, 'bad');
  return [
    blank,
    ...paragraph(joinIntro, width, 1),
    blank,
    asking === undefined
      ? line('   Code   ', ...textWindow(typed, caret, Math.min(90, width - column - 2)))
      : line('   Code   ', span(fitted(typed, width - column - 2))),
    blank,
    ...groupLines(heard),
    ...(heard.groups.length === 0 ? [] : [blank]),
    ...(asking === undefined
      ? told.length > 0
        ? told
        : heardLines(heard, typed, width)
      : [line(' '.repeat(column), span(askingWords(asking), 'accent'))]),
  ];
};
