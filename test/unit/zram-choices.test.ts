// The sizes that the wizard offers, and what each situation would take with them: a table, and what holds for any machine.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mib } from '../../src/state/bytes.ts';
import { offeredSizes, rootChoices } from '../../src/state/zram-choices.ts';
import type { SizingInput } from '../../src/state/zram-sizing.ts';
import { situationsOf } from '../../src/state/zram-what-if.ts';

const input = (memory: number, image: number, compressed: number, role = 0): SizingInput => ({
  memory: mib(memory),
  roleNeeds: mib(role),
  image: mib(image),
  compressed: { zstd: mib(compressed) },
});

const inMib = (size: number): number => Math.round(size / 1024 ** 2);

const brief = (from: SizingInput) => {
  const offered = offeredSizes(from);
  return rootChoices.map((choice) => {
    const { sizing, disksize } = offered[choice];
    const profile = disksize === undefined ? 'by policy' : inMib(disksize);
    return sizing.kind === 'refused'
      ? [sizing.problem.code, profile]
      : [sizing.kind, inMib(sizing.filesystem), inMib(sizing.limit), profile];
  });
};

describe('offered sizes, in MiB', () => {
  test.each([
    [
      'plenty: the largest is what memory carries whatever is written',
      input(65_536, 1086, 559),
      [
        ['normal', 2175, 2304, 'by policy'],
        ['normal', 1407, 1513, 1407],
        ['normal', 62_703, 64_648, 62_703],
      ],
    ],
    [
      'short: nothing is larger than the policy makes it',
      input(2048, 1086, 559),
      [
        ['tight', 2031, 1520, 'by policy'],
        ['normal', 1407, 1513, 1407],
        ['tight', 2031, 1520, 'by policy'],
      ],
    ],
    [
      'too short for any',
      input(1024, 1086, 559),
      [
        ['zram/does-not-fit', 'by policy'],
        ['zram/does-not-fit', 1407],
        ['zram/does-not-fit', 'by policy'],
      ],
    ],
  ] as const)('%s', (_words, from, expected) => {
    expect(brief(from)).toEqual(expected);
  });

  test('on any machine the largest has the most room of those that never meet their limit', () => {
    const machine = fc.record({
      memory: fc.integer({ min: 512, max: 200_000 }),
      image: fc.integer({ min: 100, max: 4000 }),
      percent: fc.integer({ min: 25, max: 90 }),
      role: fc.integer({ min: 0, max: 30_000 }),
    });
    fc.assert(
      fc.property(machine, ({ memory, image, percent, role }) => {
        const from = input(memory, image, Math.ceil((image * percent) / 100), role);
        const { recommended, smallest, largest } = offeredSizes(from);
        if (largest.disksize === undefined) return;
        expect(largest.sizing.kind).toBe('normal');
        for (const { sizing } of [recommended, smallest])
          if (sizing.kind === 'normal' && largest.sizing.kind === 'normal')
            expect(largest.sizing.filesystem).toBeGreaterThanOrEqual(sizing.filesystem);
        const more = offeredSizes({ ...from, memory: mib(memory + 4096) }).largest;
        expect(more.disksize ?? 0).toBeGreaterThan(largest.disksize);
      }),
    );
  });
});

describe('what if', () => {
  const rows = (from: SizingInput) => {
    const { sizing } = offeredSizes(from).recommended;
    if (sizing.kind === 'refused') throw new Error('refused');
    return situationsOf(from, sizing).map(({ kind, takes, left, overLimit }) => [
      kind,
      inMib(takes),
      inMib(left),
      overLimit,
    ]);
  };

  test('with plenty of memory no situation meets the limit', () => {
    expect(rows(input(65_536, 1086, 559))).toEqual([
      ['booted', 559, 64_952, false],
      ['full-alike', 1086, 64_424, false],
      ['full-random', 1603, 63_907, false],
      ['rewritten', 2240, 63_270, false],
    ]);
  });

  test('where it is tight, rewriting everything with what does not compress would', () => {
    expect(rows(input(2048, 1086, 559))).toEqual([
      ['booted', 559, 1477, false],
      ['full-alike', 1012, 1024, false],
      ['full-random', 1457, 579, false],
      ['rewritten', 2092, -56, true],
    ]);
  });
});
