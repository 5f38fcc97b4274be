// The note beside the profile in force that says where it came from: whoever puts a profile in force writes it, every display reads it.
import * as z from 'zod';
import { problemSchema } from './maintenance.ts';

export const profileSourcePath = '/run/mayfly/profile-source.json';

export const profileSourceSchema = z.object({
  version: z.literal(1),
  /** In words, e.g. `config partition, /dev/vdb at /config`, `this console`. */
  transport: z.string(),
  /** What tells two editions apart: a git commit, or the beginning of a sha256. */
  revision: z.string().optional(),
  /** Whether the next boot finds it again. */
  persisted: z.boolean(),
  /** Only of a last good copy; its age is unknown when nothing sound says when it was kept. */
  stale: z.object({ keptAtMs: z.number().optional() }).exactOptional(),
  /** Sources before it that somebody asked for and that had nothing, with why. */
  missed: z.array(problemSchema).exactOptional(),
});

export type ProfileSource = z.infer<typeof profileSourceSchema>;
