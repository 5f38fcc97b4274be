// Swap on zram against a machine of files: what is planned, what is run in which order, and what is left alone.
import { describe, expect, test } from 'vitest';
import { applyZramSwap, checkZramSwap, swapSize, undoZramSwap } from '../../src/actions/zram-swap.ts';
import { parseSwaps } from '../../src/probes/swaps.ts';
import { gib, mib } from '../../src/state/bytes.ts';
import type { Profile } from '../../src/state/profile.ts';
import { createFakeSystem, type FakeSystem } from '../helpers/fake-system.ts';

const record = '/run/mayfly/zram-swap';
const control = '/sys/class/zram-control';
const head = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';
const swapRow = (usedKib: number) => `/dev/zram1                              partition\t524284\t\t${usedKib}\t\t100\n`;

const asking = (swap?: { readonly size: string; readonly algorithm?: string }): Profile => ({
  version: 1,
  role: 'storage',
  ...(swap === undefined ? {} : { zram: { swap } }),
});

const device = (disksize: number, algorithm = '[zstd] lz4'): Record<string, string> => ({
  '/sys/block/zram1/mm_stat': '0 0 0 0 0 0 0 0 0\n',
  '/sys/block/zram1/io_stat': '0 0 0 0\n',
  '/sys/block/zram1/comp_algorithm': `${algorithm}\n`,
  '/sys/block/zram1/disksize': `${disksize}\n`,
  '/sys/block/zram1/reset': '',
});

/** 2 GiB of RAM; `swap`: what is swapped out in KiB to a device of ours of 512 MiB. */
const machine = ({
  swap,
  availableKib = 1_500_000,
  loaded = true,
}: {
  swap?: number;
  availableKib?: number;
  loaded?: boolean;
} = {}): FakeSystem => {
  const fake = createFakeSystem({
    files: {
      '/proc/meminfo': `MemTotal:        2097152 kB\nMemAvailable:    ${availableKib} kB\n`,
      '/proc/swaps': head + (swap === undefined ? '' : swapRow(swap)),
      ...(loaded ? { [`${control}/hot_add`]: '', [`${control}/hot_remove`]: '' } : {}),
      ...device(swap === undefined ? 0 : mib(512)),
      ...(swap === undefined ? {} : { [record]: '/dev/zram1\n' }),
    },
    commands: {
      [`cat ${control}/hot_add`]: '1\n',
      mkswap: '',
      swapoff: () => {
        fake.put('/proc/swaps', head);
        return '';
      },
      swapon: () => {
        fake.put('/proc/swaps', head + swapRow(0));
        return '';
      },
    },
    onKernelWrite: (path, text) => {
      if (path.endsWith('/comp_algorithm')) fake.put('/sys/block/zram1/comp_algorithm', `zstd [${text}]\n`);
    },
  });
  return fake;
};

const quiet = () => undefined;

test('sizes', () => {
  expect(swapSize({ size: '25%' }, gib(2))).toBe(mib(512));
  expect(swapSize({ size: '1536MiB' }, gib(2))).toBe(mib(1536));
  expect(swapSize({ size: '1%' }, mib(10))).toBe(mib(1));
  expect([...parseSwaps(head + swapRow(8))]).toEqual([['/dev/zram1', 8192]]);
  expect(parseSwaps('').size).toBe(0);
});

