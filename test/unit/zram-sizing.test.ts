import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, mib } from '../../src/state/bytes.ts';
import { profileSchema } from '../../src/state/profile.ts';
import { roleNeeds } from '../../src/state/role-needs.ts';
import { type RootSizing, type SizingInput, sizeRoot } from '../../src/state/zram-sizing.ts';

const input = (memory: number, image: number, compressed?: number, roleMib = 0): SizingInput => ({
  memory: mib(memory),
  roleNeeds: mib(roleMib),
  image: mib(image),
  compressed: compressed === undefined ? undefined : { zstd: mib(compressed) },
});
const inMib = (size: number): number => size / 1024 ** 2;
const brief = (sizing: RootSizing) =>
  sizing.kind === 'refused'
    ? [sizing.kind, sizing.problem.code]
    : [sizing.kind, inMib(sizing.filesystem), inMib(sizing.disksize), inMib(sizing.limit), inMib(sizing.free)];

describe('sizeRoot', () => {
  // [R, U, C, B] → [kind, S, D, L, F], all in MiB
  it.each([
    [
      [65536, 1086, 559, 0],
      ['normal', 2175, 4350, 2304, 1024],
    ],
    [
      [16384, 4000, 2000, 0],
      ['normal', 6240, 12480, 6491, 2000],
    ],
    [
      [4096, 1086, 559, 0],
      ['normal', 2175, 4096, 2304, 1024],
    ],
    [
      [2048, 1086, 559, 0],
      ['tight', 2031, 2048, 1520, 880],
    ],
    [
      [1536, 1086, 559, 0],
      ['tight', 1535, 1536, 1014, 384],
    ],
    [
      [1280, 1086, 559, 0],
      ['refused', 'zram/does-not-fit'],
    ],
    [
      [8192, 1086, 559, 5120],
      ['normal', 2175, 4350, 2304, 1024],
    ],
    [
      [8192, 1086, 559, 6144],
      ['tight', 2015, 4030, 1504, 864],
    ],
    [
      [8192, 1086, 559, 8192],
      ['refused', 'zram/does-not-fit'],
    ],
    [
      [4096, 1086, undefined, 0],
      ['normal', 2175, 4096, 2304, 1024],
    ],
    [
      [1536, 300, 130, 0],
      ['tight', 1118, 1536, 1010, 800],
    ],
  ] as const)('%j', ([memory, image, compressed, role], expected) => {
    expect(brief(sizeRoot(input(memory, image, compressed, role)))).toEqual(expected);
  });

  it('says why, with the numbers', () => {
    const sizing = sizeRoot({ ...input(65536, 1086, 559), inodes: 28391 });
    expect(sizing.kind === 'refused' ? [] : sizing.why).toEqual([
      'The image has 1.06 GiB and takes 559 MiB with zstd, as measured when it was built.',
      "Of 64 GiB of RAM the role's daemons need 0 B.",
      'A filesystem of 2.12 GiB, even full of data that does not compress, stays under 2.25 GiB.',
      'It has about 278400 inodes, of which the image uses 28391.',
    ]);
  });

  it('refuses with R, U, C, B and the shortfall', () => {
    const sizing = sizeRoot(input(8192, 1086, 559, 8192));
    expect(sizing.kind === 'refused' && sizing.problem).toMatchObject({
      path: 'zram.root',
      summary:
        'the root does not fit: RAM 8 GiB, image 1.06 GiB (559 MiB compressed), role 8 GiB, kernel 528 MiB; 1.38 GiB short',
    });
  });

  it.each([
    [['lz4', 'zstd'], undefined, 'zstd'],
    [['lzo-rle', 'lz4'], undefined, 'lz4'],
    [['lz4', 'zstd'], 'lz4', 'lz4'],
    [['lz4', 'lz4hc'], 'zstd', 'lz4hc'],
    [['deflate'], undefined, 'deflate'],
    [undefined, 'deflate', 'deflate'],
  ])('of %j with the wish %s takes %s', (algorithms, algorithm, expected) => {
    const sizing = sizeRoot({
      ...input(65536, 1000),
      ...(algorithms && { algorithms }),
      ...(algorithm && { wish: { algorithm } }),
    });
    expect(sizing.kind === 'refused' ? undefined : sizing.algorithm).toBe(expected);
  });

  it.each([
    ['a device that fills it', { disksize: mib(4096) }, ['normal', 4096, 4096, 4282, 2945]],
    ['a device that is too small', { disksize: mib(1200) }, ['refused', 'zram/size-too-small']],
    ['a limit', { limit: mib(1024) }, ['tight', 1544, 3088, 1024, 393]],
    ['a limit that is too small', { limit: mib(600) }, ['refused', 'zram/limit-too-small']],
  ])('takes the wish for %s', (_, wish, expected) => {
    expect(brief(sizeRoot({ ...input(65536, 1086, 559), wish }))).toEqual(expected);
  });
});

