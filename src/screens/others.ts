// The other consoles in plain words: who changes the node now, who wants to, and what can be done about it here.
import { clockText } from '../state/now.ts';
import { partyText, sameParty } from '../state/party.ts';
import type { Session } from '../state/session.ts';
import { askedBy, otherWriter } from '../state/sharing.ts';

const seconds = (left: number | undefined): string => `${Math.max(0, left ?? 30)} s`;

/** At the console that writes: somebody else wants to. */
export const questionText = (session: Session): string | undefined => {
  const by = askedBy(session);
  return by === undefined
    ? undefined
    : `${partyText(by)} wants to go on with this: F6 gives it, any other key keeps it; without one it is given in ${seconds(session.sharing.secondsLeft)}`;
};

/** At a console that looks on. */
export const watchText = (session: Session): string | undefined => {
  const { claim, me, secondsLeft } = session.sharing;
  const writer = otherWriter(session);
  if (writer === undefined) return undefined;
  if (sameParty(claim.asked?.by, me))
    return `${partyText(writer)} is asked; unanswered it is yours in ${seconds(secondsLeft)}`;
  return `${partyText(writer)} is changing this node since ${clockText(claim.sinceMs)} · F6 takes over`;
};
