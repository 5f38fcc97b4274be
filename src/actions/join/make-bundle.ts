// What a node that proved the secret is given: the cluster's part of a profile, made for it.
import type { JoinBundle, JoinKind, JoinRequest } from '../../state/join-bundle.ts';
import { clusterFor, type JoinableCluster } from '../../state/join-cluster.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { Profile } from '../../state/profile.ts';
import type { System } from '../../system/system.ts';
import { cephClientKey } from './ceph-client-key.ts';
import { findHosts } from './find-hosts.ts';

export type Member = {
  readonly profile: Profile;
  readonly cluster: JoinableCluster;
  readonly hostname: string;
  /** Of the offer. */
  readonly address: string;
};

/** `from` is where the request came from, as the kernel says. */
export const makeBundle = async (
  system: System,
  member: Member,
  kind: JoinKind,
  request: JoinRequest,
  from: string,
): Promise<Result<JoinBundle>> => {
  const { profile, cluster, address } = member;
  const { hostname } = request;
  if (hostname.toLowerCase() === member.hostname.toLowerCase()) return fail(sameName(hostname));
  if (!request.addresses.includes(from)) return fail(translated(from, request.addresses));
  const key = await keyFor(system, cluster, kind, hostname);
  if (!key.ok) return key;
  const part = clusterFor(cluster, { kind, hostname, cephKey: key.value });
  if (!part.ok) return part;
  const own = { name: member.hostname, address };
  const hosts = (await findHosts(system, profile, part.value, own)).filter(({ name }) => name !== hostname);
  return ok({
    kind,
    from: { hostname: member.hostname, address },
    you: { hostname, address: from },
    cluster: part.value,
    hosts: [...hosts, { name: hostname, address: from }],
  });
};

const keyFor = async (
  system: System,
  cluster: JoinableCluster,
  kind: JoinKind,
  hostname: string,
): Promise<Result<string | undefined>> =>
  cluster.filesystem === 'ceph' && kind === 'client'
    ? cephClientKey(system, hostname, cluster.fsName ?? 'cephfs')
    : ok(undefined);

const sameName = (hostname: string): Problem => ({
  code: 'join/same-name',
  summary: `the joining node is called ${hostname}, as the member that it asked is`,
  remedy: 'Give it a name of its own: `mayfly join --name NAME`',
});

const translated = (from: string, addresses: readonly string[]): Problem => ({
  code: 'join/translated',
  summary: `the request came from ${from}, which is none of the joining node's addresses (${addresses.join(', ')})`,
  remedy: 'Join over a network without address translation: members reach each other by their own addresses',
});
