// Every screen as a frame that a person can read in test/frames/console: at 80×24 in Unicode and in ASCII, the dashboard in three sizes and three states.
import { describe, test } from 'vitest';
import { bytes } from '../../src/state/bytes.ts';
import { live } from '../../src/state/reading.ts';
import { openConsole } from './console-driver.tsx';
import type { NodeData } from './fixture-effects.ts';
import { bootMs, degradedAt, healthyAt, unknownAt } from './node-data.ts';
import { inForce, scenes } from './scenes.ts';

describe.each(['unicode', 'ascii'] as const)('at 80×24 in %s', (glyphs) => {
  test.each(Object.entries(scenes))('%s', async (name, { data, rehearsal, show }) => {
    const console = await openConsole(data ?? {}, { glyphs, ...(rehearsal === undefined ? {} : { rehearsal }) });
    await show(console);
    await console.expectFrame(`console/${name}-80x24-${glyphs}`);
  });
});

const states: Readonly<Record<string, NodeData['statusAt']>> = {
  healthy: healthyAt,
  degraded: degradedAt,
  unknown: unknownAt,
};
const sizes = [
  { columns: 80, rows: 24 },
  { columns: 100, rows: 40 },
  { columns: 200, rows: 60 },
] as const;

describe.each(sizes)('the dashboard at $columns×$rows', ({ columns, rows }) => {
  test.each(Object.entries(states))('%s', async (state, statusAt) => {
    const glyphs = ['unicode', 'ascii'] as const;
    for (const set of glyphs) {
      const console = await openConsole(inForce(statusAt), { columns, rows, glyphs: set });
      await console.waitFor('Last apply');
      for (let second = 2; second < 60; second += 1) {
        const status = statusAt(bootMs + second * 1000);
        const zram =
          status.zram.kind === 'live'
            ? live(
                {
                  ...status.zram.value,
                  used: bytes(Math.round(status.zram.value.used * (1 + Math.sin(second / 9) / 20))),
                },
                status.atMs,
              )
            : status.zram;
        console.loop.send({ type: 'status', status: { ...status, zram } });
      }
      await console.expectFrame(`console/dashboard-${state}-${columns}x${rows}-${set}`);
      console.close();
    }
  });
});

test('a terminal that is too small says how small it is, and comes back', async () => {
  const console = await openConsole({}, { columns: 60, rows: 20 });
  await console.waitFor('60 × 20');
  await console.expectFrame('console/too-small-60x20');
  console.resize(80, 24);
  await console.waitFor('Press Enter');
});
