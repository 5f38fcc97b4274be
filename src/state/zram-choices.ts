// The sizes of the zram root that the wizard offers beside the recommended one: the smallest worth booting, and the largest that can do no harm.
import { type Bytes, mib } from './bytes.ts';
import { contentRoom, leastFree, type RootSizing, type SizingInput, sizeRoot } from './zram-sizing.ts';

export const rootChoices = ['recommended', 'smallest', 'largest'] as const;
export type RootChoice = (typeof rootChoices)[number];

export type OfferedSize = {
  readonly sizing: RootSizing;
  /** What the profile says for it; undefined: nothing, the policy decides at every boot. */
  readonly disksize: Bytes | undefined;
};

/** Of the wishes only those for the size are left out: algorithm and dictionary hold for every choice. */
const offer = (input: SizingInput, disksize: Bytes | undefined): OfferedSize => {
  const { disksize: _size, limit: _limit, ...wish } = input.wish ?? {};
  return {
    disksize,
    sizing: sizeRoot({ ...input, wish: { ...wish, ...(disksize === undefined ? {} : { disksize }) } }),
  };
};

const isNormal = (input: SizingInput, size: number): boolean => offer(input, mib(size)).sizing.kind === 'normal';

/** In MiB, by halving: a larger device never leaves more room. Undefined where even the smallest could meet its limit. */
const largestNormal = (input: SizingInput): number | undefined => {
  let fits = contentRoom(input.image) + leastFree;
  let fails = Math.floor(input.memory / mib(1)) + 1;
  if (fits >= fails || !isNormal(input, fits)) return undefined;
  while (fails - fits > 1) {
    const middle = Math.floor((fits + fails) / 2);
    if (isNormal(input, middle)) fits = middle;
    else fails = middle;
  }
  return fits;
};

/** Where memory is so short that the policy takes all the room there is, nothing is larger than what it recommends. */
export const offeredSizes = (input: SizingInput): Readonly<Record<RootChoice, OfferedSize>> => {
  const recommended = offer(input, undefined);
  const largest = recommended.sizing.kind === 'normal' ? largestNormal(input) : undefined;
  return {
    recommended,
    smallest: offer(input, mib(contentRoom(input.image) + leastFree)),
    largest: largest === undefined ? recommended : offer(input, mib(largest)),
  };
};
