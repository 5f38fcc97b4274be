// The note beside the profile in force that says where it came from: whoever puts a profile in force writes it, every display reads it.
import * as z from 'zod';

export const profileSourcePath = '/run/mayfly/profile-source.json';

export const profileSourceSchema = z.object({
  version: z.literal(1),
  /** In words, e.g. `config partition, /dev/vdb at /config`, `this console`. */
  transport: z.string(),
  /** What tells two editions apart: a git commit, or the beginning of a sha256. */
  revision: z.string().optional(),
  /** Whether the next boot finds it again. */
  persisted: z.boolean(),
});

export type ProfileSource = z.infer<typeof profileSourceSchema>;
