// What a console asks for: a disk made the config partition, by a unit that may write to disks. The serial number was typed at the console.
import * as z from 'zod';
import { fail, ok, type Result } from '../state/problem.ts';
import type { System } from '../system/system.ts';
import { askMayfly } from './ask-mayfly.ts';

/** What `mayfly profile prepare --json` prints when it is done. */
const answer = z.object({
  version: z.literal(1),
  prepared: z.literal(true),
  device: z.string(),
  path: z.string().optional(),
});

/** A filesystem on a slow stick. */
const patienceMs = 900_000;

export type PreparedConfig = { readonly device: string; readonly path: string | undefined };

export const requestPrepare = async (system: System, serial: string): Promise<Result<PreparedConfig>> => {
  const verb = ['profile', 'prepare', '--device', `serial=${serial}`, '--wipe', serial, '--json'] as const;
  const asked = await askMayfly(system, [...verb], { timeoutMs: patienceMs });
  if (!asked.ok) return asked;
  const said = answer.safeParse(parseJson(asked.value));
  if (said.success) return ok({ device: said.data.device, path: said.data.path });
  return fail({
    code: 'prepare/not-told',
    summary: 'a config partition was made, and where it is was not understood',
    remedy: 'Look with `mayfly profile show`',
  });
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Cut off: the schema refuses undefined.
    return undefined;
  }
};
