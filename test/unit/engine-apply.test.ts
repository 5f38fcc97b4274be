// The engine's rules, each with steps made for it: what is applied, what is refused, what a failure leaves behind.
import { describe, expect, it } from 'vitest';
import { type ApplyOptions, applyProfile } from '../../src/actions/apply-profile.ts';
import { readJournal } from '../../src/actions/journal.ts';
import { planApply } from '../../src/actions/plan-apply.ts';
import { runPaths } from '../../src/actions/run-paths.ts';
import { foldProgress } from '../../src/state/apply-progress.ts';
import type { Problem } from '../../src/state/problem.ts';
import type { Profile } from '../../src/state/profile.ts';
import { story } from '../helpers/applying.ts';
import { broken, type FakeStep, fakeActions } from '../helpers/fake-actions.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';

const profile: Profile = { version: 1, role: 'storage', node: { hostname: 'stor-01' } };

const run = async (steps: readonly FakeStep[], options: Partial<ApplyOptions> = {}, wanted: Profile = profile) => {
  const system = createFakeSystem();
  const outcome = await applyProfile(system, wanted, {
    attended: false,
    resume: false,
    actions: fakeActions(steps),
    ...options,
  });
  const events = await readJournal(system);
  return { system, outcome, events, story: story(events), progress: foldProgress(events) };
};

const kernelError = (code: string): Error => Object.assign(new Error(code), { code, path: '/etc/hostname' });

describe('data that would be lost', () => {
  const foreign = (): FakeStep => ({ id: 'storage', value: 'somebody’s data', destroysData: true });

  it('is kept unless its serial number was typed at the review or stands under wipe', async () => {
    const refused = await run([foreign()]);
    expect(refused.outcome.problem?.code).toBe('apply/would-destroy-data');
    expect((await run([foreign()], { consented: ['another'] })).outcome.outcome).toBe('refused');
    expect((await run([foreign()], {}, { ...profile, wipe: ['storage'] })).outcome.outcome).toBe('converged');
  });

  it('may go for one apply: the profile in force does not say so, and its plan is that of the profile', async () => {
    const reviewed = await planApply(profile, createFakeSystem(), fakeActions([foreign()]));
    const done = await run([foreign()], { consented: ['storage'], reviewed: { ...reviewed, consented: ['storage'] } });
    expect(done.outcome.outcome).toBe('converged');
    expect(done.system.text(runPaths.profile)).not.toContain('wipe');
    expect(done.progress?.profileDigest).toBe(reviewed.profileDigest);
  });
});

