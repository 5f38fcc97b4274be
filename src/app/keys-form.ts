// The keys of the wizard's screens: typing, moving between fields, choosing.
import type { Session } from '../state/session.ts';
import { fieldsHere } from '../state/session-editing.ts';
import { type Binding, enter } from './binding.ts';
import { findKey } from './keys-find.ts';

const erasing: readonly Binding[] = [
  {
    keys: ['left'],
    shown: 'Left',
    label: '',
    description: 'In a text: one character left',
    does: { type: 'edit', edit: { kind: 'move', to: 'left' } },
  },
  {
    keys: ['right'],
    shown: 'Right',
    label: '',
    description: 'In a text: one character right',
    does: { type: 'edit', edit: { kind: 'move', to: 'right' } },
  },
  {
    keys: ['home'],
    shown: 'Home',
    label: '',
    description: 'To the beginning of the text',
    does: { type: 'edit', edit: { kind: 'move', to: 'home' } },
  },
  {
    keys: ['end', 'ctrl-e'],
    shown: 'End',
    label: '',
    description: 'To the end of the text',
    does: { type: 'edit', edit: { kind: 'move', to: 'end' } },
  },
  {
    keys: ['backspace'],
    shown: 'Backspace',
    label: '',
    description: 'Erase the character before the cursor',
    does: { type: 'edit', edit: { kind: 'erase', what: 'before' } },
  },
  {
    keys: ['delete', 'ctrl-d'],
    shown: 'Delete',
    label: '',
    description: 'Erase the character at the cursor',
    does: { type: 'edit', edit: { kind: 'erase', what: 'after' } },
  },
  {
    keys: ['ctrl-w'],
    shown: 'Ctrl-W',
    label: '',
    description: 'Erase the word before the cursor',
    does: { type: 'edit', edit: { kind: 'erase', what: 'word' } },
  },
  {
    keys: ['ctrl-u'],
    shown: 'Ctrl-U',
    label: '',
    description: 'Empty the field',
    does: { type: 'edit', edit: { kind: 'erase', what: 'all' } },
  },
];

const choosing: readonly Binding[] = [
  {
    keys: ['right', 'text: '],
    shown: '← →',
    label: 'Choose',
    description: 'The next possibility; the space bar does the same',
    does: { type: 'option', by: 1 },
  },
  { keys: ['left'], shown: '←', label: '', description: 'The possibility before', does: { type: 'option', by: -1 } },
];

export const formKeys = (session: Session): readonly Binding[] => {
  if (session.view.kind !== 'editing') return [];
  const { step, focus } = session.view;
  const fields = fieldsHere(session, step);
  const field = fields[focus];
  const isLast = focus === fields.length - 1;
  const moving: readonly Binding[] = [
    { keys: ['tab'], shown: 'Tab', label: '', description: 'The next field', does: { type: 'focus', by: 1 } },
    {
      keys: ['backtab'],
      shown: 'Shift-Tab',
      label: '',
      description: 'The field before',
      does: { type: 'focus', by: -1 },
    },
    {
      keys: ['down'],
      shown: '↑ ↓',
      label: 'Move',
      description: 'The next field; in a list of matches the next match',
      does: { type: 'highlight', by: 1 },
    },
    {
      keys: ['up'],
      shown: '↑',
      label: '',
      description: 'The field or the match before',
      does: { type: 'highlight', by: -1 },
    },
    {
      keys: ['pagedown', 'ctrl-n'],
      shown: 'PgDn',
      label: 'Next screen',
      description: 'Go on to the next screen at once',
      does: { type: 'leave' },
    },
  ];
  const making: readonly Binding[] =
    field?.id === 'cluster.secret'
      ? [
          {
            keys: ['f9', 'ctrl-k'],
            shown: 'F9',
            label: 'Make one',
            description: 'Make a secret for a new cluster: 32 random bytes',
            does: { type: 'make-secret', field: field.id },
          },
        ]
      : [];
  const on = enter(isLast ? 'Go on' : 'Next', 'The next field; from the last one to the next screen');
  return [on, ...making, ...(field?.kind === 'choice' ? choosing : erasing), ...moving, ...findKey(session)];
};

export const listKeys: readonly Binding[] = [
  { keys: ['enter'], shown: 'Enter', label: 'Choose', description: 'Take the marked one and go on', does: 'list' },
  {
    keys: ['up', 'down', 'text:k', 'text:j'],
    shown: '↑ ↓',
    label: 'Move',
    description: 'Move the mark; k and j do the same, a digit chooses',
    does: 'list',
  },
  {
    keys: ['pagedown', 'ctrl-n'],
    shown: 'PgDn',
    label: '',
    description: 'Go on to the next screen at once',
    does: { type: 'leave' },
  },
];
