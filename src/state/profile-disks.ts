// Every disk that a profile names by its serial number, with the place where it does, whichever filesystem it is for.
import type { Profile } from './profile.ts';

export type NamedDisk = {
  readonly path: string;
  readonly serial: string;
  /** In words: `brick`, `OSD`, `metadata target`. */
  readonly use: string;
  readonly mountpoint?: string;
};

type Entry = { readonly device: { readonly serial: string }; readonly path?: string };

export const disksOf = ({ cluster, swap }: Profile): readonly NamedDisk[] => [
  ...clusterDisks(cluster),
  ...(swap === undefined ? [] : [{ path: 'swap', serial: swap.device.serial, use: 'swap' }]),
];

const clusterDisks = (cluster: Profile['cluster']): readonly NamedDisk[] => {
  if (cluster === undefined) return [];
  switch (cluster.filesystem) {
    case 'none':
      return [];
    case 'gluster':
      return [...named('bricks', 'brick', cluster.bricks), ...state(cluster.state)];
    case 'ceph':
      return [...named('osds', 'OSD', cluster.osds), ...state(cluster.state)];
    case 'beegfs':
      return [
        ...named('metadata', 'metadata target', cluster.metadata),
        ...named('targets', 'storage target', cluster.targets),
        ...state(cluster.state),
      ];
    case 'lustre':
      return named('targets', 'target', cluster.targets);
  }
};

const named = (key: string, use: string, entries: readonly Entry[] = []): readonly NamedDisk[] =>
  entries.map(({ device: { serial }, path }, index) => {
    const disk = { path: `cluster.${key}[${index}]`, serial, use };
    return path === undefined ? disk : { ...disk, mountpoint: path };
  });

const state = (wanted: Entry | undefined): readonly NamedDisk[] =>
  wanted === undefined ? [] : [{ path: 'cluster.state', serial: wanted.device.serial, use: 'state disk' }];
