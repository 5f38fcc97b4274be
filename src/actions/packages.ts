// Step packages: config packages are not in this version, and nothing pretends that they are.
import { ok } from '../state/problem.ts';
import type { Action } from './action.ts';
import { blocked } from './verdict.ts';

export const packagesAction: Action = {
  id: 'packages',
  title: 'Run config packages',
  check: async (profile) =>
    (profile.packages ?? []).length === 0
      ? { kind: 'converged' }
      : blocked({
          code: 'packages/not-in-this-version',
          summary: 'config packages are not in this version',
          remedy: 'Take packages out of the profile',
          path: 'packages',
        }),
  // Never reached: the check is converged or blocked.
  apply: async () => ok(undefined),
};
