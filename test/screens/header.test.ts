// The first line of a console that has just been started says nothing of a machine that it has not read yet.
import { expect, test } from 'vitest';
import { headerLine } from '../../src/screens/header.ts';
import { reduceSession } from '../../src/state/session-reducer.ts';
import { startingSession } from '../../src/state/session-start.ts';
import { bootMs, healthyAt } from './node-data.ts';

const textOf = (...args: Parameters<typeof headerLine>): string =>
  headerLine(...args)
    .map(({ text }) => text)
    .join('')
    .trim();

test('is no maintenance while the machine is being read', () => {
  const session = startingSession(false);
  expect(textOf(session, 80)).toBe('Mayfly · reading this machine…');
  const { session: later } = reduceSession(session, { type: 'status', status: healthyAt(bootMs + 3_600_000) });
  expect(textOf(later, 80)).toMatch(/^Mayfly · reading this machine… +up \d/);
});
