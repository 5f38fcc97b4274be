// Turns two readings of the byte counters of links into rates: the counters alone say nothing about now.
import type { LinkFact } from './facts.ts';

export type LinkCounters = { readonly links: readonly LinkFact[]; readonly atMs: number };

/** Bytes a second. */
export type LinkRate = { readonly received: number; readonly sent: number };

/** By link name. A link has no rate when it was not there before, or its counters went back (driver reloaded), or no time passed. */
export const linkRates = (before: LinkCounters, after: LinkCounters): ReadonlyMap<string, LinkRate> => {
  const seconds = (after.atMs - before.atMs) / 1000;
  if (seconds <= 0) return new Map();
  const old = new Map(before.links.map((link) => [link.name, link]));
  return new Map(
    after.links.flatMap((link): [string, LinkRate][] => {
      const was = old.get(link.name);
      if (was === undefined || link.received < was.received || link.sent < was.sent) return [];
      return [
        [link.name, { received: (link.received - was.received) / seconds, sent: (link.sent - was.sent) / seconds }],
      ];
    }),
  );
};
