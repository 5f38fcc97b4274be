// Who may change this node from a console, as turns that follow one another: each is made from the one before and replaces exactly that one.
import * as z from 'zod';
import type { Now } from './now.ts';
import { type Party, partySchema, sameParty } from './party.ts';

export const claimSchema = z.strictObject({
  version: z.literal(1),
  turn: z.int().min(0),
  /** Absent: nobody. */
  writer: partySchema.exactOptional(),
  /** Who wrote before, where somebody took over. */
  before: partySchema.exactOptional(),
  /** How it came to this turn. */
  how: z.enum(['began', 'asked', 'kept', 'withdrawn', 'given', 'no-answer', 'idle', 'dead', 'ended']),
  /** Since when this is the writer, milliseconds since the epoch. */
  sinceMs: z.number(),
  /** Who wants to write instead, and since when, in milliseconds of the monotonic clock. */
  asked: z.strictObject({ by: partySchema, monoMs: z.number() }).exactOptional(),
});
export type Claim = z.infer<typeof claimSchema>;

/** How long the writer may answer: nobody may be there any more. */
const answerMs = 30_000;
/** Without a key for this long nobody is asked. */
const idleMs = 120_000;

export const noClaim: Claim = { version: 1, turn: 0, how: 'ended', sinceMs: 0 };

const follow = (claim: Claim): Pick<Claim, 'version' | 'turn'> => ({ version: 1, turn: claim.turn + 1 });

const whose = ({ writer, sinceMs }: Claim): Pick<Claim, 'sinceMs'> & { writer?: Party } =>
  writer === undefined ? { sinceMs } : { writer, sinceMs };

/** Also where the last writer died: then its name stays to be read. */
export const begun = (claim: Claim, me: Party, now: Now): Claim => ({
  ...follow(claim),
  writer: me,
  ...(claim.writer === undefined ? {} : { before: claim.writer }),
  how: claim.writer === undefined ? 'began' : 'dead',
  sinceMs: now.wallMs,
});

export const asking = (claim: Claim, me: Party, now: Now): Claim => ({
  ...follow(claim),
  ...whose(claim),
  how: 'asked',
  asked: { by: me, monoMs: now.monoMs },
});

export const unasked = (claim: Claim, how: 'kept' | 'withdrawn'): Claim => ({ ...follow(claim), ...whose(claim), how });

export const handed = (claim: Claim, to: Party, how: 'given' | 'no-answer' | 'idle' | 'dead', now: Now): Claim => ({
  ...follow(claim),
  writer: to,
  ...(claim.writer === undefined ? {} : { before: claim.writer }),
  how,
  sinceMs: now.wallMs,
});

/** Whoever waits for it has it then. */
export const ended = (claim: Claim, now: Now): Claim =>
  claim.asked === undefined
    ? { ...follow(claim), how: 'ended', sinceMs: now.wallMs }
    : handed(claim, claim.asked.by, 'given', now);

export type Holder = {
  readonly lives: boolean;
  /** Since its last key; undefined when it never said. */
  readonly quietMs: number | undefined;
};

/** What F6 does: with nobody there to ask, nobody is asked. */
export const takeOver = (claim: Claim, me: Party, holder: Holder, now: Now): Claim | 'mine' | 'another-asks' => {
  if (claim.writer === undefined) return begun(claim, me, now);
  if (sameParty(claim.writer, me)) return 'mine';
  if (!holder.lives) return handed(claim, me, 'dead', now);
  if (holder.quietMs !== undefined && holder.quietMs >= idleMs) return handed(claim, me, 'idle', now);
  if (claim.asked === undefined) return asking(claim, me, now);
  if (sameParty(claim.asked.by, me)) return 'another-asks';
  // Who asked and went away must not stand in the way of the next one.
  return now.monoMs - claim.asked.monoMs > answerMs + 5_000 ? asking(claim, me, now) : 'another-asks';
};

/** Whole seconds until it is given without an answer; undefined when nobody asks. */
export const secondsToAnswer = ({ asked }: Claim, now: Now): number | undefined =>
  asked === undefined ? undefined : Math.ceil((asked.monoMs + answerMs - now.monoMs) / 1000);
