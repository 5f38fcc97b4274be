// The zram step and `mayfly zram` on a fake device: converged, drifted, blocked, twice is once, and what only a boot can do.
import { describe, expect, test } from 'vitest';
import { createZramAction, zramAction } from '../../src/actions/zram.ts';
import { parseDumpe2fs } from '../../src/actions/zram-device.ts';
import { createZramVerb } from '../../src/cli/zram.ts';
import { bytes, gib, mib } from '../../src/state/bytes.ts';
import type { Profile } from '../../src/state/profile.ts';
import type { ZramStatus } from '../../src/state/status.ts';
import { forecastGrowth, parseBootEnv, planZramRoot, safeLimit, type ZramRoot } from '../../src/state/zram-plan.ts';
import { createFakeSystem, type FakeSystem } from '../helpers/fake-system.ts';
import { probeFixture } from '../helpers/probe-fixture.ts';

const zram: ZramStatus = {
  device: '/dev/zram0',
  algorithm: 'zstd',
  disksize: gib(4),
  original: mib(900),
  compressed: mib(400),
  used: mib(420),
  usedMax: mib(430),
  limit: gib(1),
  samePages: 0,
  hugePages: 0,
  failedReads: 0,
  failedWrites: 0,
};
const dictionary = { bytes: mib(1), level: 6 };
const root: ZramRoot = { zram, filesystem: gib(2), memory: gib(16) };

describe('the plan', () => {
  test.each([
    ['nothing asked', {}, {}, { limit: undefined, filesystem: undefined, nextBoot: [] }],
    ['the limit that it has', { memoryLimit: '1GiB' }, {}, { limit: undefined }],
    ['the limit, rounded up by the kernel', { memoryLimit: '1073741823' }, {}, { limit: undefined }],
    ['another limit', { memoryLimit: '1536MiB' }, {}, { limit: { before: gib(1), after: mib(1536) } }],
    ['no limit', { memoryLimit: 'none' }, {}, { limit: { before: gib(1), after: 'none' } }],
    ['no limit, has none', { memoryLimit: 'none' }, { zram: { ...zram, limit: undefined } }, { limit: undefined }],
    [
      'growing up to the disksize raises the limit first',
      { size: '4GiB' },
      {},
      {
        filesystem: { before: gib(2), after: gib(4) },
        limit: { before: gib(1), after: safeLimit(gib(4)) },
        nextBoot: [],
      },
    ],
    [
      'a limit that growing could reach keeps it small',
      { size: '4GiB', memoryLimit: '1GiB' },
      {},
      { filesystem: undefined, limit: undefined },
    ],
    [
      'memory that growing could exhaust keeps it small',
      { size: '4GiB' },
      { memory: gib(4) },
      { filesystem: undefined, limit: undefined },
    ],
    [
      'smaller is for the next boot',
      { size: '1GiB' },
      {},
      { filesystem: undefined, nextBoot: [{ key: 'ZRAM_SIZE', after: '1 GiB' }] },
    ],
    [
      'larger than the device: as far as it goes now, the rest at the next boot',
      { size: '8GiB' },
      {},
      { filesystem: { after: gib(4) }, nextBoot: [{ key: 'ZRAM_SIZE', before: '4 GiB', after: '8 GiB' }] },
    ],
    [
      'another algorithm',
      { algorithm: 'lz4' },
      {},
      { nextBoot: [{ key: 'ZRAM_ALGORITHM', before: 'zstd', after: 'lz4' }] },
    ],
    ['the dictionary that it has', { dictionary: true }, { zram: { ...zram, dictionary } }, { nextBoot: [] }],
    ['no dictionary, has none', { dictionary: false }, { zram: { ...zram, dictionary: 'none' } }, { nextBoot: [] }],
    ['no dictionary, nobody said', { dictionary: false }, {}, { nextBoot: [] }],
    [
      'a dictionary',
      { dictionary: true },
      { zram: { ...zram, dictionary: 'none' } },
      { nextBoot: [{ key: 'ZRAM_DICTIONARY', before: 'no', after: 'yes' }] },
    ],
    [
      'no dictionary',
      { dictionary: false },
      { zram: { ...zram, dictionary } },
      { nextBoot: [{ key: 'ZRAM_DICTIONARY', before: 'yes', after: 'no' }] },
    ],
    [
      'an algorithm that has none to take',
      { dictionary: true, algorithm: 'lz4' },
      { zram: { ...zram, dictionary: 'none' } },
      { nextBoot: [{ key: 'ZRAM_ALGORITHM' }] },
    ],
  ] as const)('%s', (_, wish, change, expected) =>
    expect(planZramRoot(wish, { ...root, ...change })).toMatchObject(expected),
  );

  test('done and asked again it has nothing to do', () => {
    const plan = planZramRoot({ size: '4GiB' }, root);
    const done = { ...root, filesystem: gib(4), zram: { ...zram, limit: bytes(Number(plan.limit?.after)) } };
    expect(planZramRoot({ size: '4GiB' }, done)).toEqual({ limit: undefined, filesystem: undefined, nextBoot: [] });
  });
});

