// What a check answers, built from the differences it found.
import type { Change } from '../state/change.ts';
import type { Verdict } from '../state/plan.ts';
import type { Problem } from '../state/problem.ts';

/** Converged when there is nothing to change. */
export const verdictOf = (changes: readonly Change[]): Verdict => {
  const [first, ...rest] = changes;
  return first === undefined ? { kind: 'converged' } : { kind: 'drifted', changes: [first, ...rest] };
};

/** Of a step that does `partly` what it can: its problem is its verdict where nothing is left to do, or where it may not go on past it. */
export const verdictOfPart = (changes: readonly Change[], problems: readonly Problem[], partly: boolean): Verdict => {
  const [problem] = problems;
  return problem !== undefined && (!partly || changes.length === 0) ? blocked(problem) : verdictOf(changes);
};

export const blocked = (problem: Problem): Verdict => ({ kind: 'blocked', problem });
