// The key of a daemon that the monitors hand out: the same at every boot, since they keep it.
import { ok, type Result } from '../../state/problem.ts';
import type { Reader, System } from '../../system/system.ts';
import { mustRun, runCeph } from './command.ts';

type Daemon = 'mgr' | 'mds';

const capabilities: Readonly<Record<Daemon, readonly string[]>> = {
  mgr: ['mon', 'allow profile mgr', 'osd', 'allow *', 'mds', 'allow *'],
  mds: ['mon', 'profile mds', 'mgr', 'profile mds', 'mds', 'allow *', 'osd', 'allow *'],
};

const folderOf = (daemon: Daemon, name: string): string => `/var/lib/ceph/${daemon}/ceph-${name}`;

export const hasDaemonKey = async (reader: Reader, daemon: Daemon, name: string): Promise<boolean> =>
  (await reader.stat(`${folderOf(daemon, name)}/keyring`)) !== undefined;

export const writeDaemonKey = async (system: System, daemon: Daemon, name: string): Promise<Result<undefined>> => {
  const keyring = await runCeph(system, ['auth', 'get-or-create', `${daemon}.${name}`, ...capabilities[daemon]]);
  if (!keyring.ok) return keyring;
  const folder = folderOf(daemon, name);
  await system.makeDirectory(folder, { mode: 0o750 });
  await system.writeText(`${folder}/keyring`, keyring.value, { mode: 0o600 });
  const owned = await mustRun(system, ['chown', '--recursive', 'ceph:ceph', folder]);
  return owned.ok ? ok(undefined) : owned;
};
