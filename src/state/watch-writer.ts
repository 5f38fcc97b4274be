// What a console shows while another one writes, and how it goes on when that one gives it, is done, or dies.
import type { Claim } from './claim.ts';
import { claimNews } from './claim-news.ts';
import type { ConsoleTransition } from './console-event.ts';
import { type Party, partyText, sameParty } from './party.ts';
import type { Notice, Session, View } from './session.ts';
import { openStep } from './session-editing.ts';
import type { SharedView } from './shared-screen.ts';
import { isAtRest, type Seat, type Sharing } from './sharing.ts';

const stay = (session: Session): ConsoleTransition => ({ session, commands: [] });

export const withSeat = (session: Session, seat: Seat, more: Partial<Sharing> = {}): Session => ({
  ...session,
  sharing: { ...session.sharing, ...more, seat },
});

export const told = (session: Session, notice: Notice | undefined): Session =>
  notice === undefined ? session : { ...session, notice };

/** Where this console rests. */
export const homeView = (session: Session): View =>
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

/** Of a long text each console shows the part that is read there, until the writer shows something else. */
const withOwnScroll = (before: View, after: Session): Session => {
  const { view } = after;
  const { seat } = after.sharing;
  if (seat.kind !== 'watching' || seat.scroll === undefined) return after;
  return before.kind === view.kind && (view.kind === 'reviewing' || view.kind === 'comparing')
    ? { ...after, view: { ...view, scroll: seat.scroll } }
    : withSeat(after, { kind: 'watching', look: seat.look });
};

/** At a console that looks along; the writer's own place in the text stays where it is. */
export const scrollHere = (session: Session, scrolled: Session): Session => {
  const { seat } = session.sharing;
  const { view } = scrolled;
  return seat.kind === 'watching' && (view.kind === 'reviewing' || view.kind === 'comparing')
    ? withSeat(scrolled, { ...seat, scroll: view.scroll })
    : session;
};

/** The writer's draft; and its screen, where somebody looks along. Help that was opened here stays open. */
export const adopt = (session: Session): Session => {
  const { screen, claim, seat } = session.sharing;
  if (screen === undefined || seat.kind !== 'watching' || !sameParty(screen.writer, claim.writer)) return session;
  const drafted = { ...session, draft: screen.draft };
  if (seat.look === 'away' || session.view.kind === 'starting') return drafted;
  const { overlay } = screen;
  const shown: Session['overlay'] = overlay.kind === 'none' ? overlay : { kind: 'power', choice: overlay.choice };
  return withOwnScroll(session.view, {
    ...drafted,
    view: viewFrom(drafted, screen.view),
    overlay: session.overlay.kind === 'help' ? session.overlay : shown,
  });
};

/** Who reads something of its own is not torn away from it. */
const mayFollow = ({ view, overlay, lock }: Session): boolean =>
  lock.kind === 'locked' ||
  (overlay.kind === 'none' && !['applied', 'applying', 'exporting', 'comparing'].includes(view.kind));

/** Another one writes: what was typed into the password fields here stays with nobody. */
export const watch = (session: Session, before: Claim, me: Party, writer: Party): Session => {
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
export const goOn = (session: Session, before: Claim, me: Party): ConsoleTransition => {
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
export const free = (session: Session, before: Claim, me: Party): Session => {
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
