// What a sized zram root takes of the memory in four situations, from the numbers that it was sized with: what somebody wants to know before saying yes.
import { type Bytes, bytes, mib } from './bytes.ts';
import type { FittingRoot, SizingInput } from './zram-sizing.ts';

export type Situation = {
  /** At boot; its free space filled with data like the image's, or with data that does not compress; every block rewritten with such data. */
  readonly kind: 'booted' | 'full-alike' | 'full-random' | 'rewritten';
  /** RAM that zram takes then. */
  readonly takes: Bytes;
  /** What the kernel, programs and daemons have then; negative: more than there is. */
  readonly left: number;
  /** The memory limit ends it before that: writes are refused by zram, and the root is lost. */
  readonly overLimit: boolean;
};

export const situationsOf = (input: SizingInput, root: FittingRoot): readonly Situation[] => {
  const compressed = root.compressed;
  const ratio = input.image === 0 ? 1 : Math.min(1, compressed / input.image);
  // Pages that do not compress cost their place in zsmalloc's lists too.
  const takes: readonly (readonly [Situation['kind'], number])[] = [
    ['booted', compressed],
    ['full-alike', compressed + root.free * ratio],
    ['full-random', compressed + root.free * 1.02],
    ['rewritten', root.filesystem * 1.03],
  ];
  const table = (root.disksize / mib(4)) * tablePerFourMib;
  return takes.map(([kind, size]) => ({
    kind,
    takes: bytes(Math.ceil(size)),
    left: Math.floor(input.memory - size - table),
    overLimit: size > root.limit,
  }));
};

/** 24 bytes for each page of the device, used or not. */
const tablePerFourMib = 24 * 1024;
