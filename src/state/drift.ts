// What a look at the node found to differ from its profile: written by `mayfly plan --note`, on a timer, and read by every display.
import * as z from 'zod';
import { changesOf, type Plan, problemsOf } from './plan.ts';

export const driftPath = '/run/mayfly/drift.json';

const driftSchema = z.object({
  version: z.literal(1),
  atMs: z.number().nonnegative(),
  /** What differs, in the words of the plan: `hostname`, `ssh.service`. */
  differs: z.array(z.string()),
  /** Steps that cannot even say: the summary of each problem. */
  blocked: z.array(z.string()),
});

export type Drift = z.infer<typeof driftSchema>;

export const driftOf = (plan: Plan, atMs: number): Drift => ({
  version: 1,
  atMs,
  differs: changesOf(plan).map(({ subject }) => subject),
  blocked: problemsOf(plan).map(({ summary }) => summary),
});

export const parseDrift = (text: string | undefined): Drift | undefined => {
  try {
    const parsed = driftSchema.safeParse(JSON.parse(text ?? 'null'));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // Written whole or not at all: somebody else's file.
    return undefined;
  }
};

/** `3 things differ from the profile: hostname, ssh.service, …`; undefined when nothing does. */
export const driftWords = ({ differs, blocked }: Pick<Drift, 'differs' | 'blocked'>): string | undefined => {
  const all = [...differs, ...blocked];
  if (all.length === 0) return undefined;
  const what = all.length === 1 ? '1 thing differs' : `${all.length} things differ`;
  return `${what} from the profile: ${all.slice(0, 3).join(', ')}${all.length > 3 ? ', …' : ''}`;
};
