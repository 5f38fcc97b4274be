// The keys of the question before data is lost.
import type { SessionEvent } from '../state/session.ts';
import { type Binding, back, enter } from './binding.ts';

const erase = (what: 'before' | 'word' | 'all'): SessionEvent => ({ type: 'edit', edit: { kind: 'erase', what } });

export const consentKeys: readonly Binding[] = [
  enter('Agree', 'Agree that the data on this disk is lost; nothing is changed yet'),
  back('Back', 'Back to the review; nothing is changed'),
  { keys: ['backspace'], shown: 'Backspace', label: '', description: 'Erase a character', does: erase('before') },
  { keys: ['ctrl-w'], shown: 'Ctrl-W', label: '', description: 'Erase a word', does: erase('word') },
  { keys: ['ctrl-u'], shown: 'Ctrl-U', label: '', description: 'Erase the whole text', does: erase('all') },
];
