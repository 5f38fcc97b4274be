// What the operator sees of a slow line: no trend, and the line's own words at the end of the help, which can be scrolled to.
import { expect, test } from 'vitest';
import { createSessionLoop } from '../../src/app/session-loop.ts';
import type { LinkState } from '../../src/terminal/link.ts';
import { linkBudget } from '../../src/terminal/link-budget.ts';
import { withInkRuntime } from '../../src/terminal/prepare-runtime.ts';
import { LinkProvider } from '../../src/terminal/use-link.ts';
import { showScreen } from '../helpers/screen.ts';
import { bareNode, fixtureNode } from './fixture-effects.ts';
import { bootMs, healthyAt, journalOf, planFor, profile } from './node-data.ts';

const stateAt = (portBaud: number): LinkState => ({
  columns: 80,
  rows: 24,
  budget: linkBudget({ roundTripMs: 12, toldBaud: undefined, portBaud, measured: undefined }),
  roundTripMs: 12,
  sizeFrom: 'terminal',
  glyphs: 'ascii',
  colour: false,
  term: 'vt220',
  chosenBy: ['glyphs by mayfly.term'],
  ignored: ['mayfly.term= on the kernel command line: fancy is no terminal'],
});

const consoleOn = async (link: LinkState) => {
  const { ConsoleApp } = await withInkRuntime(() => import('../../src/app/console-app.tsx'));
  const journal = journalOf(planFor(profile), 'a0');
  const { effects } = fixtureNode({ ...bareNode, inForce: profile, statusAt: healthyAt, journal });
  const loop = createSessionLoop({ effects, rehearsal: false, statusEveryMs: 3_600_000, onBug: () => {} });
  const screen = await showScreen(
    <LinkProvider link={{ current: () => link, subscribe: () => () => {} }}>
      <ConsoleApp loop={loop} />
    </LinkProvider>,
  );
  await loop.start();
  for (let second = 2; second < 20; second++) loop.send({ type: 'status', status: healthyAt(bootMs + second * 1000) });
  await screen.waitFor('Last apply');
  await screen.settle();
  return { screen, loop };
};

test.each([
  [9600, false],
  [115_200, true],
])('at %i baud the dashboard has a trend: %s', async (baud, trend) => {
  const { screen, loop } = await consoleOn(stateAt(baud));
  expect(/ratio .*▁{3}/.test(screen.text())).toBe(trend);
  await loop.stop();
});

test('the help ends with the line, and what was not understood of it', async () => {
  const { screen, loop } = await consoleOn(stateAt(9600));
  await screen.press('f1');
  await screen.waitFor('Help: Dashboard');
  await screen.press('end');
  await screen.waitFor('Line: 80×24, 12 ms, 960 B/s (serial port), ASCII, mono');
  await screen.waitFor('fancy is no terminal');
  await loop.stop();
});
