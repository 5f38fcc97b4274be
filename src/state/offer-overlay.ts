// Offering a join code on the dashboard: for whom, the code while it is good, and what became of it. The offer goes on while its screen is left.
import type { JoinKind } from './join-bundle.ts';
import { type Joined, joinedText, type NamedJoiner, type OfferEvent, wrongSecretText } from './join-offer.ts';
import type { Problem } from './problem.ts';
import type { Profile } from './profile.ts';
import type { Notice, Session, SessionEvent, Transition } from './session.ts';

export type Offer =
  /** Its certificate is being made. */
  | { readonly kind: 'making' }
  | {
      readonly kind: 'open';
      readonly for: JoinKind;
      readonly groups: readonly string[];
      readonly address: string;
      readonly port: number;
      readonly endsMs: number;
    }
  | { readonly kind: 'withdrawing' }
  | { readonly kind: 'joined'; readonly joined: Joined; readonly named: NamedJoiner | undefined }
  | { readonly kind: 'ended'; readonly problem: Problem };

/** What it shows is in the session, so that the offer outlasts its screen. */
export type OfferOverlay = { readonly kind: 'offer' };

export type OfferKeyEvent = { readonly type: 'offer' } | { readonly type: 'offer-for'; readonly joins: JoinKind };

export type OfferAnswer =
  | { readonly type: 'offer-told'; readonly told: OfferEvent }
  | { readonly type: 'offer-taken'; readonly joined: Joined; readonly named: NamedJoiner | undefined };

export type OfferCommand =
  | { readonly type: 'offer-join'; readonly joins: JoinKind; readonly profile: Profile }
  | { readonly type: 'withdraw-offer' };

/** The profile of a member; undefined where there is nothing to join. */
export const memberProfile = ({ inForce }: Session): Profile | undefined =>
  inForce?.cluster === undefined || inForce.cluster.filesystem === 'none' ? undefined : inForce;

const stay = (session: Session): Transition => ({ session, commands: [] });

const say = (session: Session, tone: Notice['tone'], text: string): Session => ({ ...session, notice: { tone, text } });

const isShown = ({ overlay }: Session): boolean =>
  overlay.kind === 'offer' || (overlay.kind === 'help' && overlay.over?.kind === 'offer');

const begin = (session: Session, joins: JoinKind): Transition => {
  const profile = memberProfile(session);
  if (session.offer !== undefined || profile === undefined) return stay(session);
  return { session: { ...session, offer: { kind: 'making' } }, commands: [{ type: 'offer-join', joins, profile }] };
};

/** Esc: what is open is withdrawn, what has ended is put away. */
const leave = (session: Session): Transition => {
  const closed: Session = { ...session, overlay: { kind: 'none' } };
  switch (session.offer?.kind) {
    case undefined:
    case 'withdrawing':
      return stay(closed);
    case 'making':
    case 'open':
      return { session: { ...session, offer: { kind: 'withdrawing' } }, commands: [{ type: 'withdraw-offer' }] };
    case 'joined':
    case 'ended':
      return stay({ ...closed, offer: undefined });
  }
};

/** Enter: to the dashboard, where what has ended is put away and what is open goes on. */
const aside = (session: Session): Session => {
  const { offer } = session;
  const closed: Session = { ...session, overlay: { kind: 'none' } };
  if (offer?.kind === 'joined' || offer?.kind === 'ended') return { ...closed, offer: undefined };
  return offer?.kind === 'open' ? say(closed, 'plain', 'The offer stays open; F11 shows its code again') : session;
};

/** Keys on its screen; undefined for what is none of theirs. */
export const reduceOffer = (session: Session, event: SessionEvent): Transition | undefined => {
  if (event.type === 'offer') {
    const here = session.view.kind === 'console' && session.overlay.kind === 'none';
    const has = session.offer !== undefined || memberProfile(session) !== undefined;
    return stay(here && has ? { ...session, overlay: { kind: 'offer' } } : session);
  }
  if (session.overlay.kind !== 'offer') return event.type === 'offer-for' ? stay(session) : undefined;
  switch (event.type) {
    case 'offer-for':
      return begin(session, event.joins);
    case 'next':
      return stay(aside(session));
    case 'back':
      return leave(session);
    default:
      return undefined;
  }
};

const opened = (session: Session, told: Extract<OfferEvent, { event: 'offered' }>): Session => {
  if (session.offer?.kind !== 'making') return session;
  const { groups, address, port, ends, kind } = told;
  return { ...session, offer: { kind: 'open', for: kind, groups, address, port, endsMs: Date.parse(ends) } };
};

/** What the offer tells, wherever the console is by then. */
export const hearOffer = (session: Session, event: OfferAnswer): Session => {
  if (event.type === 'offer-taken') {
    const { joined, named } = event;
    const after: Session = { ...session, offer: { kind: 'joined', joined, named } };
    return isShown(session) ? after : say(after, 'good', `${joinedText(joined)} F11 on the dashboard says what is due`);
  }
  const { told } = event;
  switch (told.event) {
    case 'offered':
      return opened(session, told);
    case 'wrong-secret':
      return say(session, 'bad', wrongSecretText(told));
    case 'refused':
      return say(session, 'bad', `${told.from} could not be let in: ${told.problem.summary}. ${told.problem.remedy}`);
    case 'joined':
      // Told again when all of it is done.
      return session;
  }
};

/** It ended without anybody, or could not be made. */
export const offerEnded = (session: Session, problem: Problem): Session => {
  const after: Session = { ...session, offer: { kind: 'ended', problem } };
  return isShown(session) ? after : say(after, 'plain', `The offer of a join code has ended: ${problem.summary}`);
};
