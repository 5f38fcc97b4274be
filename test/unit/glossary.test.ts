import { describe, expect, test } from 'vitest';
import { glossary, wordsIn } from '../../src/screens/glossary.ts';

describe('the glossary', () => {
  test('is in the order of the alphabet, with every word once', () => {
    const words = glossary.map(({ word }) => word.toLowerCase());
    expect(words).toEqual([...new Set(words)].toSorted());
  });

  test('finds each of its words where a screen shows it', () => {
    expect(glossary.length).toBeGreaterThan(30);
    for (const entry of glossary) expect(wordsIn(`See ${entry.word}.`)).toContain(entry);
  });

  test.each([
    ['ens3 up 52:54:00:12:34:56', ['MAC']],
    ['limit 1 GiB  headroom 882 MiB', ['memory limit']],
    ['Maintenance: no profile was found', ['maintenance', 'profile']],
    ['GlusterFS  Peers; a disk for each brick', ['brick', 'peer']],
    ['bondage, imagery, macadam, rationing', []],
  ])('%s', (text, words) => {
    expect(wordsIn(text).map(({ word }) => word)).toEqual(words);
  });
});
