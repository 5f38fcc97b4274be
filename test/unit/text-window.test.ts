// What is seen of a long text: the cursor always, and never more columns than there are.
import { expect, test } from 'vitest';
import { widthOf } from '../../src/components/line.ts';
import { clipped, textWindow } from '../../src/components/text-window.ts';

const shown = (text: string, caret: number, width: number) =>
  textWindow(text, caret, width)
    .map(({ text, tone }) => (tone === 'caret' ? `[${text}]` : text))
    .join('');

test.each([
  ['stor-01', 7, 10, 'stor-01[_]'],
  ['stor-01', 0, 10, '[s]tor-01'],
  ['abcdefghijklmnop', 16, 10, '…jklmnop[_]'],
  ['abcdefghijklmnop', 0, 10, '[a]bcdefghi…'],
  ['漢字漢字漢字漢字', 8, 10, '…字漢字[_]'],
  ['漢字漢字漢字漢字', 0, 10, '[漢]字漢字…'],
] as const)('%s with the cursor at %i in %i columns', (text, caret, width, wanted) => {
  expect(shown(text, caret, width)).toBe(wanted);
});

test.each(['漢', '👩‍👩‍👧', 'e\u0301', '❤\uFE0F', '\u200B', 'ab漢\u0301', '1\uFE0F\u20E3', '\u{1F1E9}\u{1F1EA}'])(
  'many of %s never need more columns than there are, wherever the cursor is',
  (text) => {
    const long = text.repeat(40);
    for (let caret = 0; caret <= [...long].length; caret++) {
      const line = textWindow(long, caret, 20);
      expect(widthOf(line), `cursor at ${caret}`).toBeLessThanOrEqual(20);
      expect(line[1]?.tone).toBe('caret');
    }
    expect(widthOf([{ text: clipped(long, 20), tone: 'plain' }])).toBeLessThanOrEqual(20);
  },
);
