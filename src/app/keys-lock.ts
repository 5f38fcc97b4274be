// The keys of a locked console: those of one field, and nothing else.
import type { Session } from '../state/session.ts';
import { type Binding, enter } from './binding.ts';
import { repaint } from './keys-everywhere.ts';

const erase: readonly Binding[] = [
  {
    keys: ['backspace', 'delete'],
    shown: 'Backspace',
    label: '',
    description: 'Erase the last character',
    does: { type: 'lock-edit', edit: { kind: 'erase', what: 'before' } },
  },
  {
    keys: ['ctrl-u', 'escape'],
    shown: 'Ctrl-U',
    label: 'Empty',
    description: 'Begin the password again',
    does: { type: 'lock-edit', edit: { kind: 'erase', what: 'all' } },
  },
];

export const lockKeys = ({ lock }: Session): readonly Binding[] =>
  lock.kind === 'locked'
    ? [{ ...enter('Unlock', "Check root's password"), does: { type: 'unlock' } }, ...erase, repaint]
    : [repaint];
