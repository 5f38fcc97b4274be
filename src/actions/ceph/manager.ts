// The manager: on the first two monitors, so that one stands by.
import { type Change, change } from '../../state/change.ts';
import { ok, type Result } from '../../state/problem.ts';
import type { Reader, System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { runCeph } from './command.ts';
import type { CephContext } from './context.ts';
import { hasDaemonKey, writeDaemonKey } from './daemon-key.ts';
import { isActive, managerUnit, startUnit } from './units.ts';

export const checkManager = async ({ roles, name }: CephContext, reader: Reader): Promise<readonly Change[]> => {
  if (!roles.manager || (await isActive(reader, managerUnit(name)))) return [];
  return [change('run', `manager ${name}`, 'not running', 'running')];
};

export const applyManager = async (context: CephContext, system: System, note: Note): Promise<Result<undefined>> => {
  const { roles, name } = context;
  if (!roles.manager || (await checkManager(context, system)).length === 0) return ok(undefined);
  if (!(await hasDaemonKey(system, 'mgr', name))) {
    const written = await writeDaemonKey(system, 'mgr', name);
    if (!written.ok) return written;
  }
  const started = await startUnit(system, managerUnit(name), note);
  if (!started.ok || !roles.first) return started;
  // In a cluster that others made it may be on, and it cannot be loaded; off already is no error.
  const disabled = await runCeph(system, ['mgr', 'module', 'disable', 'restful']);
  return disabled.ok ? ok(undefined) : disabled;
};
