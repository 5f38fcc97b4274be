// What this console does about the others: it takes the claim, asks for it, gives it, loses it and lets it go.
import { begun, ended, handed, secondsToAnswer, takeOver, unasked } from './claim.ts';
import type { ConsoleEvent, ConsolesNews, ConsoleTransition, SharingEvent } from './console-event.ts';
import type { Now } from './now.ts';
import { type Party, partyText, sameParty } from './party.ts';
import type { Session } from './session.ts';
import { quietMs } from './shared-screen.ts';
import { isAtRest } from './sharing.ts';
import { adopt, free, goOn, homeView, told, watch, withSeat } from './watch-writer.ts';

const stay = (session: Session): ConsoleTransition => ({ session, commands: [] });

/** Brings the seat into line with what the claim truly is. */
const settle = (session: Session, news: ConsolesNews, now: Now): ConsoleTransition => {
  const { me, seat, claim: before } = session.sharing;
  if (me === undefined || seat.kind === 'alone') return stay(session);
  const { claim, lives } = news;
  const screen = news.screen ?? session.sharing.screen;
  const known = withSeat(session, seat, { claim, lives, screen, secondsLeft: secondsToAnswer(claim, now) });
  if (sameParty(claim.writer, me))
    switch (seat.kind) {
      case 'taking':
        return { session: withSeat(known, { kind: 'writing' }), commands: seat.withheld };
      case 'writing':
        return stay(known);
      case 'free': {
        // Somebody asked in the moment in which it was let go.
        const over = ended(claim, now);
        return { session: withSeat(known, seat, { claim: over }), commands: [{ type: 'take-turn', claim: over }] };
      }
      case 'watching':
        return goOn(known, before, me);
    }
  if (claim.writer !== undefined && lives) return stay(watch(known, before, me, claim.writer));
  if (seat.kind !== 'taking') return stay(free(known, before, me));
  const again = begun(claim, me, now);
  return { session: withSeat(known, seat, { claim: again }), commands: [{ type: 'take-turn', claim: again }] };
};

const ask = (session: Session, me: Party, now: Now): ConsoleTransition => {
  const { claim, lives, screen } = session.sharing;
  const seen = screen !== undefined && sameParty(screen.writer, claim.writer) ? screen : undefined;
  const next = takeOver(claim, me, { lives, quietMs: quietMs(seen, now) }, now);
  if (next === 'mine') return stay(session);
  if (next !== 'another-asks') return { session, commands: [{ type: 'take-turn', claim: next }] };
  const by = claim.asked?.by;
  const who = by === undefined || sameParty(by, me) ? 'This console' : partyText(by);
  return stay(told(session, { tone: 'plain', text: `${who} has asked already` }));
};

export const reduceSharing = (session: Session, event: SharingEvent, now: Now): ConsoleTransition => {
  const { me, seat, claim } = session.sharing;
  switch (event.type) {
    case 'joined':
      return stay(withSeat(session, { kind: 'free' }, { me: event.me }));
    case 'unshared': {
      const alone = withSeat(session, { kind: 'alone' }, { me: undefined });
      const text =
        event.problem === undefined ? undefined : `Other consoles cannot see this one: ${event.problem.summary}`;
      return {
        session: told(alone, text === undefined ? undefined : { tone: 'bad', text }),
        commands: seat.kind === 'taking' ? seat.withheld : [],
      };
    }
    case 'heard': {
      const own = seat.kind === 'taking' || seat.kind === 'writing';
      // What is on its way from here is newer than what was read.
      if (event.claim.turn < claim.turn || (own && event.claim.turn === claim.turn)) return stay(session);
      return settle(session, event, now);
    }
    case 'turn-taken':
      return event.claim.turn < claim.turn
        ? stay(session)
        : settle(session, { claim: event.claim, lives: true, screen: undefined }, now);
    case 'turn-missed':
      return settle(session, event, now);
    default:
      break;
  }
  if (me === undefined) return stay(session);
  switch (event.type) {
    case 'take-over':
      return seat.kind === 'watching' ? ask({ ...session, notice: undefined }, me, now) : stay(session);
    case 'withdraw':
      return seat.kind === 'watching' && sameParty(claim.asked?.by, me)
        ? { session, commands: [{ type: 'take-turn', claim: unasked(claim, 'withdrawn') }] }
        : stay(session);
    case 'give':
      return seat.kind === 'writing' && claim.asked !== undefined
        ? { session, commands: [{ type: 'take-turn', claim: handed(claim, claim.asked.by, 'given', now) }] }
        : stay(session);
    case 'keep':
      return keep(session);
    case 'look': {
      if (seat.kind !== 'watching') return stay(session);
      const looking = withSeat({ ...session, notice: undefined }, { kind: 'watching', look: event.where });
      return stay(
        event.where === 'along' ? adopt(looking) : { ...looking, view: homeView(looking), overlay: { kind: 'none' } },
      );
    }
  }
};

/** Somebody is here and goes on: whoever asked is told. */
export const keep = (session: Session): ConsoleTransition => {
  const { seat, claim } = session.sharing;
  return seat.kind === 'writing' && claim.asked !== undefined
    ? { session, commands: [{ type: 'take-turn', claim: unasked(claim, 'kept') }] }
    : stay(session);
};

/** Lets go of the claim where there is nothing half done, or nobody who could do it. */
export const letGo = (session: Session, now: Now): ConsoleTransition => {
  const { seat, claim } = session.sharing;
  if (seat.kind !== 'writing' || (!isAtRest(session) && session.lock.kind === 'open')) return stay(session);
  const over = ended(claim, now);
  return {
    session: withSeat(session, { kind: 'free' }, { claim: over }),
    commands: [{ type: 'take-turn', claim: over }],
  };
};

/** Counts a question down, and takes what nobody answered for. */
export const tickSharing = (session: Session, now: Now): ConsoleTransition => {
  const { me, claim, seat, secondsLeft } = session.sharing;
  const left = secondsToAnswer(claim, now);
  const counted = left === secondsLeft ? session : withSeat(session, seat, { secondsLeft: left });
  if (me === undefined || left === undefined) return stay(counted);
  if (seat.kind === 'watching' && left <= 0 && sameParty(claim.asked?.by, me))
    return { session: counted, commands: [{ type: 'take-turn', claim: handed(claim, me, 'no-answer', now) }] };
  // Who asked is gone without a word.
  if (seat.kind === 'writing' && left < -5)
    return { session: counted, commands: [{ type: 'take-turn', claim: unasked(claim, 'withdrawn') }] };
  return stay(counted);
};

const sharingEvents: Readonly<Record<SharingEvent['type'], true>> = {
  joined: true,
  heard: true,
  'turn-taken': true,
  'turn-missed': true,
  unshared: true,
  'take-over': true,
  withdraw: true,
  give: true,
  keep: true,
  look: true,
};

export const isSharingEvent = (event: ConsoleEvent): event is SharingEvent => Object.hasOwn(sharingEvents, event.type);
