// Random keys over the whole console: the short form of `node bench/random-keys.ts`, which says how to have a failure again.
import { expect, test } from 'vitest';
import { walkDrawn } from '../helpers/random/drawn-walk.ts';
import { walkSessions } from '../helpers/random/session-walk.ts';

const deadline = { timeout: 60_000 };
const keys = 5_000;

/** In every finding, so that nothing needs to be printed when all is well. */
const chance = Date.now() % 1_000_000;

test.each([
  ['a seed that never changes', 1],
  [`seed ${chance}`, chance],
])('no key traps, loses or shows what it must not: %s', deadline, async (_, seed) => {
  for (const part of [0, 1]) {
    const walk = await walkSessions({ seed, part, keys: keys / 2 });
    expect(walk.findings).toEqual([]);
    expect(walk.frames).toBeGreaterThan(50);
    expect(walk.places.size).toBeGreaterThan(5);
  }
});

test('what is drawn fills the terminal and says where one is, whatever its size', deadline, async () => {
  const walk = await walkDrawn({ seed: chance, part: 0, keys: 300 });
  expect(walk.findings).toEqual([]);
  expect(walk.frames).toBeGreaterThan(20);
});