describe('the forecast of growing', () => {
  test.each([
    ['as far as the device goes', undefined, gib(12), { kind: 'grow', filesystem: gib(4), limit: safeLimit(gib(4)) }],
    ['as far as memory goes', undefined, mib(2700), { kind: 'grow' }],
    ['nothing to gain', undefined, mib(600), { kind: 'none' }],
    ['to a size', gib(3), gib(12), { kind: 'grow', filesystem: gib(3), limit: safeLimit(gib(3)) }],
    ['more than the device', gib(5), gib(12), { kind: 'refused' }],
    ['more than memory carries', gib(4), gib(2), { kind: 'refused' }],
    ['smaller', gib(1), gib(12), { kind: 'refused' }],
    ['the size that it has', gib(2), gib(12), { kind: 'none' }],
  ])('%s', (_, wanted, available, expected) => expect(forecastGrowth(wanted, root, available)).toMatchObject(expected));
});

const machine = (options: Parameters<typeof createFakeSystem>[0] = {}): FakeSystem => {
  const fake = createFakeSystem({
    ...options,
    files: {
      '/proc/self/mountinfo': '29 1 253:0 / / rw,noatime - ext4 /dev/root rw\n',
      '/proc/meminfo': 'MemTotal: 8388608 kB\nMemAvailable: 6291456 kB\n',
      '/sys/block/zram0/mm_stat': `${mib(900)} ${mib(400)} ${mib(420)} ${mib(600)} ${mib(430)} 0 0 0 0\n`,
      '/sys/block/zram0/io_stat': '0 0 0 0\n',
      '/sys/block/zram0/comp_algorithm': 'lz4 [zstd]\n',
      '/sys/block/zram0/disksize': `${gib(2)}\n`,
      '/sys/block/zram0/mem_limit': '',
      '/sys/block/zram0/compact': '',
      ...options?.files,
    },
    links: { '/sys/dev/block/253:0': '../../devices/virtual/block/zram0' },
    commands: {
      'dumpe2fs -h /dev/zram0': `Block count:              262144\nBlock size:               4096\n`,
      'resize2fs /dev/zram0': ([, , size]) => {
        fake.answer('dumpe2fs -h /dev/zram0', `Block count: ${Number(size?.slice(0, -1)) / 4}\nBlock size: 4096\n`);
        return '';
      },
      ...options?.commands,
    },
    // The kernel answers a write of mem_limit in the fourth column of mm_stat.
    onKernelWrite: (path, text) => {
      options?.onKernelWrite?.(path, text);
      if (path === '/sys/block/zram0/mem_limit')
        fake.put(
          '/sys/block/zram0/mm_stat',
          `${mib(900)} ${mib(400)} ${mib(420)} ${Number(text)} ${mib(430)} 0 0 0 0\n`,
        );
    },
  });
  return fake;
};

