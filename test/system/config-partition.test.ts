// The config partition for real: a loop disk with its label, found, read without a mount, mounted, committed to.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  commitProfile,
  configMountpoint,
  diffCommitted,
  findConfigPartition,
  mountConfigPartition,
} from '../../src/sources/config-partition.ts';
import { resolveProfile } from '../../src/sources/resolve-profile.ts';
import type { Profile } from '../../src/state/profile.ts';
import { createHost } from '../../src/system/host.ts';
import { exampleProfile } from '../helpers/example-profiles.ts';

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8' }).trim();

const obstacle = ((): string | undefined => {
  if (process.getuid?.() !== 0) return 'needs root';
  if (existsSync(configMountpoint)) return 'this machine has a /config of its own';
  if (run('lsblk', '--noheadings', '--output', 'LABEL').includes('MAYFLY')) return 'a disk here has the label MAYFLY';
  try {
    run('losetup', '--find');
    return undefined;
  } catch {
    return 'no loop devices';
  }
})();

const system = createHost();
let folder = '';
const loops: string[] = [];

const makeDisk = (files: Readonly<Record<string, string>>): string => {
  const tree = join(folder, `tree-${loops.length}`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(tree, path, '..'), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  const image = join(folder, `disk-${loops.length}.img`);
  run('truncate', '-s', '16M', image);
  run('mkfs.ext4', '-q', '-L', 'MAYFLY', '-d', tree, image);
  const loop = run('losetup', '--find', '--show', image);
  loops.push(loop);
  return loop;
};

describe.skipIf(obstacle !== undefined)(
  `config partition${obstacle === undefined ? '' : ` (skipped: ${obstacle})`}`,
  () => {
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'mayfly-config-'));
    });
    afterEach(() => {
      if (existsSync(configMountpoint)) {
        try {
          run('umount', configMountpoint);
        } catch {
          // Not mounted: the test ended before that.
        }
        rmdirSync(configMountpoint);
      }
      for (const loop of loops.splice(0)) {
        // The flag would outlive the disk: the kernel keeps it with the loop device.
        run('blockdev', '--setrw', loop);
        run('losetup', '--detach', loop);
      }
      rmSync(folder, { recursive: true, force: true });
    });

    const profile: Profile = { ...exampleProfile('client-gluster'), zram: { root: { size: '2GiB' } } };
    const yaml = 'version: 1\nrole: client\nnode: { hostname: n1 }\n';

    it('is read without a mount, then mounted, then committed to, and is read-only at rest', async () => {
      const loop = makeDisk({ '.mayfly-config': '', 'node/profile.yaml': yaml, 'node/etc/motd': 'hello' });
      expect(await findConfigPartition(system)).toMatchObject({ kind: 'found', device: loop, mountpoint: undefined });
      expect(await resolveProfile(system)).toMatchObject({ kind: 'resolved', profile: { node: { hostname: 'n1' } } });
      expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(loop);

      expect(await mountConfigPartition(system)).toMatchObject({ ok: true });
      expect(await resolveProfile(system)).toMatchObject({ overlays: [{ to: '/etc/motd' }] });
      expect(await diffCommitted(system, profile)).toContain('+  hostname: client-01');
      expect(await commitProfile(system, profile)).toEqual({ ok: true, value: { path: '/config/node/profile.yaml' } });
      expect(await diffCommitted(system, profile)).toBe('');
      expect(readFileSync('/config/boot.env', 'utf8')).toContain('ZRAM_SIZE=2GiB');
      expect(readFileSync('/proc/mounts', 'utf8')).toMatch(new RegExp(`${loop} /config ext4 ro,`));
      expect(await resolveProfile(system)).toMatchObject({ profile: { node: { hostname: 'client-01' } } });
    });

    it('twice is refused by name', async () => {
      const first = makeDisk({ '.mayfly-config': '' });
      const second = makeDisk({ '.mayfly-config': '' });
      expect(await findConfigPartition(system)).toEqual({ kind: 'ambiguous', devices: [first, second] });
      expect(await mountConfigPartition(system)).toMatchObject({ problem: { code: 'sources/two-config-partitions' } });
    });

    it('with the label and without the marker is not taken', async () => {
      makeDisk({ 'other.txt': '' });
      expect(await mountConfigPartition(system)).toMatchObject({ problem: { code: 'sources/no-marker' } });
    });

    it('on a medium that refuses writes is not committed to', async () => {
      const loop = makeDisk({ '.mayfly-config': '' });
      run('blockdev', '--setro', loop);
      expect(await findConfigPartition(system)).toMatchObject({ readOnly: true });
      expect(await commitProfile(system, profile)).toMatchObject({ problem: { code: 'sources/read-only-medium' } });
    });
  },
);
