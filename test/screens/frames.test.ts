// The tour: every screen, and the help of every screen, in three sizes, in Unicode with colour and in ASCII without, as files that a person
// can read in test/frames/console. UPDATE_FRAMES=1 rewrites them.
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { expectFrameFile } from '../helpers/frame-file.ts';
import { inAscii, layersFile, toneRows } from '../helpers/frame-layers.ts';
import { type Console, openConsole } from './console-driver.tsx';
import { helpScenes, scenes } from './scenes.ts';

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 60 },
] as const;

const tour = { ...scenes, ...helpScenes };
const folderOf = ({ columns, rows }: (typeof sizes)[number]): string => `console/${columns}x${rows}`;

/** The same console on a larger terminal; the footer is drawn last. */
const enlarge = async (console: Console, { columns, rows }: (typeof sizes)[number]): Promise<void> => {
  if (console.emulator.terminal.cols === columns) return console.settle();
  console.resize(columns, rows);
  await console.waitFor(new RegExp(`^(.*\\n){${rows - 1}}.*\\S`));
  await console.settle();
};

/** Told by colour alone is what has the same words, but for figures, whether it is good or bad. */
const wordsOf = (text: string): string => text.replaceAll(/[^\p{L} ]/gu, '').trim();

const toneWords = new Map<string, Set<string>>();
const noteTones = (texts: readonly string[], tones: readonly string[]): void => {
  for (const [row, map] of tones.entries())
    for (const { 0: run, index } of map.matchAll(/([gwb])\1*(?: +\1+)*/g)) {
      const words = wordsOf(texts[row]?.slice(index, index + run.length) ?? '');
      toneWords.set(words, (toneWords.get(words) ?? new Set()).add(run[0] ?? ''));
    }
};

describe('the tour', () => {
  test.each(Object.entries(tour))('%s', async (name, { data, rehearsal, show }) => {
    const options = rehearsal === undefined ? {} : { rehearsal };
    const colourful = await openConsole(data ?? {}, { ...options, glyphs: 'unicode', colour: true });
    const plain = await openConsole(data ?? {}, { ...options, glyphs: 'ascii', colour: false });
    await Promise.all([show(colourful), show(plain)]);
    for (const size of sizes) {
      await Promise.all([enlarge(colourful, size), enlarge(plain, size)]);
      const unicode = colourful.lines();
      const ascii = plain.lines();
      const tones = toneRows(colourful.emulator);
      // Without colour and without Unicode, nothing that is told is lost.
      expect(ascii).toEqual(inAscii(unicode));
      expect(toneRows(plain.emulator).join('')).not.toMatch(/[agwb?]/);
      noteTones(unicode, tones);
      await expectFrameFile(`${folderOf(size)}/${name}`, layersFile(unicode, ascii, tones));
    }
  });

  test('no state is told by colour alone', () => {
    const same = [...toneWords].filter(([words, tones]) => words === '' || tones.size > 1);
    expect(toneWords.size).toBeGreaterThan(40);
    expect(same.map(([words, tones]) => `"${words}": ${[...tones].join(' ')}`)).toEqual([]);
  });

  test.each(sizes)('has no frame at $columns×$rows that no scene draws', (size) => {
    const files = readdirSync(`test/frames/${folderOf(size)}`);
    expect(files.toSorted()).toEqual(
      Object.keys(tour)
        .map((name) => `${name}.txt`)
        .toSorted(),
    );
  });
});

test('a terminal that is too small says how small it is, and comes back', async () => {
  const console = await openConsole({}, { columns: 60, rows: 20 });
  await console.waitFor('60 × 20');
  await console.expectFrame('console/too-small-60x20');
  console.resize(80, 24);
  await console.waitFor('Press Enter');
});
