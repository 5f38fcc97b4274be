// Works out what an apply would change: asks every step's check, and changes nothing.
import type { Plan, PlannedStep } from '../state/plan.ts';
import type { Profile } from '../state/profile.ts';
import { profileDigest } from '../state/render-profile.ts';
import type { Reader } from '../system/system.ts';
import type { Action } from './action.ts';
import { allActions } from './all-actions.ts';

/** One after the other: on a small node ten probes at once only get into each other's way. */
export const planApply = async (
  profile: Profile,
  reader: Reader,
  actions: readonly Action[] = allActions,
): Promise<Plan> => {
  const steps: PlannedStep[] = [];
  for (const action of actions)
    steps.push({ id: action.id, title: action.title, verdict: await action.check(profile, reader) });
  return { version: 1, profileDigest: profileDigest(profile), steps };
};
