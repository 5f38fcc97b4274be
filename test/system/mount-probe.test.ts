// A mount that truly hangs: a FUSE server of our own is stopped, and the probe tells so without hanging, with one child at most.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClusterReader } from '../../src/probes/cluster.ts';
import { createMountProbe } from '../../src/probes/mount-probe.ts';
import type { Profile } from '../../src/state/profile.ts';
import { createHost } from '../../src/system/host.ts';

/** Reported as skipped where the kernel has no FUSE. */
const noFuse = !existsSync('/dev/fuse');
const host = createHost();
const serverFile = new URL('../fixtures/fuse/server.ts', import.meta.url).pathname;
let path = '';
let server: ChildProcess;
let device = -1;

/** What looks at the mount at this moment. */
const lookers = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        return words[0] === 'stat' && words.includes(path);
      } catch {
        return false;
      }
    })
    .map(Number);

beforeEach(async () => {
  path = mkdtempSync(join(tmpdir(), 'mayfly-mount-'));
  device = openSync('/dev/fuse', 'r+');
  server = spawn(process.execPath, [serverFile], { stdio: ['ignore', 'pipe', 'inherit', device] });
});

afterEach(async () => {
  server.kill('SIGKILL');
  closeSync(device);
  await host.run(['umount', '--lazy', path]);
  rmdirSync(path);
});

const mount = async (): Promise<void> => {
  const serving = new Promise<void>((resolve) => server.stdout?.once('data', () => resolve()));
  const options = 'fd=3,rootmode=40000,user_id=0,group_id=0';
  const mounting = spawn('mount', ['-i', '-t', 'fuse.mayfly', '-o', options, 'mayfly', path], {
    stdio: ['ignore', 'inherit', 'inherit', device],
  });
  const status = await new Promise<number | null>((resolve) => mounting.once('close', resolve));
  expect(status).toBe(0);
  await serving;
};

test.skipIf(noFuse)('absent, answers, hung with one child at most, answers again, and dead', async () => {
  const probe = createMountProbe(host);
  expect(await probe(path)).toEqual({ kind: 'absent', path });
  await mount();
  expect(await probe(path)).toMatchObject({ kind: 'answers', path });

  server.kill('SIGSTOP');
  expect(await probe(path)).toMatchObject({ kind: 'hung', path });
  const [first, ...more] = lookers();
  expect(more).toEqual([]);
  const later = await probe(path);
  expect(later.kind === 'hung' && later.seconds).toBeGreaterThanOrEqual(2);
  expect(lookers()).toEqual([first]);

  server.kill('SIGCONT');
  await expect.poll(async () => (await probe(path)).kind, { timeout: 30_000 }).toBe('answers');
  expect(lookers()).toEqual([]);

  server.kill('SIGKILL');
  closeSync(device);
  device = openSync('/dev/null', 'r');
  await expect.poll(async () => (await probe(path)).kind, { timeout: 30_000 }).toBe('hung');
});

test.skipIf(noFuse)('a cluster reading comes although the mount hangs, and says so', async () => {
  await mount();
  const profile: Profile = {
    version: 1,
    role: 'client',
    cluster: { filesystem: 'gluster', peers: ['stor-01'], mount: path },
  };
  const read = createClusterReader(host);
  expect(await read(profile)).toMatchObject({ health: 'healthy', mount: { kind: 'answers' } });
  server.kill('SIGSTOP');
  expect(await read(profile)).toMatchObject({ health: 'failed', mount: { kind: 'hung' } });
  server.kill('SIGCONT');
});
