// Swap on a real block device: the kernel swaps to it, what it held is destroyed only with consent, and nothing is left of it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { storageAction } from '../../src/actions/storage.ts';
import { parseSwaps } from '../../src/probes/swaps.ts';
import { mib } from '../../src/state/bytes.ts';
import type { Profile } from '../../src/state/profile.ts';
import { createHost } from '../../src/system/host.ts';
import type { System } from '../../src/system/system.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';

const why = process.getuid?.() === 0 ? undefined : 'skipped: needs root';
const quiet = () => undefined;
const asking = (wipe: readonly string[] = []): Profile => ({
  version: 1,
  role: 'storage',
  swap: { device: { serial: 'SWAP-1' } },
  wipe: [...wipe],
});
const none: Profile = { version: 1, role: 'storage' };
const swaps = () => parseSwaps(readFileSync('/proc/swaps', 'utf8'));
const signatures = (device: string) =>
  execFileSync('wipefs', ['--no-act', '--noheadings', device], { encoding: 'utf8' });

describe.skipIf(why !== undefined)(`swap on a disk${why === undefined ? '' : `: ${why}`}`, () => {
  let folder: string;
  let device: string;
  let system: System;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mayfly-swap-'));
    const file = join(folder, 'disk');
    writeFileSync(file, '');
    truncateSync(file, mib(64));
    device = execFileSync('losetup', ['--find', '--show', file], { encoding: 'utf8' }).trim();
    const host = createHost();
    // The machine's kernel and programs, with a /run of the test's own; a loop device is no disk and has no serial number.
    const own = createFakeSystem({
      commands: {
        lsblk: JSON.stringify({
          blockdevices: [
            { name: device.slice('/dev/'.length), path: device, type: 'disk', size: mib(64), serial: 'SWAP-1' },
          ],
        }),
      },
    });
    const of = (path: string) => (path.startsWith('/run/') ? own : host);
    system = {
      ...host,
      readText: (path) => of(path).readText(path),
      writeText: (path, text, options) => of(path).writeText(path, text, options),
      remove: (path) => of(path).remove(path),
      query: (command, options) => (command[0] === 'lsblk' ? own : host).query(command, options),
    };
  });
  afterEach(async () => {
    await storageAction(false).apply(none, system, quiet);
    execFileSync('losetup', ['--detach', device]);
    rmSync(folder, { recursive: true, force: true });
  });

  test('is made, used after swap in RAM, taken away and taken back', async () => {
    const before = swaps();
    expect(await storageAction(false).apply(asking(), system, quiet)).toMatchObject({ ok: true });
    expect(await storageAction(false).check(asking(), system)).toEqual({ kind: 'converged' });
    expect(readFileSync('/proc/swaps', 'utf8')).toMatch(new RegExp(`^${device} .*\\s10$`, 'm'));
    expect(signatures(device)).toMatch(/swap .*mayfly-swap/);
    expect(await storageAction(false).apply(none, system, quiet)).toMatchObject({ ok: true });
    expect(swaps()).toEqual(before);
    expect(await storageAction(false).undo?.(system, quiet)).toMatchObject({ ok: true });
    expect(await storageAction(false).check(asking(), system)).toEqual({ kind: 'converged' });
  });

  test('a filesystem stays as it is, until the profile says that it may go', async () => {
    execFileSync('mkfs.ext4', ['-q', '-L', 'PRECIOUS', device]);
    const before = readFileSync(join(folder, 'disk'));
    expect(await storageAction(false).check(asking(), system)).toMatchObject({
      kind: 'drifted',
      changes: [{ subject: 'disk SWAP-1', before: 'ext4 label PRECIOUS', destroysData: true }],
    });
    expect(await storageAction(false).apply(asking(), system, quiet)).toMatchObject({
      problem: { code: 'storage/not-empty' },
    });
    execFileSync('sync', [device]);
    expect(readFileSync(join(folder, 'disk')).equals(before)).toBe(true);
    expect(swaps().has(device)).toBe(false);
    expect(await storageAction(false).apply(asking(['SWAP-1']), system, quiet)).toMatchObject({ ok: true });
    expect(swaps().has(device)).toBe(true);
    expect(signatures(device)).not.toContain('ext4');
  });
});
