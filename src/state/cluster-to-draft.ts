// Opens the cluster part of a profile for editing: the texts of its fields. Keys of the cluster are no texts of a draft.
import { diskField } from './cluster-disks.ts';
import { type FormKind, formKeys, joined } from './cluster-form.ts';
import { packageSourceOf, packagesField } from './cluster-packages.ts';
import type { FieldId } from './draft.ts';
import type { Profile } from './profile.ts';
import type { Cluster, ClusterOf } from './profile-cluster.ts';
import { isArmoured } from './vendor-packages.ts';

type Pair = readonly [FieldId, string | undefined];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const at = (cluster: Cluster, field: FieldId): unknown =>
  field
    .split('.')
    .slice(1)
    .reduce((value: unknown, key) => (isRecord(value) ? value[key] : undefined), cluster);

const networksText = ({ networks }: ClusterOf<'lustre'>): string | undefined =>
  joined(networks?.map(({ net, interfaces }) => `${net}(${interfaces.join(',')})`));

const textOf = (cluster: Cluster, field: FieldId, kind: FormKind): string | undefined => {
  if (kind === 'networks') return cluster.filesystem === 'lustre' ? networksText(cluster) : undefined;
  const value = at(cluster, field);
  if (value === undefined) return undefined;
  // A field has one line; the key itself has many and stays where it is.
  if (field === 'cluster.repository.key' && isArmoured(String(value))) return undefined;
  if (kind === 'flag') return value === true ? 'yes' : 'no';
  return Array.isArray(value) ? joined(value.map(String)) : String(value);
};

const diskPairs = (cluster: Cluster): readonly Pair[] => {
  const use = (serial: string, as: string): Pair => [diskField(serial, 'use'), as];
  const state = 'state' in cluster && cluster.state !== undefined ? [use(cluster.state.device.serial, 'state')] : [];
  const mounted = (
    as: string,
    entries: readonly { readonly device: { readonly serial: string }; readonly path: string }[] = [],
  ) =>
    entries.flatMap(({ device, path }): readonly Pair[] => [
      use(device.serial, as),
      [diskField(device.serial, 'path'), path],
    ]);
  switch (cluster.filesystem) {
    case 'none':
      return [];
    case 'gluster':
      return [...mounted('brick', cluster.bricks), ...state];
    case 'ceph':
      return [...(cluster.osds ?? []).map(({ device }) => use(device.serial, 'osd')), ...state];
    case 'beegfs':
      return [...mounted('metadata', cluster.metadata), ...mounted('target', cluster.targets), ...state];
    case 'lustre':
      return (cluster.targets ?? []).flatMap(({ kind, index, device, serviceNodes }): readonly Pair[] => [
        use(device.serial, kind),
        [diskField(device.serial, 'index'), `${index}`],
        [diskField(device.serial, 'servers'), joined(serviceNodes)],
      ]);
  }
};

export const clusterPairs = ({ cluster, node }: Profile): readonly Pair[] => [
  ['cluster.filesystem', cluster?.filesystem],
  ...(cluster === undefined
    ? []
    : [
        ...formKeys[cluster.filesystem].map(([field, kind]): Pair => [field, textOf(cluster, field, kind)]),
        [packagesField, packageSourceOf(cluster)] as const,
        ...diskPairs(cluster),
      ]),
  ['node.hosts', joined(node?.hosts?.map(({ name, address }) => `${name}=${address}`))],
];
