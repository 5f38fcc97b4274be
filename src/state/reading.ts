// What a probe knows about one thing now. Unknown is never 0, and stale is never shown as live.

export type Reading<T> =
  | { readonly kind: 'pending' }
  | { readonly kind: 'live'; readonly value: T; readonly atMs: number }
  | { readonly kind: 'stale'; readonly value: T; readonly atMs: number; readonly why: string }
  | { readonly kind: 'unavailable'; readonly why: string };

export const pending: Reading<never> = { kind: 'pending' };

export const live = <T>(value: T, atMs: number): Reading<T> => ({ kind: 'live', value, atMs });

export const unavailable = (why: string): Reading<never> => ({ kind: 'unavailable', why });

/** What a failed new reading leaves of an old one: its value, marked stale, where there was one. */
export const age = <T>(before: Reading<T>, why: string): Reading<T> =>
  before.kind === 'live' || before.kind === 'stale'
    ? { kind: 'stale', value: before.value, atMs: before.atMs, why }
    : unavailable(why);
