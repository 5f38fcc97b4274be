// One screen as a file that a person can read: its text in Unicode and in ASCII, and below, as a map of letters, what colour adds.
import { mapGlyph } from '../../src/terminal/glyphs.ts';
import { flags } from '../../src/terminal/style.ts';
import type { Emulator } from './emulator.ts';
import { shownByEmulator } from './shown-cells.ts';

/** As `src/components/line-view.tsx` draws the tones; anything else is a `?` that a reader will ask about. */
const letters: Readonly<Record<string, string>> = {
  '': ' ',
  [`${flags.dim}/`]: 'd',
  [`${flags.bold}/`]: 's',
  [`${flags.bold}/p6`]: 'a',
  '0/p2': 'g',
  '0/p3': 'w',
  [`${flags.bold}/p1`]: 'b',
  [`${flags.inverse}/`]: 'i',
};

const legend = 'd dim, s strong, a accent (cyan), g good (green), w warn (yellow), b bad (red), i inverse';

/** A letter for each cell. */
export const toneRows = (emulator: Emulator): string[] => {
  const { cols, rows } = emulator.terminal;
  const cells = shownByEmulator(emulator);
  return Array.from({ length: rows }, (_, row) =>
    cells
      .slice(row * cols, (row + 1) * cols)
      .map(({ bits, foreground }) =>
        bits === 0 && foreground === '' ? ' ' : (letters[`${bits}/${foreground}`] ?? '?'),
      )
      .join(''),
  );
};

/** What a Unicode screen is in ASCII: the same cells, each replaced by its twin. */
export const inAscii = (rows: readonly string[]): string[] =>
  rows.map((row) => [...row].map((glyph) => mapGlyph(glyph, 1, 'ascii')).join(''));

const title = (name: string): string => `==== ${name}`;

export const layersFile = (unicode: readonly string[], ascii: readonly string[], tones: readonly string[]): string => {
  const map = tones.flatMap((row, index) =>
    row.trim() === '' ? [] : [`${`${index + 1}`.padStart(2)}|${row.trimEnd()}`],
  );
  return `${[title('Unicode'), ...unicode, title('ASCII'), ...ascii, title(`Colour: ${legend}`), ...map].join('\n')}\n`;
};

/** The rows of one of the two texts in such a file. */
export const layerOf = (file: string, set: 'unicode' | 'ascii'): string => {
  const [, unicode = '', ascii = ''] = file.split(/^====.*\n/m);
  return (set === 'unicode' ? unicode : ascii).trimEnd();
};
