// The keys of the operations on the zram root: one letter each, a size where one is wanted, and a yes.
import { operationWords } from '../screens/zram-operations.ts';
import { overlayLimits } from '../state/root-kind.ts';
import type { Session, SessionEvent } from '../state/session.ts';
import { operationNames } from '../state/zram-operation.ts';
import type { ZramOverlay } from '../state/zram-overlay.ts';
import { type Binding, back, enter } from './binding.ts';

/** On the dashboard. */
export const zramKey = (session: Session): Binding => {
  const key: Binding = {
    keys: ['f9', 'text:z'],
    shown: 'F9',
    label: 'zram',
    description: 'Trim, pack, grow or limit the zram root while it is in use',
    does: { type: 'zram' },
  };
  const { zram, root } = session.statuses.at(-1) ?? {};
  if (root?.kind === 'live' && root.value.kind === 'overlay')
    return { ...key, disabledReason: `This root is a squashfs with an overlay: ${overlayLimits.join('; ')}` };
  return zram?.kind === 'unavailable' ? { ...key, disabledReason: `There is no zram root here: ${zram.why}` } : key;
};

const choosing = ({ forecasts }: ZramOverlay): readonly Binding[] =>
  operationNames.map((name): Binding => {
    const { letter, label, about } = operationWords[name];
    const binding: Binding = {
      keys: [`text:${letter}`],
      shown: letter,
      label,
      description: about,
      does: { type: 'zram-choose', name },
    };
    const forecast = forecasts?.[name];
    if (forecast === undefined) return { ...binding, disabledReason: 'Still reading what it would come to' };
    return forecast.possible ? binding : { ...binding, disabledReason: forecast.words };
  });

const erase = (what: 'before' | 'word' | 'all'): SessionEvent => ({ type: 'edit', edit: { kind: 'erase', what } });

const typing: readonly Binding[] = [
  enter('Forecast', 'What this would come to; nothing is changed yet'),
  { keys: ['backspace'], shown: 'Backspace', label: '', description: 'Erase a character', does: erase('before') },
  { keys: ['ctrl-w'], shown: 'Ctrl-W', label: '', description: 'Erase a word', does: erase('word') },
  { keys: ['ctrl-u'], shown: 'Ctrl-U', label: '', description: 'Erase the whole text', does: erase('all') },
  back('Back', 'Back to the list; nothing is changed'),
];

export const zramKeys = (overlay: ZramOverlay): readonly Binding[] => {
  const { chosen } = overlay;
  switch (chosen?.stage.kind) {
    case undefined:
      return [...choosing(overlay), back('Back', 'To the dashboard')];
    case 'typing':
      return typing;
    case 'ready':
      return [
        { keys: ['text:y'], shown: 'y', label: 'Yes, now', description: 'Do it now', does: { type: 'confirm' } },
        back('Back', 'Back to the list; nothing is changed'),
      ];
    case 'looking':
      return [back('Back', 'Back to the list; nothing is changed')];
    case 'working':
      return [back('Dashboard', 'To the dashboard; it goes on')];
  }
};
