// The fallback root: sized as the initramfs sizes it, chosen where zram does not fit, and only with a sum that somebody trusted has told.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Bytes, mib } from '../../src/state/bytes.ts';
import { type Draft, emptyDraft } from '../../src/state/draft.ts';
import { type OverlayInput, sizeOverlay } from '../../src/state/overlay-sizing.ts';
import { chosenOverlay } from '../../src/state/recommend-root.ts';
import { sizeRoot } from '../../src/state/zram-sizing.ts';

const module = join(import.meta.dirname, '../../assets/dracut/90mayfly');
const inMib = (size: number): number => size / 1024 ** 2;

const input = (memory: number, image: number, squashfs: number, role = 0): OverlayInput => ({
  memory: mib(memory),
  roleNeeds: mib(role),
  image: mib(image),
  squashfs: mib(squashfs),
});

const inShell = ({ memory, image, squashfs, roleNeeds }: OverlayInput): ReadonlyMap<string, string> => {
  const args = [memory, image, squashfs, roleNeeds].map(String);
  const text = execFileSync('sh', [`${module}/overlay-sizing.sh`, ...args], { encoding: 'utf8' });
  return new Map(
    text
      .trim()
      .split('\n')
      .map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
};

describe('sizing the overlay', () => {
  // [R, U, Q, B] → what can be written, in MiB
  it.each([
    [[16_384, 508, 120, 0], 1024],
    [[16_384, 4000, 900, 0], 2000],
    [[960, 508, 120, 0], 308],
    [[701, 508, 120, 0], 64],
    [[699, 508, 120, 0], undefined],
    [[8192, 508, 120, 8192], undefined],
  ] as const)('%j', ([memory, image, squashfs, role], expected) => {
    const sizing = sizeOverlay(input(memory, image, squashfs, role));
    expect(sizing.kind === 'refused' ? undefined : inMib(sizing.writes)).toBe(expected);
  });

  it('refuses with the numbers', () => {
    const sizing = sizeOverlay(input(640, 508, 120));
    expect(sizing.kind === 'refused' && sizing.problem).toMatchObject({
      summary:
        'squashfs with an overlay does not fit: RAM 640 MiB, squashfs 120 MiB, role 0 B, kernel 512 MiB; 60 MiB short',
      remedy: expect.stringContaining('700 MiB or more'),
    });
  });

  it('full of small files it leaves squashfs, kernel and daemons theirs, and more memory never makes it smaller', () => {
    const sizes = fc.tuple(
      fc.integer({ min: 256, max: 500_000 }),
      fc.integer({ min: 50, max: 20_000 }),
      fc.integer({ min: 20, max: 8000 }),
      fc.integer({ min: 0, max: 100_000 }),
    );
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 10_000 }), ([memory, image, squashfs, role], more) => {
        const sizing = sizeOverlay(input(memory, image, squashfs, role));
        if (sizing.kind === 'refused') return;
        const [writes, larger] = [sizing, sizeOverlay(input(memory + more, image, squashfs, role))].map((each) =>
          each.kind === 'refused' ? 0 : inMib(each.writes),
        );
        expect((writes ?? 0) + sizing.inodes / 1024 + squashfs + 512 + role).toBeLessThanOrEqual(memory);
        expect(larger).toBeGreaterThanOrEqual(writes ?? 0);
      }),
    );
  });

  it('decides as the initramfs does', () => {
    const cases = fc.sample(
      fc.tuple(
        fc.integer({ min: 256, max: 8192 }),
        fc.integer({ min: 50, max: 4000 }),
        fc.integer({ min: 20, max: 900 }),
        fc.integer({ min: 0, max: 2048 }),
      ),
      { numRuns: 40, seed: 11 },
    );
    let fitting = 0;
    for (const given of cases) {
      const theirs = inShell(input(...given));
      const ours = sizeOverlay(input(...given));
      expect(theirs.get('fit')).toBe(ours.kind === 'refused' ? 'none' : 'overlay');
      if (ours.kind === 'refused') continue;
      fitting += 1;
      expect([Number(theirs.get('writes')), Number(theirs.get('inodes'))]).toEqual([ours.writes, ours.inodes]);
    }
    expect(fitting).toBeGreaterThan(8);
    expect(fitting).toBeLessThan(40);
  });

  it('takes as much memory more as the initramfs says is short', () => {
    const short = inShell(input(640, 508, 120));
    const enough = 640 + inMib(Number(short.get('shortfall')));
    expect(inShell(input(enough, 508, 120)).get('fit')).toBe('overlay');
    expect(inShell(input(enough - 1, 508, 120)).get('fit')).toBe('none');
  });
});

