// Who is let in by an offer: once, until its end, and after few wrong secrets nobody any more.

export const mostTries = 5;

/** `serving`: the right secret was given, and what it asks for is being made. */
export type Gate = {
  readonly state: 'open' | 'serving' | 'used' | 'closed';
  readonly wrongTries: number;
  /** CLOCK_MONOTONIC, milliseconds: no time server moves the end of an offer. */
  readonly endsMs: number;
};

export type Verdict = 'let-in' | 'wrong' | 'expired' | 'used' | 'closed' | 'busy';

export const openGate = (endsMs: number): Gate => ({ state: 'open', wrongTries: 0, endsMs });

/** The end comes before the secret: who is late learns nothing about it. */
export const knock = (gate: Gate, isRight: boolean, nowMs: number): readonly [Gate, Verdict] => {
  if (nowMs >= gate.endsMs) return [gate, 'expired'];
  if (gate.state === 'used' || gate.state === 'closed') return [gate, gate.state];
  if (isRight) return gate.state === 'serving' ? [gate, 'busy'] : [{ ...gate, state: 'serving' }, 'let-in'];
  const wrongTries = gate.wrongTries + 1;
  // Whoever was let in is served to the end.
  const state = wrongTries >= mostTries && gate.state === 'open' ? 'closed' : gate.state;
  return [{ ...gate, wrongTries, state }, 'wrong'];
};

/** What was made was handed out, or could not be made: then the code is good for another try. */
export const settle = (gate: Gate, handedOut: boolean): Gate => ({
  ...gate,
  state: handedOut ? 'used' : gate.wrongTries >= mostTries ? 'closed' : 'open',
});
