// Compares what was shown with a text under test/frames that a person can read in review; UPDATE_FRAMES=1 rewrites it.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';

const framesFolder = new URL('../frames/', import.meta.url);

export const expectFrameFile = async (name: string, shown: string): Promise<void> => {
  const file = new URL(`${name}.txt`, framesFolder);
  if (process.env.UPDATE_FRAMES === '1') {
    await mkdir(new URL('./', file), { recursive: true });
    await writeFile(file, shown);
    return;
  }
  const meant = await readFile(file, 'utf8').catch(() => undefined);
  expect(meant, `test/frames/${name}.txt is missing; run once with UPDATE_FRAMES=1 and read it`).toBeDefined();
  expect(shown).toBe(meant);
};
