// What a network change on trial leaves for every reader: what is provisional and until when, which evidence holds, and how it was taken back.
import * as z from 'zod';

/** There while the change is provisional: whoever removes it ends the trial. */
export const provisionalPath = '/run/mayfly/network-provisional';
/** Beside it, and looked at again every few seconds while the trial lasts. */
export const evidencePath = '/run/mayfly/network-evidence.json';
/** There once a change is being taken back, until the next one. */
export const returnedPath = '/run/mayfly/network-returned.json';

const problem = z.object({
  code: z.string(),
  summary: z.string(),
  remedy: z.string(),
  path: z.string().exactOptional(),
});

export const provisionalSchema = z.object({
  version: z.literal(1),
  /** Seconds of uptime at which systemd takes it back: the time of day may jump as soon as the network is there. */
  untilUptime: z.number(),
  /** Link by link: `ens3: 10.0.2.15/24, default via 10.0.2.2`. */
  settings: z.array(z.string()).readonly(),
});

const evidenceSchema = z.object({
  /** What holds: `ens3 has carrier`. */
  what: z.string(),
  /** Why it does not. */
  missing: problem.exactOptional(),
});
export const evidenceListSchema = z.array(evidenceSchema).readonly();

export const returnedSchema = z.object({
  version: z.literal(1),
  atMs: z.number(),
  /** What did not hold, or who wanted it back. */
  why: problem,
  /** `returning`: the old settings are being put back; `checked`: they are there; `unchecked`: something of them is not. */
  state: z.enum(['returning', 'checked', 'unchecked']),
  /** What did not come back. */
  problem: problem.exactOptional(),
});

export type Provisional = z.infer<typeof provisionalSchema>;
export type Evidence = z.infer<typeof evidenceSchema>;
export type Returned = z.infer<typeof returnedSchema>;

/** As a status shows it. */
export type NetworkTrial =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'provisional'; readonly evidence: readonly Evidence[] } & Omit<Provisional, 'version'>)
  | ({ readonly kind: 'returned' } & Omit<Returned, 'version'>);
