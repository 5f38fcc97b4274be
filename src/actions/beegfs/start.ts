// Starts BeeGFS's daemons in their order: the management daemon is waited for, and each server is done when the management daemon lists it.
import { setTimeout as pause } from 'node:timers/promises';
import { readBeegfsNodes } from '../../probes/beegfs.ts';
import { type Beegfs, numberOf, unitsOf } from '../../state/beegfs-node.ts';
import { type Change, change } from '../../state/change.ts';
import type { GeneratedFile } from '../../state/generated-file.ts';
import { fail, ok, type Result } from '../../state/problem.ts';
import type { Profile } from '../../state/profile.ts';
import type { Reader, System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { noManagement, notRegistered, unitFailed } from './problems.ts';

/** Racks are powered on at once, and a management node may boot for minutes. */
export type Patience = { readonly managementMs: number; readonly registrationMs: number; readonly everyMs: number };
export const patience: Patience = { managementMs: 600_000, registrationMs: 120_000, everyMs: 3_000 };

const isActive = async (reader: Reader, unit: string): Promise<boolean> =>
  (await reader.query(['systemctl', 'is-active', '--quiet', unit], { timeoutMs: 10_000 })).exitCode === 0;

export const changesOfUnits = async (profile: Profile, cluster: Beegfs, reader: Reader): Promise<readonly Change[]> => {
  const changes: Change[] = [];
  for (const unit of unitsOf(profile, cluster))
    if (!(await isActive(reader, unit))) changes.push(change('run', unit, 'not active', 'active'));
  return changes;
};

export const startUnits = async (
  profile: Profile,
  cluster: Beegfs,
  system: System,
  written: readonly GeneratedFile[],
  note: Note,
  { managementMs, registrationMs, everyMs }: Patience,
): Promise<Result<undefined>> => {
  if (written.some(({ path }) => path.startsWith('/etc/systemd/'))) await system.run(['systemctl', 'daemon-reload']);
  const stale = new Set(written.flatMap(({ units }) => units));
  let managementSeen = false;
  for (const unit of unitsOf(profile, cluster)) {
    if (unit !== 'beegfs-mgmtd.service' && !managementSeen) {
      const answered = await untilManagement(cluster, system, note, managementMs, everyMs);
      if (!answered.ok) return answered;
      managementSeen = true;
    }
    const active = await isActive(system, unit);
    if (active && !stale.has(unit)) continue;
    const started = await start(system, unit, active);
    if (!started.ok) return started;
    note(`${unit} ${active ? 'restarted' : 'started'}`);
    const registered = await untilRegistered(profile, cluster, system, unit, registrationMs, everyMs);
    if (!registered.ok) return registered;
  }
  return ok(undefined);
};

const start = async (system: System, unit: string, active: boolean): Promise<Result<undefined>> => {
  // A unit that failed too often would not be started again otherwise.
  await system.run(['systemctl', 'reset-failed', unit]);
  await system.run(['systemctl', 'enable', unit]);
  // The client builds its kernel module when there is none for this kernel.
  const done = await system.run(['systemctl', active ? 'restart' : 'start', unit], { timeoutMs: 600_000 });
  return done.exitCode === 0 ? ok(undefined) : fail(unitFailed(unit, done.stderr));
};

const untilManagement = async (
  cluster: Beegfs,
  system: System,
  note: Note,
  withinMs: number,
  everyMs: number,
): Promise<Result<undefined>> => {
  let reason: string | undefined;
  for (let tries = 0; tries * everyMs <= withinMs; tries += 1) {
    const asked = await readBeegfsNodes(system, cluster, 'management');
    if (asked.nodes !== undefined && asked.nodes.length > 0) return ok(undefined);
    reason = asked.silence;
    if (tries === 0) note(`waiting for the management daemon on ${cluster.management}`);
    await pause(everyMs);
  }
  return fail(noManagement(cluster, Math.round(withinMs / 60_000), reason));
};

const kinds: Readonly<Record<string, 'meta' | 'storage'>> = {
  'beegfs-meta.service': 'meta',
  'beegfs-storage.service': 'storage',
};

const untilRegistered = async (
  profile: Profile,
  cluster: Beegfs,
  system: System,
  unit: string,
  withinMs: number,
  everyMs: number,
): Promise<Result<undefined>> => {
  const kind = kinds[unit];
  const number = numberOf(profile, cluster);
  if (kind === undefined || number === undefined) return ok(undefined);
  for (let tries = 0; tries * everyMs <= withinMs; tries += 1) {
    const { nodes } = await readBeegfsNodes(system, cluster, kind);
    if (nodes?.some((node) => node.kind === kind && node.number === number) === true) return ok(undefined);
    if (!(await isActive(system, unit))) return fail(unitFailed(unit, 'it ended by itself'));
    await pause(everyMs);
  }
  return fail(notRegistered(cluster, unit.replace(/\.service$/, ''), number));
};
