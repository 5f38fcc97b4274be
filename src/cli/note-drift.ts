// `mayfly plan --note`: leaves what differs from the profile in force where displays find it.
import { planApply } from '../actions/plan-apply.ts';
import { runPaths } from '../actions/run-paths.ts';
import { driftOf, driftPath, driftWords } from '../state/drift.ts';
import { parseProfile } from '../state/parse-profile.ts';
import type { CliIo } from './cli-io.ts';

/** Exit status as of a plan: 0 nothing differs, 2 something does, 1 it cannot be said. */
export const noteDrift = async ({ system, out }: CliIo): Promise<number> => {
  const text = await system.readText(runPaths.profile);
  const profile = text === undefined ? undefined : parseProfile(text);
  if (profile === undefined || !profile.ok) {
    await system.remove(driftPath);
    out('No profile is in force: nothing to compare with.\n');
    return 1;
  }
  // While an apply is at work everything differs; it says itself how it ended.
  const lock = await system.lock(runPaths.lock);
  if (lock === undefined) {
    out('An apply is under way.\n');
    return 1;
  }
  await lock.release();
  const drift = driftOf(await planApply(profile.value, system), Date.now());
  await system.writeText(driftPath, `${JSON.stringify(drift)}\n`);
  out(`${driftWords(drift) ?? 'Nothing differs from the profile'}.\n`);
  return drift.blocked.length > 0 ? 1 : drift.differs.length > 0 ? 2 : 0;
};
