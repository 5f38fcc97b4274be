// What this console does about the others: it takes the claim, gives it, loses it, and shows what the one that writes shows.
import { begun, type Claim, ended, handed, secondsToAnswer, takeOver, unasked } from './claim.ts';
import { claimNews } from './claim-news.ts';
import type { ConsoleEvent, ConsolesNews, ConsoleTransition, SharingEvent } from './console-event.ts';
import type { Now } from './now.ts';
import { type Party, partyText, sameParty } from './party.ts';
import type { Notice, Session, View } from './session.ts';
import { openStep } from './session-editing.ts';
import { quietMs, type SharedView } from './shared-screen.ts';
import { isAtRest, type Seat, type Sharing } from './sharing.ts';

const stay = (session: Session): ConsoleTransition => ({ session, commands: [] });

const withSeat = (session: Session, seat: Seat, more: Partial<Sharing> = {}): Session => ({
  ...session,
  sharing: { ...session.sharing, ...more, seat },
});

const told = (session: Session, notice: Notice | undefined): Session =>
  notice === undefined ? session : { ...session, notice };

/** Where this console rests. */
const homeView = (session: Session): View =>
  session.inForce !== undefined || session.progress !== undefined
    ? { kind: 'console' }
    : { kind: 'editing', step: 'welcome', focus: 0, caret: 0, highlight: 0, touched: [], work: 'none' };

/** A form that somebody else has left is nothing to stay at. */
const home = (session: Session): Session =>
  isAtRest(session) && session.view.kind !== 'editing'
    ? session
    : { ...session, view: homeView(session), overlay: { kind: 'none' } };

const viewFrom = (session: Session, view: SharedView): View => {
  switch (view.kind) {
    case 'elsewhere':
      return isAtRest({ ...session, overlay: { kind: 'none' } }) ? session.view : homeView(session);
    case 'comparing':
      return { ...view, diff: view.diff };
    default:
      return view;
  }
};

/** The writer's draft; and its screen, where somebody looks along. Help that was opened here stays open. */
const adopt = (session: Session): Session => {
  const { screen, claim, seat } = session.sharing;
  if (screen === undefined || seat.kind !== 'watching' || !sameParty(screen.writer, claim.writer)) return session;
  const drafted = { ...session, draft: screen.draft };
  if (seat.look === 'away' || session.view.kind === 'starting') return drafted;
  const { overlay } = screen;
  const shown: Session['overlay'] = overlay.kind === 'none' ? overlay : { kind: 'power', choice: overlay.choice };
  return {
    ...drafted,
    view: viewFrom(drafted, screen.view),
    overlay: session.overlay.kind === 'help' ? session.overlay : shown,
  };
};

/** Who reads something of its own is not torn away from it. */
const mayFollow = ({ view, overlay, lock }: Session): boolean =>
  lock.kind === 'locked' ||
  (overlay.kind === 'none' && !['applied', 'applying', 'exporting', 'comparing'].includes(view.kind));

/** Another one writes: what was typed into the password fields here stays with nobody. */
const watch = (session: Session, before: Claim, me: Party, writer: Party): Session => {
  const { seat } = session.sharing;
  if (seat.kind === 'watching') return adopt(told(session, claimNews(before, session.sharing.claim, me)));
  const wrote = seat.kind === 'writing' || seat.kind === 'taking';
  const look = wrote || mayFollow(session) ? 'along' : 'away';
  const news: Notice | undefined =
    seat.kind === 'taking'
      ? { tone: 'bad', text: `${partyText(writer)} was faster: this console looks on` }
      : claimNews(before, session.sharing.claim, me);
  return adopt(told({ ...withSeat(session, { kind: 'watching', look }), secrets: {}, verdict: undefined }, news));
};

/** The claim has come here from another console: the same screen, the same text, but no password. */
const goOn = (session: Session, before: Claim, me: Party): ConsoleTransition => {
  const along = adopt(withSeat({ ...session, overlay: { kind: 'none' } }, { kind: 'watching', look: 'along' }));
  const { view } = along;
  const news = claimNews(before, session.sharing.claim, me);
  const passwords = view.kind === 'editing' && view.step === 'access';
  const notice =
    news === undefined || !passwords
      ? news
      : { ...news, text: `${news.text}. Passwords are not handed over: their fields are empty` };
  const mine = told({ ...withSeat(along, { kind: 'writing' }), overlay: { kind: 'none' }, secrets: {} }, notice);
  switch (view.kind) {
    case 'editing':
      return stay({ ...mine, view: { ...view, work: 'none' } });
    case 'planning':
      return { session: mine, commands: [{ type: 'plan', profile: view.profile }] };
    case 'comparing':
      return {
        session: { ...mine, view: { ...view, diff: undefined, saving: false } },
        commands: [{ type: 'compare', profile: view.profile }],
      };
    default:
      return stay(mine);
  }
};

/** Nobody writes any more. What a console left half done when it died can be gone on with, from any other. */
const free = (session: Session, before: Claim, me: Party): Session => {
  const { seat, claim } = session.sharing;
  if (seat.kind !== 'watching') return withSeat(session, { kind: 'free' });
  const freed = withSeat(session, { kind: 'free' });
  if (claim.writer === undefined)
    return told(seat.look === 'along' ? home({ ...freed, verdict: undefined }) : freed, claimNews(before, claim, me));
  if (seat.look === 'away' || isAtRest(freed)) return freed;
  const { view } = freed;
  const settled: Session =
    view.kind === 'editing'
      ? { ...freed, view: { ...view, work: 'none' } }
      : view.kind === 'planning'
        ? openStep(freed, 'access')
        : view.kind === 'comparing' || freed.overlay.kind === 'power'
          ? home({ ...freed, view: homeView(freed) })
          : freed;
  const text = `The console on ${partyText(claim.writer)} ended without a word. What it showed is here: any key goes on with it`;
  return told({ ...settled, overlay: { kind: 'none' } }, { tone: 'bad', text });
};

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
