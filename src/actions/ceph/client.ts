// The mount of this node: a key of its own, and a systemd unit that mounts with it.

import { fsNameOf } from '../../state/ceph-node.ts';
import { type Change, change } from '../../state/change.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import { cephMount, clientKeyringPath, clientSecretPath, renderKeyring } from '../../state/render-ceph.ts';
import type { Reader, System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { isMountedAt, mountedUnits } from '../mount-units.ts';
import { runCeph } from './command.ts';
import type { CephContext } from './context.ts';
import { waitFor } from './wait.ts';

const mountSeconds = 300;

export const checkClient = async (
  { cluster, server }: CephContext,
  reader: Reader,
): Promise<Result<readonly Change[]>> => {
  const { mount, key } = cluster;
  if (mount === undefined) return ok([]);
  if (key === undefined && server === undefined) return fail(noKey);
  if (await isMountedAt(reader, mount)) return ok([]);
  return ok([change('run', `mount ${mount}`, 'not mounted', `Ceph filesystem ${fsNameOf(cluster)}`)]);
};

export const applyClient = async (context: CephContext, system: System, note: Note): Promise<Result<undefined>> => {
  const { cluster, conf, name } = context;
  const { mount } = cluster;
  if (mount === undefined || (await isMountedAt(system, mount))) return ok(undefined);
  let problem: Problem | undefined;
  // The filesystem and a metadata server may be on their way; a key with the wrong capabilities looks just the same.
  const mounted = await waitFor(
    { for: `the filesystem ${fsNameOf(cluster)} and a metadata server`, seconds: mountSeconds, note, everyMs: 2_000 },
    async () => {
      const written = await writeKey(context, system);
      const done = written.ok ? await mountedUnits(system, [cephMount(cluster, mount, conf)]) : written;
      problem = done.ok ? undefined : done.problem;
      return done.ok ? true : undefined;
    },
  );
  if (mounted === undefined) return fail(notMounted(mount, name, problem));
  note(`${mount} is mounted as client.${name}`);
  return ok(undefined);
};

const writeKey = async (context: CephContext, system: System): Promise<Result<undefined>> => {
  const { cluster, name } = context;
  const keyring =
    cluster.key === undefined ? await ownKeyring(context, system) : ok(renderKeyring(`client.${name}`, cluster.key));
  if (!keyring.ok) return keyring;
  await system.writeText(clientKeyringPath(name), keyring.value, { mode: 0o600 });
  const key = /^\s*key = (\S+)$/m.exec(keyring.value)?.[1];
  if (cluster.client === 'kernel' && key !== undefined)
    await system.writeText(clientSecretPath(name), `${key}\n`, { mode: 0o600 });
  return ok(undefined);
};

/** A server makes the client's key itself: with the rights of a client, not with those of the administrator that it is as well. */
const ownKeyring = ({ cluster, name }: CephContext, system: System): Promise<Result<string>> =>
  runCeph(system, ['fs', 'authorize', fsNameOf(cluster), `client.${name}`, '/', 'rw']);

const noKey: Problem = {
  code: 'ceph/no-key',
  summary: 'this node is to mount the filesystem and has neither a key nor the secret of the cluster',
  remedy: 'Write what `ceph fs authorize cephfs client.<hostname> / rw` prints on a server as cluster.key',
  path: 'cluster.key',
};

const notMounted = (mount: string, name: string, problem: Problem | undefined): Problem => ({
  code: 'ceph/not-mounted',
  summary: `${mount} could not be mounted in ${mountSeconds} s: ${problem?.summary ?? 'no reason given'}`,
  remedy: `See that a metadata server is active (\`ceph fs status\`) and that client.${name} may use the filesystem, then apply again`,
  path: 'cluster.mount',
});
