// Step storage: swap on a disk. Preparing disks for data comes with the cluster filesystems that use them; until then nothing else touches one.
import type { Action } from './action.ts';
import { applyDiskSwap, checkDiskSwap, undoDiskSwap } from './disk-swap.ts';
import { blocked, verdictOf } from './verdict.ts';

export const storageAction: Action = {
  id: 'storage',
  title: 'Prepare storage devices',
  // Which disks are wanted for data is said by the cluster part only, and the cluster step answers for that.
  check: async (profile, reader) => {
    const swap = await checkDiskSwap(profile, reader);
    return swap.ok ? verdictOf(swap.value) : blocked(swap.problem);
  },
  apply: applyDiskSwap,
  undo: undoDiskSwap,
};
