// The append-only record of an apply, one event a line: every display of progress is a fold over these.
import * as z from 'zod';
import { stepIds } from './plan.ts';

const stepId = z.enum(stepIds);
const problem = z.object({
  code: z.string(),
  summary: z.string(),
  remedy: z.string(),
  path: z.string().exactOptional(),
});
const change = z.object({
  op: z.enum(['create', 'update', 'delete', 'run']),
  subject: z.string(),
  before: z.string().exactOptional(),
  after: z.string(),
  destroysData: z.boolean(),
});
const verdict = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('converged') }),
  z.object({ kind: z.literal('drifted'), changes: z.tuple([change], change).readonly() }),
  z.object({ kind: z.literal('blocked'), problem }),
]);
export const planSchema = z.object({
  version: z.literal(1),
  profileDigest: z.string(),
  steps: z.array(z.object({ id: stepId, title: z.string(), verdict })).readonly(),
  consented: z.array(z.string()).readonly().exactOptional(),
});
/** Milliseconds since the epoch, and the apply that the event belongs to. */
const stamp = { atMs: z.number(), apply: z.string() };

export const journalEventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('plan'), ...stamp, plan: planSchema }),
  z.object({ event: z.literal('started'), ...stamp, step: stepId }),
  z.object({ event: z.literal('output'), ...stamp, step: stepId, text: z.string() }),
  z.object({ event: z.literal('converged'), ...stamp, step: stepId, changed: z.boolean() }),
  z.object({ event: z.literal('failed'), ...stamp, step: stepId, problem }),
  z.object({ event: z.literal('undone'), ...stamp, step: stepId }),
  z.object({
    event: z.literal('finished'),
    ...stamp,
    outcome: z.enum(['converged', 'failed', 'refused']),
    problem: problem.exactOptional(),
  }),
]);

export type JournalEvent = z.infer<typeof journalEventSchema>;
