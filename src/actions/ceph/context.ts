// What every part of the Ceph step needs to know, worked out once for each check and each apply.
import { type CephNode, readCephNode } from '../../probes/ceph/local-node.ts';
import { type Ceph, type CephRoles, cephFsid, cephOf, cephRoles, isServer, shortName } from '../../state/ceph-node.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { Profile } from '../../state/profile.ts';
import type { CephConf } from '../../state/render-ceph.ts';
import type { Reader } from '../../system/system.ts';

export type CephContext = {
  readonly profile: Profile;
  readonly cluster: Ceph;
  readonly roles: CephRoles;
  /** Undefined on a client only. */
  readonly server: { readonly secret: string; readonly fsid: string } | undefined;
  /** Host name without domain: of daemons and in CRUSH. */
  readonly name: string;
  readonly node: CephNode;
  readonly conf: CephConf;
  /** Monitors whose address nobody knows yet. */
  readonly unresolved: readonly string[];
  /** At a boot: what cannot be done keeps nothing else from being done (decision 0016). */
  readonly partly: boolean;
};

export const cephContext = async (profile: Profile, reader: Reader, partly = false): Promise<Result<CephContext>> => {
  const cluster = cephOf(profile);
  if (cluster === undefined) throw new Error('the Ceph step was asked about another filesystem');
  const node = await readCephNode(reader, profile, cluster);
  const roles = cephRoles(cluster, node.own);
  const fsid = cephFsid(cluster);
  const { secret } = cluster;
  if (isServer(roles) && secret === undefined) return fail(noSecret);
  const name = shortName(node.name);
  const addresses = node.monitors.flatMap(({ address }) => address ?? []);
  return ok({
    profile,
    cluster,
    roles,
    server: secret === undefined || fsid === undefined ? undefined : { secret, fsid },
    name,
    node,
    conf: { cluster, fsid, roles, name, addresses, ownAddress: node.monitors[node.place]?.address },
    unresolved: node.monitors.flatMap(({ member, address }) => (address === undefined ? [member] : [])),
    partly,
  });
};

const noSecret: Problem = {
  code: 'ceph/no-secret',
  summary: 'a server of the cluster has no secret, from which its keys are made',
  remedy: 'Write the same secret into the profile of every server: `openssl rand -base64 32` makes one',
  path: 'cluster.secret',
};
