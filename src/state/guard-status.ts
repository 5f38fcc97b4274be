// What the guard of the zram root writes down of itself (assets/root/usr/lib/mayfly/guard), and how it is put into words.
import * as z from 'zod';
import { bytes, renderBytes } from './bytes.ts';

const level = z.enum(['ok', 'watch', 'act', 'critical']);

const size = z.int().nonnegative().transform(bytes);

/** One line of guard.jsonl: what it did at a time, and why. */
const deed = z.object({
  atMs: z.number(),
  level,
  why: z.string(),
  did: z.array(z.string()).readonly(),
  freed: size,
  /** The memory limit afterwards; 0: none. */
  limit: size,
});

/** guard.json: how it stands at its last look. */
export const guardFileSchema = z.object({
  version: z.literal(1),
  /** Seconds of uptime at that look. */
  uptime: z.number(),
  level,
  why: z.string(),
  /** Of the filesystem, from everybody, because the memory limit could not carry it. */
  heldBack: size,
  last: deed.nullable(),
});

export type GuardDeed = z.infer<typeof deed>;

export type GuardStatus = Omit<z.infer<typeof guardFileSchema>, 'version' | 'last'> & {
  readonly last: GuardDeed | undefined;
};

/** Its pace is 15 s; a trim of a large root may take longer than that. */
export const guardSilenceSeconds = 120;

/** `trimmed, compacted, 245 MiB freed` */
export const deedWords = ({ did, freed, limit }: GuardDeed): string =>
  [
    ...did.map((what) => (what === 'raised the memory limit' ? `${what} to ${renderBytes(limit)}` : what)),
    ...(did.includes('trimmed') || did.includes('compacted') ? [`${renderBytes(freed)} freed`] : []),
  ].join(', ');
