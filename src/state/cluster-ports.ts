// The ports on which a node with this profile listens, by filesystem and role: what a firewall must let in, and what must be free before a first start.
import { isServer } from './gluster-node.ts';
import { isOneOfUs } from './own-names.ts';
import type { Profile } from './profile.ts';
import type { ClusterOf } from './profile-cluster.ts';

export type ClusterPort = {
  readonly protocol: 'tcp' | 'udp';
  readonly first: number;
  /** The same as `first` for a single one. A daemon takes any free one of a range. */
  readonly last: number;
  /** Whose it is: `glusterd`, `monitor`. */
  readonly of: string;
  /** Asked by this node only: no firewall is in its way. */
  readonly local?: true;
};

const tcp = (of: string, first: number, last = first): ClusterPort => ({ protocol: 'tcp', first, last, of });
const both = (of: string, port: number): readonly ClusterPort[] => [
  tcp(of, port),
  { protocol: 'udp', first: port, last: port, of },
];

export const clusterPorts = (profile: Profile): readonly ClusterPort[] => {
  const { cluster } = profile;
  switch (cluster?.filesystem) {
    case 'gluster':
      return isServer(profile, cluster) ? [tcp('glusterd', 24007), tcp('bricks', 49152, 60999)] : [];
    case 'ceph':
      return cephPorts(cluster, profile);
    case 'beegfs':
      return beegfsPorts(cluster, profile);
    case 'lustre':
      // LNet's acceptor, in the kernel; a client has one, too.
      return (cluster.targets?.length ?? 0) === 0 && cluster.mount === undefined ? [] : [tcp('LNet', 988)];
    default:
      return [];
  }
};

const cephPorts = (cluster: ClusterOf<'ceph'>, profile: Profile): readonly ClusterPort[] => {
  const monitors = cluster.monitors.some((name) => isOneOfUs(profile, name));
  const others = monitors || (cluster.osds?.length ?? 0) > 0 || cluster.mds === true;
  return [
    ...(monitors ? [tcp('monitor', 3300), tcp('monitor', 6789)] : []),
    ...(others ? [tcp('OSD, manager and MDS', 6800, 7300)] : []),
  ];
};

const beegfsPorts = (cluster: ClusterOf<'beegfs'>, profile: Profile): readonly ClusterPort[] => {
  const mounts = cluster.mount !== undefined;
  return [
    ...(isOneOfUs(profile, cluster.management) ? both('beegfs-mgmtd', 8008) : []),
    ...(isOneOfUs(profile, cluster.management) && cluster.release === '8' ? [tcp('beegfs-mgmtd', 8010)] : []),
    ...((cluster.metadata?.length ?? 0) > 0 ? both('beegfs-meta', 8005) : []),
    ...((cluster.targets?.length ?? 0) > 0 ? both('beegfs-storage', 8003) : []),
    ...(mounts ? [{ protocol: 'udp', first: 8004, last: 8004, of: 'beegfs-client' } as const] : []),
    ...(mounts && cluster.release === '7.4' ? [{ ...tcp('beegfs-helperd', 8006), local: true } as const] : []),
  ];
};

/** While `mayfly join offer` waits, and no longer. */
export const offerPort = (port: number): ClusterPort => tcp('mayfly join', port);

/** As firewall-cmd writes it: `24007/tcp`, `49152-60999/tcp`. */
export const renderPort = ({ protocol, first, last }: ClusterPort): string =>
  first === last ? `${first}/${protocol}` : `${first}-${last}/${protocol}`;

/** What others connect to, each once. */
export const portsToOpen = (profile: Profile): readonly ClusterPort[] =>
  clusterPorts(profile).filter(({ local }) => local !== true);
