// The disks that a profile wants with a filesystem on them, and where they are mounted. Disks that a cluster filesystem
// takes raw (Ceph's OSDs, Lustre's targets) are not among them.
import { isOneOfUs } from './own-names.ts';
import type { Profile } from './profile.ts';

/** Everything that daemons must remember over a boot lives below it. */
export const statePath = '/var/lib/mayfly/state';

export type DataDisk = {
  /** In the profile. */
  readonly path: string;
  readonly serial: string;
  /** In words: `brick`. */
  readonly use: string;
  readonly type: 'xfs' | 'ext4';
  readonly mountpoint: string;
  /** What we label it with, so that we know it again: 12 characters at most (XFS). */
  readonly label: string;
  /** Of mkfs, before the device. */
  readonly makeOptions: readonly string[];
  /** Where it is mounted with more than the defaults. */
  readonly mountOptions: readonly string[];
  /** What is found at the top or one below it on a disk that this filesystem has used before, whoever formatted it. */
  readonly recognised: RegExp;
};

export const dataDisks = (profile: Profile): readonly DataDisk[] => {
  const { cluster } = profile;
  switch (cluster?.filesystem) {
    case 'gluster':
      return [
        ...(cluster.bricks ?? []).map(({ device, path }, index) => brick(`cluster.bricks[${index}]`, device, path)),
        ...state(cluster.state, /^glusterd(\/|$)/),
      ];
    case 'ceph':
      return state(cluster.state, /^ceph-mon(\/|$)/);
    case 'beegfs':
      return [
        ...(cluster.metadata ?? []).map(({ device, path }, index) =>
          beegfsMetadata(`cluster.metadata[${index}]`, device, path),
        ),
        ...(cluster.targets ?? []).map(({ device, path }, index) =>
          beegfsTarget(`cluster.targets[${index}]`, device, path),
        ),
        ...state(isOneOfUs(profile, cluster.management) ? cluster.state : undefined, /^beegfs(\/|$)/),
      ];
    default:
      return [];
  }
};

type Device = { readonly serial: string };

/** GlusterFS keeps extended attributes on every file: inodes of 512 bytes hold them (its own documentation asks for that). */
const brick = (path: string, { serial }: Device, mountpoint: string): DataDisk => ({
  path,
  serial,
  use: 'brick',
  type: 'xfs',
  mountpoint,
  label: 'mayfly-brick',
  makeOptions: ['-q', '-i', 'size=512'],
  mountOptions: ['noatime'],
  recognised: /(^|\/)\.glusterfs$/,
});

/** Ext4 with an inode for every 2 KiB: a metadata server keeps each file as one, with its attributes inside. */
const beegfsMetadata = (path: string, { serial }: Device, mountpoint: string): DataDisk => ({
  path,
  serial,
  use: 'metadata target',
  type: 'ext4',
  mountpoint,
  label: 'mayfly-meta',
  makeOptions: ['-q', '-F', '-i', '2048', '-I', '512'],
  mountOptions: ['noatime', 'nodiratime', 'user_xattr'],
  recognised: /(^|\/)(format\.conf|nodeNumID)$/,
});

const beegfsTarget = (path: string, { serial }: Device, mountpoint: string): DataDisk => ({
  path,
  serial,
  use: 'storage target',
  type: 'xfs',
  mountpoint,
  label: 'mayfly-data',
  makeOptions: ['-q'],
  mountOptions: ['noatime', 'nodiratime'],
  recognised: /(^|\/)(format\.conf|targetNumID)$/,
});

const state = (wanted: { readonly device: Device } | undefined, recognised: RegExp): readonly DataDisk[] =>
  wanted === undefined
    ? []
    : [
        {
          path: 'cluster.state',
          serial: wanted.device.serial,
          use: 'state',
          type: 'ext4',
          mountpoint: statePath,
          label: 'mayfly-state',
          makeOptions: ['-q', '-F'],
          mountOptions: ['noatime'],
          recognised,
        },
      ];

/** The folder that becomes `statePath` where no disk is set aside for it; undefined: there is none, or a disk is. */
export const stateFolder = ({ cluster }: Profile): string | undefined => {
  if (cluster?.filesystem !== 'gluster' || cluster.state !== undefined) return undefined;
  const [first] = cluster.bricks ?? [];
  return first === undefined ? undefined : `${first.path}/.mayfly-state`;
};
