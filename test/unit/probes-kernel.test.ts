// Parsers of the kernel's own files, on what real kernels printed and on what they must not swallow.
import { describe, expect, test } from 'vitest';
import { parseBootFacts } from '../../src/probes/boot-facts.ts';
import { columns } from '../../src/probes/columns.ts';
import { readGuard } from '../../src/probes/guard.ts';
import { parseLocks } from '../../src/probes/last-apply.ts';
import { parseLoad } from '../../src/probes/load.ts';
import { parseMeminfo, parsePressure, readMemory } from '../../src/probes/memory.ts';
import { parseCpuList, parseCpuModel } from '../../src/probes/processors.ts';
import { parseRootMount, readRootDevice, readRootFact, readRootStatus } from '../../src/probes/root.ts';
import { parseDmiText, parseDmiUuid } from '../../src/probes/smbios.ts';
import { parseUptime } from '../../src/probes/uptime.ts';
import { parseAlgorithms, parseIoStat, parseMmStat, readZram } from '../../src/probes/zram.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';
import { probeFixture } from '../helpers/probe-fixture.ts';

test.each([
  ['  1 2\n', [1, 2]],
  ['1 -2', []],
  ['', []],
  ['1 x', []],
])('columns %j', (text, expected) => expect(columns(text)).toEqual(expected));

describe('zram', () => {
  test('mm_stat, nine columns', () => {
    expect(parseMmStat(probeFixture('zram-mm_stat.txt'))).toEqual({
      original: 128651264,
      compressed: 79155983,
      used: 81018880,
      limit: 209715200,
      usedMax: 81018880,
      samePages: 15,
      hugePages: 12009,
    });
  });
  test.each([
    ['no limit is undefined, not 0', '1 2 3 0 5 6 7 8 9', { limit: undefined, used: 3 }],
    ['eight columns of an older kernel', '1 2 3 4 5 6 7 8', { limit: 4, hugePages: 8 }],
  ])('%s', (_, text, expected) => expect(parseMmStat(text)).toMatchObject(expected));
  test.each(['', '1 2 3', 'a b c d e f g h i'])('mm_stat %j is nothing', (text) =>
    expect(parseMmStat(text)).toBeUndefined(),
  );
  test('io_stat', () => {
    expect(parseIoStat(probeFixture('zram-io_stat.txt'))).toEqual({ failedReads: 0, failedWrites: 0 });
    expect(parseIoStat('1 2993 0 4')).toEqual({ failedReads: 1, failedWrites: 2993 });
    expect(parseIoStat('')).toBeUndefined();
  });
  test('the algorithm in use comes first', () => {
    expect(parseAlgorithms(probeFixture('zram-comp_algorithm.txt'))).toEqual(['lz4', 'lzo-rle', 'lzo']);
    expect(parseAlgorithms('[lz4] lz4hc zstd deflate\n')).toEqual(['lz4', 'lz4hc', 'zstd', 'deflate']);
    expect(parseAlgorithms('')).toEqual([]);
  });
  test('a device that does not tell everything is no reading', async () => {
    const files = {
      '/sys/block/zram0/mm_stat': probeFixture('zram-mm_stat.txt'),
      '/sys/block/zram0/io_stat': probeFixture('zram-io_stat.txt'),
      '/sys/block/zram0/comp_algorithm': '[zstd] lz4',
      '/sys/block/zram0/disksize': '268435456\n',
    };
    const fake = createFakeSystem({ files });
    expect(await readZram(fake, '/dev/zram0')).toMatchObject({ algorithm: 'zstd', disksize: 268435456 });
    expect(await readZram(fake, '/dev/zram7')).toBeUndefined();
    expect(await readZram(fake, '/dev/zram0')).not.toHaveProperty('dictionary');
    const record = (used: object | null) =>
      JSON.stringify({
        version: 1,
        image: { uncompressedBytes: 1 },
        zram: {
          ...{ device: '/dev/zram0', disksize: 1, algorithm: 'zstd', algorithmWanted: 'zstd' },
          ...{ dictionary: used, memLimit: 0, filesystemBytes: 1 },
        },
      });
    fake.put('/run/mayfly/boot.json', record(null));
    expect(await readZram(fake, '/dev/zram0')).toMatchObject({ dictionary: 'none' });
    fake.put('/run/mayfly/boot.json', record({ bytes: 114_688, level: 3 }));
    expect(await readZram(fake, '/dev/zram0')).toMatchObject({ dictionary: { bytes: 114_688, level: 3 } });
    await fake.remove('/sys/block/zram0/io_stat');
    expect(await readZram(fake, '/dev/zram0')).toBeUndefined();
  });
});

