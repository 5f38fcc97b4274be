// The guard of the root at work on a real zram device: what it holds back, gives back, raises and writes down; and how soon an error is told.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createZramVerb } from '../../src/cli/zram.ts';
import { createStatusReader } from '../../src/probes/read-status.ts';
import { readZram } from '../../src/probes/zram.ts';
import { mib } from '../../src/state/bytes.ts';
import { deedWords, guardFileSchema } from '../../src/state/guard-status.ts';
import { createHost } from '../../src/system/host.ts';
import type { System } from '../../src/system/system.ts';
import { createSpareZram, type SpareZram, whyNoZram } from '../helpers/spare-zram.ts';

const why = whyNoZram();
const program = join(import.meta.dirname, '../../assets/root/usr/lib/mayfly/guard');

describe.skipIf(why !== undefined)(`the guard${why === undefined ? '' : `: ${why}`}`, () => {
  let spare: SpareZram;
  let records: string;
  let guard: ChildProcess | undefined;
  const host = createHost();

  beforeEach(() => {
    spare = createSpareZram('512M', '256M');
    records = mkdtempSync(join(tmpdir(), 'mayfly-guard-'));
  });
  afterEach(async () => {
    await stop();
    spare?.remove();
    rmSync(records, { recursive: true, force: true });
  });

  const block = () => `/sys/block/${spare.device.slice(5)}`;
  const ext4 = () => `/sys/fs/ext4/${spare.device.slice(5)}`;
  const file = () => guardFileSchema.parse(JSON.parse(readFileSync(join(records, 'guard.json'), 'utf8')));
  const zram = async () => {
    const status = await readZram(host, spare.device);
    if (status === undefined) throw new Error('the device does not answer');
    return status;
  };
  /** Until the guard has looked again, and the file says this. */
  const until = (what: (seen: ReturnType<typeof file>) => boolean) =>
    expect.poll(() => what(file()), { timeout: 90_000, interval: 100 }).toBe(true);
  const start = async () => {
    rmSync(join(records, 'guard.json'), { force: true });
    guard = spawn(program, [spare.mountpoint, records], { stdio: 'ignore' });
    await expect.poll(() => readFileSync(join(records, 'guard.json'), 'utf8'), { timeout: 60_000 }).toMatch(/^{/);
  };
  const stop = async () => {
    const process = guard;
    guard = undefined;
    if (process === undefined || process.exitCode !== null) return;
    await new Promise((resolve) => {
      process.once('exit', resolve);
      process.kill();
    });
  };
  /** The message of what went wrong; everything is on the device when this returns. */
  const fill = (name: string): string => {
    try {
      for (;;) writeFileSync(join(spare.mountpoint, name), randomBytes(1024 ** 2), { flag: 'a' });
    } catch (error) {
      execFileSync('sync', ['-f', spare.mountpoint]);
      return String(error);
    }
  };

  test('a limit far below the filesystem: programs meet ENOSPC, no write is lost', async () => {
    writeFileSync(join(records, 'role-needs'), `${2 ** 50}\n`);
    writeFileSync(`${block()}/mem_limit`, '120M');
    await start();
    expect(file().heldBack).toBeGreaterThan(mib(100));
    expect(fill('random')).toContain('ENOSPC');
    const { used, limit, failedWrites } = await zram();
    expect(failedWrites).toBe(0);
    expect(used).toBeGreaterThan(mib(60));
    expect(limit).toBe(mib(120));
    await until(({ level }) => level === 'critical');
    expect(file().why).toContain('held back');
  });

  /** Overwrites a file in place with random data, 4 MiB at a time; answers how much of it is on the device afterwards. */
  const overwrite = async (name: string, pauseMs: number) => {
    const path = join(spare.mountpoint, name);
    const random = randomBytes(4 * 1024 ** 2);
    const file = openSync(path, 'r+');
    const { size } = fstatSync(file);
    try {
      for (let offset = 0; offset < size; offset += random.length) {
        expect(writeSync(file, random, 0, random.length, offset)).toBe(random.length);
        if (pauseMs === 0) continue;
        // Else the page cache would gather it and write all of it at once.
        fsyncSync(file);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    } finally {
      closeSync(file);
    }
    // A write that was refused is an error of the sync, to nobody else; what counts is what the device has.
    const synced = spawnSync('sync', ['-f', spare.mountpoint]).status;
    // Out of the cache (dd(1), "Request to drop cache for the whole file").
    execFileSync('dd', [`if=${path}`, 'iflag=nocache', 'count=0', 'status=none']);
    const read = readFileSync(path);
    let kept = 0;
    for (let offset = 0; offset < size; offset += 4096) {
      const at = offset % random.length;
      if (read.subarray(offset, offset + 4096).equals(random.subarray(at, at + 4096))) kept += 4096;
    }
    return { size, kept, synced };
  };
  /** 100 MiB of what compresses well, on the device. */
  const writeText = (name: string) =>
    writeFileSync(join(spare.mountpoint, name), 'the same words again. '.repeat(5_000_000).slice(0, 100 * 1024 ** 2), {
      flush: true,
    });

  test('files overwritten in place: the limit is raised ahead of them when memory permits', async () => {
    writeText('text');
    writeFileSync(`${block()}/mem_limit`, '90M');
    await start();
    const { size, kept, synced } = await overwrite('text', 250);
    expect({ kept, synced }).toEqual({ kept: size, synced: 0 });
    const { used, limit, failedWrites } = await zram();
    expect(failedWrites).toBe(0);
    expect(used).toBeGreaterThan(mib(90));
    expect(limit).toBeGreaterThan(mib(100));
  });

  test('files overwritten in place where memory does not permit it: what is lost is told, and the limit as its cause', async () => {
    writeText('text');
    writeFileSync(join(records, 'role-needs'), `${2 ** 50}\n`);
    writeFileSync(`${block()}/mem_limit`, '90M');
    await start();
    const { size, kept, synced } = await overwrite('text', 0);
    expect(synced).toBe(1);
    expect(kept).toBeLessThan(size);
    expect(kept).toBeGreaterThan(mib(40));
    const { limit, failedWrites } = await zram();
    expect(limit).toBe(mib(90));
    expect(failedWrites).toBeGreaterThan(0);
    // No error to ext4: only zram's counter knows.
    expect(readFileSync(`${ext4()}/errors_count`, 'utf8').trim()).toBe('0');
    await until(({ level, why }) => level === 'critical' && why === 'writes were lost');
  });

  test('the limit is raised when memory permits, and what was held back is let go', async () => {
    writeFileSync(`${block()}/mem_limit`, '120M');
    await start();
    expect(fill('first')).toContain('ENOSPC');
    await until(({ last, heldBack }) => last?.did.includes('raised the memory limit') === true && heldBack === 0);
    expect((await zram()).limit).toBeGreaterThan(mib(240));
    expect(fill('second')).toContain('ENOSPC');
    expect((await zram()).failedWrites).toBe(0);
  });

  test('gives back what deleted files still hold, and writes down how much', async () => {
    execFileSync('mount', ['-o', 'remount,nodiscard', spare.mountpoint]);
    writeFileSync(join(spare.mountpoint, 'random'), randomBytes(150 * 1024 ** 2), { flush: true });
    rmSync(join(spare.mountpoint, 'random'));
    writeFileSync(join(records, 'role-needs'), `${2 ** 50}\n`);
    writeFileSync(`${block()}/mem_limit`, '190M');
    await start();
    await until(({ last }) => last?.did.includes('trimmed') === true);
    const { last } = file();
    expect(last === null ? '' : deedWords(last)).toMatch(/trimmed, compacted, 1\d\d MiB freed$/);
    expect((await zram()).used).toBeLessThan(mib(20));
  });

  test('a guard that was killed goes on where it was', async () => {
    await start();
    await until(({ last }) => last !== null);
    const before = file().last;
    guard?.kill('SIGKILL');
    await stop();
    await start();
    expect(file().last).toEqual(before);
  });

  test('`mayfly zram limit` holds back what the new limit cannot carry, with no guard there', async () => {
    const verb = createZramVerb(async () => ({ ...spare, filesystem: 'ext4' }));
    const io = { out: () => undefined, err: () => undefined, readStdin: async () => '', interactive: false };
    const system: System = { ...host, lock: async () => ({ release: async () => undefined }) };
    expect(await verb(['limit', '120MiB'], { ...io, system })).toBe(0);
    expect(fill('random')).toContain('ENOSPC');
    expect((await zram()).failedWrites).toBe(0);
  });

  test('an error of ext4 and a write that zram refused are in the very next reading', async () => {
    const number = readFileSync(`${block()}/dev`, 'utf8').trim();
    // This machine, were the spare device its root.
    const mountinfo = () =>
      readFileSync('/proc/self/mountinfo', 'utf8')
        .split('\n')
        .find((line) => line.includes(` ${spare.mountpoint} `))
        ?.replace(` ${spare.mountpoint} `, ' / ');
    const system: System = {
      ...host,
      readText: async (path) => (path === '/proc/self/mountinfo' ? mountinfo() : host.readText(path)),
      statFilesystem: () => host.statFilesystem(spare.mountpoint),
    };
    expect(await host.readLink(`/sys/dev/block/${number}`)).toContain(spare.device.slice(5));
    const reader = createStatusReader(system);
    const untrusted = async () => (await reader.read()).problems.find(({ code }) => code === 'root/untrusted')?.summary;
    expect(await untrusted()).toBeUndefined();

    writeFileSync(`${block()}/mem_limit`, `${(await zram()).used + 4 * 1024 ** 2}`);
    try {
      writeFileSync(join(spare.mountpoint, 'more'), randomBytes(32 * 1024 ** 2), { flush: true });
    } catch {
      // EIO, sometimes: that the writer may see nothing is why the counters are read.
    }
    expect(await untrusted()).toMatch(/\d+ failed writes on \/dev\/zram\d+ \(memory limit reached\)/);

    writeFileSync(`${ext4()}/trigger_fs_error`, 'provoked');
    expect(await untrusted()).toMatch(/\d ext4 errors? \(last: \w+\)$/);
    // It goes on, so that somebody can look.
    writeFileSync(join(spare.mountpoint, 'after'), 'written');
    expect(readFileSync(join(spare.mountpoint, 'after'), 'utf8')).toBe('written');
  });
});
