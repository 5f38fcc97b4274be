// What a probe knows about one thing now. Unknown is never 0, and stale is never shown as live.

export type Reading<T> =
  | { readonly kind: 'pending' }
  | {
      readonly kind: 'live';
      readonly value: T;
      readonly atMs: number;
      /** Its cadence: milliseconds from one reading to the next; 0 where it is read at every look. */
      readonly everyMs: number;
    }
  | { readonly kind: 'stale'; readonly value: T; readonly atMs: number; readonly why: string }
  | { readonly kind: 'unavailable'; readonly why: string };

export const pending: Reading<never> = { kind: 'pending' };

export const live = <T>(value: T, atMs: number, everyMs = 0): Reading<T> => ({ kind: 'live', value, atMs, everyMs });

export const unavailable = (why: string): Reading<never> => ({ kind: 'unavailable', why });

/** What a failed new reading leaves of an old one: its value, marked stale, where there was one. */
export const age = <T>(before: Reading<T>, why: string): Reading<T> =>
  before.kind === 'live' || before.kind === 'stale'
    ? { kind: 'stale', value: before.value, atMs: before.atMs, why }
    : unavailable(why);

/** Between two looks: even what is read every time is not old before that. */
const leastPatienceMs = 10_000;

/** Live only while it keeps its own cadence: what should have come twice since and did not is old, whoever says otherwise. */
export const asOf = <T>(reading: Reading<T>, nowMs: number): Reading<T> =>
  reading.kind === 'live' && nowMs - reading.atMs > Math.max(leastPatienceMs, 2 * reading.everyMs)
    ? age(reading, 'no new reading')
    : reading;
