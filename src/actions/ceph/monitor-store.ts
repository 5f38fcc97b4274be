// Makes the store of a monitor: by joining the others, or, on the first monitor and where nothing speaks of a cluster, by making the cluster.

import { askCeph, cephCommand } from '../../probes/ceph/ask-ceph.ts';
import { monitorStore } from '../../state/ceph-node.ts';
import { quorumStatus } from '../../state/ceph-reading.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import { addressVector, monitorKeyring } from '../../state/render-ceph.ts';
import type { System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { evidenceOfCluster, readOthers } from './cluster-evidence.ts';
import { mustRun } from './command.ts';
import type { CephContext } from './context.ts';
import { waitFor } from './wait.ts';

type Server = NonNullable<CephContext['server']>;

const workDirectory = '/run/mayfly/ceph';
const mapPath = `${workDirectory}/monmap`;
const keyPath = `${workDirectory}/mon.keyring`;

/** How long others are waited for: racks power on at once, and a node may take minutes to boot. */
const joinSeconds = 600;
/** The first monitor looks this long for others, unless every one of their hosts says that it runs none. */
const lookSeconds = 60;

export const makeMonitorStore = async (
  context: CephContext,
  server: Server,
  system: System,
  note: Note,
): Promise<Result<undefined>> => {
  await system.makeDirectory(workDirectory, { mode: 0o700 });
  const { first } = context.roles;
  const others = context.cluster.monitors.filter((_, index) => index !== context.node.place).join(', ');
  const seconds = first ? lookSeconds : joinSeconds;
  const joined = await waitFor({ for: `the monitors of the cluster (${others})`, seconds, note }, () =>
    first ? lookForOthers(context, system) : fetchMap(system),
  );
  if (joined === 'denied') return fail(otherSecret);
  if (joined === 'fetched') {
    const fits = await fitsIn(context, server, system, note);
    if (!fits.ok) return fits;
    note('joining the monitors that answer');
    return makeStore(context, server, system);
  }
  if (!first) return fail(nobodyAnswers(others, joinSeconds));
  const evidence = await evidenceOfCluster(context, server.fsid, system);
  if (evidence !== undefined) return fail(evidence);
  const made = await makeFirstMap(context, server, system);
  if (!made.ok) return made;
  note(`making the cluster ${server.fsid}`);
  return makeStore(context, server, system);
};

const lookForOthers = async (context: CephContext, system: System) => {
  const found = await readOthers(context, system);
  if (found.every(({ answer }) => answer === 'refuses')) return 'none';
  return found.some(({ answer }) => answer === 'listens') ? fetchMap(system) : undefined;
};

/** `denied`: there is a cluster, and it has other keys. */
const fetchMap = async (system: System): Promise<'fetched' | 'denied' | undefined> => {
  const answer = await system.run(cephCommand(['mon', 'getmap', '-o', mapPath]), { timeoutMs: 10_000 });
  if (answer.exitCode === 0) return 'fetched';
  return /permission denied|EACCES|\[errno 13\]/i.test(answer.stderr) ? 'denied' : undefined;
};

/** That it is our cluster, that nobody else has our name, and that no other monitor is just joining. */
const fitsIn = async (
  { name, conf: { ownAddress = '' } }: CephContext,
  { fsid }: Server,
  system: System,
  note: Note,
): Promise<Result<undefined>> => {
  let hasChanged = false;
  const settled = await waitFor({ for: 'the monitor that is just joining', seconds: 60, note }, async () => {
    const status = await askCeph(system, quorumStatus, ['quorum_status']);
    // Its own name may be in the map from before its store was lost.
    const missing = status?.monmap.mons.filter((mon) => mon.name !== name && !status.quorum_names.includes(mon.name));
    if (missing?.length === 0) return status;
    hasChanged = true;
    return undefined;
  });
  const status = settled ?? (await askCeph(system, quorumStatus, ['quorum_status']));
  if (status === undefined) return fail(nobodyAnswers('the others', 60));
  if (status.monmap.fsid !== fsid) return fail(foreignCluster(status.monmap.fsid, fsid));
  const namesake = status.monmap.mons.find((mon) => mon.name === name);
  const expected = addressVector(ownAddress);
  const isOurs = namesake?.public_addrs.addrvec.some(({ addr }) => expected.includes(`:${addr}`)) !== false;
  if (!isOurs) return fail(sameName(name, namesake?.public_addrs.addrvec[0]?.addr ?? 'another address'));
  // As it is after what was waited for.
  return hasChanged && (await fetchMap(system)) !== 'fetched' ? fail(nobodyAnswers('the others', 10)) : ok(undefined);
};

const makeFirstMap = async (
  { name, conf: { ownAddress = '' } }: CephContext,
  { fsid }: Server,
  system: System,
): Promise<Result<string>> =>
  mustRun(system, [
    'monmaptool',
    '--create',
    '--clobber',
    '--addv',
    name,
    addressVector(ownAddress),
    '--fsid',
    fsid,
    '--set-min-mon-release',
    'reef',
    mapPath,
  ]);

/** Under another name until it is whole: a power cut leaves no half store that would be taken for one. */
const makeStore = async (
  { name }: CephContext,
  { secret, fsid }: Server,
  system: System,
): Promise<Result<undefined>> => {
  const store = monitorStore(fsid, name);
  const half = `${store}.new`;
  await system.writeText(keyPath, monitorKeyring(secret), { mode: 0o600 });
  await system.makeDirectory(store.slice(0, store.lastIndexOf('/')), { mode: 0o755 });
  const commands: readonly (readonly [string, ...string[]])[] = [
    ['rm', '--recursive', '--force', '--', half],
    ['mkdir', '--mode=0750', half],
    ['ceph-mon', '--mkfs', '--id', name, '--mon-data', half, '--monmap', mapPath, '--keyring', keyPath],
    ['chown', '--recursive', 'ceph:ceph', half],
    ['sync', '--file-system', half],
    ['mv', '--no-target-directory', half, store],
  ];
  for (const command of commands) {
    const ran = await mustRun(system, command, { remedy: 'See `dmesg` and `journalctl -b`' });
    if (!ran.ok) return ran;
  }
  await system.remove(keyPath);
  return ok(undefined);
};

const nobodyAnswers = (others: string, seconds: number): Problem => ({
  code: 'ceph/no-monitor',
  summary: `no monitor of the cluster has answered in ${seconds} s: ${others}`,
  remedy: 'Apply the profile of the first monitor, see that port 3300 is open between them, then apply again',
  path: 'cluster.monitors',
});

const otherSecret: Problem = {
  code: 'ceph/other-secret',
  summary: 'the monitors that answer do not know the keys of this profile',
  remedy: 'Write the secret that the other servers of the cluster have',
  path: 'cluster.secret',
};

const foreignCluster = (found: string, wanted: string): Problem => ({
  code: 'ceph/foreign-cluster',
  summary: `the monitors that answer belong to the cluster ${found}, and the profile names ${wanted}`,
  remedy: 'Correct cluster.fsid, or the addresses of the monitors',
  path: 'cluster.fsid',
});

const sameName = (name: string, address: string): Problem => ({
  code: 'ceph/same-name',
  summary: `another node has the host name ${name}: the cluster has a monitor of that name at ${address}`,
  remedy: 'Give this node a host name of its own',
  path: 'node.hostname',
});