describe('root', () => {
  test('the last mount at / is the one that is seen', () => {
    expect(parseRootMount(probeFixture('mountinfo.txt'))).toMatchObject({ number: '254:0', filesystem: 'ext4' });
    const twice = '1 1 0:2 / / rw - rootfs none rw\n29 1 253:0 / / rw,noatime shared:1 - ext4 /dev/root rw\n';
    expect(parseRootMount(twice)).toMatchObject({ number: '253:0', filesystem: 'ext4' });
    expect(parseRootMount('')).toBeUndefined();
  });

  const onZram = () =>
    createFakeSystem({
      files: {
        '/proc/self/mountinfo': '29 1 253:0 / / rw,noatime - ext4 /dev/root rw\n',
        '/sys/block/zram0/comp_algorithm': 'lz4 [zstd]\n',
        '/sys/fs/ext4/zram0/errors_count': '3\n',
        '/run/mayfly/boot.json': JSON.stringify({
          version: 1,
          image: {
            version: null,
            source: 'LABEL=BOOT:/root.ext4.zst',
            sha256: 'ab',
            uncompressedBytes: 900,
            contentBytes: 700,
            inodes: null,
            zramBytes: { zstd: 300 },
            dictionary: { bytes: 4096, level: 6 },
          },
          zram: {
            device: '/dev/zram0',
            disksize: 1,
            algorithm: 'zstd',
            algorithmWanted: 'zstd',
            memLimit: 0,
            filesystemBytes: 1,
            fit: 'tight',
            notes: [],
          },
          durations: { kernelMs: 1 },
        }),
      },
      links: { '/sys/dev/block/253:0': '../../devices/virtual/block/zram0' },
      filesystem: { size: 1000, free: 400, inodes: 50, inodesFree: 20 },
    });

  test('is named by the kernel, not by /dev/root', async () => {
    expect(await readRootDevice(onZram())).toEqual({ device: '/dev/zram0', filesystem: 'ext4' });
  });
  test('fact: image from the boot record, unknown inodes from what is in use', async () => {
    expect(await readRootFact(onZram())).toEqual({
      device: '/dev/zram0',
      filesystem: 'ext4',
      kind: 'zram',
      image: {
        version: 'without a version',
        source: 'LABEL=BOOT:/root.ext4.zst',
        uncompressed: 700,
        inodes: 30,
        zramBytes: { zstd: 300 },
        dictionary: { bytes: 4096, level: 6 },
      },
      algorithms: ['zstd', 'lz4'],
    });
  });
  test.each([
    ['as it was mounted', 'rw,noatime', 'rw,discard,errors=remount-ro', '0', true],
    ['mounted read-only', 'ro,noatime', 'ro', '0', false],
    ['seen by a console, to whose unit the tree is read-only', 'ro,noatime', 'rw,discard', '0', true],
    ['stopped by an error, which no option says (6.12)', 'rw', 'rw,errors=remount-ro', '1', false],
    ['stopped by an error, and said so (6.18)', 'rw', 'rw,errors=remount-ro,emergency_ro', '1', false],
    ['shut down', 'rw', 'rw,shutdown', '0', false],
    ['goes on after errors', 'rw', 'rw,errors=continue', '1', true],
  ])('writable: %s', async (_, mount, options, errors, writable) => {
    const fake = onZram();
    fake.put('/proc/self/mountinfo', `29 1 253:0 / / ${mount} - ext4 /dev/root ${options}\n`);
    fake.put('/sys/fs/ext4/zram0/errors_count', `${errors}\n`);
    fake.put('/sys/fs/ext4/zram0/last_error_func', errors === '0' ? '\n' : 'ext4_find_entry\n');
    expect(await readRootStatus(fake, await readRootDevice(fake))).toMatchObject({
      writable,
      lastError: errors === '0' ? undefined : 'ext4_find_entry',
    });
  });

  test('the guard: how it stands, and nothing from a file that is torn or none', async () => {
    const fake = onZram();
    expect(await readGuard(fake)).toBeUndefined();
    const deed = '{"atMs":5000,"level":"act","why":"memory 96 % used","did":["trimmed"],"freed":4096,"limit":0}';
    const file = `{"version":1,"uptime":12,"level":"ok","why":"","heldBack":8192,"last":${deed}}\n`;
    fake.put('/run/mayfly/guard.json', file);
    expect(await readGuard(fake)).toMatchObject({
      uptime: 12,
      heldBack: 8192,
      last: { did: ['trimmed'], freed: 4096 },
    });
    fake.put('/run/mayfly/guard.json', file.slice(0, 40));
    expect(await readGuard(fake)).toBeUndefined();
  });

  test('status: with the errors that ext4 counted; unknown where it counts none', async () => {
    const fake = onZram();
    expect(await readRootStatus(fake, await readRootDevice(fake))).toMatchObject({ free: 400, errors: 3 });
    expect(await readRootStatus(fake, { device: '/dev/sda1', filesystem: 'xfs' })).toMatchObject({ errors: undefined });
  });
  test('the fallback root: what the boot record says of it, and the tmpfs for what is written', async () => {
    const fake = createFakeSystem({
      files: {
        '/proc/self/mountinfo': '29 1 0:31 / / rw,noatime - overlay mayfly-root rw\n',
        '/run/mayfly/boot.json': JSON.stringify({
          version: 1,
          image: { uncompressedBytes: null, contentBytes: 700, inodes: 30, squashfsBytes: 200, zramBytes: {} },
          root: 'overlay',
          zram: null,
          overlay: { why: 'asked for', squashfsBytes: 200, writesBytes: 1000, writesInodes: 50, notes: [] },
        }),
      },
      filesystem: { size: 1000, free: 400, inodes: 50, inodesFree: 20 },
    });
    expect(await readRootFact(fake)).toMatchObject({
      kind: 'overlay',
      why: 'asked for',
      image: { uncompressed: 700, squashfs: 200 },
    });
    expect(await readRootStatus(fake, await readRootDevice(fake))).toMatchObject({
      kind: 'overlay',
      overlay: { squashfs: 200, why: 'asked for' },
      size: 1000,
      free: 400,
      writable: true,
      errors: undefined,
    });
  });
  test('an overlay or NFS root has no device', async () => {
    const fake = createFakeSystem({ files: { '/proc/self/mountinfo': '29 1 0:31 / / rw - overlay overlay rw\n' } });
    expect(await readRootFact(fake)).toMatchObject({ device: undefined, filesystem: 'overlay', kind: 'other' });
  });
  test.each(['', '{', '{"version":2}', '{"version":1,"image":{}}', '{"version":1,"image":{},"root":"overlay"}'])(
    'boot record %j is none',
    (text) => expect(parseBootFacts(text)).toBeUndefined(),
  );
});

