// The first column of the dashboard, and when a reading counts as old.
import { age, type Reading } from '../state/reading.ts';

export const column = 12;
/** A reading that has not moved for so long is old, whoever says that it is live. */
const staleAfterMs = 10_000;

export const aged = <T>(reading: Reading<T>, nowMs: number): Reading<T> =>
  reading.kind === 'live' && nowMs - reading.atMs > staleAfterMs ? age(reading, 'no new reading') : reading;
