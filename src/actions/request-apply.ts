// Asks systemd to apply a profile, so that the apply outlives the terminal it was asked from.
import type { Plan } from '../state/plan.ts';
import { fail, ok, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { renderProfile } from '../state/render-profile.ts';
import type { System } from '../system/system.ts';
import { runPaths } from './run-paths.ts';

const unit = 'mayfly-apply.service';

/** With `plan`, the apply stops with `plan/stale` where the node would be changed otherwise than reviewed. Follow the journal to see it. */
export const requestApply = async (system: System, profile: Profile, plan?: Plan): Promise<Result<undefined>> => {
  if ((await system.stat('/run/systemd/system')) === undefined)
    return fail({
      code: 'apply/no-systemd',
      summary: 'systemd does not run here, so nothing can carry an apply in the background',
      remedy: 'Run `mayfly apply` on a node that Mayfly booted',
    });
  await system.makeDirectory(runPaths.directory);
  await system.writeText(runPaths.pending, renderProfile(profile), { mode: 0o600 });
  if (plan === undefined) await system.remove(runPaths.pendingPlan);
  else await system.writeText(runPaths.pendingPlan, JSON.stringify(plan), { mode: 0o600 });
  const asked = await system.run(['systemctl', 'start', '--no-block', unit]);
  if (asked.exitCode === 0) return ok(undefined);
  return fail({
    code: 'apply/not-started',
    summary: `systemd did not start ${unit}: ${asked.stderr.trim() || `exit status ${asked.exitCode}`}`,
    remedy: `Run \`systemctl status ${unit}\`, or apply from a shell: \`mayfly apply --profile ${runPaths.pending}\``,
  });
};
