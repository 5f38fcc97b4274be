// The questions of the two wizard screens that are one choice each: the role and the cluster filesystem.
import { clusterAbout, clusterDetails, clusterQuestion, roleQuestion } from '../screens/choice-words.ts';
import { chosenCluster, clusterChoices } from '../state/cluster-choices.ts';
import { roleChoices } from '../state/role-choices.ts';
import type { Session, SessionEvent } from '../state/session.ts';
import { factsOf } from '../state/session-facts.ts';
import { type Ask, accepted, rejected, sessionAfter } from './ask.ts';
import { notAnOption, type Option, optionFor, optionLines } from './options.ts';
import { textsOf, textWidth } from './plain-text.ts';
import { promptLine } from './prompt-line.ts';

type Choice = {
  readonly field: string;
  readonly question: string;
  readonly options: readonly Option[];
  readonly chosen: string;
  /** What else can be done here. */
  readonly besides: readonly string[];
  /** What is said of a choice that does not lead on. */
  readonly details: (session: Session) => readonly string[];
};

const choiceAsk = (session: Session, { field, question, options, chosen, besides, details }: Choice): Ask => ({
  id: field,
  intro: [question, ...optionLines(options), ...besides],
  prompt: promptLine(
    'Choice',
    `${
      Math.max(
        0,
        options.findIndex(({ value }) => value === chosen),
      ) + 1
    }`,
  ),
  secret: false,
  fresh: false,
  reply: (typed) => {
    const option = typed === '' ? options.find(({ value }) => value === chosen) : optionFor(typed, options);
    if (option === undefined) return rejected([notAnOption(typed, options)]);
    const choose: readonly SessionEvent[] =
      option.value === chosen ? [] : [{ type: 'choose', field, value: option.value }];
    const after = sessionAfter(session, [...choose, { type: 'leave' }]);
    const stays = after.view.kind === 'editing' && after.view.step === session.draft.step;
    // Leaving says why not, as a notice of the session.
    return stays ? rejected(details(after), [...choose, { type: 'leave' }]) : accepted([...choose, { type: 'leave' }]);
  },
});

export const roleAsk = (session: Session): Ask =>
  choiceAsk(session, {
    field: 'role',
    question: roleQuestion,
    options: roleChoices,
    chosen: session.draft.values.role ?? 'storage',
    besides: [],
    details: () => [],
  });

export const clusterAsk = (session: Session): Ask =>
  choiceAsk(session, {
    field: 'cluster.filesystem',
    question: clusterQuestion,
    options: clusterChoices(factsOf(session)).map((choice) => ({
      value: choice.value,
      label: choice.label,
      about: clusterAbout(choice),
    })),
    chosen: chosenCluster(session.draft),
    besides: ['Or !join-by-code, where a member shows a code.'],
    details: (after) => textsOf(clusterDetails(after, textWidth)).filter((text) => text !== ''),
  });
