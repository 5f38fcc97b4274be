import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  commitProfile,
  diffCommitted,
  findConfigPartition,
  mountConfigPartition,
  readCommitted,
} from '../../src/sources/config-partition.ts';
import { copyOverlays } from '../../src/sources/copy-overlays.ts';
import type { Profile } from '../../src/state/profile.ts';
import { renderProfile } from '../../src/state/render-profile.ts';
import { exampleProfile } from '../helpers/example-profiles.ts';
import { lsblk, onDisk } from '../helpers/fake-filesystems.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';

const mounted = { name: '/dev/vdb', label: 'MAYFLY', mountpoints: ['/config'] };
const withConfig = (files: Readonly<Record<string, string>> = {}, ro = false) =>
  createFakeSystem({
    files: { '/config/.mayfly-config': '', ...files },
    commands: { ...lsblk({ ...mounted, ro }), mount: '' },
  });
const profile: Profile = {
  ...exampleProfile('boot-none'),
  access: { rootPasswordHash: '$y$j9T$old$hash' },
  zram: { root: { size: '2GiB', algorithm: 'zstd' } },
};

describe('findConfigPartition', () => {
  it.each([
    ['nothing', [], { kind: 'none' }],
    ['another label', [{ ...mounted, label: 'DATA' }], { kind: 'none' }],
    ['one', [mounted], { kind: 'found', device: '/dev/vdb', mountpoint: '/config', readOnly: false }],
    [
      'one twice in the tree',
      [mounted, mounted],
      { kind: 'found', device: '/dev/vdb', mountpoint: '/config', readOnly: false },
    ],
    [
      'one on an optical disc',
      [{ ...mounted, fstype: 'iso9660' }],
      { kind: 'found', device: '/dev/vdb', mountpoint: '/config', readOnly: true },
    ],
    ['two', [mounted, { ...mounted, name: '/dev/vdc' }], { kind: 'ambiguous', devices: ['/dev/vdb', '/dev/vdc'] }],
  ])('%s', async (_, filesystems, expected) => {
    const system = createFakeSystem({ files: { '/config/.mayfly-config': '' }, commands: lsblk(...filesystems) });
    expect(await findConfigPartition(system)).toEqual(expected);
  });

  it('answers where lsblk does not', async () => {
    expect(await findConfigPartition(createFakeSystem())).toEqual({ kind: 'none' });
    expect(await findConfigPartition(createFakeSystem({ commands: { lsblk: 'oops' } }))).toEqual({ kind: 'none' });
  });
});

describe('mountConfigPartition', () => {
  it('mounts read-only, once', async () => {
    const system = createFakeSystem({
      commands: {
        ...lsblk({ name: '/dev/vdb', label: 'MAYFLY' }),
        ...onDisk('/dev/vdb', { '/.mayfly-config': '' }),
        mount: '',
      },
    });
    expect(await mountConfigPartition(system)).toMatchObject({ ok: true, value: { device: '/dev/vdb' } });
    expect(system.ran).toEqual([['mount', '-o', 'ro,nosuid,nodev,noexec', '/dev/vdb', '/config']]);
    const again = withConfig();
    expect(await mountConfigPartition(again)).toMatchObject({ ok: true });
    expect(again.ran).toEqual([]);
  });

  describe('where no namespace may be made', () => {
    const refused = { exitCode: 1, stderr: 'unshare: unshare failed: Operation not permitted\n' };
    const asking = (files: Readonly<Record<string, string>>) => {
      const { unshare = '' } = onDisk('/dev/vdb', { '/.mayfly-config': '' });
      const commands = { ...lsblk({ name: '/dev/vdb', label: 'MAYFLY' }), unshare: refused, 'systemd-run': unshare };
      return createFakeSystem({ files, commands });
    };
    const status = (uid: number) => ({ '/proc/self/status': `Name:\tmayfly\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\n` });
    const systemd = { '/run/systemd/system/x': '' };

    it('root has systemd make one', async () => {
      const system = asking({ ...systemd, ...status(0) });
      expect(await findConfigPartition(system)).toMatchObject({ kind: 'found', device: '/dev/vdb' });
      expect(system.queried.at(-1)).toContain('--property=PrivateMounts=yes');
    });

    it.each([
      ['somebody else', { ...systemd, ...status(1000) }],
      ['root without systemd', status(0)],
    ])('%s is told so', async (_, files) => {
      const system = asking(files);
      expect(await mountConfigPartition(system)).toMatchObject({ problem: { code: 'sources/unreadable' } });
      expect(system.queried.some(([program]) => program === 'systemd-run')).toBe(false);
    });
  });

  it.each([
    [lsblk(), 'sources/no-config-partition'],
    [{ lsblk: { exitCode: 124, stderr: 'lsblk: no answer in 30 s' } }, 'sources/disks-unread'],
    [{ lsblk: 'oops' }, 'sources/disks-unread'],
    [lsblk({ name: '/dev/vdb', label: 'MAYFLY' }), 'sources/unreadable'],
    [{ ...lsblk({ name: '/dev/vdb', label: 'MAYFLY' }), ...onDisk('/dev/vdb', {}) }, 'sources/no-marker'],
    [
      {
        ...lsblk({ name: '/dev/vdb', label: 'MAYFLY' }),
        ...onDisk('/dev/vdb', { '/.mayfly-config': '' }),
        mount: { exitCode: 32 },
      },
      'sources/mount',
    ],
  ])('says why it cannot, %#', async (commands, code) => {
    const answer = await mountConfigPartition(createFakeSystem({ commands }));
    expect(answer.ok ? undefined : answer.problem.code).toBe(code);
  });
});

