// The keys by which one port of many is found.
import { foundPorts, hasManyPorts } from '../state/find-port.ts';
import type { Session, SessionEvent } from '../state/session.ts';
import { type Binding, back, enter } from './binding.ts';

/** Only where there are more ports than the eye finds. */
export const findKey = (session: Session): readonly Binding[] =>
  session.view.kind === 'editing' && session.view.step === 'network' && hasManyPorts(session)
    ? [
        {
          keys: ['f9', 'ctrl-f', 'text:/'],
          shown: 'F9',
          label: 'Find',
          description: 'Find a port by a part of its name, MAC, driver or address',
          does: { type: 'find' },
        },
      ]
    : [];

const move = (by: 1 | -1): SessionEvent => ({ type: 'highlight', by });
const erase = (what: 'before' | 'word' | 'all'): SessionEvent => ({ type: 'edit', edit: { kind: 'erase', what } });

export const findingKeys = (session: Session, typed: string): readonly Binding[] => {
  const go = enter('Go to it', 'To the port that is marked');
  const isNone = foundPorts(session, typed).length === 0;
  return [
    isNone ? { ...go, disabledReason: 'No port matches: erase some of the text' } : go,
    { keys: ['down', 'tab'], shown: '↑ ↓', label: 'Choose', description: 'The next port', does: move(1) },
    { keys: ['up', 'backtab'], shown: '↑', label: '', description: 'The port before', does: move(-1) },
    { keys: ['backspace'], shown: 'Backspace', label: '', description: 'Erase a character', does: erase('before') },
    { keys: ['ctrl-w'], shown: 'Ctrl-W', label: '', description: 'Erase a word', does: erase('word') },
    { keys: ['ctrl-u'], shown: 'Ctrl-U', label: '', description: 'Erase the whole text', does: erase('all') },
    back('Back', 'Back to the form, where it was'),
  ];
};