const inputs = fc
  .record({
    memory: fc.integer({ min: 256, max: 1_048_576 }),
    image: fc.integer({ min: 50, max: 20_000 }),
    ratio: fc.double({ min: 1, max: 4, noNaN: true }),
    role: fc.integer({ min: 0, max: 200_000 }),
    measured: fc.boolean(),
  })
  .map(({ memory, image, ratio, role, measured }) => ({
    ...input(memory, image, measured ? Math.floor(image / ratio) : undefined, role),
    assumed: measured ? Math.floor(image / ratio) : Math.floor((image * 10) / 14),
  }));

describe('properties', () => {
  it('the filesystem is full before zram is, the device holds it, and the daemons keep theirs', () => {
    fc.assert(
      fc.property(inputs, ({ assumed, ...given }) => {
        const sizing = sizeRoot(given);
        if (sizing.kind === 'refused') {
          expect(sizing.problem.remedy).not.toBe('');
          return;
        }
        const [S, D, L, F] = [sizing.filesystem, sizing.disksize, sizing.limit, sizing.free].map(inMib);
        const [R, B, U] = [given.memory, given.roleNeeds, given.image].map(inMib);
        if (S === undefined || D === undefined || L === undefined || F === undefined) throw new Error('no sizes');
        if (R === undefined || B === undefined || U === undefined) throw new Error('no input');
        expect(D).toBeGreaterThanOrEqual(S);
        expect(S).toBeGreaterThanOrEqual(Math.floor(U * 1.06) + F);
        expect(L).toBeLessThanOrEqual(R - B - (512 + Math.floor(0.006 * D)));
        expect(F).toBeGreaterThanOrEqual(256);
        // What the image takes and all of the free space with data that does not compress.
        if (sizing.kind === 'normal') expect(L).toBeGreaterThanOrEqual(S);
        else expect(L).toBeGreaterThanOrEqual(assumed + F);
      }),
    );
  });

  it('more memory never makes it worse', () => {
    const rank = { refused: 0, tight: 1, normal: 2 };
    fc.assert(
      fc.property(inputs, fc.integer({ min: 0, max: 100_000 }), ({ assumed: _, ...given }, more) => {
        const before = sizeRoot(given);
        const after = sizeRoot({ ...given, memory: bytes(given.memory + mib(more)) });
        expect(rank[after.kind]).toBeGreaterThanOrEqual(rank[before.kind]);
      }),
    );
  });
});

it('decides as the initramfs does', () => {
  const script = new URL('../../assets/dracut/90mayfly/sizing.sh', import.meta.url).pathname;
  // Small images: the shell needs a second for each of the largest.
  const cases = fc
    .sample(inputs, { numRuns: 160, seed: 7 })
    .filter(({ image }) => image < mib(3000))
    .slice(0, 20);
  let compared = 0;
  for (const { assumed: _, ...given } of cases) {
    const ours = sizeRoot(given);
    const arguments_ = [given.memory, given.image, given.compressed?.zstd ?? 0, 0, given.roleNeeds, 0, 0];
    const lines = execFileSync('sh', [script, ...arguments_.map(String)], { encoding: 'utf8' })
      .trim()
      .split('\n');
    const theirs = new Map(lines.map((line) => [line.split('=')[0], line.split('=')[1]]));
    expect(theirs.get('fit')).toBe(ours.kind === 'refused' ? 'none' : ours.kind);
    if (ours.kind === 'refused') continue;
    compared += 1;
    expect({
      filesystem: Number(theirs.get('filesystem')),
      disksize: Number(theirs.get('disksize')),
      limit: Number(theirs.get('limit')),
    }).toEqual({ filesystem: ours.filesystem, disksize: ours.disksize, limit: ours.limit });
  }
  expect(compared).toBeGreaterThan(8);
});

describe('roleNeeds', () => {
  const disks = (count: number) => Array.from({ length: count }, (_, index) => ({ device: { serial: `S${index}` } }));
  it.each([
    ['storage', { filesystem: 'none' }, 0],
    ['storage', { filesystem: 'ceph', monitors: ['m'], osds: disks(3) }, 15360],
    ['storage', { filesystem: 'ceph', monitors: ['here.x'], osds: disks(1) }, 9216],
    ['monitor', { filesystem: 'ceph', monitors: ['m'] }, 4096],
    ['metadata', { filesystem: 'ceph', monitors: ['m'], mds: true }, 6144],
    [
      'storage',
      { filesystem: 'gluster', peers: ['a'], bricks: disks(2).map((disk) => ({ ...disk, path: '/b' })) },
      2560,
    ],
    ['client', { filesystem: 'gluster', peers: ['a'] }, 0],
    ['client', { filesystem: 'beegfs', management: 'm', release: '8' }, 0],
    [
      'storage',
      { filesystem: 'beegfs', management: 'm', release: '8', targets: [{ ...disks(1)[0], path: '/t' }] },
      4096,
    ],
    [
      'storage',
      { filesystem: 'lustre', fsname: 'l', mgs: ['m'], targets: [{ ...disks(1)[0], kind: 'ost', index: 0 }] },
      4096,
    ],
  ])('%s %j', (role, cluster, expected) => {
    const profile = profileSchema.parse({ version: 1, role, node: { hostname: 'here' }, cluster });
    expect(inMib(roleNeeds(profile))).toBe(expected);
  });
});
