// Every event of a console: the session's own, behind the lock and behind the one claim that there is to change this node.
import { begun } from './claim.ts';
import { needOf } from './claim-need.ts';
import type { ConsoleCommand, ConsoleEvent, ConsoleTransition } from './console-event.ts';
import { clockText, type Now } from './now.ts';
import { partyText } from './party.ts';
import type { Command, Session, SessionEvent, Transition } from './session.ts';
import { isClosed, isLockEvent, leaveToShell, reduceLock, tickLock, touch } from './session-lock.ts';
import { withNotice } from './session-moves.ts';
import { reduceSession } from './session-reducer.ts';
import { isSharingEvent, keep, letGo, reduceSharing, tickSharing } from './session-sharing.ts';
import { isAtRest, looksAlong, otherWriter } from './sharing.ts';
import { scrollHere } from './watch-writer.ts';

/** What a console may have done at any time: it changes nothing that another one could be changing. */
const harmless: readonly Command['type'][] = [
  'shell',
  'make-bundle',
  'read-in-force',
  'compare',
  'forecast-all-zram',
  'forecast-zram',
  // One on a node, by a lock of its own.
  'offer-join',
  'withdraw-offer',
];

const isHarmless = ({ type }: Command): boolean => harmless.includes(type);

/** Why nothing can be changed here now; undefined when it can. */
export const whyNotHere = (session: Session): string | undefined => {
  const writer = otherWriter(session);
  return writer === undefined
    ? undefined
    : `Not while ${partyText(writer)} changes this node (since ${clockText(session.sharing.claim.sinceMs)}); F6 takes over`;
};

/** The first key that changes something is answered at once; what would be wrong to do twice waits for the claim. */
const begin = (before: Session, event: SessionEvent, now: Now): ConsoleTransition => {
  const { session, commands } = reduceSession(before, event);
  const { me, claim } = session.sharing;
  const nothing = isAtRest(session) && session.draft === before.draft && commands.every(isHarmless);
  if (nothing || me === undefined) return { session, commands };
  const mine = begun(claim, me, now);
  return {
    session: {
      ...session,
      sharing: {
        ...session.sharing,
        claim: mine,
        seat: { kind: 'taking', withheld: commands.filter((command) => !isHarmless(command)) },
      },
    },
    commands: [{ type: 'take-turn', claim: mine }, ...commands.filter(isHarmless)],
  };
};

const withhold = ({ session, commands }: Transition): ConsoleTransition => {
  const { seat } = session.sharing;
  if (seat.kind !== 'taking') return { session, commands };
  const withheld = [...seat.withheld, ...commands.filter((command) => !isHarmless(command))];
  return {
    session: { ...session, sharing: { ...session.sharing, seat: { ...seat, withheld } } },
    commands: commands.filter(isHarmless),
  };
};

/** What another console does is told by its own screen; what this one asked for before it lost the claim is over. */
const outdated: readonly SessionEvent['type'][] = [
  'hashed',
  'planned',
  'committed',
  'apply-accepted',
  'apply-undone',
  'config-prepared',
  'network-decided',
  'join-given',
];

/** What was only looked up for a screen that another console's has taken the place of. */
const isLeft = (session: Session, of: Command['type']): boolean =>
  of === 'plan' || of === 'hash-password' || of === 'take-join' || (of === 'compare' && looksAlong(session));

const hear = (session: Session, event: SessionEvent): ConsoleTransition => {
  if (session.sharing.seat.kind !== 'watching') return withhold(reduceSession(session, event));
  if (outdated.includes(event.type)) return { session, commands: [] };
  if (event.type === 'failed' && isLeft(session, event.of)) return { session, commands: [] };
  if (event.type === 'failed' && !harmless.includes(event.of))
    return { session: withNotice(session, 'bad', `${event.problem.summary}: ${event.problem.remedy}`), commands: [] };
  const { session: heard, commands } = reduceSession(session, event);
  return { session: heard, commands: commands.filter(isHarmless) };
};

/** Who looks along has its own help, its own shell and its own place in a long text; everything else is the writer's. */
const lookOn = (session: Session, event: SessionEvent): ConsoleTransition => {
  const reading = session.overlay.kind === 'help';
  const own = event.type === 'help' || event.type === 'shell' || event.type === 'bundle' || event.type === 'refused';
  if (own || (reading && (event.type === 'back' || event.type === 'scroll'))) return reduceSession(session, event);
  if (event.type === 'scroll' && session.overlay.kind === 'none')
    return { session: scrollHere(session, reduceSession(session, event).session), commands: [] };
  return { session: withNotice(session, 'plain', whyNotHere(session) ?? 'Another console writes'), commands: [] };
};

const press = (session: Session, event: SessionEvent, now: Now): ConsoleTransition => {
  const needsClaim = needOf(session, event) === 'write';
  switch (session.sharing.seat.kind) {
    case 'alone':
      return reduceSession(session, event);
    case 'free':
      return needsClaim ? begin(session, event, now) : reduceSession(session, event);
    case 'taking':
      return withhold(reduceSession(session, event));
    case 'writing': {
      const kept = keep(session);
      const { session: after, commands } = reduceSession(kept.session, event);
      return { session: after, commands: [...commands, ...kept.commands] };
    }
    case 'watching': {
      if (looksAlong(session)) return lookOn(session, event);
      const why = needsClaim ? whyNotHere(session) : undefined;
      return reduceSession(session, why === undefined ? event : { type: 'refused', why });
    }
  }
};

/** An effect's answer is no sign that somebody is there; that a shell has ended is. */
const isSomebody = (session: Session, event: ConsoleEvent): boolean => {
  if (event.type === 'shell-closed' || event.type === 'pressed') return true;
  if (event.type === 'failed') return event.of === 'shell';
  if (event.type === 'clock' || event.type === 'leaving' || isLockEvent(event)) return false;
  if (isSharingEvent(event)) return ['take-over', 'withdraw', 'give', 'keep', 'look'].includes(event.type);
  return needOf(session, event) !== 'answer';
};

const step = (session: Session, event: ConsoleEvent, now: Now): ConsoleTransition => {
  if (isLockEvent(event)) return reduceLock(session, event, now);
  if (event.type === 'clock') {
    const shared = tickSharing(session, now);
    const locked = tickLock(shared.session, now);
    return { session: locked.session, commands: [...shared.commands, ...locked.commands] };
  }
  if (event.type === 'leaving') return letGo({ ...session, lock: { kind: 'unread' } }, now);
  const somebody = isSomebody(session, event);
  if (somebody && event.type !== 'failed' && event.type !== 'shell-closed' && isClosed(session))
    return { session, commands: [] };
  const here = somebody ? touch(session, now) : session;
  if (event.type === 'pressed') return keep(here);
  if (isSharingEvent(event)) return reduceSharing(here, event, now);
  if (needOf(here, event) === 'answer') return hear(here, event);
  const pressed = press(here, event, now);
  return event.type === 'shell' ? { ...pressed, session: leaveToShell(pressed.session) } : pressed;
};

export const reduceConsole = (session: Session, event: ConsoleEvent, now: Now): ConsoleTransition => {
  const { session: after, commands } = step(session, event, now);
  const { session: left, commands: more } = letGo(after, now);
  const all: readonly ConsoleCommand[] = more.length === 0 ? commands : [...commands, ...more];
  return { session: left, commands: all };
};
