// What a node is in a BeeGFS cluster: its roles, its number, where each daemon keeps its data, the units that run it.
import { statePath } from './data-disks.ts';
import { isOneOfUs } from './own-names.ts';
import type { Profile } from './profile.ts';
import type { ClusterOf } from './profile-cluster.ts';

export type Beegfs = ClusterOf<'beegfs'>;

/** A directory that a daemon owns, on a disk that was mounted for it. */
export type ServerPlace = {
  readonly daemon: 'beegfs-meta' | 'beegfs-storage';
  readonly mountpoint: string;
  readonly directory: string;
  /** Where in the profile. */
  readonly path: string;
};

/** Of 7.4 a directory of its own form, of 8 the folder of its database. */
export const managementDirectory = `${statePath}/beegfs`;
export const managementDatabase = `${managementDirectory}/mgmtd.sqlite`;

export const isManagement = (profile: Profile, cluster: Beegfs): boolean => isOneOfUs(profile, cluster.management);

/** Its own subdirectory: while the disk is not mounted there is none, and nothing is written to the root instead. */
export const placesOf = (cluster: Beegfs): readonly ServerPlace[] => [
  ...(cluster.metadata ?? []).map(
    ({ path }, index): ServerPlace => ({
      daemon: 'beegfs-meta',
      mountpoint: path,
      directory: `${path}/beegfs_meta`,
      path: `cluster.metadata[${index}]`,
    }),
  ),
  ...(cluster.targets ?? []).map(
    ({ path }, index): ServerPlace => ({
      daemon: 'beegfs-storage',
      mountpoint: path,
      directory: `${path}/beegfs_storage`,
      path: `cluster.targets[${index}]`,
    }),
  ),
];

/** This node's part with these disks alone. */
export const servedFrom = (cluster: Beegfs, mountpoints: readonly string[]): Beegfs => {
  const { metadata, targets, ...rest } = cluster;
  const isThere = ({ path }: { readonly path: string }): boolean => mountpoints.includes(path);
  return {
    ...rest,
    ...(metadata === undefined ? {} : { metadata: metadata.filter(isThere) }),
    ...(targets === undefined ? {} : { targets: targets.filter(isThere) }),
  };
};

/** The same at every boot: as the profile says, or the digits that end the host name. A metadata and a storage server may share one. */
export const numberOf = ({ node }: Profile, cluster: Beegfs): number | undefined => {
  const digits = /(\d{1,5})$/.exec(node?.hostname ?? '')?.[1];
  const number = cluster.node ?? (digits === undefined ? undefined : Number(digits));
  return number === undefined || number < 1 || number > 65_535 ? undefined : number;
};

/** Node 3 has the targets 301 to 399. */
export const targetsPerNode = 99;
const largestTarget = 65_535;
export const largestNodeWithTargets = Math.floor((largestTarget - targetsPerNode) / 100);

/** The number of a target that has none yet, beside those that this node's other disks carry. */
export const freeTargetNumber = (node: number, taken: readonly number[]): number | undefined => {
  for (let index = 1; index <= targetsPerNode; index += 1) {
    const number = node * 100 + index;
    if (!taken.includes(number)) return number;
  }
  return undefined;
};

/** In the order in which they are started. */
export const unitsOf = (profile: Profile, cluster: Beegfs): readonly string[] => [
  ...(isManagement(profile, cluster) ? ['beegfs-mgmtd.service'] : []),
  ...((cluster.metadata?.length ?? 0) > 0 ? ['beegfs-meta.service'] : []),
  ...((cluster.targets?.length ?? 0) > 0 ? ['beegfs-storage.service'] : []),
  ...(cluster.mount !== undefined && cluster.release === '7.4' ? ['beegfs-helperd.service'] : []),
  ...(cluster.mount === undefined ? [] : ['beegfs-client.service']),
];

const program = (name: string): string => `/opt/beegfs/sbin/${name}`;

/** Only for a directory that is empty: with anything in it these end with 1. The configuration is written apart (`-C`). */
export const setupManagement = ({ release }: Beegfs): readonly [string, ...string[]] =>
  release === '7.4'
    ? [program('beegfs-setup-mgmtd'), '-p', managementDirectory, '-C']
    : [program('beegfs-mgmtd'), '--init', '--db-file', managementDatabase];

export const setupServer = (
  { daemon, directory }: ServerPlace,
  node: number,
  target: number | undefined,
): readonly [string, ...string[]] =>
  daemon === 'beegfs-meta'
    ? [program('beegfs-setup-meta'), '-p', directory, '-s', `${node}`, '-C']
    : [program('beegfs-setup-storage'), '-p', directory, '-s', `${node}`, '-i', `${target}`, '-C'];