describe('applyProfile', () => {
  it('applies what drifted and leaves what is as it should be', async () => {
    const steps: FakeStep[] = [
      { id: 'identity', value: 'done' },
      { id: 'time', value: 'old' },
    ];
    const done = await run(steps);
    expect(done.story).toEqual(['plan', 'identity:unchanged', 'time:started', 'time:converged', 'finished:converged']);
    expect(done.outcome).toMatchObject({ outcome: 'converged' });
    expect(done.progress).toMatchObject({ outcome: 'converged', done: 2, total: 2 });
    expect(done.progress?.steps[1]).toMatchObject({ output: ['working on time'], state: 'converged' });
    expect(done.system.text(runPaths.profile)).toContain('stor-01');
    expect((await done.system.stat(runPaths.profile))?.mode).toBe(0o600);
    expect((await run(steps)).story).toEqual(['plan', 'identity:unchanged', 'time:unchanged', 'finished:converged']);
  });

  describe('with nobody there, at boot', () => {
    const missing: Problem = { code: 'storage/no-such-disk', summary: 'gone', remedy: 'plug it in' };
    const atBoot = { goOn: true } as const;

    it('goes on past a step that cannot be done, and ends with its problem', async () => {
      const done = await run(
        [
          { id: 'storage', value: 'old', blocked: missing },
          { id: 'services', value: 'old' },
        ],
        atBoot,
      );
      expect(done.story).toEqual([
        'plan',
        'storage:failed',
        'services:started',
        'services:converged',
        'finished:failed',
      ]);
      expect(done.outcome).toMatchObject({ outcome: 'failed', problem: missing });
      expect(done.progress?.steps.map((step) => step.state)).toEqual(['failed', 'converged']);
      await expect(done.system.readText(runPaths.applying)).resolves.toContain('stor-01');
    });

    it('leaves out only what has no sense without a step that failed', async () => {
      const cluster: FakeStep = { id: 'cluster', value: 'old' };
      const last: FakeStep = { id: 'services', value: 'old' };
      const done = await run([{ id: 'network', value: 'old', onApply: () => broken }, cluster, last], atBoot);
      expect(done.progress?.steps.map((step) => step.state)).toEqual(['failed', 'skipped', 'converged']);
      expect(cluster.applied).toBeUndefined();
      expect(last.applied).toBe(1);
    });

    it('destroys nothing without consent, and goes on', async () => {
      const disk: FakeStep = { id: 'storage', value: 'full', destroysData: true };
      const last: FakeStep = { id: 'services', value: 'old' };
      const done = await run([disk, last], atBoot);
      expect(done.outcome).toMatchObject({ outcome: 'failed', problem: { code: 'apply/would-destroy-data' } });
      expect([disk.applied, last.applied]).toEqual([undefined, 1]);
    });
  });

  it('does not believe a step whose own check still finds something', async () => {
    const done = await run([{ id: 'time', value: 'old', onApply: () => undefined }]);
    expect(done.outcome.problem).toMatchObject({
      code: 'time/not-converged',
      summary: 'Step time: done, but disk time is still old and not done',
    });
  });

  it('stops at a failure, takes the step back, and begins nothing after it', async () => {
    const last: FakeStep = { id: 'services', value: 'old' };
    const done = await run([{ id: 'network', value: 'old', onApply: () => broken, undo: 'works' }, last]);
    expect(done.story).toEqual(['plan', 'network:started', 'network:failed', 'network:undone', 'finished:failed']);
    expect(done.progress?.steps.map((step) => step.state)).toEqual(['undone', 'skipped']);
    expect(done.outcome).toMatchObject({ outcome: 'failed', problem: broken });
    expect(last.applied).toBeUndefined();
    await expect(done.system.readText(runPaths.applying)).resolves.toContain('stor-01');
  });

  it('says so when a step cannot be taken back', async () => {
    const done = await run([{ id: 'network', value: 'old', onApply: () => broken, undo: 'fails' }]);
    expect(done.outcome.problem).toEqual({
      code: 'test/broken',
      summary: 'it broke; taking it back failed too: it is stuck',
      remedy: 'unstick it',
    });
    expect(done.story).not.toContain('network:undone');
  });

  it('touches nothing when a step is blocked', async () => {
    const first: FakeStep = { id: 'identity', value: 'old' };
    const done = await run([first, { id: 'cluster', value: 'old', blocked: broken }]);
    expect(done.outcome).toMatchObject({ outcome: 'refused', problem: broken });
    expect(done.story).toEqual(['plan', 'finished:refused']);
    expect(first.applied).toBeUndefined();
  });

  it.each([
    ['refuses to destroy data that nobody gave up', [], 'apply/would-destroy-data'],
    ['destroys only what the profile names under wipe', ['storage'], undefined],
  ])('%s', async (_, wipe, code) => {
    const done = await run([{ id: 'storage', value: 'ext4', destroysData: true }], {}, { ...profile, wipe });
    expect(done.outcome.problem?.code).toBe(code);
  });

  it('refuses a plan that is not the reviewed one', async () => {
    const steps: FakeStep[] = [{ id: 'time', value: 'old' }];
    const reviewed = await planApply(profile, createFakeSystem(), fakeActions(steps));
    const other = { ...reviewed, profileDigest: 'another' };
    expect((await run(steps, { reviewed: other })).outcome.problem?.code).toBe('plan/stale');
    expect((await run([{ id: 'time', value: 'moved' }], { reviewed })).outcome).toMatchObject({
      outcome: 'refused',
      problem: { code: 'plan/stale', summary: expect.stringContaining('disk time would change from moved to done') },
    });
    expect((await run([{ id: 'time', value: 'moved' }], { reviewed, resume: true })).outcome.outcome).toBe('converged');
    expect((await run([{ id: 'time', value: 'done' }], { reviewed })).outcome.outcome).toBe('converged');
    expect((await run(steps, { reviewed })).outcome.outcome).toBe('converged');
  });

  it('stops when the node moves between plan and step', async () => {
    let checks = 0;
    const step: FakeStep = {
      id: 'time',
      value: 'old',
      onCheck: (moving) => {
        checks += 1;
        if (checks === 3) moving.value = 'moved';
      },
    };
    const reviewed = await planApply(profile, createFakeSystem(), fakeActions([step]));
    const done = await run([step], { reviewed });
    expect(done.story).toEqual(['plan', 'time:failed', 'finished:failed']);
    expect(done.outcome.problem?.code).toBe('plan/stale');
    expect(step.applied).toBeUndefined();
  });

  it('stops after the step when asked to', async () => {
    const stop = new AbortController();
    const second: FakeStep = { id: 'time', value: 'old' };
    const first: FakeStep = {
      id: 'identity',
      value: 'old',
      onApply: (step) => {
        step.value = 'done';
        stop.abort();
      },
    };
    const done = await run([first, second], { stop: stop.signal });
    expect(done.outcome.problem).toMatchObject({
      code: 'apply/stopped',
      summary: 'stopped as asked after 1 of 2 steps',
    });
    expect(second.applied).toBeUndefined();
  });

  it.each([
    ['ENOSPC', 'system/disk-full', 'no space left'],
    ['EROFS', 'system/read-only', 'read-only'],
    ['EXDEV', 'system/refused', 'EXDEV'],
  ])('says what %s means', async (code, problem, words) => {
    const step: FakeStep = {
      id: 'identity',
      value: 'old',
      onApply: () => {
        throw kernelError(code);
      },
    };
    const done = await run([step]);
    expect(done.outcome.problem).toMatchObject({ code: problem, summary: expect.stringContaining(words) });
    expect(done.outcome.problem?.summary).toContain('/etc/hostname');
  });

  it('lets a bug through, and frees the lock', async () => {
    const system = createFakeSystem();
    const steps: FakeStep[] = [
      {
        id: 'identity',
        value: 'old',
        onApply: () => {
          throw new TypeError('a bug');
        },
      },
    ];
    const options = { attended: false, resume: false, actions: fakeActions(steps) };
    await expect(applyProfile(system, profile, options)).rejects.toThrow('a bug');
    const again = await applyProfile(system, profile, { ...options, actions: [] });
    expect(again.outcome).toBe('converged');
  });

  it('refuses while another apply holds the lock, says where that one is, and leaves its journal alone', async () => {
    const system = createFakeSystem();
    const told: string[] = [];
    const inner = {
      attended: false,
      resume: false,
      actions: [],
      onEvent: (event: { event: string }) => told.push(event.event),
    };
    const steps: FakeStep[] = [{ id: 'identity', value: 'old' }];
    const [action] = fakeActions(steps);
    if (action === undefined) throw new Error('no action');
    const outer = await applyProfile(system, profile, {
      attended: false,
      resume: false,
      actions: [
        {
          ...action,
          apply: async (...given) => {
            const second = await applyProfile(system, profile, inner);
            expect(second).toMatchObject({ outcome: 'refused', problem: { code: 'apply/locked' } });
            expect(second.problem?.summary).toMatch(/: \d{8}T\d{6}Z-[0-9a-f]{6}, at identity$/);
            return action.apply(...given);
          },
        },
      ],
    });
    expect(outer.outcome).toBe('converged');
    expect(told).toEqual(['finished']);
    expect(new Set((await readJournal(system)).map((event) => event.apply))).toEqual(new Set([outer.apply]));
  });
});
