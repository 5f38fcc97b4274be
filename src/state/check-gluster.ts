// GlusterFS's own arithmetic: how many copies or pieces a volume has, against the members and bricks that are to hold them.

import { error, type Finding, warning } from './finding.ts';
import { interfacesOf, staticAddresses } from './network-interfaces.ts';
import type { Profile } from './profile.ts';
import { isAddress } from './profile-values.ts';

type Gluster = Extract<NonNullable<Profile['cluster']>, { filesystem: 'gluster' }>;
type Volume = NonNullable<Gluster['volume']>;

export const checkGluster = (profile: Profile, cluster: Gluster): readonly Finding[] => [
  ...checkMembership(profile, cluster),
  ...(cluster.volume === undefined ? [] : checkVolume(cluster.volume, cluster)),
];

const checkMembership = (profile: Profile, { peers, bricks = [] }: Gluster): readonly Finding[] => {
  const { hostname, domain } = profile.node ?? {};
  // With addresses among the members one of them may be this node's, by DHCP.
  if (hostname === undefined || bricks.length === 0 || peers.some(isAddress)) return [];
  const own = [hostname, ...(domain === undefined ? [] : [`${hostname}.${domain}`])].map((name) => name.toLowerCase());
  const isMember = peers.some((peer) => own.includes(peer.toLowerCase()));
  return isMember || staticAddresses(interfacesOf(profile)).some(({ text }) => peers.includes(text.split('/')[0] ?? ''))
    ? []
    : [
        error(
          'gluster/not-a-member',
          'cluster.peers',
          `this node (${hostname}) has bricks and is not among the members (${peers.join(', ')})`,
          `add ${hostname}`,
        ),
      ];
};

const checkVolume = (volume: Volume, cluster: Gluster): readonly Finding[] => {
  switch (volume.type) {
    case 'distribute':
      return unused(volume, ['replica', 'arbiter', 'disperse', 'redundancy']);
    case 'replicate':
    case 'distributed-replicate':
      return [
        ...unused(volume, ['disperse', 'redundancy']),
        ...checkReplica(volume, cluster),
        ...(volume.arbiter === undefined ? [] : checkArbiter(volume)),
      ];
    case 'arbiter':
      return [...unused(volume, ['disperse', 'redundancy']), ...checkReplica(volume, cluster), ...checkArbiter(volume)];
    case 'disperse':
    case 'distributed-disperse':
      return [...unused(volume, ['replica', 'arbiter']), ...checkDisperse(volume, cluster)];
  }
};

const unused = (volume: Volume, keys: readonly ('replica' | 'arbiter' | 'disperse' | 'redundancy')[]) =>
  keys
    .filter((key) => volume[key] !== undefined)
    .map((key) =>
      error('gluster/volume', `cluster.volume.${key}`, `a ${volume.type} volume has no ${key}`, `remove ${key}`),
    );

const checkReplica = (volume: Volume, cluster: Gluster): readonly Finding[] => {
  const { replica } = volume;
  const path = 'cluster.volume.replica';
  if (replica === undefined) {
    return [error('gluster/volume', path, `a ${volume.type} volume needs its number of copies`, 'add `replica: 3`')];
  }
  if (replica > cluster.peers.length) {
    return [
      error(
        'gluster/replica',
        path,
        `${replica} copies need ${replica} members, and there are ${cluster.peers.length}`,
        `name more members, or write replica: ${Math.max(cluster.peers.length, 2)} or less`,
      ),
    ];
  }
  return [
    ...checkSets(replica, volume, cluster),
    ...(replica === 2
      ? [
          warning(
            'gluster/split-brain',
            path,
            'two copies can come apart: when the members lose sight of each other, both may change a file',
            'use replica: 3, or type: arbiter with replica: 3 and arbiter: 1',
          ),
        ]
      : []),
  ];
};

const checkArbiter = ({ replica, arbiter }: Volume): readonly Finding[] => {
  if (arbiter === undefined) {
    return [
      error('gluster/arbiter', 'cluster.volume.arbiter', 'an arbiter volume needs its arbiter', 'add `arbiter: 1`'),
    ];
  }
  return replica === undefined || replica === 3
    ? []
    : [
        error(
          'gluster/arbiter',
          'cluster.volume.replica',
          `an arbiter goes with 3 copies, itself included; found ${replica}`,
          'write replica: 3',
        ),
      ];
};

const checkDisperse = (volume: Volume, cluster: Gluster): readonly Finding[] => {
  const { disperse, redundancy } = volume;
  const path = 'cluster.volume.disperse';
  if (disperse === undefined) {
    return [error('gluster/volume', path, `a ${volume.type} volume needs the bricks of a set`, 'add `disperse: 6`')];
  }
  const findings: Finding[] = [];
  if (disperse > cluster.peers.length) {
    findings.push(
      error(
        'gluster/disperse',
        path,
        `a set of ${disperse} bricks needs ${disperse} members, and there are ${cluster.peers.length}`,
        'name more members, or make the set smaller',
      ),
    );
  }
  if (redundancy === undefined) {
    findings.push(
      error('gluster/volume', 'cluster.volume.redundancy', 'a set needs its redundancy', 'add `redundancy: 2`'),
    );
  } else if (2 * redundancy >= disperse) {
    findings.push(
      error(
        'gluster/redundancy',
        'cluster.volume.redundancy',
        `${redundancy} of ${disperse} bricks cannot be redundant: it has to be less than half`,
        `write ${Math.ceil(disperse / 2) - 1} or less`,
      ),
    );
  }
  return [...findings, ...checkSets(disperse, volume, cluster)];
};

/** Other members may have another number of bricks than this one, so that this can only warn. */
const checkSets = (set: number, volume: Volume, { peers, bricks = [] }: Gluster): readonly Finding[] => {
  const total = peers.length * bricks.length;
  return total % set === 0
    ? []
    : [
        warning(
          'gluster/sets',
          'cluster.bricks',
          `${peers.length} members with ${bricks.length} brick(s) each make ${total}, which is no multiple of ${set} (${volume.name})`,
          `use a number of bricks whose total is a multiple of ${set}`,
        ),
      ];
};
