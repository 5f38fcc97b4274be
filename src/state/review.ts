// Holds a plan against what somebody agreed to: an apply may do less than was reviewed, never something else.
import type { Change } from './change.ts';
import { changesOf, type Plan } from './plan.ts';
import type { Problem } from './problem.ts';
import type { Profile } from './profile.ts';

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

/** Undefined unless one of them destroys data on a disk whose serial number the profile does not name under `wipe`. Their subject is `disk SERIAL`. */
export const consentProblem = (changes: readonly Change[], { wipe = [] }: Profile): Problem | undefined => {
  const lost = changes.find(
    (change) => change.destroysData && !wipe.some((serial) => change.subject === `disk ${serial}`),
  );
  return lost === undefined
    ? undefined
    : {
        code: 'apply/would-destroy-data',
        summary: `${lost.subject} holds data that would be lost: ${lost.before ?? lost.after}`,
        remedy: 'Name the serial number of that disk under `wipe:` in the profile if its data may go',
      };
};
