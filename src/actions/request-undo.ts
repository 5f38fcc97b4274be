// What a console asks for: the last apply taken back, by a unit that may change everything; its journal tells how far it is.
import { ok, type Result } from '../state/problem.ts';
import type { System } from '../system/system.ts';
import { askMayfly } from './ask-mayfly.ts';

/** The network's settings of before are looked for, step after step. */
const patienceMs = 600_000;

export const requestUndo = async (system: System): Promise<Result<undefined>> => {
  const asked = await askMayfly(system, ['apply', '--undo', '--json'], { timeoutMs: patienceMs });
  return asked.ok ? ok(undefined) : asked;
};
