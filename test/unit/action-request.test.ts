// Asking systemd for a verb, for an apply, for a restart and for the end.
import { describe, expect, it } from 'vitest';
import { askMayfly } from '../../src/actions/ask-mayfly.ts';
import { powerOff, reboot } from '../../src/actions/power.ts';
import { requestApply } from '../../src/actions/request-apply.ts';
import { requestCommit } from '../../src/actions/request-commit.ts';
import { runPaths } from '../../src/actions/run-paths.ts';
import type { Plan } from '../../src/state/plan.ts';
import { renderProblem } from '../../src/state/problem.ts';
import type { Profile } from '../../src/state/profile.ts';
import { renderProblemLines } from '../../src/state/render-event.ts';
import { createRehearsal, RehearsalRefusal } from '../../src/system/rehearsal.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';

const profile: Profile = { version: 1, role: 'storage' };
const plan: Plan = { version: 1, profileDigest: 'd', steps: [] };
const start = 'systemctl start --no-block mayfly-apply.service';

describe('askMayfly', () => {
  const problem = {
    code: 'access/hash',
    summary: 'this is no hash that crypt(5) knows, though it is long enough to be wrapped on its way to the line',
    remedy: 'make one with `mkpasswd -m yescrypt`, and give it in the place of the one that is there now',
    path: 'access.rootPasswordHash',
  };

  it('has a unit of its own run the verb, and tells what that printed', async () => {
    const system = createFakeSystem({ commands: { 'systemd-run': ' {"path":"/x"}\n' } });
    expect(await askMayfly(system, ['profile', 'commit'], { input: 'secret' })).toEqual({
      ok: true,
      value: '{"path":"/x"}',
    });
    expect(system.ran).toEqual([
      ['systemd-run', '--quiet', '--collect', '--wait', '--pipe', '/usr/bin/mayfly', 'profile', 'commit'],
    ]);
    expect(system.inputs).toEqual(['secret']);
  });

  it('tells the first problem that the verb told, whole', async () => {
    const stderr = renderProblemLines(problem) + renderProblemLines({ ...problem, code: 'access/other' });
    const system = createFakeSystem({ commands: { 'systemd-run': { exitCode: 1, stderr } } });
    expect(await askMayfly(system, ['profile', 'commit'])).toEqual({ ok: false, problem });
  });

  it.each([
    [['profile', 'commit'], 'Failed to connect to bus', 'profile/commit-not-done'],
    [['zram', 'grow', '2GiB'], '', 'zram/grow-not-done'],
    [['apply', '--yes'], 'systemd-run: ENOENT', 'apply/not-done'],
  ] as const)('%j: says that systemd did not carry it out', async ([verb, ...args], stderr, code) => {
    const system = createFakeSystem({ commands: { 'systemd-run': { exitCode: 1, stderr } } });
    const summary = expect.stringContaining(stderr === '' ? 'no reason given' : stderr);
    expect(await askMayfly(system, [verb, ...args])).toMatchObject({ problem: { code, summary } });
  });

  it('reads a problem on one line too', async () => {
    const { path: _, ...onOneLine } = problem;
    const system = createFakeSystem({ commands: { 'systemd-run': { exitCode: 3, stderr: renderProblem(onOneLine) } } });
    expect(await askMayfly(system, ['zram', 'grow'])).toEqual({ ok: false, problem: onOneLine });
  });

  it('is refused by a rehearsal', async () => {
    const asking = askMayfly(createRehearsal(createFakeSystem()), ['profile', 'commit']);
    await expect(asking).rejects.toThrow(RehearsalRefusal);
  });
});

describe('requestCommit', () => {
  const asking = (stdout: string) => createFakeSystem({ commands: { 'systemd-run': stdout } });

  it('gives the profile, secrets and all, on standard input and nowhere else', async () => {
    const system = asking('{"version":1,"saved":true,"path":"/config/node/profile.yaml"}\n');
    const secret: Profile = { ...profile, access: { rootPasswordHash: '$y$j9T$salt$hash' } };
    expect(await requestCommit(system, secret)).toEqual({ ok: true, value: { path: '/config/node/profile.yaml' } });
    expect(system.ran[0]?.slice(-4)).toEqual(['/usr/bin/mayfly', 'profile', 'commit', '--json']);
    expect(system.ran[0]?.join(' ')).not.toContain('hash');
    expect(system.inputs[0]).toContain('$y$j9T$salt$hash');
  });

  it('never says saved where nobody said where', async () => {
    expect(await requestCommit(asking(''), profile)).toMatchObject({ problem: { code: 'profile/commit-unknown' } });
  });
});

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
