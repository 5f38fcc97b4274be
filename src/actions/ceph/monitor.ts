// The monitor of this node: its store on the disk for state, made once, and in quorum.

import { askDaemon } from '../../probes/ceph/ask-ceph.ts';
import { monitorStore, monitorStores } from '../../state/ceph-node.ts';
import { monitorStatus } from '../../state/ceph-reading.ts';
import { type Change, change } from '../../state/change.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { Reader, System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import type { CephContext } from './context.ts';
import { makeMonitorStore } from './monitor-store.ts';
import { isActive, monitorUnit, startUnit } from './units.ts';
import { waitFor } from './wait.ts';

const quorumSeconds = 600;

type Found = { readonly hasStore: boolean; readonly state: string };

const look = async ({ server, name }: CephContext, reader: Reader): Promise<Result<Found>> => {
  if (server === undefined) throw new Error('a monitor has a secret');
  const fsids = await reader.list(monitorStores);
  const foreign = fsids.find((fsid) => fsid !== server.fsid);
  if (foreign !== undefined) return fail(foreignStore(foreign));
  const names = (await reader.list(`${monitorStores}/${server.fsid}`)).filter((one) => !one.endsWith('.new'));
  const other = names.find((one) => one !== name);
  if (other !== undefined) return fail(otherStore(other, name));
  const hasStore = (await reader.stat(`${monitorStore(server.fsid, name)}/store.db`)) !== undefined;
  const runs = await isActive(reader, monitorUnit(name));
  const status = runs ? await askDaemon(reader, monitorStatus, `mon.${name}`, ['mon_status']) : undefined;
  return ok({ hasStore, state: runs ? (status?.state ?? 'starting') : 'not running' });
};

const isInQuorum = ({ state }: Found): boolean => state === 'leader' || state === 'peon';

export const checkMonitor = async (context: CephContext, reader: Reader): Promise<Result<readonly Change[]>> => {
  if (!context.roles.monitor) return ok([]);
  const found = await look(context, reader);
  if (!found.ok) return found;
  if (found.value.hasStore && isInQuorum(found.value)) return ok([]);
  return ok([change('run', `monitor ${context.name}`, found.value.state, 'in quorum')]);
};

/** Started only: what others have to bring for a quorum is waited for by whoever needs it. */
export const startMonitor = async (context: CephContext, system: System, note: Note): Promise<Result<undefined>> => {
  const { roles, server, name } = context;
  if (!roles.monitor || server === undefined) return ok(undefined);
  const onDisk = await stateIsMounted(system);
  if (!onDisk) return fail(noStateDisk);
  const found = await look(context, system);
  if (!found.ok) return found;
  if (!found.value.hasStore) {
    const made = await makeMonitorStore(context, server, system, note);
    if (!made.ok) return made;
  }
  return (await isActive(system, monitorUnit(name))) ? ok(undefined) : startUnit(system, monitorUnit(name), note);
};

export const awaitOwnQuorum = async (context: CephContext, system: System, note: Note): Promise<Result<undefined>> => {
  if (!context.roles.monitor) return ok(undefined);
  const others = context.cluster.monitors.filter((_, index) => index !== context.node.place);
  const reached = await waitFor(
    { for: `a quorum of the monitors (others: ${others.join(', ') || 'none'})`, seconds: quorumSeconds, note },
    async () => {
      const found = await look(context, system);
      return found.ok && isInQuorum(found.value) ? true : undefined;
    },
  );
  return reached === true ? ok(undefined) : fail(noQuorum(context.name, others));
};

/** A store on the root would be gone at the next boot, and with it the node's place in the quorum. */
const stateIsMounted = async (reader: Reader): Promise<boolean> => {
  const answer = await reader.query([
    'findmnt',
    '--noheadings',
    '--output',
    'TARGET',
    '--target',
    '/var/lib/mayfly/state',
  ]);
  const target = answer.stdout.trim();
  return answer.exitCode === 0 && target !== '' && target !== '/';
};

const noStateDisk: Problem = {
  code: 'ceph/state-not-mounted',
  summary: 'the disk for the state of the monitor is not mounted at /var/lib/mayfly/state',
  remedy: 'Name it under cluster.state, see `mayfly plan` for the step storage, then apply again',
  path: 'cluster.state',
};

const foreignStore = (fsid: string): Problem => ({
  code: 'ceph/foreign-monitor',
  summary: `the disk for state holds a monitor of another Ceph cluster: ${fsid}`,
  remedy: `Write that fsid (and its secret) if this node belongs there, or remove ${monitorStores}/${fsid} if nobody needs it`,
  path: 'cluster.state',
});

const otherStore = (found: string, name: string): Problem => ({
  code: 'ceph/other-monitor',
  summary: `the disk for state holds the monitor ${found} of this cluster, and this node is ${name}`,
  remedy: `Give this node the host name ${found}, or the disk to the node of that name`,
  path: 'node.hostname',
});

const noQuorum = (name: string, others: readonly string[]): Problem => ({
  code: 'ceph/no-quorum',
  summary: `monitor ${name} runs and finds no quorum; it needs more than half of the monitors, of ${others.join(', ')} too`,
  remedy: 'Start the nodes of the other monitors, see that they reach each other on port 3300, then apply again',
  path: 'cluster.monitors',
});
