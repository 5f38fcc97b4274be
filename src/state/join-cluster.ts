// What a cluster's part of the profile is to a node that joins: the same identity and members, never the disks, and keys only for who needs them.
import { createHash } from 'node:crypto';
import { fsidOf } from './cluster-keys.ts';
import type { JoinKind } from './join-bundle.ts';
import { clusterMarkBits } from './join-code.ts';
import { fail, ok, type Problem, type Result } from './problem.ts';
import type { Cluster, ClusterOf } from './profile-cluster.ts';
import { isAddress } from './profile-values.ts';

export type JoinableCluster = Exclude<Cluster, { filesystem: 'none' }>;

/** What tells a cluster from another: `Ceph 3f1c9a52-…`, `GlusterFS tank`. */
export const clusterIdentity = (cluster: JoinableCluster): string => {
  switch (cluster.filesystem) {
    case 'ceph':
      return `Ceph ${fsidIn(cluster) ?? cluster.monitors[0]}`;
    case 'gluster':
      return `GlusterFS ${cluster.volume?.name ?? cluster.peers[0]}`;
    case 'beegfs':
      return `BeeGFS of ${cluster.management}`;
    case 'lustre':
      return `Lustre ${cluster.fsname} of ${cluster.mgs[0]}`;
  }
};

const fsidIn = ({ fsid, secret }: ClusterOf<'ceph'>): string | undefined =>
  fsid ?? (secret === undefined ? undefined : fsidOf(secret));

export const clusterMark = (cluster: JoinableCluster): number =>
  createHash('sha256').update(clusterIdentity(cluster)).digest().readUInt16BE() >> (16 - clusterMarkBits);

/** Names that a node of the cluster must be able to resolve; addresses need no resolving. */
export const namesIn = (cluster: JoinableCluster): readonly string[] =>
  membersIn(cluster).filter((name) => !isAddress(name));

const membersIn = (cluster: JoinableCluster): readonly string[] => {
  switch (cluster.filesystem) {
    case 'ceph':
      return cluster.monitors;
    case 'gluster':
      return cluster.peers;
    case 'beegfs':
      return [cluster.management];
    case 'lustre':
      return cluster.mgs;
  }
};

export type Joiner = {
  readonly kind: JoinKind;
  readonly hostname: string;
  /** Of `client.<hostname>`; for clients of Ceph. */
  readonly cephKey?: string | undefined;
};

/** The part for the joining node. Fails where this node itself has not what a joining one needs. */
export const clusterFor = (cluster: JoinableCluster, joiner: Joiner): Result<JoinableCluster> => {
  switch (cluster.filesystem) {
    case 'gluster': {
      const { bricks, state, ...shared } = cluster;
      return ok(
        joiner.kind === 'client' ? shared : { ...shared, peers: [...new Set([...shared.peers, joiner.hostname])] },
      );
    }
    case 'ceph':
      return joiner.kind === 'client' ? cephClient(cluster, joiner) : cephServer(cluster);
    case 'beegfs': {
      const { metadata, targets, state, node, interfaces, ...shared } = cluster;
      return ok(shared);
    }
    case 'lustre': {
      const { targets, networks, ...shared } = cluster;
      return ok(shared);
    }
  }
};

const cephServer = (cluster: ClusterOf<'ceph'>): Result<JoinableCluster> => {
  const { osds, state, mds, key, ...shared } = cluster;
  return shared.secret === undefined ? fail(noSecret) : ok(shared);
};

const cephClient = (cluster: ClusterOf<'ceph'>, { cephKey }: Joiner): Result<JoinableCluster> => {
  const fsid = fsidIn(cluster);
  if (fsid === undefined || cephKey === undefined) return fail(noSecret);
  const { monitors, publicNetwork, fsName, mount, client } = cluster;
  return ok({
    filesystem: 'ceph',
    fsid,
    monitors,
    ...(publicNetwork === undefined ? {} : { publicNetwork }),
    ...(fsName === undefined ? {} : { fsName }),
    ...(mount === undefined ? {} : { mount }),
    ...(client === undefined ? {} : { client }),
    key: cephKey,
  });
};

const noSecret: Problem = {
  code: 'join/no-secret',
  summary: "this node's profile has no cluster.secret, so it has nothing to hand on",
  remedy: 'Run `mayfly join offer` on a server of the cluster',
};
