// What a new turn means to the person at one console, in plain words: who, when, and what can be done.
import type { Claim } from './claim.ts';
import { clockText } from './now.ts';
import { type Party, partyText, sameParty } from './party.ts';
import type { Notice } from './session.ts';

const gained = ({ how, before, sinceMs }: Claim): Notice | undefined => {
  if (before === undefined) return undefined;
  const from = partyText(before);
  const since = clockText(sinceMs);
  switch (how) {
    case 'given':
      return { tone: 'good', text: `${from} gave it to you at ${since}: go on here` };
    case 'no-answer':
      return { tone: 'good', text: `Nobody answered at ${from} for 30 s: it is yours since ${since}` };
    case 'idle':
      return { tone: 'good', text: `No key had come at ${from} for 2 min: it is yours since ${since}` };
    case 'dead':
      return { tone: 'good', text: `The console on ${from} had ended without a word: go on here` };
    default:
      return undefined;
  }
};

const lost = ({ how, sinceMs }: Claim, to: Party): Notice => {
  const who = partyText(to);
  const at = clockText(sinceMs);
  const why: Partial<Record<Claim['how'], string>> = {
    given: `You gave it to ${who} at ${at}`,
    'no-answer': `${who} took over at ${at}: no key had answered here for 30 s`,
    idle: `${who} took over at ${at}: no key had come here for 2 min`,
  };
  return { tone: 'plain', text: `${why[how] ?? `${who} took over at ${at}`}. Your text is there; F6 takes it back` };
};

/** Undefined where nobody here has to be told. */
export const claimNews = (before: Claim, after: Claim, me: Party): Notice | undefined => {
  const had = sameParty(before.writer, me);
  const has = sameParty(after.writer, me);
  if (has && !had) return gained(after);
  if (had && after.writer !== undefined && !has) return lost(after, after.writer);
  if (has || before.writer === undefined) return undefined;
  if (after.writer === undefined)
    return { tone: 'plain', text: `${partyText(before.writer)} was done at ${clockText(after.sinceMs)}` };
  if (sameParty(before.asked?.by, me) && after.how === 'kept')
    return { tone: 'bad', text: `${partyText(before.writer)} goes on there and does not give it` };
  return undefined;
};
