// BeeGFS's own rules: what its daemons can serve, and that every server has a number of its own.
import { type Beegfs, isManagement, largestNodeWithTargets, numberOf, targetsPerNode } from './beegfs-node.ts';
import { error, type Finding, warning } from './finding.ts';
import type { Profile } from './profile.ts';

export const checkBeegfs = (profile: Profile, cluster: Beegfs): readonly Finding[] => [
  ...checkNumber(profile, cluster),
  ...((cluster.metadata?.length ?? 0) > 1
    ? [
        error(
          'beegfs/metadata',
          'cluster.metadata[1]',
          'a metadata server keeps all it has on one filesystem',
          'name one disk here, and the other on another node',
        ),
      ]
    : []),
  ...((cluster.targets?.length ?? 0) > targetsPerNode
    ? [error('beegfs/targets', 'cluster.targets', `more than ${targetsPerNode} targets of one node`, 'use more nodes')]
    : []),
  ...(isManagement(profile, cluster) && cluster.state === undefined && cluster.configureOnly !== true
    ? [
        error(
          'beegfs/state',
          'cluster.state',
          'the management database would be forgotten with the root at the next boot, and the cluster with it',
          'add `state` with a disk, by its serial number; a small one is enough',
        ),
      ]
    : []),
  ...(cluster.state !== undefined && profile.node?.hostname !== undefined && !isManagement(profile, cluster)
    ? [
        warning(
          'beegfs/state',
          'cluster.state',
          `only the management node (${cluster.management}) has something to keep there`,
          'remove `state`',
        ),
      ]
    : []),
];

const checkNumber = (profile: Profile, cluster: Beegfs): readonly Finding[] => {
  const stores = (cluster.metadata?.length ?? 0) + (cluster.targets?.length ?? 0) > 0;
  // Which name a node without one in its profile has is known only there.
  if (!stores || (cluster.node === undefined && profile.node?.hostname === undefined)) return [];
  const number = numberOf(profile, cluster);
  if (number === undefined)
    return [
      error(
        'beegfs/number',
        'cluster.node',
        `the host name ${profile.node?.hostname ?? ''} ends with no number from 1 to 65535 that this server could have`,
        'add `node` with a number that no other server has, e.g. `node: 3`',
      ),
    ];
  return (cluster.targets?.length ?? 0) > 0 && number > largestNodeWithTargets
    ? [
        error(
          'beegfs/number',
          'cluster.node',
          `node ${number} has no room for the numbers of its targets: they are 100 times the node's and end at 65535`,
          `use a number up to ${largestNodeWithTargets}`,
        ),
      ]
    : [];
};