describe('commitProfile', () => {
  it('writes profile and boot.env for root only, and leaves the medium read-only', async () => {
    const system = withConfig();
    expect(await commitProfile(system, profile)).toEqual({ ok: true, value: { path: '/config/node/profile.yaml' } });
    expect(system.text('/config/node/profile.yaml')).toBe(renderProfile(profile));
    expect((await system.stat('/config/node/profile.yaml'))?.mode).toBe(0o600);
    expect(system.text('/config/boot.env')).toContain('ZRAM_SIZE=2GiB\nZRAM_ALGORITHM=zstd\n');
    expect(system.ran.map((command) => command.join(' '))).toEqual([
      'mount -o remount,rw /config',
      'mount -o remount,ro /config',
    ]);
    expect(await readCommitted(system)).toBe(renderProfile(profile));
    expect(await diffCommitted(system, profile)).toBe('');
  });

  it('refuses a read-only medium, and writes nothing', async () => {
    const system = withConfig({}, true);
    expect(await commitProfile(system, profile)).toMatchObject({
      ok: false,
      problem: { code: 'sources/read-only-medium' },
    });
    expect(system.ran).toEqual([]);
    const refusing = withConfig();
    refusing.answer('mount', { exitCode: 32, stderr: 'write-protected' });
    expect(await commitProfile(refusing, profile)).toMatchObject({ problem: { code: 'sources/read-only-medium' } });
    expect(await refusing.stat('/config/node/profile.yaml')).toBe(undefined);
  });

  it('refuses a profile that is not valid', async () => {
    const wrong: Profile = { ...profile, zram: { root: { size: '1GiB', memoryLimit: '2GiB' } } };
    expect(await commitProfile(withConfig(), wrong)).toMatchObject({ ok: false, problem: { code: 'zram/limit' } });
  });

  it('puts the old profile back when the second file cannot be written', async () => {
    const system = withConfig({ '/config/node/profile.yaml': 'old' });
    const full = {
      ...system,
      writeText: (path: string, text: string) =>
        path.endsWith('boot.env')
          ? Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
          : system.writeText(path, text),
    };
    expect(await commitProfile(full, profile)).toMatchObject({ ok: false, problem: { code: 'sources/write-failed' } });
    expect(system.text('/config/node/profile.yaml')).toBe('old');
    expect(system.ran.at(-1)).toEqual(['mount', '-o', 'remount,ro', '/config']);
  });
});

describe('diffCommitted', () => {
  it('shows what changes, and of a secret only that it does', async () => {
    const system = withConfig({ '/config/node/profile.yaml': renderProfile(profile) });
    const changed: Profile = { ...profile, role: 'client', access: { rootPasswordHash: '$y$j9T$new$hash' } };
    const diff = await diffCommitted(system, changed);
    expect(diff).toContain('-role: boot\n+role: client\n');
    expect(diff).toContain('-  rootPasswordHash: (set)\n+  rootPasswordHash: (replaced)\n');
    expect(diff).not.toContain('$y$');
  });
});

describe('copyOverlays', () => {
  const overlay = (from: string, to: string) => ({ layer: 'node' as const, from, to });

  it('copies text with its mode, and reads the units again when one came', async () => {
    const system = createFakeSystem({ files: { '/config/node/etc/x': 'text' }, commands: { systemctl: '' } });
    chmodSync(join(system.root, '/config/node/etc/x'), 0o640);
    const copied = await copyOverlays(system, [
      overlay('/config/node/etc/x', '/etc/systemd/system/x.service'),
      overlay('/config/node/etc/gone', '/etc/gone'),
    ]);
    expect(readFileSync(join(system.root, '/etc/systemd/system/x.service'), 'utf8')).toBe('text');
    expect((await system.stat('/etc/systemd/system/x.service'))?.mode).toBe(0o640);
    expect(copied.count).toBe(1);
    expect(copied.problems.map(({ code }) => code)).toEqual(['sources/overlay-failed']);
    expect(system.ran).toEqual([['systemctl', 'daemon-reload']]);
  });
});
