// Chance that can be had again: the same seed gives the same numbers on every machine.

export type Random = {
  /** From 0 up to and without `end`. */
  below(end: number): number;
  /** True in `share` of all calls. */
  happens(share: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** By weight. */
  choose<T>(from: readonly (readonly [number, T])[], otherwise: T): T;
};

/** Mulberry32, by Tommy Ettinger, public domain. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return {
    below,
    happens: (share) => next() < share,
    pick: (from) => from[below(from.length)] ?? from[0],
    choose: (from, otherwise) => {
      let left = next() * from.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, one] of from) {
        left -= weight;
        if (left < 0) return one;
      }
      return otherwise;
    },
  };
};

/** A seed of its own for the part of that name: what one part draws changes nothing for another. */
export const seedOf = (seed: number, part: number): number =>
  (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) + part * 0xc2b2ae35) >>> 0;
