// The zram step, `mayfly zram` and the probes against a real device of the kernel: a spare one, never one in use.

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createZramAction } from '../../src/actions/zram.ts';
import { readFilesystemSize } from '../../src/actions/zram-device.ts';
import { createZramVerb } from '../../src/cli/zram.ts';
import { readRootStatus } from '../../src/probes/root.ts';
import { readZram } from '../../src/probes/zram.ts';
import { mib } from '../../src/state/bytes.ts';
import { judgeStatus } from '../../src/state/judge-status.ts';
import type { Profile } from '../../src/state/profile.ts';
import { live, pending } from '../../src/state/reading.ts';
import { createHost } from '../../src/system/host.ts';
import type { System } from '../../src/system/system.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';
import { createSpareZram, type SpareZram, whyNoGrowth, whyNoZram } from '../helpers/spare-zram.ts';

const why = whyNoZram();
const whyNot = whyNoGrowth();

/** The kernel of this machine, with a /run and a /config of the test's own. */
const machine = (): System => {
  const host = createHost();
  const own = createFakeSystem();
  const isOwn = (path: string) => path.startsWith('/run/') || path.startsWith('/config/');
  const of = (path: string) => (isOwn(path) ? own : host);
  return {
    ...host,
    readText: (path) => of(path).readText(path),
    stat: (path) => of(path).stat(path),
    writeText: (path, text, options) => of(path).writeText(path, text, options),
    remove: (path) => of(path).remove(path),
    lock: own.lock,
  };
};

const asking = (root: NonNullable<Profile['zram']>['root']): Profile => ({
  version: 1,
  role: 'storage',
  zram: { root },
});

describe.skipIf(why !== undefined)(`zram${why === undefined ? '' : `: ${why}`}`, () => {
  let spare: SpareZram;
  let system: System;
  beforeAll(() => {
    spare = createSpareZram('512M', '128M');
    system = machine();
  });
  afterAll(() => spare?.remove());

  const action = () => createZramAction(async () => ({ device: spare.device, filesystem: 'ext4' }));
  const run = async (...args: readonly string[]) => {
    const text: string[] = [];
    const verb = createZramVerb(async () => ({
      device: spare.device,
      filesystem: 'ext4',
      mountpoint: spare.mountpoint,
    }));
    const io = {
      out: (line: string) => text.push(line),
      err: (line: string) => text.push(line),
      readStdin: async () => '',
      interactive: false,
      system,
    };
    return { code: await verb(args, io), text: text.join('') };
  };
  const read = async () => {
    const status = await readZram(system, spare.device);
    if (status === undefined) throw new Error('the device does not answer');
    return status;
  };

  test('the probe reads the device', async () => {
    expect(await read()).toMatchObject({ disksize: mib(512), limit: undefined, failedWrites: 0 });
    expect(await readFilesystemSize(system, spare.device)).toBe(mib(128));
  });

  test('the limit is set and read back from mm_stat, rounded as the kernel does', async () => {
    const profile = asking({ memoryLimit: '100000001' });
    expect(await action().check(profile, system)).toMatchObject({ kind: 'drifted' });
    expect(await action().apply(profile, system, () => undefined)).toMatchObject({ ok: true });
    expect((await read()).limit).toBe(100_003_840);
    expect(await action().check(profile, system)).toEqual({ kind: 'converged' });
    await action().undo?.(system, () => undefined);
    expect((await read()).limit).toBeUndefined();
  });

  const grows = 'the filesystem grows online, with its limit raised first, and a second apply changes nothing';
  test.skipIf(whyNot !== undefined)(`${grows}${whyNot === undefined ? '' : ` (${whyNot})`}`, async () => {
    expect(await run('limit', '100MiB')).toMatchObject({ code: 0 });
    const profile = asking({ size: '512MiB' });
    expect(await action().apply(profile, system, () => undefined)).toMatchObject({ ok: true });
    expect(await readFilesystemSize(system, spare.device)).toBe(mib(512));
    expect((await read()).limit).toBeGreaterThan(mib(512));
    expect(await action().check(profile, system)).toEqual({ kind: 'converged' });
    expect(await run('grow')).toMatchObject({ code: 0, text: expect.stringContaining('Nothing to grow') });
  });

  test('trim frees what deleted files held', async () => {
    // Without `discard` as on a root where deleting alone freed nothing.
    execFileSync('mount', ['-o', 'remount,nodiscard', spare.mountpoint]);
    const file = join(spare.mountpoint, 'random');
    writeFileSync(file, randomBytes(40 * 1024 * 1024), { flush: true });
    rmSync(file);
    const before = (await read()).used;
    const { code, text } = await run('trim');
    expect({ code, text }).toMatchObject({ code: 0, text: expect.stringMatching(/^\d+(\.\d+)? MiB freed/) });
    expect(before - (await read()).used).toBeGreaterThan(mib(30));
  });

  test('size and algorithm of the next boot leave the device alone', async () => {
    const profile = asking({ size: '64MiB', algorithm: 'deflate' });
    const before = await read();
    expect(await action().apply(profile, system, () => undefined)).toMatchObject({ ok: true });
    expect(await action().check(profile, system)).toEqual({ kind: 'converged' });
    expect(await read()).toMatchObject({ disksize: before.disksize, algorithm: before.algorithm });
  });

  test('a limit below use is refused', async () => {
    writeFileSync(join(spare.mountpoint, 'random'), randomBytes(8 * 1024 * 1024), { flush: true });
    expect(await run('limit', '1MiB')).toMatchObject({
      code: 3,
      text: expect.stringContaining('zram/limit-below-use'),
    });
    expect((await read()).failedWrites).toBe(0);
  });

  // The last one: the filesystem is lost by it, which is the point.
  test('a device at its limit fails writes, and the reading says that the root cannot be trusted', async () => {
    writeFileSync(`/sys/block/${spare.device.slice(5)}/mem_limit`, '16M');
    const file = openSync(join(spare.mountpoint, 'more'), 'w');
    try {
      writeSync(file, randomBytes(32 * 1024 * 1024));
      fsyncSync(file);
    } catch {
      // EIO, sometimes: that the writer may see nothing is why the counters are read.
    } finally {
      closeSync(file);
    }
    const status = await read();
    expect(status.failedWrites).toBeGreaterThan(0);
    const root = await readRootStatus(system, { device: spare.device, filesystem: 'ext4' });
    const readings = {
      version: 1,
      atMs: 0,
      hostname: 'x',
      role: undefined,
      uptime: pending,
      load: pending,
      memory: pending,
      zram: live(status, 0),
      root: root === undefined ? pending : live(root, 0),
      guard: pending,
      links: pending,
      time: pending,
      services: pending,
      profile: pending,
      cluster: pending,
      lastApply: pending,
      network: pending,
    } as const;
    expect(judgeStatus(readings, undefined)[0]?.code).toBe('root/untrusted');
  });
});
