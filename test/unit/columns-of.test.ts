// The short way to a text's width is the long way's, for every character that takes it and for any row of them.
import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { columnsOf, isNarrow } from '../../src/terminal/columns-of.ts';

const narrow = Array.from({ length: 0x10000 }, (_, point) => String.fromCharCode(point)).filter(isNarrow);

test('every character that is told by one look is one column wide', () => {
  expect(narrow.length).toBeGreaterThan(350);
  expect(narrow.filter((character) => stringWidth(character) !== 1)).toEqual([]);
});

test('any row of them is as wide as it is long', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...narrow), { maxLength: 40 }), (characters) => {
      expect(stringWidth(characters.join(''))).toBe(characters.length);
    }),
  );
});

test.each([
  '',
  'stor-01',
  '▁▂▃ 2.16 : 1',
  '漢字',
  'é',
  'a\u0301',
  '👩‍💻',
  '↔\uFE0F',
  '©\uFE0F',
  'x\u200By',
  '\u001B[31mred\u001B[m',
])('%j has the width that it always had', (text) => {
  expect(columnsOf(text)).toBe(stringWidth(text));
});
