// What an answer to a field means, as the session's own events: stored as typed, judged by the session's own rules, then on to the next field.
import { diskNote, noteText } from '../screens/cluster-form.ts';
import { diskField, diskRows } from '../state/cluster-disks.ts';
import { chosenFilesystem } from '../state/cluster-form.ts';
import { clusterNotes } from '../state/cluster-problems.ts';
import type { Field } from '../state/field.ts';
import { quote } from '../state/quote.ts';
import type { Session, SessionEvent } from '../state/session.ts';
import { allProblems, type Editing, fieldsHere } from '../state/session-editing.ts';
import { factsOf } from '../state/session-facts.ts';
import { accepted, problemText, type Reply, rejected, sessionAfter } from './ask.ts';
import { finished, keysOf, unfinishedKey } from './key-list.ts';
import { matchLines, notAnOption, optionFor } from './options.ts';

/** Alone on a line: this field is left empty. */
export const nothing = '-';

const store = (field: Field, value: string): readonly SessionEvent[] =>
  value === field.value ? [] : [{ type: 'choose', field: field.id, value }];

/** From the last field of a screen to the next screen. */
const onward = (session: Session, view: Editing, by = 1): readonly SessionEvent[] => {
  const left = fieldsHere(session, view.step).length - 1 - view.focus;
  return left < by ? [{ type: 'leave' }] : Array.from({ length: by }, () => ({ type: 'focus', by: 1 }) as const);
};

/** What is worth knowing of a value that stops nobody; nothing is said again of what stays as it is. */
const notesOn = (after: Session, { id }: Field): readonly string[] => {
  if (after.view.kind !== 'editing' || after.view.step !== 'cluster-form') return [];
  const facts = factsOf(after);
  const row = diskRows(after.draft, facts, chosenFilesystem(after.draft)).find(
    ({ serial }) => diskField(serial, 'use') === id,
  );
  const ofDisk = row === undefined ? undefined : diskNote(row);
  // The disks are asked about later; what none of them is for, the review says.
  const notes = clusterNotes(after.draft, facts).filter(
    ({ field, problem }) => field === id && problem.code !== 'cluster/no-state-disk',
  );
  return [...(ofDisk === undefined ? [] : [ofDisk]), ...notes.map(noteText)].map((text) => `~ ${text}`);
};

/** Stored in any case, so that the next question offers it again; gone on from only when nothing is wrong with it. */
const judged = (session: Session, view: Editing, field: Field, value: string, said: readonly string[] = []): Reply => {
  const stored = store(field, value);
  const after = sessionAfter(session, stored);
  const wrong = allProblems(after).filter((problem) => problem.field === field.id);
  if (wrong.length > 0) return rejected(wrong.slice(0, 1).map(problemText), stored);
  return accepted([...stored, ...onward(after, view)], [...said, ...notesOn(after, field)]);
};

type Of<Kind extends Field['kind']> = Extract<Field, { kind: Kind }>;

const textReply = (session: Session, view: Editing, field: Of<'text'>, typed: string): Reply => {
  const isEmpty = typed === nothing || typed.toLowerCase() === field.placeholder.toLowerCase();
  return judged(session, view, field, isEmpty ? '' : typed === '' ? field.value : typed);
};

const choiceReply = (session: Session, view: Editing, field: Of<'choice'>, typed: string): Reply => {
  if (typed === '') return judged(session, view, field, field.value);
  const option = optionFor(typed, field.options);
  return option === undefined
    ? rejected([notAnOption(typed, field.options)])
    : judged(session, view, field, option.value);
};

/** Enter takes the first name that matches, as on the screen; a part of a name lists the names that have it. */
const filterReply = (session: Session, view: Editing, field: Of<'filter'>, typed: string): Reply => {
  if (typed === nothing) return judged(session, view, field, '');
  const numbered = /^\d{1,3}$/.test(typed) ? field.matches[Number(typed) - 1] : undefined;
  const chosen = typed === '' ? field.matches[0] : numbered;
  if (chosen !== undefined) return judged(session, view, field, chosen, [`  ${chosen}`]);
  const value = typed === '' ? field.value : typed;
  const stored = store(field, value);
  const again = fieldsHere(sessionAfter(session, stored), view.step)[view.focus];
  const matches = again?.kind === 'filter' ? again.matches : [];
  const [only] = matches;
  if (matches.length === 1 && only !== undefined) return judged(session, view, field, only, [`  ${only}`]);
  if (matches.length > 1)
    return rejected([`! ${quote(value)} is a part of several names`, ...matchLines(matches)], stored);
  return judged(session, view, field, value);
};

