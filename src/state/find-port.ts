// Finding one port of many: a list that is narrowed while somebody types, and the way from it to the port's field.
import { type LinkRow, linkField, linkRows } from './draft.ts';
import type { Session } from './session.ts';
import { fieldsHere, focusOn } from './session-editing.ts';
import { factsOf } from './session-facts.ts';
import { editText, type TextEdit } from './text-edit.ts';

/** So many ports are found by eye. */
const fewPorts = 8;

export const hasManyPorts = (session: Session): boolean => linkRows(session.draft, factsOf(session)).length > fewPorts;

const wireWord = (carrier: boolean | undefined): string =>
  carrier === undefined ? 'link down' : carrier ? 'up' : 'no carrier';

/** Every word must be somewhere in it: name, MAC, driver, addresses, what is true of the wire. */
const isMeant = ({ match, fact }: LinkRow, words: readonly string[]): boolean => {
  const known = [match, fact?.name, fact?.mac, fact?.driver, ...(fact?.addresses ?? [])];
  const text = [...known, wireWord(fact?.carrier)].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
};

export const foundPorts = (session: Session, typed: string): readonly LinkRow[] => {
  const words = typed.trim().toLowerCase().split(/\s+/);
  return linkRows(session.draft, factsOf(session)).filter((row) => isMeant(row, words));
};

export const openFind = (session: Session): Session =>
  session.view.kind === 'editing' && session.view.step === 'network'
    ? { ...session, overlay: { kind: 'find', typed: '', caret: 0, highlight: 0 } }
    : session;

export const typeFind = (session: Session, edit: TextEdit): Session => {
  const { overlay } = session;
  if (overlay.kind !== 'find') return session;
  const { text, caret } = editText(overlay.typed, overlay.caret, edit);
  const highlight = text === overlay.typed ? overlay.highlight : 0;
  return { ...session, overlay: { ...overlay, typed: text, caret, highlight } };
};

export const moveFind = (session: Session, by: number): Session => {
  const { overlay } = session;
  if (overlay.kind !== 'find') return session;
  const last = Math.max(0, foundPorts(session, overlay.typed).length - 1);
  return { ...session, overlay: { ...overlay, highlight: Math.max(0, Math.min(overlay.highlight + by, last)) } };
};

/** To the field of the marked port; where nothing matches, everything stays. */
export const takeFind = (session: Session): Session => {
  const { overlay, view } = session;
  if (overlay.kind !== 'find' || view.kind !== 'editing') return session;
  const row = foundPorts(session, overlay.typed)[overlay.highlight];
  if (row === undefined) return session;
  const at = fieldsHere(session, view.step).findIndex(({ id }) => id === linkField(row.match, 'use'));
  const closed: Session = { ...session, overlay: { kind: 'none' } };
  return at < 0 ? closed : focusOn(closed, view, at);
};
