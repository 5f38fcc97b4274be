// The boot module's sizing of the zram root, called as the initramfs calls it: a table of machines and images, and the rule that must hold for all.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const script = join(import.meta.dirname, '../../assets/dracut/90mayfly/sizing.sh');
const MiB = 1024 ** 2;

type Case = {
  memory: number;
  content: number;
  compressed?: number;
  reserve?: number;
  size?: number | 'max';
  limit?: number | 'max';
};

/** All in MiB. */
const size = (given: Case): Record<string, string> => {
  const bytes = (value: number | 'max' | undefined): string => (value === 'max' ? 'max' : String((value ?? 0) * MiB));
  const args = [
    given.memory,
    given.content,
    given.compressed,
    given.content + 30,
    given.reserve,
    given.size,
    given.limit,
  ].map(bytes);
  const text = execFileSync('sh', [script, ...args], { encoding: 'utf8' });
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
};

const inMib = (answer: Record<string, string>, key: string): number => Number(answer[key]) / MiB;

describe('sizing the zram root', () => {
  it.each([
    [
      'plenty of memory: the limit can never bind',
      { memory: 16_000, content: 546, compressed: 190 },
      { fit: 'normal', filesystem: 1602, disksize: 3204, limit: 1714 },
    ],
    [
      'a big image gets half its size free',
      { memory: 64_000, content: 3000, compressed: 1500 },
      { fit: 'normal', filesystem: 4680, disksize: 9360, limit: 4884 },
    ],
    [
      '2 GiB: tight, with all the free space',
      { memory: 1971, content: 546, compressed: 190 },
      { fit: 'tight', filesystem: 1602, disksize: 1971, limit: 1298 },
    ],
    [
      '1.5 GiB: tight, free space shrunk',
      { memory: 1459, content: 546, compressed: 190 },
      { fit: 'tight', filesystem: 1250, disksize: 1459, limit: 939 },
    ],
    [
      'a disksize asked for is kept',
      { memory: 16_000, content: 546, compressed: 190, size: 4096 },
      { fit: 'normal', filesystem: 4096, disksize: 4096, limit: 4282 },
    ],
    [
      'all memory asked for: the filesystem stays within what memory carries',
      { memory: 4000, content: 546, compressed: 190, size: 'max' },
      { fit: 'tight', disksize: 4000 },
    ],
    [
      'a limit asked for holds the filesystem back',
      { memory: 4000, content: 546, compressed: 190, limit: 600 },
      { fit: 'tight', filesystem: 917, limit: 600 },
    ],
    ['no limit asked for', { memory: 4000, content: 546, compressed: 190, limit: 'max' }, { fit: 'normal', limit: 0 }],
    ['too little memory', { memory: 600, content: 546, compressed: 190 }, { fit: 'none' }],
    ["the role's share counts", { memory: 4000, content: 546, compressed: 190, reserve: 3000 }, { fit: 'none' }],
  ] as const)('%s', (_, given, expected) => {
    const answer = size(given);
    const { fit, ...numbers } = expected;
    expect(answer.fit).toBe(fit);
    expect(Object.fromEntries(Object.keys(numbers).map((key) => [key, inMib(answer, key)]))).toEqual(numbers);
  });

  it('takes content / 1.4 when nobody measured, and says so', () => {
    const answer = size({ memory: 2000, content: 700 });
    expect(inMib(answer, 'compressed')).toBe(500);
    expect(answer.note).toContain('not measured');
  });

  it('says by how much memory is short', () => {
    const short = size({ memory: 700, content: 546, compressed: 190 });
    expect(short.fit).toBe('none');
    const enough = size({ memory: 700 + inMib(short, 'shortfall') + 32, content: 546, compressed: 190 });
    expect(enough.fit).toBe('tight');
  });

  it('never lets the limit bind before the filesystem is full, nor leave the kernel without memory', async () => {
    await fc.assert(
      fc.property(
        fc.integer({ min: 256, max: 500_000 }),
        fc.integer({ min: 50, max: 8000 }),
        fc.integer({ min: 0, max: 100 }),
        (memory, content, percent) => {
          const compressed = Math.ceil((content * Math.max(percent, 10)) / 100);
          const answer = size({ memory, content, compressed });
          if (answer.fit === 'none') return Number(answer.shortfall) > 0;
          const filesystem = inMib(answer, 'filesystem');
          const free = filesystem - (content * 106) / 100;
          const worst = Math.min(compressed + free * 1.02, filesystem * 1.03);
          return (
            inMib(answer, 'limit') >= worst &&
            inMib(answer, 'limit') + inMib(answer, 'kernel') <= memory + 1 &&
            inMib(answer, 'disksize') >= filesystem &&
            filesystem >= content + 30
          );
        },
      ),
      { numRuns: 30 },
    );
  });
});
