// The rules of the cluster part: members once, disks once, and where each filesystem has rules of its own, those.
import { checkBeegfs } from './check-beegfs.ts';
import { checkCeph } from './check-ceph.ts';
import { checkClusterRisks } from './check-cluster-risks.ts';
import { checkGluster } from './check-gluster.ts';
import { duplicatesOf } from './duplicates.ts';
import { error, type Finding, warning } from './finding.ts';
import type { Profile } from './profile.ts';
import { disksOf, type NamedDisk } from './profile-disks.ts';

export const checkCluster = (profile: Profile): readonly Finding[] => {
  const { cluster } = profile;
  return [
    ...checkPeers(profile),
    ...checkDisks(profile),
    ...(cluster?.filesystem === 'gluster' ? checkGluster(profile, cluster) : []),
    ...(cluster?.filesystem === 'ceph' ? checkCeph(profile, cluster) : []),
    ...(cluster?.filesystem === 'beegfs' ? checkBeegfs(profile, cluster) : []),
    ...checkLustre(profile),
    ...checkClusterRisks(profile),
  ];
};

/** The members that a filesystem lists, and where. */
const peersOf = ({ cluster }: Profile): readonly [path: string, peers: readonly string[]] => {
  switch (cluster?.filesystem) {
    case 'gluster':
      return ['cluster.peers', cluster.peers];
    case 'ceph':
      return ['cluster.monitors', cluster.monitors];
    case 'lustre':
      return ['cluster.mgs', cluster.mgs];
    default:
      return ['cluster', []];
  }
};

const checkPeers = (profile: Profile): readonly Finding[] => {
  const [path, peers] = peersOf(profile);
  const { hostname, domain } = profile.node ?? {};
  return [
    ...duplicatesOf(peers, (peer) => peer.toLowerCase()).map(({ item, index }) =>
      error('cluster/duplicate-peer', `${path}[${index}]`, `${item} is there twice`, 'name every member once'),
    ),
    ...peers.flatMap((peer, index) => {
      const [short = '', ...rest] = peer.toLowerCase().split('.');
      const isOwnName = short === hostname?.toLowerCase() && rest.length > 0;
      return !isOwnName || domain === undefined || rest.join('.') === domain.toLowerCase()
        ? []
        : [
            error(
              'cluster/peer-name',
              `${path}[${index}]`,
              `${peer} has this node's host name in another domain than this node (${domain})`,
              `write ${hostname}.${domain} for this node, or give one of the two another host name`,
            ),
          ];
    }),
  ];
};

const checkDisks = (profile: Profile): readonly Finding[] => {
  const disks = disksOf(profile);
  const mount = profile.cluster !== undefined && 'mount' in profile.cluster ? profile.cluster.mount : undefined;
  const used = new Set(disks.map(({ serial }) => serial));
  const wipe = profile.wipe ?? [];
  return [
    ...duplicatesOf(disks, ({ serial }) => serial).map(({ item, first }) =>
      error(
        'cluster/duplicate-disk',
        `${item.path}.device.serial`,
        `${item.serial} is the disk of ${first.path} too`,
        `give every ${item.use} a disk of its own`,
      ),
    ),
    ...duplicatesOf(disks, ({ mountpoint }) => mountpoint).map(({ item, first }) =>
      error('cluster/duplicate-path', `${item.path}.path`, `${first.path} has this path too`, 'use each path once'),
    ),
    ...disks.flatMap((disk) => checkMountpoint(disk, mount)),
    ...duplicatesOf(wipe, (serial) => serial).map(({ item, index }) =>
      warning('wipe/duplicate', `wipe[${index}]`, `${item} is there twice`, 'remove one'),
    ),
    ...wipe.flatMap((serial, index) =>
      used.has(serial)
        ? []
        : [
            warning(
              'wipe/unused',
              `wipe[${index}]`,
              `${serial} may be wiped, but nothing in this profile uses that disk`,
              'remove it, or correct the serial number',
            ),
          ],
    ),
  ];
};

const checkMountpoint = ({ path, mountpoint, use }: NamedDisk, mount: string | undefined): readonly Finding[] =>
  mountpoint === undefined || mount === undefined || !isUnder(mountpoint, mount)
    ? []
    : [
        error(
          'cluster/mount',
          `${path}.path`,
          `the ${use} would be hidden by the cluster filesystem, mounted at ${mount}`,
          'use a path outside of it, e.g. /bricks/b1',
        ),
      ];

const isUnder = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

const checkLustre = ({ cluster }: Profile): readonly Finding[] =>
  cluster?.filesystem !== 'lustre'
    ? []
    : duplicatesOf(cluster.targets ?? [], ({ kind, index }) => `${kind} ${index}`).map(({ item, index, firstIndex }) =>
        error(
          'lustre/index',
          `cluster.targets[${index}].index`,
          `${item.kind} ${item.index} is cluster.targets[${firstIndex}] too`,
          'give every target of a kind a number of its own',
        ),
      );
