// Mutated profiles: no crash, every rejection with its place and what to do. A short form of bench/fuzz-profile.ts.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseProfile } from '../../src/state/parse-profile.ts';
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

it('a hash that a slip of the hand broke in two is not shown in either part', () => {
  const text =
    'version: 1\nrole: client\naccess:\n?   rootPasswordHash: $y$j9T$abcdefghijkl\u0085 PLANTEDplantedPLANTED\n';
  for (const broken of [
    text,
    text.replace('\u0085', ','),
    text.replace('\u0085', "'"),
    text.replace('Hash:', 'Hash :'),
    text.replace('rootP', 'ootP'),
  ]) {
    const judged = parseProfile(broken);
    expect(judged.ok).toBe(false);
    expect(JSON.stringify(judged)).not.toContain('PLANTED');
  }
});
