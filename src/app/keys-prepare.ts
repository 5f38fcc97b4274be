// The keys of the way to a config partition: a disk from a list, then its serial number.
import { configDiskChoices, type PrepareOverlay } from '../state/prepare-overlay.ts';
import type { Session, SessionEvent } from '../state/session.ts';
import { type Binding, back, enter } from './binding.ts';

const move = (by: 1 | -1): SessionEvent => ({ type: 'highlight', by });
const erase = (what: 'before' | 'word' | 'all'): SessionEvent => ({ type: 'edit', edit: { kind: 'erase', what } });

export const prepareKeys = (session: Session, { stage }: PrepareOverlay): readonly Binding[] => {
  switch (stage.kind) {
    case 'choosing': {
      const choose = enter('This disk', 'Choose the marked disk; nothing is changed yet');
      const isNone = configDiskChoices(session).possible.length === 0;
      return [
        isNone ? { ...choose, disabledReason: 'No disk here can be taken: plug a stick in; it appears here' } : choose,
        { keys: ['down', 'text:j'], shown: '↑ ↓', label: 'Choose', description: 'The next disk', does: move(1) },
        { keys: ['up', 'text:k'], shown: '↑', label: '', description: 'The disk before', does: move(-1) },
        back('Back', 'Back; nothing is changed'),
      ];
    }
    case 'typing':
      return [
        enter('Make it', 'Make this disk the config partition now, and save the profile there'),
        back('Back', 'Back to the list; nothing is changed'),
        { keys: ['backspace'], shown: 'Backspace', label: '', description: 'Erase a character', does: erase('before') },
        { keys: ['ctrl-w'], shown: 'Ctrl-W', label: '', description: 'Erase a word', does: erase('word') },
        { keys: ['ctrl-u'], shown: 'Ctrl-U', label: '', description: 'Erase the whole text', does: erase('all') },
      ];
    case 'working':
      return [back('Back', 'Back; it goes on')];
  }
};
