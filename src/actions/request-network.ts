// Asks systemd to keep a provisional network change or to take it back, so that it is done though the line it was asked from is lost by it.
import { ok, type Result } from '../state/problem.ts';
import type { System } from '../system/system.ts';
import { askMayfly } from './ask-mayfly.ts';

/** Resolves when it is done, with the problem that `mayfly network` told where it was not. */
export const requestNetwork = async (system: System, verb: 'confirm' | 'revert'): Promise<Result<undefined>> => {
  const asked = await askMayfly(system, ['network', verb]);
  return asked.ok ? ok(undefined) : asked;
};
