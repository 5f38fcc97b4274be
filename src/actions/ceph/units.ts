// The systemd units of Ceph's daemons: which run, and starting one.
import { fail, ok, type Result } from '../../state/problem.ts';
import type { Reader, System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { commandFailed } from './command.ts';

export const monitorUnit = (name: string): string => `ceph-mon@${name}.service`;
export const managerUnit = (name: string): string => `ceph-mgr@${name}.service`;
export const mdsUnit = (name: string): string => `ceph-mds@${name}.service`;
export const osdUnit = (id: number): string => `ceph-osd@${id}.service`;

export const isActive = async (reader: Reader, unit: string): Promise<boolean> =>
  (await reader.query(['systemctl', 'is-active', unit])).stdout.trim() === 'active';

/** Numbers of the OSDs whose daemons run here. */
export const runningOsds = async (reader: Reader): Promise<ReadonlySet<number>> => {
  const answer = await reader.query([
    'systemctl',
    'list-units',
    '--plain',
    '--no-legend',
    '--state=active',
    'ceph-osd@*.service',
  ]);
  return new Set(
    answer.stdout.split('\n').flatMap((line) => {
      const id = /^ceph-osd@(\d+)\.service\s/.exec(line)?.[1];
      return id === undefined ? [] : [Number(id)];
    }),
  );
};

export const startUnit = async (system: System, unit: string, note: Note): Promise<Result<undefined>> => {
  // A unit that failed too often would not be started again otherwise; it is no error that there is nothing to reset.
  await system.run(['systemctl', 'reset-failed', unit]);
  const started = await system.run(['systemctl', 'enable', '--now', unit], { timeoutMs: 120_000 });
  if (started.exitCode !== 0)
    return fail(commandFailed(`${unit} did not start`, started, `See \`journalctl -b -u ${unit}\``));
  note(`${unit} started`);
  return ok(undefined);
};