describe('a zram root that does not fit', () => {
  const given = (memory: number, squashfs?: Bytes) => ({
    memory: mib(memory),
    roleNeeds: mib(0),
    image: mib(508),
    compressed: { zstd: mib(178) },
    squashfs,
  });
  it.each([
    ['has a fallback', 960, mib(120), true],
    ['has none in an image without a squashfs', 960, undefined, false],
    ['has none where that does not fit either', 640, mib(120), false],
  ])('%s', (_, memory, squashfs, has) => {
    const sizing = sizeRoot(given(memory, squashfs));
    if (sizing.kind !== 'refused') throw new Error(`it is ${sizing.kind}`);
    expect(sizing.fallback !== undefined).toBe(has);
    expect(/squashfs/.test(sizing.problem.remedy)).toBe(has);
  });
});

describe('what the wizard shows instead of zram', () => {
  const small = { memory: mib(960), roleNeeds: mib(0), image: mib(508), compressed: { zstd: mib(178) } };
  const large = { ...small, memory: mib(4096) };
  const asking = (kind: 'zram' | 'overlay' | undefined): Draft => ({
    ...emptyDraft,
    base: { version: 1, role: 'storage', ...(kind === undefined ? {} : { zram: { root: { kind } } }) },
  });
  it.each([
    ['nothing where zram fits', undefined, large, undefined],
    ['the fallback where it does not', undefined, small, 'overlay'],
    ['nothing where somebody insists on zram', 'zram', small, undefined],
    ['the overlay that was asked for', 'overlay', large, 'overlay'],
    ['that what was asked for does not fit', 'overlay', { ...small, memory: mib(600) }, 'refused'],
  ] as const)('%s', (_, kind, given, expected) => {
    const input = { ...given, squashfs: mib(120) };
    expect(chosenOverlay(asking(kind), input, sizeRoot(input))?.kind).toBe(expected);
  });
});

describe('the sum of the squashfs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-overlay-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const [image, squashfs, other] = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
  const manifest = join(folder, 'root.manifest');
  writeFileSync(
    manifest,
    `format=1\nsha256=${image}\ncompressed_bytes=1\nuncompressed_bytes=4\ncontent_bytes=3\ninodes=2\nsquashfs_sha256=${squashfs}\nsquashfs_bytes=7\n`,
  );

  /** What the boot module expects of the squashfs of a place whose manifest is this one; only what reaches for devices is another. */
  const expected = (cmdline: string, place = 'LABEL=M:/root.ext4.zst'): string => {
    writeFileSync(join(folder, 'cmdline'), `${cmdline}\n`);
    const script = `for part in problem parameters record places overlay; do . ${module}/$part.sh; done
      say() { :; }
      open_raw() { source_bytes=7; }
      open_file() { read_manifest ${manifest} root.manifest; }
      root_kind=overlay
      if open_place "$1"; then echo "$image_sha256 $image_compressed"; else echo "$problem_code $problem_remedy"; fi`;
    return execFileSync('sh', ['-c', script, 'sh', place], {
      encoding: 'utf8',
      env: { ...process.env, CMDLINE_FILE: join(folder, 'cmdline') },
    }).trim();
  };

  it('is the manifest’s where the command line names none', () => {
    expect(expected('quiet')).toBe(`${squashfs} 7`);
  });
  it('is not the manifest’s where the image is pinned: that would be a way around the pin', () => {
    expect(expected(`mayfly.sha256=${image}`)).toMatch(/^M-107 .*mayfly\.squashfs\.sha256=HEX/);
  });
  it('is the command line’s own', () => {
    expect(expected(`mayfly.sha256=${image} mayfly.squashfs.sha256=${squashfs}`)).toBe(`${squashfs} 7`);
    expect(expected(`mayfly.squashfs.sha256=${other}`)).toBe(other);
  });
  it('is mayfly.sha256= on a raw partition, which holds nothing else', () => {
    expect(expected(`mayfly.sha256=${other}`, 'PARTLABEL=ROOT')).toBe(other);
    expect(expected('quiet', 'PARTLABEL=ROOT')).toMatch(/^M-107 .*mayfly\.sha256=HEX/);
  });
  it('is asked for in vain of an image that was built without a squashfs', () => {
    writeFileSync(
      join(folder, 'bare'),
      `format=1\nsha256=${image}\ncompressed_bytes=1\nuncompressed_bytes=4\ncontent_bytes=3\ninodes=2\n`,
    );
    const script = `. ${module}/problem.sh; . ${module}/parameters.sh; root_kind=overlay
      read_manifest ${join(folder, 'bare')} root.manifest || echo "$problem_code"`;
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trim()).toBe('M-131');
  });
});
