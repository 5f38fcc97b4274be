// How a volume lies over the bricks of its peers: their order, the words that create it, and whether one that exists is of that kind.
import { brickPath, type Gluster } from './gluster-node.ts';
import type { Volume } from './gluster-reading.ts';

export type WantedLayout = NonNullable<Gluster['volume']>;

/** Bricks that belong together: copies of the same files, or pieces of them. */
export const setSize = ({ type, replica, disperse }: WantedLayout): number => {
  switch (type) {
    case 'distribute':
      return 1;
    case 'disperse':
    case 'distributed-disperse':
      return disperse ?? 1;
    default:
      return replica ?? 1;
  }
};

/**
 * GlusterFS makes sets of neighbours. Round by round over the peers, so that any set that is no larger than their number has each peer at most once.
 * All peers have the same brick paths: a profile knows its own only.
 */
export const brickOrder = (peers: readonly string[], mountpoints: readonly string[]): readonly string[] =>
  mountpoints.flatMap((mountpoint) => peers.map((peer) => `${peer}:${brickPath(mountpoint)}`));

/** Of `gluster volume create NAME …`. */
export const createWords = (
  wanted: WantedLayout,
  peers: readonly string[],
  mountpoints: readonly string[],
): readonly string[] => [...kindWords(wanted), ...brickOrder(peers, mountpoints)];

const kindWords = (wanted: WantedLayout): readonly string[] => {
  const { type, replica, arbiter, disperse, redundancy } = wanted;
  switch (type) {
    case 'distribute':
      return [];
    case 'disperse':
    case 'distributed-disperse':
      return ['disperse', `${disperse ?? 1}`, 'redundancy', `${redundancy ?? 1}`];
    default:
      return ['replica', `${replica ?? 1}`, ...(arbiter === undefined ? [] : ['arbiter', `${arbiter}`])];
  }
};

/** `replica 3 arbiter 1 over 3 bricks` */
export const describeLayout = (wanted: WantedLayout, bricks: number): string =>
  `${kindWords(wanted).join(' ') || 'distribute'} over ${bricks} brick${bricks === 1 ? '' : 's'}`;

/** `replica 3`, as the profile would say it. */
export const describeVolume = ({ replica, arbiter, disperse, redundancy }: Volume): string => {
  if (disperse > 0) return `disperse ${disperse} redundancy ${redundancy}`;
  return replica > 1 ? `replica ${replica}${arbiter > 0 ? ` arbiter ${arbiter}` : ''}` : 'distribute';
};

export const isOfLayout = (volume: Volume, wanted: WantedLayout): boolean =>
  describeVolume(volume) === (kindWords(wanted).join(' ') || 'distribute');

/** Whether what one brick held is on others too. */
export const isRedundant = ({ replica, disperse }: Volume): boolean => replica > 1 || disperse > 0;
