// Step cluster: the cluster filesystems come one by one in later versions; until then they are blocked, not pretended.
import { ok } from '../state/problem.ts';
import type { Action } from './action.ts';
import { blocked } from './verdict.ts';

export const clusterAction: Action = {
  id: 'cluster',
  title: 'Join the cluster filesystem',
  check: async (profile) => {
    const filesystem = profile.cluster?.filesystem ?? 'none';
    return filesystem === 'none'
      ? { kind: 'converged' }
      : blocked({
          code: 'cluster/not-in-this-version',
          summary: `setting up ${filesystem} is not in this version`,
          remedy: 'Choose the cluster filesystem `none` for now; the rest of the profile can be applied',
          path: 'cluster.filesystem',
        });
  },
  // Never reached: the check is converged or blocked.
  apply: async () => ok(undefined),
};
