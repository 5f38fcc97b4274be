// How figures and readings are put into words, the same on every screen.

import { type Span, span, type Tone } from '../components/line.ts';
import type { Facts } from '../state/facts.ts';
import type { Reading } from '../state/reading.ts';

/** Seconds: `42 s`, `3 min`, `5 h 12 min`, `9 d 4 h`. */
export const durationText = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
};

export const countText = (count: number): string => count.toString().replace(/\B(?=(\d{3})+$)/g, ',');

export const percentText = (part: number, whole: number): string =>
  whole <= 0 ? 'n/a' : `${Math.round((part / whole) * 100)} %`;

export const speedText = (mbps: number | undefined): string =>
  mbps === undefined ? 'n/a' : mbps >= 1000 ? `${mbps / 1000} Gb/s` : `${mbps} Mb/s`;

/** `n/a` and why a fact could not be read: unknown is never 0, and never another fact. */
export const unread = (facts: Facts, what: string): string =>
  `n/a: ${facts.unread?.find(({ code }) => code === `facts/${what}`)?.summary ?? 'the kernel does not say'}`;

/** Why there is no image to speak of. */
export const noImage = (facts: Facts): string =>
  facts.unread?.some(({ code }) => code === 'facts/root') === true
    ? unread(facts, 'root')
    : 'n/a: this machine was not booted by Mayfly';

export const carrierSpan = (carrier: boolean | undefined): Span =>
  carrier === undefined ? span('link down', 'warn') : carrier ? span('up', 'good') : span('no carrier', 'warn');

/** The value in its words, or `n/a` with the reason; an old value says that it is old. */
export const readingSpans = <T>(
  reading: Reading<T>,
  show: (value: T) => readonly (Span | string)[],
  nowMs: number,
): readonly Span[] => {
  const spans = (value: T, tone?: Tone): readonly Span[] =>
    show(value).map((part) => (typeof part === 'string' ? span(part, tone) : part));
  switch (reading.kind) {
    case 'pending':
      return [span('reading…', 'dim')];
    case 'unavailable':
      return [span(`n/a: ${reading.why}`, 'dim')];
    case 'live':
      return spans(reading.value);
    case 'stale': {
      const age = durationText((nowMs - reading.atMs) / 1000);
      return [span(`STALE ${age}: `, 'warn'), ...spans(reading.value, 'dim')];
    }
  }
};
