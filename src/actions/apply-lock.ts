// One apply at a time on a node, whoever starts it; taking one back counts as one.
import { fail, ok, type Result } from '../state/problem.ts';
import type { Lock, System } from '../system/system.ts';
import { runPaths } from './run-paths.ts';
import { describeRunning } from './running-apply.ts';

/** Dies with this process. */
export const lockApply = async (system: System): Promise<Result<Lock>> => {
  const lock = await system.lock(runPaths.lock);
  return lock === undefined
    ? fail({
        code: 'apply/locked',
        summary: `another apply is under way${await describeRunning(system)}`,
        remedy: 'Wait until it has finished; `mayfly status` shows how far it is',
      })
    : ok(lock);
};
