// Makes an OSD of a disk, with Ceph's own tool and without logical volumes: any kernel can do that, and the disk tells everything about itself.

import { osdDump, osdMetadata } from '../../probes/ceph/answers.ts';
import { askCeph } from '../../probes/ceph/ask-ceph.ts';
import { readOsdDisks } from '../../probes/ceph/osd-disks.ts';
import type { OsdStep } from '../../state/ceph-osd-plan.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { mustRun, runCeph } from './command.ts';
import type { CephContext } from './context.ts';
import { osdsMayGo } from './osd-gates.ts';
import { waitFor } from './wait.ts';

type Make = Extract<OsdStep, { kind: 'make' }>;

/** Held by the tool itself: an apply that was killed leaves its tool running, and the next one must not start a second on the same disk. */
const lockPath = '/run/mayfly/ceph-volume.lock';
const remedy = 'See /var/log/ceph/ceph-volume.log';
const osdFolder = '/var/lib/ceph/osd';

export const makeOsd = async (
  { path, serial, clear, removed }: Make,
  context: CephContext,
  system: System,
  note: Note,
): Promise<Result<undefined>> => {
  const free = await mustRun(system, ['flock', lockPath, 'true'], { remedy, timeoutMs: 300_000 });
  if (!free.ok) return free;
  if (await isMade(context, serial, removed?.uuid, system)) return ok(undefined);
  const unique = await ownsItsName(context, system, note);
  if (!unique.ok) return unique;
  const mayGo = removed === undefined ? ok(undefined) : await osdsMayGo(system, [removed.id]);
  if (!mayGo.ok) return mayGo;
  const swept = await sweepUnfinished(context, system, note);
  if (!swept.ok) return swept;
  if (clear) {
    const cleared = await mustRun(system, ['wipefs', '--all', '--quiet', path]);
    if (!cleared.ok) return cleared;
    note(`what was on ${serial} (${path}) is gone`);
  }
  note(`making an OSD of ${serial} (${path})`);
  const command = ['flock', lockPath, 'ceph-volume', 'raw', 'prepare', '--bluestore', '--data', path] as const;
  const made = await mustRun(system, command, { remedy, timeoutMs: 300_000 });
  if (!made.ok) return made;
  await unmountUnused(system);
  return ok(undefined);
};

/** Another apply's tool may have done it while we waited. */
const isMade = async (
  { cluster, server }: CephContext,
  serial: string,
  removedUuid: string | undefined,
  system: System,
): Promise<boolean> => {
  const disks = (await readOsdDisks(system, cluster.osds ?? [], server?.fsid ?? '')) ?? [];
  const disk = disks.find((osd) => osd.serial === serial)?.disk;
  return disk?.is.kind === 'ours' && disk.is.uuid !== removedUuid;
};

/** Two hosts of one name are one to CRUSH: copies that must be apart would lie together, or nowhere. */
const ownsItsName = async ({ name, node }: CephContext, system: System, note: Note): Promise<Result<undefined>> => {
  // A monitor that is just joining holds every answer up for some seconds.
  const waiting = { for: 'an answer of the monitors', seconds: 60, note };
  const metadata = await waitFor(waiting, () => askCeph(system, osdMetadata, ['osd', 'metadata']));
  const dump = await waitFor(waiting, () => askCeph(system, osdDump, ['osd', 'dump']));
  if (metadata === undefined || dump === undefined) return fail(noAnswer);
  const up = new Set(dump.osds.filter((osd) => osd.up === 1).map(({ osd }) => osd));
  const other = metadata.find(
    ({ id, hostname, front_addr = '' }) =>
      up.has(id) && hostname === name && !node.localAddresses.some((address) => hasAddress(front_addr, address)),
  );
  return other === undefined ? ok(undefined) : fail(sameName(name, other.id, other.front_addr ?? 'another address'));
};

/** `[v2:10.0.0.1:6802/17,v1:10.0.0.1:6803/17]` */
const hasAddress = (vector: string, address: string): boolean =>
  vector.includes(`:${address}:`) || vector.includes(`:[${address}]:`);

/** Numbers that an interrupted making took on this node: new, never up, and on none of its disks. */
const sweepUnfinished = async (context: CephContext, system: System, note: Note): Promise<Result<undefined>> => {
  const disks = (await readOsdDisks(system, context.cluster.osds ?? [], context.server?.fsid ?? '')) ?? [];
  const own = disks.flatMap(({ disk }) => (disk?.is.kind === 'ours' ? [disk.is.id] : []));
  const uuids = disks.flatMap(({ disk }) => (disk?.is.kind === 'unfinished' ? [disk.is.uuid] : []));
  const folders = (await system.list(osdFolder))
    .flatMap((folder) => /^ceph-(\d+)$/.exec(folder)?.[1] ?? [])
    .map(Number);
  const isSuspect = folders.some((id) => !own.includes(id)) || uuids.length > 0;
  const dump = isSuspect ? await askCeph(system, osdDump, ['osd', 'dump']) : undefined;
  const stale = (dump?.osds ?? []).filter(
    ({ osd, uuid, state }) =>
      state.includes('new') && !own.includes(osd) && (folders.includes(osd) || uuids.includes(uuid)),
  );
  for (const { osd } of stale) {
    const purged = await runCeph(system, ['osd', 'purge-new', `${osd}`, '--yes-i-really-mean-it']);
    if (!purged.ok) return purged;
    note(`osd.${osd}, whose making was interrupted, is given up`);
  }
  await unmountUnused(system);
  return ok(undefined);
};

/** The tool leaves a tmpfs where it made an OSD; ours start from a folder on the root, which is RAM as well. */
const unmountUnused = async (system: System): Promise<void> => {
  const mounts = await system.query(['findmnt', '--noheadings', '--list', '--types', 'tmpfs', '--output', 'TARGET']);
  for (const target of mounts.stdout.split('\n').map((line) => line.trim()))
    if (target.startsWith(`${osdFolder}/ceph-`)) await system.run(['umount', target]);
};

const noAnswer: Problem = {
  code: 'ceph/no-answer',
  summary: 'the monitors do not say which OSDs there are, so no new one is made',
  remedy: 'See `ceph -s`, and apply again when there is a quorum',
};

const sameName = (name: string, id: number, address: string): Problem => ({
  code: 'ceph/same-name',
  summary: `another node has the host name ${name}: osd.${id} runs there, at ${address}`,
  remedy: 'Give this node a host name of its own',
  path: 'node.hostname',
});
