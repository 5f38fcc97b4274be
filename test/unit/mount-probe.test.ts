// The mount probe's memory: one child as long as it lives, and silence counted from its beginning.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMountProbe } from '../../src/probes/mount-probe.ts';
import { createFakeSystem, type FakeOptions } from '../helpers/fake-system.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const mounted = (type: string): string => `29 1 0:50 / /srv/tank rw - ${type} stor-01:/tank rw\n`;

const machine = (mountinfo: string, timeout: NonNullable<FakeOptions['commands']>[string]) =>
  createFakeSystem({ files: { '/proc/self/mountinfo': mountinfo }, commands: { timeout } });

/** What it says once its deadline has passed. */
const after = async <T>(milliseconds: number, answer: Promise<T>): Promise<T> => {
  await vi.advanceTimersByTimeAsync(milliseconds);
  return answer;
};

test.each([
  ['nothing is mounted', ''],
  ['what would be mounted at the first access', mounted('autofs')],
])('%s: absent, and nobody looks', async (_, mountinfo) => {
  const system = machine(mountinfo, '');
  expect(await createMountProbe(system)('/srv/tank')).toEqual({ kind: 'absent', path: '/srv/tank' });
  expect(system.queried).toEqual([]);
});

test('a child that never ends is the only one, and silence is counted from it', async () => {
  const system = machine(mounted('fuse.glusterfs'), () => new Promise<string>(() => {}));
  const probe = createMountProbe(system);
  expect(await after(2_000, probe('/srv/tank'))).toEqual({ kind: 'hung', path: '/srv/tank', seconds: 2 });
  await vi.advanceTimersByTimeAsync(58_000);
  expect(await after(2_000, probe('/srv/tank'))).toMatchObject({ kind: 'hung', seconds: 62 });
  // Another path meanwhile is no reason for a second one either.
  expect(await probe('/srv/other')).toEqual({ kind: 'absent', path: '/srv/other' });
  expect(system.queried).toHaveLength(1);
});

test('a child that was killed is followed by another, and the silence goes on', async () => {
  const system = machine(mounted('ceph'), { exitCode: 137 });
  const probe = createMountProbe(system);
  expect(await probe('/srv/tank')).toMatchObject({ kind: 'hung', seconds: 0 });
  await vi.advanceTimersByTimeAsync(40_000);
  expect(await probe('/srv/tank')).toMatchObject({ kind: 'hung', seconds: 40 });
  expect(system.queried).toHaveLength(2);
  system.answer('timeout', 'fuse');
  expect(await probe('/srv/tank')).toEqual({ kind: 'answers', path: '/srv/tank', milliseconds: 0 });
});
