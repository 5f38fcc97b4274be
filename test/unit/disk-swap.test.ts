// Swap on a disk against a machine of files: which disks are taken, which only with consent, and which never.
import { describe, expect, test } from 'vitest';
import { storageAction } from '../../src/actions/storage.ts';
import type { Profile } from '../../src/state/profile.ts';
import { createFakeSystem, type FakeSystem } from '../helpers/fake-system.ts';

const record = '/run/mayfly/disk-swap';
const head = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';
const row = (path: string, usedKib = 0) => `${path} partition 1048572 ${usedKib} 10\n`;
const quiet = () => undefined;

const asking = (serial?: string, wipe: readonly string[] = []): Profile => ({
  version: 1,
  role: 'storage',
  ...(serial === undefined ? {} : { swap: { device: { serial } } }),
  wipe: [...wipe],
});

type Disk = { readonly serial: string; readonly holds?: readonly string[]; readonly mounted?: string };

/** Disks `/dev/sda`, `/dev/sdb` … with what libblkid sees on them. */
const machine = (disks: readonly Disk[], availableKib = 1_500_000): FakeSystem => {
  const named = disks.map((disk, index) => ({ ...disk, path: `/dev/sd${'abc'[index]}` }));
  const fake = createFakeSystem({
    files: {
      '/proc/meminfo': `MemTotal: 2097152 kB\nMemAvailable: ${availableKib} kB\n`,
      '/proc/swaps': head,
    },
    commands: {
      lsblk: JSON.stringify({
        blockdevices: named.map(({ path, serial, mounted }) => ({
          name: path.slice('/dev/'.length),
          ...{ path, serial, type: 'disk', size: 2 ** 30, mountpoints: mounted === undefined ? [] : [mounted] },
        })),
      }),
      ...Object.fromEntries(
        named.map(({ path, holds = [] }) => [
          `wipefs --json --no-act ${path}`,
          holds.length === 0 ? '' : JSON.stringify({ signatures: holds.map((type) => ({ type, label: null })) }),
        ]),
      ),
      'wipefs --all': '',
      mkswap: '',
      swapon: (command) => {
        fake.put('/proc/swaps', `${head}${row(command.at(-1) ?? '')}`);
        return '';
      },
      swapoff: () => {
        fake.put('/proc/swaps', head);
        return '';
      },
    },
  });
  return fake;
};
const programs = (fake: FakeSystem) => fake.ran.map(([program]) => program);

