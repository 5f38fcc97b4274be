// The judge of screendumps on made-up pictures: it must see a screen that is blank, garbled, shifted or drawn in the wrong place.
import { expect, test } from 'vitest';
import {
  glyphsOf,
  type Picture,
  parsePpm,
  readTextScreen,
  steadyCells,
  type TextScreen,
} from '../helpers/screen-glyphs.ts';

const cell = { width: 8, height: 16 };
const grey = 0x07;
const inverse = 0x70;

const screenOf = (rows: readonly string[], attribute = grey): TextScreen => {
  const columns = rows[0]?.length ?? 0;
  const cells = rows.flatMap((row) => [...row].map((character) => ({ character, attribute })));
  return { columns, rows: rows.length, cells };
};

/** Each character is drawn as the bits of its code, once in every row of its cell but the first; a line from edge to edge is one. */
const isLit = (character: string, x: number, y: number): boolean => {
  if (character === ' ') return false;
  if (character === '─') return y === 8;
  return y > 0 && y < 9 && (((character.codePointAt(0) ?? 0) >> (x % 8)) & 1) === 1;
};

const draw = ({ columns, rows, cells }: TextScreen, level = 170): Picture => {
  const width = columns * cell.width;
  const height = rows * cell.height;
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const at = Math.floor(y / cell.height) * columns + Math.floor(x / cell.width);
      const lit = isLit(cells[at]?.character ?? ' ', x % cell.width, y % cell.height);
      pixels.fill(lit ? level : 0, (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  return { width, height, pixels };
};

const text = ['Mayfly ', '───────', 'a b a  '];

test('a screen that shows its characters has no fault, in whatever colour', () => {
  const { glyphs, faults } = glyphsOf(draw(screenOf(text), 85), screenOf(text));
  expect(faults).toEqual([]);
  expect([...glyphs.keys()].toSorted().join('')).toBe(' Mabfly─');
  expect(glyphs.get('─')?.split('\n')[8]).toBe('########');
});

test.each([
  ['blank', [' '.repeat(7), ' '.repeat(7), ' '.repeat(7)], /look the same/],
  ['with another character in one place', ['Mayfly ', '───────', 'a b b  '], /a at row 3, column 5 is not drawn as/],
  ['with something where nothing should be', ['Mayfly.', '───────', 'a b a  '], /should be nothing|is not drawn as/],
  ['one column to the right', [' Mayfly', '───────', ' a b a '], /should be nothing|is not drawn as/],
  ['with a hole in its line', ['Mayfly ', '─── ───', 'a b a  '], /─ at row 2, column 4/],
])('a picture that is %s is seen', (_, drawn, fault) => {
  expect(glyphsOf(draw(screenOf(drawn)), screenOf(text)).faults.join('\n')).toMatch(fault);
});

test('a picture that is too small for its cells is seen', () => {
  const picture = draw(screenOf(text));
  expect(glyphsOf(picture, screenOf(Array.from({ length: 9 }, () => 'Mayfly '))).faults.join()).toContain('hold no');
});

test('what changed meanwhile, and what does not stand on black, is not judged', () => {
  const before = screenOf(['12', 'ab']);
  const after = screenOf(['13', 'ab']);
  const steady = steadyCells(before, after);
  expect(steady.cells.map((known) => known?.character)).toEqual(['1', undefined, 'a', 'b']);
  expect(glyphsOf(draw(screenOf(['14', 'ab'])), steady).faults).toEqual([]);
  expect(glyphsOf(draw(screenOf(['xx'])), screenOf(['ab'], inverse))).toEqual({ glyphs: new Map(), faults: [] });
});

test('a picture and a screen as the emulator and the kernel write them', () => {
  const ppm = Buffer.concat([Buffer.from('P6\n2 1\n255\n'), Buffer.from([1, 2, 3, 0, 0, 0])]);
  expect(parsePpm(ppm)).toEqual({ width: 2, height: 1, pixels: Buffer.from([1, 2, 3, 0, 0, 0]) });
  expect(() => parsePpm(ppm.subarray(0, 12))).toThrow('no picture');
  const vcsu = Buffer.alloc(8);
  vcsu.writeUInt32LE(0x2500, 0);
  vcsu.writeUInt32LE(0x41, 4);
  const vcsa = Buffer.from([1, 2, 0, 0, 0xc4, 0x07, 0x41, 0x70]);
  expect(readTextScreen(vcsu, vcsa)).toEqual({
    columns: 2,
    rows: 1,
    cells: [
      { character: '─', attribute: 0x07 },
      { character: 'A', attribute: 0x70 },
    ],
  });
  expect(() => readTextScreen(vcsu, Buffer.from([1, 1, 0, 0, 0, 0]))).toThrow('no screen of 1×1');
});
