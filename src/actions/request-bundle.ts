// What a console asks for: a support bundle, made by a unit that may read everything.
import * as z from 'zod';
import { fail, ok, type Result } from '../state/problem.ts';
import type { MadeBundle } from '../state/session.ts';
import type { System } from '../system/system.ts';
import { askMayfly } from './ask-mayfly.ts';

const madeSchema = z.object({ path: z.string(), bytes: z.number() });
/** Three queries at a time, each with a deadline of its own. */
const patienceMs = 300_000;

export const requestBundle = async (system: System): Promise<Result<MadeBundle>> => {
  const asked = await askMayfly(system, ['bundle', '--json'], { timeoutMs: patienceMs });
  if (!asked.ok) return asked;
  const made = madeSchema.safeParse(JSON.parse(asked.value));
  return made.success
    ? ok(made.data)
    : fail({
        code: 'bundle/not-told',
        summary: 'a bundle was made, and where it is was not understood',
        remedy: 'Look into /run/mayfly/bundle, or run `mayfly bundle` in a shell',
      });
};
