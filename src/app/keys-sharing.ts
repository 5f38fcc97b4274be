// The keys that have to do with the other consoles, and what the claim of one of them does to all others.

import { needOf } from '../state/claim-need.ts';
import type { ConsoleEvent } from '../state/console-event.ts';
import { whyNotHere } from '../state/console-reducer.ts';
import { sameParty } from '../state/party.ts';
import type { Session } from '../state/session.ts';
import { isLockEvent } from '../state/session-lock.ts';
import { isSharingEvent } from '../state/session-sharing.ts';
import { askedBy, looksAlong, otherWriter } from '../state/sharing.ts';
import { type Binding, back } from './binding.ts';
import { everywhere } from './keys-everywhere.ts';

/** Where text is typed a letter is text: Ctrl-O, or Esc 6, are there as well. */
const keys = ['f6', 'ctrl-o', 'text:t'] as const;

const give: Binding = {
  keys: ['f6', 'ctrl-o'],
  shown: 'F6',
  label: 'Give',
  description: 'Give it to the console that asked, as it stands',
  does: { type: 'give' },
};
const keepIt: Binding = {
  keys: ['escape'],
  shown: 'Esc',
  label: 'Keep',
  description: 'Keep it; every other key does so, too',
  does: { type: 'keep' },
};
const takeOver: Binding = {
  keys,
  shown: 'F6',
  label: 'Take over',
  description: 'Ask for it; unanswered it is yours in 30 s',
  does: { type: 'take-over' },
};

const takingOver = ({ sharing }: Session): Binding =>
  sharing.claim.asked === undefined
    ? takeOver
    : {
        ...takeOver,
        disabledReason: sameParty(sharing.claim.asked.by, sharing.me)
          ? 'The console that writes is asked already'
          : 'Another console has asked already',
      };

const isSessionEvent = (does: Binding['does']): does is ConsoleEvent => does !== 'list' && does !== 'terminal';

const needsClaim = (session: Session, does: Binding['does']): boolean => {
  if (!isSessionEvent(does) || does.type === 'clock' || does.type === 'pressed' || does.type === 'leaving')
    return false;
  if (isSharingEvent(does) || isLockEvent(does)) return false;
  return needOf(session, does) === 'write';
};

/** Of the screen that is looked on at, only what changes nothing there. */
const along = (session: Session, bindings: readonly Binding[], why: string): readonly Binding[] => {
  if (session.overlay.kind === 'help') return bindings;
  const asking = sameParty(session.sharing.claim.asked?.by, session.sharing.me);
  const away: Binding = asking
    ? { ...back('Ask no longer', 'Leave it to the console that writes'), does: { type: 'withdraw' } }
    : {
        ...back('Dashboard', 'To what this console shows itself; Esc there comes back'),
        does: { type: 'look', where: 'away' },
      };
  const mine = everywhere.map(
    (binding): Binding => (needsClaim(session, binding.does) ? { ...binding, disabledReason: why } : binding),
  );
  const scrolling = bindings.filter(({ does }) => isSessionEvent(does) && does.type === 'scroll');
  return [takingOver(session), away, ...scrolling, ...mine];
};

const lookAlong: Binding = {
  keys: ['escape'],
  shown: 'Esc',
  label: 'Look on',
  description: 'See what the console that writes shows',
  does: { type: 'look', where: 'along' },
};

/** At the dashboard, and at Welcome, Esc would lead nowhere. */
const isHome = ({ view, overlay }: Session): boolean =>
  overlay.kind === 'none' && (view.kind === 'console' || (view.kind === 'editing' && view.step === 'welcome'));

export const withOthers = (session: Session, bindings: readonly Binding[]): readonly Binding[] => {
  if (askedBy(session) !== undefined)
    return [give, keepIt, ...bindings.filter(({ keys: taken }) => !taken.includes('escape'))];
  const why = whyNotHere(session);
  if (otherWriter(session) === undefined || why === undefined) return bindings;
  if (looksAlong(session)) return along(session, bindings, why);
  const own = bindings.map(
    (binding): Binding => (needsClaim(session, binding.does) ? { ...binding, disabledReason: why } : binding),
  );
  return isHome(session)
    ? [takingOver(session), lookAlong, ...own.filter(({ keys: taken }) => !taken.includes('escape'))]
    : own;
};
