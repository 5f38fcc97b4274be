// Asking systemd for an apply, for a restart and for the end.
import { describe, expect, it } from 'vitest';
import { powerOff, reboot } from '../../src/actions/power.ts';
import { requestApply } from '../../src/actions/request-apply.ts';
import { runPaths } from '../../src/actions/run-paths.ts';
import type { Plan } from '../../src/state/plan.ts';
import type { Profile } from '../../src/state/profile.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';

const profile: Profile = { version: 1, role: 'storage' };
const plan: Plan = { version: 1, profileDigest: 'd', steps: [] };
const start = 'systemctl start --no-block mayfly-apply.service';

describe('requestApply', () => {
  it('leaves profile and reviewed plan for the service, for root only', async () => {
    const system = createFakeSystem({ files: { '/run/systemd/system/x': '' }, commands: { [start]: '' } });
    expect((await requestApply(system, profile, plan)).ok).toBe(true);
    expect(system.text(runPaths.pending)).toContain('role: storage');
    expect((await system.stat(runPaths.pending))?.mode).toBe(0o600);
    expect(JSON.parse(system.text(runPaths.pendingPlan))).toEqual(plan);
    await requestApply(system, profile);
    expect(await system.stat(runPaths.pendingPlan)).toBeUndefined();
  });

  it.each([
    ['apply/no-systemd', {}],
    ['apply/not-started', { '/run/systemd/system/x': '' }],
  ])('says %s', async (code, files) => {
    const system = createFakeSystem({ files, commands: { [start]: { exitCode: 5, stderr: 'Unit not found.' } } });
    expect(await requestApply(system, profile)).toMatchObject({ problem: { code } });
  });
});

describe('power', () => {
  it('goes through systemd, and says when that refuses', async () => {
    const system = createFakeSystem({ commands: { 'systemctl --no-block reboot': '' } });
    expect((await reboot(system)).ok).toBe(true);
    expect(await powerOff(system)).toMatchObject({ problem: { code: 'power/poweroff' } });
  });
});
