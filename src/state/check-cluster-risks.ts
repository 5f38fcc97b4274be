// Choices of the cluster part that work and cost data on a bad day: said where they are made, and stopping nobody.
import { type Finding, warning } from './finding.ts';
import { isOneOfUs } from './own-names.ts';
import type { Profile } from './profile.ts';
import type { ClusterOf } from './profile-cluster.ts';

/** What daemons remember in RAM is gone at the next boot, and with it the right to take part. */
const stateless = (path: string, who: string): Finding =>
  warning(
    'cluster/no-state-disk',
    path,
    `what ${who} must remember over a boot has no disk here`,
    'choose one as `state`',
  );

const ofCeph = ({ pool }: ClusterOf<'ceph'>): readonly Finding[] => {
  const copies = pool?.size ?? 3;
  return [
    ...(copies < 3
      ? [
          warning(
            'ceph/few-copies',
            'cluster.pool.size',
            `with ${copies} ${copies === 1 ? 'copy' : 'copies'} the loss of a disk ${copies === 1 ? 'is a loss of data' : 'stops writing, or costs data where writing goes on'}`,
            'use 3',
          ),
        ]
      : []),
    ...(pool?.minSize === 1 && copies > 1
      ? [
          warning(
            'ceph/min-size',
            'cluster.pool.minSize',
            'writing goes on with a single copy: if its disk fails too, what was written last is lost',
            'use 2',
          ),
        ]
      : []),
  ];
};

/** The rules that need no more than the profile and stop no apply. */
export const checkClusterRisks = (profile: Profile): readonly Finding[] => {
  const { cluster, role } = profile;
  // A client remembers nothing, whatever its name is.
  if (role === 'client') return [];
  switch (cluster?.filesystem) {
    case 'ceph':
      return ofCeph(cluster);
    case 'gluster':
      return cluster.state === undefined &&
        (cluster.bricks ?? []).length === 0 &&
        cluster.peers.some((name) => isOneOfUs(profile, name))
        ? [stateless('cluster.peers', 'glusterd')]
        : [];
    default:
      return [];
  }
};
