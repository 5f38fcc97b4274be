// When a reading is old: by its own cadence, never by somebody else's.
import { expect, test } from 'vitest';
import { age, asOf, live, pending, unavailable } from '../../src/state/reading.ts';

test.each([
  ['read at every look, after 10 s', 0, 10_000, 'live'],
  ['read at every look, after more', 0, 10_001, 'stale'],
  ['every 5 s, between two', 5_000, 9_000, 'live'],
  ['every 15 s, between two', 15_000, 13_000, 'live'],
  ['every 15 s, one missed', 15_000, 30_000, 'live'],
  ['every 15 s, two missed', 15_000, 30_001, 'stale'],
])('%s', (_, everyMs, laterMs, kind) => {
  expect(asOf(live('value', 1_000, everyMs), 1_000 + laterMs)).toMatchObject({ kind, value: 'value', atMs: 1_000 });
});

test('what is not live stays what it is', () => {
  for (const reading of [pending, unavailable('why'), age(live(1, 0), 'why')])
    expect(asOf(reading, 1e9)).toEqual(reading);
});
