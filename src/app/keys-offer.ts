// The keys of offering a join code: the one on the dashboard, and those of its screen.
import type { JoinKind } from '../state/join-bundle.ts';
import { memberProfile } from '../state/offer-overlay.ts';
import type { Session } from '../state/session.ts';
import { type Binding, back, enter } from './binding.ts';

/** On the dashboard. */
export const offerKey = (session: Session): Binding => {
  const key: Binding = {
    keys: ['f11', 'text:j'],
    shown: 'F11',
    label: 'Join code',
    description: 'Offer a code by which one node joins this cluster, or see the one that is open',
    does: { type: 'offer' },
  };
  return session.offer === undefined && memberProfile(session) === undefined
    ? { ...key, disabledReason: 'This node serves no cluster filesystem: there is nothing to join' }
    : key;
};

const choice = (letter: 's' | 'c', label: string, description: string, joins: JoinKind): Binding => ({
  keys: [`text:${letter}`],
  shown: letter,
  label,
  description,
  does: { type: 'offer-for', joins },
});

export const offerKeys = ({ offer }: Session): readonly Binding[] => {
  switch (offer?.kind) {
    case undefined:
      return [
        choice('s', 'Server', 'Make a code for a node that serves the cluster', 'server'),
        choice('c', 'Client', 'Make a code for a node that only mounts it', 'client'),
        back('Back', 'To the dashboard; nothing is offered'),
      ];
    case 'making':
      return [back('Withdraw', 'Make none after all')];
    case 'open':
      return [
        enter('Dashboard', 'To the dashboard; the offer stays open'),
        back('Withdraw', 'Withdraw the offer: its code is good no more'),
      ];
    case 'withdrawing':
      return [back('Dashboard', 'To the dashboard')];
    case 'joined':
    case 'ended':
      return [enter('Dashboard', 'To the dashboard'), back('', 'To the dashboard')];
  }
};
