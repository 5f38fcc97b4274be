// What a check answers, built from the differences it found.
import type { Change } from '../state/change.ts';
import type { Verdict } from '../state/plan.ts';
import type { Problem } from '../state/problem.ts';

/** Converged when there is nothing to change. */
export const verdictOf = (changes: readonly Change[]): Verdict => {
  const [first, ...rest] = changes;
  return first === undefined ? { kind: 'converged' } : { kind: 'drifted', changes: [first, ...rest] };
};

export const blocked = (problem: Problem): Verdict => ({ kind: 'blocked', problem });
