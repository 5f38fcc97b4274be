// Of requests of one kind only the newest is still somebody's: what an older one answers, or why it failed, comes too late.
import type { ConsoleCommand } from '../state/console-event.ts';

/** What these ask for, the next one of their kind asks for anew. */
const asksAnew: readonly ConsoleCommand['type'][] = [
  'plan',
  'compare',
  'read-in-force',
  'forecast-all-zram',
  'forecast-zram',
];

/** Counts a request; what it answers says whether none of its kind has followed since. */
export const countRequests = (): ((type: ConsoleCommand['type']) => () => boolean) => {
  const counts = new Map<ConsoleCommand['type'], number>();
  return (type) => {
    if (!asksAnew.includes(type)) return () => true;
    const mine = (counts.get(type) ?? 0) + 1;
    counts.set(type, mine);
    return () => counts.get(type) === mine;
  };
};
