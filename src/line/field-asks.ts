// The questions of the wizard's forms, one a field: asked from the same fields, hints and problems as the screens.

import { diskBeside } from '../screens/cluster-form.ts';
import { keyWords, whenWords } from '../screens/form.ts';
import { besideOf, underOf } from '../screens/network.ts';
import { diskField, diskOfField, diskRows } from '../state/cluster-disks.ts';
import { chosenFilesystem } from '../state/cluster-form.ts';
import { linkField, linkRows } from '../state/draft.ts';
import type { Field } from '../state/field.ts';
import type { Session } from '../state/session.ts';
import { allProblems, type Editing, fieldsHere } from '../state/session-editing.ts';
import { factsOf } from '../state/session-facts.ts';
import { type Ask, problemText } from './ask.ts';
import { fieldReply, newSecret } from './field-replies.ts';
import { keysOf, unfinishedKey } from './key-list.ts';
import { matchLines, optionLines } from './options.ts';
import { textOf } from './plain-text.ts';
import { promptLine, promptWithExample } from './prompt-line.ts';

/** `ens3 MTU` for a part of a port, `VBOX-77 path` for one of a disk: the screen says whose part it is by its place. */
export const fieldLabel = (field: Field): string => {
  const serial = diskOfField(field.id);
  if (serial !== undefined) return field.kind === 'choice' ? `Disk ${serial}` : `${serial} ${field.label}`;
  const [kind, match] = field.id.split('/');
  if (kind !== 'link' || match === undefined) return field.label;
  return field.kind === 'choice' ? `Port ${match}` : `${match} ${field.label}`;
};

/** What is true of the wire of a port. */
const diskText = (session: Session, field: Field): string => {
  const rows = diskRows(session.draft, factsOf(session), chosenFilesystem(session.draft));
  const row = rows.find(({ serial }) => diskField(serial, 'use') === field.id);
  if (row === undefined) return '';
  return `: ${diskBeside(row, 200)
    .map(({ text }) => text.trim().replaceAll(/ {2,}/g, ', '))
    .join(', ')}`;
};

const wireText = (session: Session, field: Field): string => {
  const row = linkRows(session.draft, factsOf(session)).find(({ match }) => linkField(match, 'use') === field.id);
  if (row === undefined) return '';
  const wire = besideOf(row.fact).map(({ text }) => text.trim().replaceAll(/ {2,}/g, ', '));
  const now = underOf(row.fact).map((text) => textOf(text).trim());
  return `: ${[wire.filter((part) => part !== '').join(', '), ...now].join('; ')}`;
};

const introOf = (session: Session, field: Field): readonly string[] => {
  switch (field.kind) {
    case 'choice': {
      const when = field.when === undefined ? '' : ` (${whenWords(field.when)})`;
      return [
        `${fieldLabel(field)}${wireText(session, field)}${diskText(session, field)}`,
        `Choose ${field.hint}${when}.`,
        ...optionLines(field.options),
      ];
    }
    case 'text':
      return [`${field.hint}${field.when === undefined ? '' : ` (${whenWords(field.when)})`}`];
    case 'filter':
      return field.matches.length === 0 ? [field.hint] : matchLines(field.matches);
    case 'lines':
      return [
        ...keysOf(field.value).map((key, index) => `${`${index + 1}`.padStart(3)}  ${keyWords(key)}`),
        field.hint,
      ];
    case 'secret':
      return field.id === 'cluster.secret' ? [field.hint, `Type ${newSecret} to have one made.`] : [field.hint];
  }
};

const promptOf = (field: Field): string => {
  const label = fieldLabel(field);
  switch (field.kind) {
    case 'choice':
      return promptLine('Choice', `${field.options.findIndex(({ value }) => value === field.value) + 1}`);
    case 'secret':
      return promptLine(label, field.value === '' ? field.placeholder : 'as typed');
    case 'lines':
      return promptLine(`SSH key ${keysOf(field.value).length + 1}`, unfinishedKey(field.value) || 'no more');
    case 'filter':
      return promptLine(label, field.matches[0] ?? (field.value || field.placeholder));
    case 'text':
      return field.value === '' && field.placeholder.startsWith('e.g. ')
        ? promptWithExample(label, field.placeholder)
        : promptLine(label, field.value || field.placeholder);
  }
};

export const fieldAsk = (session: Session, view: Editing): Ask | undefined => {
  const field = fieldsHere(session, view.step)[view.focus];
  if (field === undefined) return undefined;
  // A password is asked for anew, so that nothing of it can be wrong yet.
  const isJudged = field.kind !== 'secret' && view.touched.includes(field.id);
  const wrong = isJudged ? allProblems(session).filter(({ field: id }) => id === field.id) : [];
  return {
    id: `${view.step}/${field.id}`,
    intro: [...introOf(session, field), ...wrong.slice(0, 1).map(problemText)],
    prompt: promptOf(field),
    secret: field.kind === 'secret',
    fresh: false,
    reply: (typed) => fieldReply(session, view, field, typed),
  };
};