/** What the initramfs carries, and what it used. */
const bootRecord = (carried: object | null, used: object | null) => ({
  '/run/mayfly/boot.json': JSON.stringify({
    version: 1,
    image: { uncompressedBytes: 1, dictionary: carried },
    zram: {
      device: '/dev/zram0',
      disksize: 1,
      algorithm: 'zstd',
      algorithmWanted: 'zstd',
      dictionary: used,
      memLimit: 0,
      filesystemBytes: 1,
    },
  }),
});

/** The fallback root. */
const onOverlay = (files = {}): FakeSystem =>
  machine({
    files: {
      '/proc/self/mountinfo': '29 1 0:31 / / rw - overlay mayfly-root rw\n',
      '/run/mayfly/boot.json': JSON.stringify({
        version: 1,
        image: { contentBytes: 1 },
        root: 'overlay',
        zram: null,
        overlay: { why: 'asked for', squashfsBytes: 1, writesBytes: 1, writesInodes: 1 },
      }),
      ...files,
    },
  });

const asking = (zramRoot: NonNullable<Profile['zram']>['root'], more: Partial<Profile> = {}): Profile => ({
  version: 1,
  role: 'storage',
  zram: { ...(zramRoot === undefined ? {} : { root: zramRoot }) },
  ...more,
});

const applied = async (fake: FakeSystem, profile: Profile) => {
  const notes: string[] = [];
  const result = await zramAction.apply(profile, fake, (text) => notes.push(text));
  return { result, notes };
};