test('memory, pressure, load, uptime, processors', () => {
  expect(parseMeminfo(probeFixture('meminfo.txt'))).toMatchObject({ total: expect.any(Number) });
  expect(parseMeminfo('MemTotal: 1 kB\n')).toBeUndefined();
  expect(parsePressure(probeFixture('pressure-memory.txt'))).toBe(0);
  expect(parsePressure('some avg10=12.50 avg60=0.00 avg300=0.00 total=1\n')).toBe(12.5);
  expect(parsePressure('')).toBeUndefined();
  expect(parseLoad(probeFixture('loadavg.txt'))).toHaveLength(3);
  expect(parseLoad('1.00')).toBeUndefined();
  expect(parseUptime('350735.47 234388.90\n')).toBe(350735.47);
  expect(parseUptime('')).toBeUndefined();
  expect(parseCpuList('0-3,8\n')).toBe(5);
  expect(parseCpuList('0\n')).toBe(1);
  expect(parseCpuModel(probeFixture('cpuinfo.txt'))).toMatch(/Xeon/);
  expect(parseCpuModel('processor : 0\nBogoMIPS : 50.00\n')).toBeUndefined();
});

test('memory without pressure is still memory', async () => {
  const fake = createFakeSystem({ files: { '/proc/meminfo': probeFixture('meminfo.txt') } });
  expect(await readMemory(fake)).toMatchObject({ pressure: undefined });
});

test.each([
  ['Dell Inc.', 'Dell Inc.'],
  [' VBOX-77 \n', 'VBOX-77'],
  ['To Be Filled By O.E.M.', undefined],
  ['Default string', undefined],
  ['Not Specified', undefined],
  ['0123456789', undefined],
  ['0000000', undefined],
  ['-', undefined],
  [undefined, undefined],
])('firmware text %j', (text, expected) => expect(parseDmiText(text)).toBe(expected));

test.each([
  ['4C4C4544-0042-3510-8054-B7C04F4D3332\n', '4c4c4544-0042-3510-8054-b7c04f4d3332'],
  ['00000000-0000-0000-0000-000000000000', undefined],
  ['03000200-0400-0500-0006-000700080009', undefined],
  ['Not Settable', undefined],
])('firmware uuid %j', (text, expected) => expect(parseDmiUuid(text)).toBe(expected));

test('/proc/locks: by inode', () => {
  const locks = '1: FLOCK  ADVISORY  WRITE 812 00:18:1234 0 EOF\n2: POSIX  ADVISORY  WRITE 1 00:18:99 0 EOF\n';
  expect(parseLocks(locks, 1234)).toBe(true);
  expect(parseLocks(locks, 99)).toBe(false);
  expect(parseLocks('', 1)).toBe(false);
});
