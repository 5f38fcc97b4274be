import { expect, test } from 'vitest';
import { shortNames } from '../../src/components/short-names.ts';

test.each([
  ['names that fit are whole', ['ens3', 'ens4'], 8, ['ens3', 'ens4']],
  ['the end is kept, with as much of the beginning', ['enx525400123456', 'ens3'], 8, ['enx5…456', 'ens3']],
  ['where the ends differ', ['enP2p65s0f1np10', 'enP2p65s0f1np11'], 13, ['enP2p6…f1np10', 'enP2p6…f1np11']],
  ['where they differ in what the middle would hide', ['enp65s0f0np0', 'enp66s0f0np0'], 8, ['enp65…p0', 'enp66…p0']],
  ['where they differ only at the beginning', ['a2345678901', 'b2345678901'], 4, ['a2…1', 'b2…1']],
  ['whole where no cut keeps them apart', ['axxxb', 'axxcb', 'dxxxb', 'axxxe', 'axfxb'], 3, undefined],
])('%s', (_, names, width, shown) => {
  expect(shortNames(names, width)).toEqual(shown ?? names);
});

test('no two of all names of an adapter with many functions become the same, at any width', () => {
  const names = Array.from({ length: 128 }, (_, at) => `enp${at % 2}29s${at % 8}f${at % 4}v${at}`);
  for (let width = 4; width <= 15; width += 1) expect(new Set(shortNames(names, width)).size).toBe(names.length);
});
