// What the last pull of the checkouts came to, for every display: kept in RAM until the next one.
import * as z from 'zod';

export const pullStatePath = '/run/mayfly/pull.json';

const problem = z.object({ code: z.string(), summary: z.string(), remedy: z.string() });

const checkoutSchema = z.object({
  layer: z.enum(['global', 'node']),
  /** `ssh://…, branch main`; empty where not even that could be read. */
  from: z.string(),
  /** The commit in use. */
  revision: z.string().optional(),
  /** `new` and `same`: the remote has been asked and this is what it has. */
  outcome: z.enum(['new', 'same', 'not-pulled']),
  problem: problem.optional(),
  /** A commit that was pulled and taken back, since nothing valid could be made of it: not fetched again until there is another. */
  refused: z.string().optional(),
});

const pullStateSchema = z.object({
  version: z.literal(1),
  atMs: z.number().nonnegative(),
  checkouts: z.array(checkoutSchema),
  /** Why the sources as a whole had nothing to apply: a server that is gone, a profile that is not valid. */
  problem: problem.optional(),
});

export type PulledCheckout = z.infer<typeof checkoutSchema>;
export type PullState = z.infer<typeof pullStateSchema>;

export const parsePullState = (text: string | undefined): PullState | undefined => {
  try {
    const parsed = pullStateSchema.safeParse(JSON.parse(text ?? 'null'));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // Never written by halves: somebody else's file.
    return undefined;
  }
};

/** `node: git 1a2b3c4d5e6f of ssh://…, branch main` */
export const describeCheckout = ({ layer, from, revision, problem: why }: PulledCheckout): string =>
  `${layer}: git ${revision?.slice(0, 12) ?? 'n/a'}${from === '' ? '' : ` of ${from}`}${why === undefined ? '' : `; NOT PULLED: ${why.summary}`}`;