describe('swap on a disk', () => {
  test('is made on an empty disk, found as it shall be afterwards, and taken back', async () => {
    const fake = machine([{ serial: 'DATA', holds: ['xfs'] }, { serial: 'SWAP' }]);
    expect(await storageAction(false).check(asking('SWAP'), fake)).toEqual({
      kind: 'drifted',
      changes: [{ op: 'create', subject: 'disk SWAP', after: 'swap of 1 GiB (/dev/sdb)', destroysData: false }],
    });
    expect(await storageAction(false).apply(asking('SWAP'), fake, quiet)).toMatchObject({ ok: true });
    expect(fake.ran).toEqual([
      ['mkswap', '--label', 'mayfly-swap', '/dev/sdb'],
      ['swapon', '--priority', '10', '/dev/sdb'],
    ]);
    expect(await storageAction(false).check(asking('SWAP'), fake)).toEqual({ kind: 'converged' });
    expect(await storageAction(false).apply(asking('SWAP'), fake, quiet)).toMatchObject({ ok: true });
    expect(fake.ran).toHaveLength(2);
    expect(await storageAction(false).check(asking(), fake)).toMatchObject({ changes: [{ op: 'delete' }] });
    expect(await storageAction(false).apply(asking(), fake, quiet)).toMatchObject({ ok: true });
    expect(fake.ran.at(-1)).toEqual(['swapoff', '/dev/sdb']);
    expect(await fake.readText(record)).toBeUndefined();
    expect(await storageAction(false).undo?.(fake, quiet)).toMatchObject({ ok: true });
    expect(fake.ran.at(-1)).toEqual(['swapon', '--priority', '10', '/dev/sdb']);
  });

  test.each([
    ['nothing', [], false],
    ['swap of an earlier uptime', ['swap'], false],
    ['a filesystem', ['ext4'], true],
    ['a partition table', ['gpt'], true],
    ['a machine that was hibernated', ['swsuspend'], true],
    ['swap and something else', ['swap', 'ceph_bluestore'], true],
  ])('of a disk with %s', async (_, holds, destroysData) => {
    const fake = machine([{ serial: 'SWAP', holds }]);
    expect(await storageAction(false).check(asking('SWAP'), fake)).toMatchObject({ changes: [{ destroysData }] });
    const done = await storageAction(false).apply(asking('SWAP'), fake, quiet);
    expect(done.ok).toBe(!destroysData);
    expect(programs(fake)).toEqual(destroysData ? [] : ['mkswap', 'swapon']);
    if (!destroysData) return;
    expect(done).toMatchObject({ problem: { code: 'storage/not-empty', remedy: expect.stringContaining('wipe') } });
    expect(await storageAction(false).apply(asking('SWAP', ['SWAP']), fake, quiet)).toMatchObject({ ok: true });
    expect(programs(fake)).toEqual(['wipefs', 'mkswap', 'swapon']);
  });

  test.each([
    ['a disk in use', [{ serial: 'SWAP', mounted: '/bricks/b1' }], 'storage/disk-in-use'],
    ['swap that somebody else made', [{ serial: 'SWAP', mounted: '[SWAP]' }], 'storage/disk-in-use'],
    ['a disk that is not there', [{ serial: 'DATA' }], 'storage/no-such-disk'],
    ['a serial number that two disks have', [{ serial: 'SWAP' }, { serial: 'SWAP' }], 'storage/two-disks'],
  ])('never of %s, whatever may be wiped', async (_, disks, code) => {
    const fake = machine(disks);
    expect(await storageAction(false).check(asking('SWAP', ['SWAP']), fake)).toMatchObject({
      kind: 'blocked',
      problem: { code },
    });
    expect(await storageAction(false).apply(asking('SWAP', ['SWAP']), fake, quiet)).toMatchObject({
      problem: { code },
    });
    expect(fake.ran).toEqual([]);
  });

  test('never of a disk that cannot be read', async () => {
    const fake = machine([{ serial: 'SWAP' }]);
    fake.answer('wipefs --json --no-act /dev/sda', {
      exitCode: 1,
      stderr: 'wipefs: error: /dev/sda: Input/output error\n',
    });
    expect(await storageAction(false).apply(asking('SWAP', ['SWAP']), fake, quiet)).toMatchObject({
      problem: { code: 'storage/swap-failed', summary: expect.stringContaining('Input/output error') },
    });
    expect(fake.ran).toEqual([]);
  });

  test('that is full stays while memory could not take it back', async () => {
    const fake = machine([{ serial: 'SWAP' }], 300_000);
    fake.put(record, '/dev/sda\n');
    fake.put('/proc/swaps', head + row('/dev/sda', 400_000));
    const problem = { code: 'storage/swap-in-use' };
    expect(await storageAction(false).check(asking(), fake)).toMatchObject({ kind: 'blocked', problem });
    expect(await storageAction(false).apply(asking(), fake, quiet)).toMatchObject({ ok: false, problem });
    expect(fake.ran).toEqual([]);
  });

  test('moves to another disk; where that fails the old one comes back', async () => {
    const fake = machine([{ serial: 'OLD', holds: ['swap'] }, { serial: 'NEW' }]);
    fake.put(record, '/dev/sda\n');
    fake.put('/proc/swaps', head + row('/dev/sda'));
    expect(await storageAction(false).check(asking('NEW'), fake)).toMatchObject({
      changes: [
        { op: 'delete', subject: 'swap on /dev/sda' },
        { op: 'create', subject: 'disk NEW' },
      ],
    });
    fake.answer('mkswap', { exitCode: 1, stderr: 'mkswap: /dev/sdb: Input/output error\n' });
    expect(await storageAction(false).apply(asking('NEW'), fake, quiet)).toMatchObject({ ok: false });
    expect(await storageAction(false).undo?.(fake, quiet)).toMatchObject({ ok: true });
    expect(fake.ran.at(-1)).toEqual(['swapon', '--priority', '10', '/dev/sda']);
  });
});
