// Mutated profiles: no crash, every rejection with its place and what to do. A short form of bench/fuzz-profile.ts.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { brokenLaw, mutatedProfile } from '../helpers/random/mutated-profile.ts';

it.each([
  ['as every time', 20_261_123],
  ['as never before', undefined],
])('no mutated profile is judged without a place and a remedy, %s', { timeout: 60_000 }, (_, seed) => {
  const property = fc.property(mutatedProfile, (mutated) => {
    expect(brokenLaw(mutated)).toBe(undefined);
  });
  fc.assert(property, { numRuns: 1_500, interruptAfterTimeLimit: 20_000, ...(seed === undefined ? {} : { seed }) });
});
