// Taking an apply back: which steps, in which order, and what is left to say.
import { describe, expect, it } from 'vitest';
import { applyProfile } from '../../src/actions/apply-profile.ts';
import { appendJournal, readJournal } from '../../src/actions/journal.ts';
import { runPaths } from '../../src/actions/run-paths.ts';
import { undoApply } from '../../src/actions/undo-apply.ts';
import type { Profile } from '../../src/state/profile.ts';
import { story } from '../helpers/applying.ts';
import { broken, type FakeStep, fakeActions } from '../helpers/fake-actions.ts';
import { createFakeSystem, type FakeSystem } from '../helpers/fake-system.ts';

const profile: Profile = { version: 1, role: 'storage', node: { hostname: 'stor-01' } };
const breaks = (id: FakeStep['id']): FakeStep => ({ id, value: 'old', onApply: () => broken });

const applied = async (...steps: readonly FakeStep[]) => {
  const system = createFakeSystem();
  const actions = fakeActions(steps);
  await applyProfile(system, profile, { attended: false, resume: false, actions });
  return { system, actions };
};
const storyOf = async (system: FakeSystem) => story(await readJournal(system));

describe('an apply that stopped half-way', () => {
  it('is taken back in reverse order; what has no way back stays and is named', async () => {
    const { system, actions } = await applied(
      { id: 'identity', value: 'old', undo: 'works' },
      { id: 'access', value: 'done', undo: 'works' },
      { id: 'storage', value: 'old' },
      { id: 'time', value: 'old', undo: 'works' },
      breaks('services'),
    );
    const before = (await storyOf(system)).length;
    expect(await undoApply(system, { actions })).toEqual({
      ok: true,
      value: { back: ['Step time', 'Step identity'], stays: ['Step services', 'Step storage'] },
    });
    expect((await storyOf(system)).slice(before)).toEqual(['time:undone', 'identity:undone', 'finished:failed']);
    expect((await readJournal(system)).at(-1)).toMatchObject({
      problem: {
        code: 'apply/taken-back',
        summary: expect.stringContaining('Step time, Step identity; what has no way back stays: Step services'),
      },
    });
    expect(await system.stat(runPaths.applying)).toBeUndefined();
  });

  it('goes on where taking it back was cut off or failed', async () => {
    const stuck: FakeStep = { id: 'time', value: 'old', undo: 'fails' };
    const steps: FakeStep[] = [{ id: 'identity', value: 'old', undo: 'works' }, stuck, breaks('services')];
    const { system, actions } = await applied(...steps);
    expect(await undoApply(system, { actions })).toMatchObject({ ok: false, problem: { code: 'test/stuck' } });
    expect(await system.stat(runPaths.applying)).toBeDefined();
    const mended = fakeActions([
      steps[0] as FakeStep,
      { id: 'time', value: 'done', undo: 'works' },
      breaks('services'),
    ]);
    expect(await undoApply(system, { actions: mended })).toMatchObject({ ok: true, value: { back: ['Step time'] } });
  });

  it('is not the one before: a step that was cut off before it kept anything is left alone', async () => {
    const { system, actions } = await applied({ id: 'identity', value: 'old', undo: 'works' }, breaks('services'));
    const [, ...events] = await readJournal(system);
    const apply = events[0]?.apply ?? '';
    await system.writeText(runPaths.journal, '');
    const plan = {
      version: 1 as const,
      profileDigest: 'x',
      steps: [{ id: 'identity' as const, title: 'Step identity', verdict: { kind: 'converged' as const } }],
    };
    await appendJournal(system, { event: 'plan', atMs: 1, apply, plan });
    await appendJournal(system, { event: 'started', atMs: 2, apply, step: 'identity' });
    expect(await undoApply(system, { actions })).toMatchObject({
      ok: true,
      value: { back: [], stays: ['Step identity'] },
    });
  });

  it('is not one that converged, nor one that never was, nor one that runs', async () => {
    const { system, actions } = await applied({ id: 'identity', value: 'old', undo: 'works' });
    expect(await undoApply(system, { actions })).toMatchObject({ problem: { code: 'apply/converged' } });
    const fresh = createFakeSystem();
    expect(await undoApply(fresh, { actions })).toMatchObject({ problem: { code: 'apply/nothing-to-undo' } });
    const lock = await system.lock(runPaths.lock);
    expect(await undoApply(system, { actions })).toMatchObject({ problem: { code: 'apply/locked' } });
    await lock?.release();
  });
});