describe('swap', () => {
  test('nothing asked for, nothing there: nothing to do, and a swap of somebody else is left alone', async () => {
    const fake = createFakeSystem({ files: { '/proc/swaps': head + swapRow(8) } });
    expect(await checkZramSwap(asking(), fake)).toEqual({ ok: true, value: [] });
    expect(await applyZramSwap(asking(), fake, quiet)).toMatchObject({ ok: true });
    expect(fake.ran).toEqual([]);
  });

  test('is made, and found as it shall be afterwards', async () => {
    const fake = machine();
    const profile = asking({ size: '25%', algorithm: 'lz4' });
    expect(await checkZramSwap(profile, fake)).toMatchObject({
      value: [{ op: 'create', subject: 'zram swap', after: '512 MiB, lz4' }],
    });
    expect(await applyZramSwap(profile, fake, quiet)).toMatchObject({ ok: true });
    expect(fake.kernelWrites).toEqual(['/sys/block/zram1/comp_algorithm=lz4', `/sys/block/zram1/disksize=${mib(512)}`]);
    expect(fake.ran.map(([program]) => program)).toEqual(['cat', 'mkswap', 'swapon']);
    expect(await checkZramSwap(profile, fake)).toEqual({ ok: true, value: [] });
    expect(await undoZramSwap(fake, quiet)).toMatchObject({ ok: true });
    expect(fake.ran.at(-1)).toEqual(['swapoff', '/dev/zram1']);
    expect(await fake.readText(record)).toBeUndefined();
  });

  test('of another size is replaced; what is swapped out fits back in', async () => {
    const fake = machine({ swap: 4096 });
    expect(await checkZramSwap(asking({ size: '256MiB' }), fake)).toMatchObject({
      value: [{ op: 'update', before: '512 MiB, zstd' }],
    });
    expect(await applyZramSwap(asking({ size: '256MiB' }), fake, quiet)).toMatchObject({ ok: true });
    expect(fake.ran.map(([program]) => program)).toEqual(['swapoff', 'cat', 'mkswap', 'swapon']);
    expect(fake.kernelWrites.slice(0, 2)).toEqual(['/sys/block/zram1/reset=1', `${control}/hot_remove=1`]);
  });

  test('that is full stays while memory could not take it back', async () => {
    const fake = machine({ swap: 400_000, availableKib: 300_000 });
    const blocked = { ok: false, problem: { code: 'zram/swap-in-use' } };
    expect(await checkZramSwap(asking(), fake)).toMatchObject(blocked);
    expect(await applyZramSwap(asking(), fake, quiet)).toMatchObject(blocked);
    expect(fake.ran).toEqual([]);
  });

  test('is taken away when the profile wants none', async () => {
    const fake = machine({ swap: 0 });
    expect(await checkZramSwap(asking(), fake)).toMatchObject({ value: [{ op: 'delete', after: 'none' }] });
    expect(await applyZramSwap(asking(), fake, quiet)).toMatchObject({ ok: true });
    expect(await checkZramSwap(asking(), fake)).toEqual({ ok: true, value: [] });
  });

  test('a device that a killed apply left without swap is made anew', async () => {
    const fake = machine();
    fake.put(record, '/dev/zram1\n');
    expect(await checkZramSwap(asking({ size: '25%' }), fake)).toMatchObject({ value: [{ op: 'update' }] });
    expect(await applyZramSwap(asking({ size: '25%' }), fake, quiet)).toMatchObject({ ok: true });
    expect(fake.kernelWrites.slice(0, 2)).toEqual(['/sys/block/zram1/reset=1', `${control}/hot_remove=1`]);
    expect(fake.ran.map(([program]) => program)).toEqual(['cat', 'mkswap', 'swapon']);
  });

  test('the module is loaded where the root is on something else, without a device of its own making', async () => {
    const fake = machine({ loaded: false });
    fake.answer('modinfo --filename zram', '/lib/modules/6.12/zram.ko\n');
    fake.answer('modprobe zram num_devices=0', () => {
      fake.put(`${control}/hot_add`, '1\n');
      return '';
    });
    expect(await checkZramSwap(asking({ size: '25%' }), fake)).toMatchObject({ value: [{ op: 'create' }] });
    expect(await applyZramSwap(asking({ size: '25%' }), fake, quiet)).toMatchObject({ ok: true });
    expect(fake.ran.map(([program]) => program)).toEqual(['modprobe', 'cat', 'mkswap', 'swapon']);
  });

  test('a command that fails, and a kernel without zram, are problems with a remedy', async () => {
    const fake = machine();
    fake.answer('swapon', { exitCode: 1, stderr: 'swapon: /dev/zram1: swapon failed: Operation not permitted\n' });
    expect(await applyZramSwap(asking({ size: '25%' }), fake, quiet)).toMatchObject({
      problem: { code: 'zram/swap-failed', summary: expect.stringContaining('Operation not permitted') },
    });
    const bare = createFakeSystem({ files: { '/proc/meminfo': 'MemTotal: 2097152 kB\nMemAvailable: 1 kB\n' } });
    expect(await checkZramSwap(asking({ size: '25%' }), bare)).toMatchObject({ problem: { code: 'zram/no-control' } });
  });
});
