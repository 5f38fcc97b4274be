// Step storage: preparing disks comes with the cluster filesystems that use them; until then nothing touches a disk.
import { ok } from '../state/problem.ts';
import type { Action } from './action.ts';

export const storageAction: Action = {
  id: 'storage',
  title: 'Prepare storage devices',
  // Which disks are wanted is said by the cluster part only, and the cluster step answers for that.
  check: async () => ({ kind: 'converged' }),
  apply: async () => ok(undefined),
};
