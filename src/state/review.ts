// Holds a plan against what somebody agreed to: an apply may do less than was reviewed, never something else.
import type { Change } from './change.ts';
import { changesOf, type Plan } from './plan.ts';
import type { Problem } from './problem.ts';

/** Changes of `now` that nobody reviewed. With `ignoreBefore`, what is replaced may have moved on (an interrupted apply did part of it). */
export const unreviewed = (
  reviewed: readonly Change[],
  now: readonly Change[],
  ignoreBefore: boolean,
): readonly Change[] =>
  now.filter(
    (change) =>
      !reviewed.some(
        (agreed) =>
          agreed.subject === change.subject &&
          agreed.after === change.after &&
          agreed.destroysData === change.destroysData &&
          (ignoreBefore || (agreed.op === change.op && agreed.before === change.before)),
      ),
  );

export const staleProblem = (change: Change): Problem => ({
  code: 'plan/stale',
  summary: `the node is no longer as it was reviewed: ${change.subject} would change from ${change.before ?? 'nothing'} to ${change.after}`,
  remedy: 'Review the plan again: `mayfly plan`',
});

/** Undefined when `now` does nothing but what was reviewed, for the same profile. */
export const stalenessOf = (reviewed: Plan, now: Plan, ignoreBefore: boolean): Problem | undefined => {
  if (reviewed.profileDigest !== now.profileDigest)
    return {
      code: 'plan/stale',
      summary: 'the profile is not the one that was reviewed',
      remedy: 'Review the plan again: `mayfly plan`',
    };
  const [first] = unreviewed(changesOf(reviewed), changesOf(now), ignoreBefore);
  return first === undefined ? undefined : staleProblem(first);
};

/** Changes that destroy data on a disk whose serial number is not in `consented`. Their subject is `disk SERIAL`. */
export const destroyedWithoutConsent = (plan: Plan, consented: readonly string[]): readonly Change[] =>
  changesOf(plan).filter(
    (change) => change.destroysData && !consented.some((serial) => change.subject === `disk ${serial}`),
  );
