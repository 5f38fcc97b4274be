// Which keys of a profile the cluster screen asks for, by filesystem: one table for the way into a profile, the way back, and the places of problems.
import type { Draft, FieldId } from './draft.ts';
import type { ClusterFilesystem } from './profile.ts';
import { volumeTypes } from './profile-cluster.ts';

export type FormKind = 'text' | 'words' | 'number' | 'flag' | 'networks';

/** A field has the path of its key in the profile as its name. */
export type FormKey = readonly [field: FieldId, kind: FormKind];

/** Of a vendor's package repository. */
export const repositoryKeys: readonly FormKey[] = [
  ['cluster.repository.url', 'text'],
  ['cluster.repository.suite', 'text'],
  ['cluster.repository.components', 'words'],
  ['cluster.repository.key', 'text'],
];

export const formKeys: Readonly<Record<ClusterFilesystem, readonly FormKey[]>> = {
  none: [],
  gluster: [
    ['cluster.volume.name', 'text'],
    ['cluster.volume.type', 'text'],
    ['cluster.volume.replica', 'number'],
    ['cluster.volume.arbiter', 'number'],
    ['cluster.volume.disperse', 'number'],
    ['cluster.volume.redundancy', 'number'],
    ['cluster.peers', 'words'],
    ['cluster.mount', 'text'],
  ],
  ceph: [
    ['cluster.monitors', 'words'],
    ['cluster.publicNetwork', 'text'],
    ['cluster.clusterNetwork', 'text'],
    ['cluster.mds', 'flag'],
    ['cluster.fsName', 'text'],
    ['cluster.pool.size', 'number'],
    ['cluster.pool.minSize', 'number'],
    ['cluster.pool.failureDomain', 'text'],
    ['cluster.mount', 'text'],
    ['cluster.client', 'text'],
  ],
  beegfs: [
    ['cluster.management', 'text'],
    ['cluster.release', 'text'],
    ['cluster.interfaces', 'words'],
    ['cluster.node', 'number'],
    ['cluster.mount', 'text'],
    ...repositoryKeys,
  ],
  lustre: [
    ['cluster.fsname', 'text'],
    ['cluster.mgs', 'words'],
    ['cluster.networks', 'networks'],
    ['cluster.mount', 'text'],
    ...repositoryKeys,
  ],
};

/** Typed and never shown: they are in the session's secrets, not in the draft. */
export const formSecrets: Readonly<Record<ClusterFilesystem, readonly FieldId[]>> = {
  none: [],
  gluster: [],
  ceph: ['cluster.secret', 'cluster.key'],
  beegfs: ['cluster.secret'],
  lustre: [],
};

export const filesystems = ['none', 'ceph', 'gluster', 'beegfs', 'lustre'] as const;

export const chosenFilesystem = (draft: Draft): ClusterFilesystem =>
  filesystems.find((name) => name === draft.values['cluster.filesystem']) ?? 'none';

type VolumeType = (typeof volumeTypes)[number];

export const volumeType = ({ values }: Draft): VolumeType =>
  volumeTypes.find((type) => type === values['cluster.volume.type']) ?? 'replicate';

/** What a type of volume has to say of itself, and what is taken where nothing is typed. */
export const volumeNumbers: Readonly<Record<VolumeType, Readonly<Record<string, string>>>> = {
  replicate: { replica: '3' },
  arbiter: { replica: '3', arbiter: '1' },
  distribute: {},
  'distributed-replicate': { replica: '3', arbiter: '' },
  disperse: { disperse: '3', redundancy: '1' },
  'distributed-disperse': { disperse: '3', redundancy: '1' },
};

/** Words apart by spaces, commas or line ends, as people and spreadsheets write lists. */
export const wordsOf = (text: string): readonly string[] => text.split(/[\s,;]+/).filter((word) => word !== '');

export const joined = (values: readonly string[] | undefined): string | undefined =>
  values === undefined || values.length === 0 ? undefined : values.join(' ');