describe('the step', () => {
  test('nothing asked is converged, on zram or not', async () => {
    const elsewhere = createFakeSystem();
    expect(await zramAction.check({ version: 1, role: 'client' }, elsewhere)).toEqual({ kind: 'converged' });
    expect(await zramAction.check(asking(undefined), machine())).toEqual({ kind: 'converged' });
  });

  test('something asked of a root that is not on zram is blocked', async () => {
    expect(await zramAction.check(asking({ memoryLimit: '1GiB' }), createFakeSystem())).toMatchObject({
      kind: 'blocked',
      problem: { code: 'zram/not-the-root' },
    });
  });

  test('limit: drifted, applied, converged, and taken back', async () => {
    const fake = machine();
    const profile = asking({ memoryLimit: '1GiB' });
    expect(await zramAction.check(profile, fake)).toMatchObject({
      kind: 'drifted',
      changes: [{ subject: '/dev/zram0 memory limit', before: '600 MiB', after: '1 GiB', destroysData: false }],
    });
    expect((await applied(fake, profile)).result.ok).toBe(true);
    expect(await zramAction.check(profile, fake)).toEqual({ kind: 'converged' });
    await applied(fake, profile);
    expect(fake.kernelWrites).toEqual([`/sys/block/zram0/mem_limit=${gib(1)}`]);
    await zramAction.undo?.(fake, () => undefined);
    expect(fake.kernelWrites.at(-1)).toBe(`/sys/block/zram0/mem_limit=${mib(600)}`);
    expect(await zramAction.check(profile, fake)).toMatchObject({ kind: 'drifted' });
  });

  test('a limit close to what is used is blocked and never written', async () => {
    const fake = machine();
    const profile = asking({ memoryLimit: '430MiB' });
    expect(await zramAction.check(profile, fake)).toMatchObject({ problem: { code: 'zram/limit-below-use' } });
    expect((await applied(fake, profile)).result.ok).toBe(false);
    expect(fake.kernelWrites).toEqual([]);
  });

  test('growth raises the limit first and converges', async () => {
    const fake = machine();
    const profile = asking({ size: '2GiB' });
    expect((await applied(fake, profile)).result.ok).toBe(true);
    expect(fake.kernelWrites).toEqual([`/sys/block/zram0/mem_limit=${safeLimit(gib(2))}`]);
    expect(fake.ran).toEqual([['resize2fs', '/dev/zram0', '2097152K']]);
    expect(await zramAction.check(profile, fake)).toEqual({ kind: 'converged' });
  });

  test('growth that fails midway is a problem, and the next apply ends it', async () => {
    const fake = machine({ commands: { 'resize2fs /dev/zram0': { exitCode: 1, stderr: 'resize2fs: No space\n' } } });
    const profile = asking({ size: '2GiB' });
    expect((await applied(fake, profile)).result).toMatchObject({ problem: { code: 'zram/not-grown' } });
    fake.answer('resize2fs /dev/zram0', () => {
      fake.answer('dumpe2fs -h /dev/zram0', 'Block count: 524288\nBlock size: 4096\n');
      return '';
    });
    expect((await applied(fake, profile)).result.ok).toBe(true);
    expect(await zramAction.check(profile, fake)).toEqual({ kind: 'converged' });
  });

  test('the kernel refusing the limit is a problem', async () => {
    const fake = machine({
      onKernelWrite: () => {
        throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
      },
    });
    expect((await applied(fake, asking({ memoryLimit: '1GiB' }))).result).toMatchObject({
      problem: { code: 'system/not-permitted' },
    });
  });

  test('what only the next boot can do is shown once, said, and writes nothing live', async () => {
    const fake = machine();
    const profile = asking({ size: '512MiB', algorithm: 'lz4' });
    expect(await zramAction.check(profile, fake)).toMatchObject({
      changes: [{ after: '512 MiB (next boot)' }, { after: 'lz4 (next boot)' }],
    });
    const { notes } = await applied(fake, profile);
    expect(notes).toHaveLength(2);
    expect(notes[0]).toContain('no config partition');
    expect(fake.kernelWrites).toEqual([]);
    expect(fake.ran).toEqual([]);
    expect(await zramAction.check(profile, fake)).toEqual({ kind: 'converged' });
    expect(await zramAction.check(asking({ algorithm: 'deflate' }), fake)).toMatchObject({ kind: 'drifted' });
  });

  test('boot.env that carries it already leaves nothing to say', async () => {
    const fake = machine({ files: { '/config/boot.env': '# by mayfly\nZRAM_SIZE=512MiB\nZRAM_ALGORITHM="lz4"\n' } });
    expect(await zramAction.check(asking({ size: '512MiB', algorithm: 'lz4' }), fake)).toEqual({ kind: 'converged' });
    expect(await zramAction.check(asking({ size: '768MiB' }), fake)).toMatchObject({ kind: 'drifted' });
  });

  test('a dictionary is for the next boot, where the image carries one', async () => {
    expect(await zramAction.check(asking({ dictionary: true }), machine())).toMatchObject({
      problem: { code: 'zram/no-dictionary' },
    });
    expect(
      await zramAction.check(asking({ dictionary: true }), machine({ files: bootRecord(null, null) })),
    ).toMatchObject({
      problem: { code: 'zram/no-dictionary' },
    });
    expect(
      await zramAction.check(asking({ dictionary: true }), machine({ files: bootRecord(dictionary, dictionary) })),
    ).toEqual({
      kind: 'converged',
    });
    const fake = machine({ files: bootRecord(dictionary, null) });
    const profile = asking({ dictionary: true });
    expect(await zramAction.check(profile, fake)).toMatchObject({
      changes: [{ subject: 'zram root dictionary', before: 'no', after: 'yes (next boot)' }],
    });
    const { notes } = await applied(fake, profile);
    expect(notes).toEqual([expect.stringContaining('zram root dictionary yes only at the next boot')]);
    expect(await zramAction.check(profile, fake)).toEqual({ kind: 'converged' });
    const told = machine({ files: { ...bootRecord(dictionary, null), '/config/boot.env': 'ZRAM_DICTIONARY=yes\n' } });
    expect(await zramAction.check(profile, told)).toEqual({ kind: 'converged' });
    expect(
      await zramAction.check(asking({ dictionary: false }), machine({ files: bootRecord(dictionary, dictionary) })),
    ).toMatchObject({
      changes: [{ before: 'yes', after: 'no (next boot)' }],
    });
  });

  test('swap is a part of the step, with a root that asks for nothing and with one that does', async () => {
    const swap = { size: '25%' } as const;
    const fake = machine({ files: { '/sys/class/zram-control/hot_add': '' } });
    const alone: Profile = { version: 1, role: 'storage', zram: { swap } };
    expect(await zramAction.check(alone, fake)).toMatchObject({ changes: [{ op: 'create', subject: 'zram swap' }] });
    const both: Profile = { version: 1, role: 'storage', zram: { root: { memoryLimit: '1GiB' }, swap } };
    expect(await zramAction.check(both, fake)).toMatchObject({
      changes: [{ subject: '/dev/zram0 memory limit' }, { subject: 'zram swap' }],
    });
    expect(await zramAction.check(alone, machine())).toMatchObject({ problem: { code: 'zram/no-control' } });
  });

  test('on the fallback root what is said of zram waits for a boot that has room; only the kind can differ', async () => {
    const wishes = { memoryLimit: '1GiB', size: '4GiB', algorithm: 'lz4' } as const;
    expect(await zramAction.check(asking(wishes), onOverlay())).toEqual({ kind: 'converged' });
    expect(await zramAction.check(asking({ kind: 'overlay' }), onOverlay())).toEqual({ kind: 'converged' });
    const fake = onOverlay();
    const profile = asking({ kind: 'zram' });
    expect(await zramAction.check(profile, fake)).toMatchObject({
      changes: [{ subject: 'root kind', before: 'overlay', after: 'zram (next boot)' }],
    });
    expect((await applied(fake, profile)).notes).toEqual([expect.stringContaining('root kind zram only at the next')]);
    expect(await zramAction.check(profile, fake)).toEqual({ kind: 'converged' });
    expect(await zramAction.check(profile, onOverlay({ '/config/boot.env': 'ROOT=zram\n' }))).toEqual({
      kind: 'converged',
    });
    expect(await zramAction.check(asking({ kind: 'overlay' }), machine())).toMatchObject({
      changes: [{ subject: 'root kind', before: 'zram', after: 'overlay (next boot)' }],
    });
  });

  test('a device of its own', async () => {
    const action = createZramAction(async () => ({ device: '/dev/sda1', filesystem: 'ext4' }));
    expect(await action.check(asking({ memoryLimit: '1GiB' }), machine())).toMatchObject({ kind: 'blocked' });
  });
});

