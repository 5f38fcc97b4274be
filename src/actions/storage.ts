// Step storage: the disks that hold a cluster's data, and swap on a disk.
import { fail } from '../state/problem.ts';
import type { Action } from './action.ts';
import { applyDataDisks, checkDataDisks } from './data-disks.ts';
import { applyDiskSwap, checkDiskSwap, undoDiskSwap } from './disk-swap.ts';
import { verdictOfPart } from './verdict.ts';

/**
 * `partly`: where a disk cannot be used, the others are prepared all the same, and the step fails at its end. At a boot with nobody there a dead
 * disk must not keep the living ones from their work; with somebody there it may be a slip of the pen, and nothing is touched.
 */
export const storageAction = (partly: boolean): Action => ({
  id: 'storage',
  title: 'Prepare storage devices',
  check: async (profile, reader) => {
    const swap = await checkDiskSwap(profile, reader);
    const data = await checkDataDisks(profile, reader);
    const changes = [...data.changes, ...(swap.ok ? swap.value : [])];
    return verdictOfPart(changes, [...data.problems, ...(swap.ok ? [] : [swap.problem])], partly);
  },
  apply: async (profile, system, note) => {
    const data = await applyDataDisks(profile, system, note);
    if (!data.ok && !partly) return data;
    const swap = await applyDiskSwap(profile, system, note);
    return data.ok ? swap : fail(data.problem);
  },
  // A filesystem that was made stays: what the disk held before does not come back, and an empty one harms nobody.
  undo: undoDiskSwap,
});