const linesReply = (session: Session, view: Editing, field: Of<'lines'>, typed: string): Reply => {
  const keys = keysOf(field.value);
  const half = unfinishedKey(field.value);
  const drop = /^-(\d{1,3})$/.exec(typed)?.[1];
  if (drop !== undefined) {
    const gone = keys[Number(drop) - 1];
    if (gone === undefined)
      return rejected([`! there is no key ${drop}: type - and the number of one that is listed, e.g. -1`]);
    return accepted(store(field, finished(keys.filter((key) => key !== gone))), [`  key ${drop} is taken away`]);
  }
  if (typed === nothing && half !== '')
    return accepted(store(field, finished(keys)), ['  the unfinished key is taken away']);
  const key = typed === '' ? half : typed;
  if (key === '' || key === nothing) return judged(session, view, field, field.value);
  if (keys.includes(key)) return accepted(store(field, finished(keys)), ['  this key is in the list already']);
  const complete = store(field, finished([...keys, key]));
  const wrong = allProblems(sessionAfter(session, complete)).filter((problem) => problem.field === field.id);
  if (wrong.length === 0) return accepted(complete);
  return rejected(wrong.slice(0, 1).map(problemText), store(field, finished(keys) + key));
};

const erase: SessionEvent = { type: 'edit', edit: { kind: 'erase', what: 'all' } };

const typeSecret = (text: string): readonly SessionEvent[] => [erase, { type: 'edit', edit: { kind: 'insert', text } }];

/** Two that differ are both forgotten: nobody can see which of them was the slip. */
const startAgain: readonly SessionEvent[] = [erase, { type: 'focus', by: -1 }, erase];

/** Instead of a secret: one is made on this node. */
export const newSecret = 'new';

/** A key of a cluster: kept as it is by Enter, left out by -, or made here. */
const keyReply = (session: Session, view: Editing, field: Of<'secret'>, typed: string): Reply => {
  if (field.id === 'cluster.secret' && typed.trim() === newSecret)
    return accepted([{ type: 'make-secret', field: field.id }]);
  const typing = typed === '' ? [] : typed.trim() === nothing ? [erase] : typeSecret(typed.trim());
  const after = sessionAfter(session, typing);
  const wrong = allProblems(after).filter((problem) => problem.field === field.id);
  return wrong.length === 0
    ? accepted([...typing, ...onward(after, view)])
    : rejected(wrong.slice(0, 1).map(problemText), [...typing, erase]);
};

const secretReply = (session: Session, view: Editing, field: Of<'secret'>, typed: string): Reply => {
  const isFirst = field.id === 'access.password';
  if (isFirst && typed === nothing) {
    const emptied: readonly SessionEvent[] = [erase, { type: 'focus', by: 1 }, erase, { type: 'focus', by: -1 }];
    return accepted([...emptied, ...onward(session, view, 2)]);
  }
  if (isFirst && typed === '' && field.value === '') return accepted(onward(session, view, 2));
  const typing = typed === '' ? [] : typeSecret(typed);
  const after = sessionAfter(session, typing);
  const wrong = allProblems(after).filter((problem) => problem.field === field.id);
  if (wrong.length === 0) return accepted([...typing, ...onward(after, view)]);
  return rejected(wrong.slice(0, 1).map(problemText), isFirst ? typing : startAgain);
};

export const fieldReply = (session: Session, view: Editing, field: Field, typed: string): Reply => {
  switch (field.kind) {
    case 'text':
      return textReply(session, view, field, typed);
    case 'choice':
      return choiceReply(session, view, field, typed);
    case 'filter':
      return filterReply(session, view, field, typed);
    case 'lines':
      return linesReply(session, view, field, typed);
    case 'secret':
      return field.id.startsWith('cluster.')
        ? keyReply(session, view, field, typed)
        : secretReply(session, view, field, typed);
  }
};