describe('mayfly zram', () => {
  const run = async (fake: FakeSystem, ...args: readonly string[]) => {
    const text: string[] = [];
    const verb = createZramVerb();
    const io = {
      out: (line: string) => text.push(line),
      err: (line: string) => text.push(line),
      readStdin: async () => '',
      interactive: false,
      system: fake,
    };
    return { code: await verb(args, io), text: text.join('') };
  };
  test('grow', async () => {
    const { code, text } = await run(machine(), 'grow');
    expect(code).toBe(0);
    expect(text).toBe(
      'Growing the root filesystem from 1 GiB to 2 GiB, memory limit raised to 2.12 GiB first\nThe root filesystem has 2 GiB now\n',
    );
  });
  test.each([
    [['grow', '3GiB'], 3, 'zram/cannot-grow'],
    [['limit', '430MiB'], 3, 'zram/limit-below-use'],
    [['limit', '1GiB'], 0, 'Memory limit 1 GiB, was 600 MiB; 420 MiB used'],
    [['limit', 'none'], 0, 'Memory limit none'],
    [['trim'], 1, 'zram/not-trimmed'],
    [['limit'], 2, 'needs a size'],
    [['grow', 'big'], 2, 'not a size'],
    [['shrink'], 2, 'unknown command'],
    [['recompress'], 3, 'zram/no-recompression'],
    [['trim', '--forecast'], 0, 'Deleted files still hold about'],
    [['grow', '--forecast'], 0, 'from 1 GiB to 2 GiB, memory limit raised'],
    [['limit', '430MiB', '--forecast'], 3, 'zram/limit-below-use'],
    [['compact', '--forecast'], 0, 'Packs compressed pages closer'],
    [[], 2, 'which command'],
  ])('%j', async (args, code, words) => {
    const result = await run(machine(), ...args);
    expect(result).toMatchObject({ code, text: expect.stringContaining(words) });
  });
  test.each([['grow'], ['trim'], ['compact'], ['limit', '1GiB'], ['recompress'], ['grow', '--forecast']])(
    'is refused on the fallback root: %s',
    async (...args) => {
      const fake = onOverlay();
      const { code, text } = await run(fake, ...args);
      expect({ code, text }).toEqual({ code: 3, text: expect.stringContaining('squashfs with an overlay') });
      expect(text).toContain('mount -o remount,size=SIZE /run/mayfly/root/writes');
      expect([...fake.ran, ...fake.kernelWrites]).toEqual([]);
    },
  );
  test('trim says what it freed', async () => {
    const fake = machine({
      commands: { fstrim: '/: 245 MiB trimmed\n' },
      onKernelWrite: (path) => {
        if (path.endsWith('/compact'))
          fake.put('/sys/block/zram0/mm_stat', `${mib(900)} ${mib(200)} ${mib(220)} 0 ${mib(430)} 0 0 0 0\n`);
      },
    });
    expect(await run(fake, 'trim')).toEqual({ code: 0, text: '200 MiB freed: 220 MiB used, was 420 MiB\n' });
    expect(fake.ran).toEqual([['fstrim', '/']]);
  });
  test('recompress, where the kernel has a second algorithm', async () => {
    const directory = '/sys/block/zram0';
    const second = {
      [`${directory}/idle`]: '',
      [`${directory}/recompress`]: '',
      [`${directory}/recomp_algorithm`]: '#1: lz4 [zstd]\n',
    };
    const fake = machine({ files: second });
    expect(await run(fake, 'recompress')).toMatchObject({ code: 0, text: expect.stringContaining('freed') });
    expect(fake.kernelWrites).toEqual([`${directory}/idle=all`, `${directory}/recompress=type=idle`]);
    const late = machine({ files: { ...second, [`${directory}/recomp_algorithm`]: '\n' } });
    expect(await run(late, 'recompress')).toMatchObject({ code: 3, text: expect.stringContaining('second-algorithm') });
  });
  test('a forecast touches nothing', async () => {
    const fake = machine();
    for (const args of [['trim'], ['compact'], ['grow'], ['limit', 'none']]) await run(fake, ...args, '--forecast');
    expect([fake.kernelWrites, fake.ran]).toEqual([[], []]);
  });
  test('not on zram, or while an apply is at work: refused', async () => {
    expect((await run(createFakeSystem(), 'trim')).code).toBe(3);
    const fake = machine();
    const lock = await fake.lock('/run/mayfly/apply.lock');
    expect(await run(fake, 'limit', '1GiB')).toMatchObject({ code: 3, text: expect.stringContaining('zram/busy') });
    await lock?.release();
  });
});

test('dumpe2fs and boot.env', () => {
  expect(parseDumpe2fs(probeFixture('dumpe2fs.txt'))).toBe(mib(128));
  expect(parseDumpe2fs('')).toBeUndefined();
  expect([...parseBootEnv('# x\nA=1\n B="2 3"\nbad line\n')]).toEqual([
    ['A', '1'],
    ['B', '2 3'],
  ]);
});
