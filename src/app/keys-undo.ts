// The keys of the way back from an apply that stopped half-way.
import type { UndoOverlay } from '../state/undo-overlay.ts';
import { type Binding, back } from './binding.ts';

/** On the outcome of an apply. */
export const undoKey: Binding = {
  keys: ['f8', 'text:b'],
  shown: 'F8',
  label: 'Undo',
  description: 'Take the apply back, its newest step first, after a question; disks and clusters stay as they are',
  does: { type: 'undo-apply' },
};

export const undoKeys = ({ working }: UndoOverlay): readonly Binding[] => {
  const yes: Binding = {
    keys: ['text:y'],
    shown: 'y',
    label: 'Yes, now',
    description: 'Take it back now',
    does: { type: 'confirm' },
  };
  return working
    ? [{ ...yes, disabledReason: 'It is being taken back' }, back('Back', 'Back to the apply; taking back goes on')]
    : [yes, back('Back', 'Back; nothing is taken back')];
};
