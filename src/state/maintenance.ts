// The note that this boot left nothing applied, and why: what the console and `mayfly status` show instead of a profile.
import * as z from 'zod';

export const maintenancePath = '/run/mayfly/maintenance';

export const problemSchema = z.object({
  code: z.string(),
  summary: z.string(),
  remedy: z.string(),
  path: z.string().exactOptional(),
});

export const maintenanceSchema = z.object({
  version: z.literal(1),
  /** `no-profile`: no transport had one. `invalid-profile`: one had, and it is wrong. */
  reason: z.enum(['no-profile', 'invalid-profile']),
  /** Where the invalid one lies, in words. */
  transport: z.string().exactOptional(),
  /** What was tried, or what is wrong with it. */
  problems: z.array(problemSchema),
  /** Of what was tried, that which somebody had asked for. */
  missed: z.array(problemSchema).exactOptional(),
});

export type Maintenance = z.infer<typeof maintenanceSchema>;
