// A reading that failed says nothing: what an older one knew stays, and nothing is ever refused for lack of an answer.
import type { Facts } from './facts.ts';

/** What a probe is called in `unread`, and the part of the facts that is then empty without meaning it. */
const parts = {
  links: 'links',
  disks: 'disks',
  timezones: 'time-zones',
  keyboard: 'keyboard',
  filesystems: 'cluster-filesystems',
  root: 'root',
  configPartition: 'config-partition',
  memory: 'memory',
  cpus: 'processors',
} as const satisfies Partial<Record<keyof Facts, string>>;

type Part = keyof typeof parts;

const isPart = (key: string): key is Part => key in parts;

/** True when this part is empty because nobody could look, not because there is nothing. */
export const isUnread = (facts: Facts, part: Part): boolean =>
  facts.unread?.some(({ code }) => code === `facts/${parts[part]}`) === true;

/** The newer facts; parts that could not be read this time are the older ones', and `unread` still names them unless those knew. */
export const refreshFacts = (older: Facts | undefined, newer: Facts): Facts => {
  if (older === undefined || (newer.unread ?? []).length === 0) return newer;
  const kept = Object.keys(parts)
    .filter(isPart)
    .filter((part) => isUnread(newer, part) && !isUnread(older, part));
  const codes = kept.map((part) => `facts/${parts[part]}`);
  return {
    ...newer,
    ...Object.fromEntries(kept.map((part) => [part, older[part]])),
    unread: (newer.unread ?? []).filter(({ code }) => !codes.includes(code)),
  };
};
