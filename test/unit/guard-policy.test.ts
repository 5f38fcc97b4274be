// What the guard of the zram root decides, called as the guard's own file: a table of situations, the rule that holds for all, and no flapping.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, mib } from '../../src/state/bytes.ts';
import { heldBack } from '../../src/state/held-back.ts';

const script = join(import.meta.dirname, '../../assets/root/usr/lib/mayfly/guard-policy.sh');

/** A node of 2 GiB whose limit can bind; sizes in MiB, but for counts, seconds and percent. */
const tight = {
  now: 5000,
  used: 300,
  limit: 1000,
  disksize: 2000,
  size: 1500,
  free: 600,
  inodes: 190_000,
  inodes_free: 180_000,
  total: 2000,
  available: 1000,
  cleaned_used: 0,
  cleaned_freed: 0,
  trimmed: 900,
};
const sizes = [
  'used',
  'limit',
  'disksize',
  'size',
  'free',
  'delayed',
  'grown',
  'taken',
  'total',
  'available',
  'needs',
  'cleaned_used',
  'cleaned_freed',
];

const decide = (given: Readonly<Record<string, number>>): Record<string, string> => {
  const pairs = Object.entries({ ...tight, ...given }).map(
    ([name, value]) => `${name}=${sizes.includes(name) ? Math.round(value * 1024 ** 2) : value}`,
  );
  const text = execFileSync('sh', [script, ...pairs], { encoding: 'utf8' });
  return Object.fromEntries(
    text
      .trimEnd()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
};
const inMib = (answer: Record<string, string>, key: string): number => Number(answer[key]) / 1024 ** 2;

const all = 'vacuum trim compact';

describe('the guard decides', () => {
  it.each([
    [
      'nothing to do: looks every 2 s where the limit can bind',
      {},
      { level: 'ok', why: '', clean: '', raise: '0', wait: '2' },
    ],
    [
      'a limit that never binds, however full',
      { limit: 1700, used: 1600, free: 700 },
      { level: 'ok', clean: '', raise: '0', wait: '15' },
    ],
    ['no limit', { limit: 0, used: 900 }, { level: 'ok', wait: '15' }],
    ['85 % of blocks used', { limit: 0, free: 225 + 16 }, { level: 'watch', why: 'blocks 85 % used', clean: '' }],
    [
      '96 % of blocks used: nothing that cleaning would help',
      { limit: 0, free: 60 + 16 },
      { level: 'critical', why: 'blocks 96 % used', clean: '' },
    ],
    ['90 % of inodes used', { inodes: 1000, inodes_free: 100 }, { level: 'act', why: 'inodes 90 % used', clean: '' }],
    [
      '80 % of the limit, and what is left of it enough for what is free',
      { used: 800, free: 160, size: 1000, limit: 1000, inodes: 10_000, inodes_free: 5_000 },
      { level: 'watch', clean: '', wait: '1' },
    ],
    [
      'a limit nearly reached: nothing may be written, so cleans and raises at once',
      { used: 900, free: 300, available: 1500, total: 4000 },
      { level: 'critical', why: 'blocks 99 % used or held back, memory limit 90 % used', clean: all },
    ],
    [
      'cleaning has just given nothing: raises',
      { used: 770, free: 400, cleaned: 4990, cleaned_used: 770, total: 4000 },
      { level: 'act', clean: '', wait: '0.2' },
    ],
    ['5 % of memory available', { available: 95 }, { level: 'act', why: 'memory 96 % used', clean: all }],
    ['tasks wait for memory', { pressure: 30 }, { level: 'act', why: 'memory pressure 30 %', clean: all }],
    [
      'writes were lost: no cleaning brings them back',
      { lost: 1, used: 990 },
      { level: 'critical', why: 'writes were lost', clean: '' },
    ],
    ['trims a quarter of an hour after boot', { now: 900, trimmed: 0 }, { level: 'ok', clean: 'trim compact' }],
    ['and a day later', { now: 87_300 }, { level: 'ok', clean: 'trim compact' }],
    ['and not before', { now: 87_299 }, { clean: '' }],
  ])('%s', (_, given, answer) => {
    expect(decide(given)).toMatchObject(answer);
  });

  it('does not repeat what gave nothing: only after half an hour, or when more is used', () => {
    const after = { used: 900, free: 300, cleaned: 4000, cleaned_used: 900, cleaned_freed: 1, needs: 2000 };
    expect(decide({ ...after, now: 5799 }).clean).toBe('');
    expect(decide({ ...after, now: 5800 }).clean).toBe(all);
    expect(decide({ ...after, now: 4001, used: 930 }).clean).toBe(all);
    expect(decide({ ...after, now: 4060, cleaned_freed: 100 }).clean).toBe(all);
  });

  it('leaves a level only two points below where it began', () => {
    const used = (percent: number, before: number) =>
      decide({ limit: 0, free: 15 * (100 - percent) + 16, before }).level;
    expect([used(84, 0), used(84, 1), used(83, 1), used(82, 1)]).toEqual(['ok', 'watch', 'watch', 'ok']);
    expect([used(94, 2), used(94, 3), used(92, 3)]).toEqual(['act', 'critical', 'act']);
  });

  it('raises the limit only into memory that nobody needs', () => {
    const near = { used: 960, free: 240, inodes: 1, inodes_free: 1 };
    expect(inMib(decide({ ...near, available: 1500, total: 4000 }), 'raise')).toBe(1280);
    // 512 MiB and 0.6 % of the disksize are the kernel's and userland's.
    expect(inMib(decide({ ...near, available: 1500, total: 4000, needs: 2376 }), 'raise')).toBe(1100);
    expect(inMib(decide({ ...near, available: 1500, total: 4000, needs: 2500 }), 'raise')).toBe(0);
    expect(inMib(decide({ ...near, available: 396, total: 4000 }), 'raise')).toBe(1100);
    expect(inMib(decide({ ...near, available: 200, total: 4000 }), 'raise')).toBe(0);
  });

  it('raises it at once when files are overwritten in place so fast that eight looks more would reach it', () => {
    const overwriting = { used: 750, grown: 40, total: 4000, available: 2000 };
    expect(decide({ used: 750, total: 4000 })).toMatchObject({ level: 'watch', raise: '0', wait: '1' });
    expect(decide(overwriting)).toMatchObject({ level: 'watch', clean: '', wait: '0.2' });
    expect(inMib(decide(overwriting), 'raise')).toBeGreaterThan(1600);
    // Deleting something else beside it does not hide it.
    expect(inMib(decide({ ...overwriting, taken: -300 }), 'raise')).toBeGreaterThan(1600);
    // What takes blocks has been held back where it has to be.
    expect(decide({ ...overwriting, taken: 40 })).toMatchObject({ raise: '0', wait: '0.2' });
    expect(decide({ ...overwriting, grown: 3 })).toMatchObject({ raise: '0', wait: '1' });
    expect(decide({ ...overwriting, used: 600 })).toMatchObject({ raise: '0', wait: '0.2' });
    expect(decide({ ...overwriting, needs: 4000 })).toMatchObject({ raise: '0' });
    expect(decide({ used: 960, free: 240, cleaned: 4990, cleaned_used: 960, needs: 4000 })).toMatchObject({
      raise: '0',
      wait: '1',
    });
    expect(decide({ ...overwriting, limit: 1700 })).toMatchObject({ raise: '0', wait: '15' });
  });

  it('raises it when the filesystem is full only because of what is held back', () => {
    const full = decide({ used: 300, limit: 450, free: 700, total: 4000, available: 3000 });
    expect(full.why).toContain('or held back');
    expect(inMib(full, 'raise')).toBeGreaterThan(450 + inMib(full, 'reserve') - 17);
  });

  it('lets nobody write more than the limit can carry, and holds nothing back where it cannot bind', async () => {
    const count = (most: number) => fc.integer({ min: 0, max: most });
    const filling = fc.record({
      size: fc.integer({ min: 300, max: 64_000 }),
      used: count(30_000),
      limit: count(70_000),
      share: count(100),
      delayed: count(300),
    });
    await fc.assert(
      fc.property(filling, ({ size, used, limit, share, delayed }) => {
        const free = Math.floor((size * share) / 100);
        const inodes = size * 128;
        const held = inMib(
          decide({ size, used, limit, free, delayed, inodes, inodes_free: inodes, total: 128_000, available: 64_000 }),
          'reserve',
        );
        const same = heldBack({
          used: mib(used),
          limit: limit === 0 ? undefined : mib(limit),
          size: mib(size),
          free: mib(free),
          inodes,
          inodesFree: inodes,
          delayed: mib(delayed),
        });
        expect(bytes(Math.round(held * 1024 ** 2))).toBe(same);
        const binds = limit > 0 && limit < ((size + (inodes * 256) / 1024 ** 2) * 103) / 100 + 64;
        if (!binds) expect(held).toBeLessThanOrEqual(16);
        const more = Math.max(0, free - held);
        // The last MiB cannot be held back from a filesystem that is all free.
        if (binds && more > 1) expect(used + delayed + more * 1.02).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 60 },
    );
  });
});
