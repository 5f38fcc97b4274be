// The config partition for real: a loop disk with its label, found, read without a mount, mounted, committed to.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { CliIo } from '../../src/cli/cli-io.ts';
import { runProfile } from '../../src/cli/profile.ts';
import {
  commitProfile,
  configMountpoint,
  diffCommitted,
  findConfigPartition,
  mountConfigPartition,
} from '../../src/sources/config-partition.ts';
import { createJournalKeeper, keptJournalPath, takeUptimeBefore } from '../../src/sources/keep-journal.ts';
import { resolveProfile } from '../../src/sources/resolve-profile.ts';
import type { Profile } from '../../src/state/profile.ts';
import { uptimeBeforePath } from '../../src/state/uptime-before.ts';
import { createHost } from '../../src/system/host.ts';
import type { System } from '../../src/system/system.ts';
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

    it('keeps the journal of an apply, event by event, and gives it to the next uptime once', async () => {
      const loop = makeDisk({ '.mayfly-config': '' });
      expect(await mountConfigPartition(system)).toMatchObject({ ok: true });
      const keep = createJournalKeeper(system);
      const stamp = { atMs: 1, apply: 'a1' };
      const kept = () =>
        readFileSync(keptJournalPath, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line).event);
      await keep({ event: 'converged', ...stamp, step: 'identity', changed: false });
      expect(existsSync(keptJournalPath)).toBe(false);
      await keep({ event: 'started', ...stamp, step: 'network' });
      expect(kept()).toEqual(['converged', 'started']);
      await keep({ event: 'output', ...stamp, step: 'network', text: 'much' });
      // Somebody else writes: the apply goes on, and what waited comes with the next event.
      const lock = await system.lock('/run/mayfly/config.lock');
      await keep({ event: 'converged', ...stamp, step: 'network', changed: true });
      expect(kept()).toEqual(['converged', 'started']);
      await lock?.release();
      await keep({ event: 'finished', ...stamp, outcome: 'converged' });
      expect(kept()).toEqual(['converged', 'started', 'converged', 'finished']);
      expect(readFileSync('/proc/mounts', 'utf8')).toMatch(new RegExp(`${loop} /config ext4 ro,`));
      run('blockdev', '--setro', loop);
      const hindered = createJournalKeeper(system);
      await hindered({ event: 'started', ...stamp, step: 'time' });
      await hindered({ event: 'finished', ...stamp, outcome: 'converged' });
      expect(kept()).toHaveLength(4);
      rmSync(uptimeBeforePath, { force: true });
      expect(await takeUptimeBefore(system)).toContain('"finished"');
      expect(await takeUptimeBefore(system)).toBe('');
      rmSync(uptimeBeforePath);
    });

    it('is made of an empty disk, holds the profile, and is found again', async () => {
      const image = join(folder, 'empty.img');
      run('truncate', '-s', '16M', image);
      const loop = run('losetup', '--find', '--show', image);
      loops.push(loop);
      // A loop device has no serial number: lsblk's answer with one, and this disk only.
      const withSerial: System = {
        ...system,
        query: async (command, options) => {
          const answer = await system.query(command, options);
          if (command[0] !== 'lsblk' || command.includes('--paths')) return answer;
          const { blockdevices } = z
            .object({ blockdevices: z.array(z.looseObject({ path: z.string() })) })
            .parse(JSON.parse(answer.stdout));
          const disks = blockdevices
            .filter(({ path }) => path === loop)
            .map((disk) => ({ ...disk, type: 'disk', serial: 'LOOP-1' }));
          return { ...answer, stdout: JSON.stringify({ blockdevices: disks }) };
        },
      };
      let said = '';
      const say = (text: string): void => {
        said += text;
      };
      const io: CliIo = { out: say, err: say, readStdin: async () => yaml, interactive: false, system: withSerial };
      const prepare = (...args: readonly string[]) =>
        runProfile(['prepare', '--device', 'serial=LOOP-1', '--profile', '-', ...args], io);
      expect({ status: await prepare(), said }).toEqual({
        status: 0,
        said: `${loop} is the config partition now, at /config.\nSaved as /config/node/profile.yaml.\n`,
      });
      run('umount', configMountpoint);
      expect(await resolveProfile(system)).toMatchObject({ kind: 'resolved', profile: { node: { hostname: 'n1' } } });
      // With another label it is no config partition any more, and not empty either.
      run('e2label', loop, 'DATA');
      expect(await prepare()).toBe(1);
      expect(said.replaceAll(/\s+/g, ' ')).toContain('holds ext4 label DATA, which would be lost');
      expect(await prepare('--wipe', 'LOOP-1')).toBe(0);
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
