// The keys of joining by a code: the one that opens it, and those of its text.
import type { JoinOverlay } from '../state/join-overlay.ts';
import type { SessionEvent } from '../state/session.ts';
import type { TextEdit } from '../state/text-edit.ts';
import { type Binding, back, enter } from './binding.ts';

/** On the list of cluster filesystems. */
export const joinKey: Binding = {
  keys: ['f9', 'text:c'],
  shown: 'F9',
  label: 'Join by code',
  description: 'Join a cluster by the code that a member shows (`mayfly join offer`): nobody types its secret',
  does: { type: 'join' },
};

const erase = (what: 'before' | 'after' | 'word' | 'all'): SessionEvent => ({
  type: 'edit',
  edit: { kind: 'erase', what },
});
const move = (to: Extract<TextEdit, { kind: 'move' }>['to']): SessionEvent => ({
  type: 'edit',
  edit: { kind: 'move', to },
});

const typing: readonly Binding[] = [
  enter('Ask', 'Ask the member for its part of the profile; nothing is changed on this node'),
  back('Back', 'Back to the list; the code stays good'),
  { keys: ['left'], shown: 'Left', label: '', description: 'One character left', does: move('left') },
  { keys: ['right'], shown: 'Right', label: '', description: 'One character right', does: move('right') },
  { keys: ['home'], shown: 'Home', label: '', description: 'To the beginning of the code', does: move('home') },
  { keys: ['end', 'ctrl-e'], shown: 'End', label: '', description: 'To the end of the code', does: move('end') },
  { keys: ['backspace'], shown: 'Backspace', label: '', description: 'Erase a character', does: erase('before') },
  {
    keys: ['delete', 'ctrl-d'],
    shown: 'Delete',
    label: '',
    description: 'Erase the character at the cursor',
    does: erase('after'),
  },
  { keys: ['ctrl-w'], shown: 'Ctrl-W', label: '', description: 'Erase a group', does: erase('word') },
  { keys: ['ctrl-u'], shown: 'Ctrl-U', label: '', description: 'Erase the whole code', does: erase('all') },
];

export const joinKeys = ({ asking }: JoinOverlay): readonly Binding[] =>
  asking === undefined ? typing : [back('Stop', 'Ask no longer; what was typed stays')];
