// All that a screen says, as one text: what its help looks for words in.
import { type Line, widthOf } from '../components/line.ts';
import { clusterChoices } from '../state/cluster-choices.ts';
import { roleChoices } from '../state/role-choices.ts';
import type { Session } from '../state/session.ts';
import { factsOf } from '../state/session-facts.ts';
import { bodyLines } from './body.ts';
import { clusterAbout, clusterDetails, clusterQuestion, roleQuestion } from './choice-words.ts';
import { documentOf } from './document.ts';
import { headerLine } from './header.ts';
import { type Size, titleOf } from './layout.ts';

const textOf = (lines: readonly Line[]): string =>
  lines
    .filter((line) => widthOf(line) > 0)
    .map((line) => line.map(({ text }) => text).join(''))
    .join('\n');

const choiceText = (session: Session, width: number): string =>
  session.view.kind === 'editing' && session.view.step === 'role'
    ? [roleQuestion, ...roleChoices.map(({ about }) => about)].join('\n')
    : [
        clusterQuestion,
        ...clusterChoices(factsOf(session)).map(clusterAbout),
        textOf(clusterDetails(session, width)),
      ].join('\n');

/** Of a text that scrolls all of it. */
export const screenText = (session: Session, size: Size): string => {
  const document = session.overlay.kind === 'none' ? documentOf(session, size) : undefined;
  const body = document === undefined ? bodyLines(session, size) : [...document.head, ...document.lines];
  return [
    textOf([headerLine(session, size.columns)]),
    titleOf(session),
    body === undefined ? choiceText(session, size.columns) : textOf(body),
  ].join('\n');
};
