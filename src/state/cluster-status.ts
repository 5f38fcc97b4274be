// What a cluster filesystem is like, seen from this node: one shape for every display, whichever filesystem it is.
import type { Problem } from './problem.ts';
import type { ClusterFilesystem } from './profile.ts';

/** Why a node without a cluster filesystem has no reading of one. */
export const noCluster = 'no cluster filesystem in the profile';

/** `waiting`: nothing is wrong here, and others are missing that a new or returning cluster waits for. */
export type ClusterHealth = 'healthy' | 'degraded' | 'failed' | 'waiting';

/** One line of a display: `Peers`, `3 of 3 connected`. */
export type ClusterRow = {
  /** At most 10 characters. */
  readonly label: string;
  /** Reads well without colour: the state is in the words. */
  readonly text: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'plain';
};

/** Of the filesystem mounted on this node; `hung`: it is mounted and does not answer. */
export type MountStatus =
  | { readonly kind: 'answers'; readonly path: string; readonly milliseconds: number }
  | { readonly kind: 'hung'; readonly path: string; readonly seconds: number }
  | { readonly kind: 'absent'; readonly path: string };

export type ClusterStatus = {
  readonly filesystem: Exclude<ClusterFilesystem, 'none'>;
  /** Of the volume or filesystem, e.g. `tank`; undefined where this node knows of none. */
  readonly name: string | undefined;
  readonly health: ClusterHealth;
  /** One line, worst first: `brick stor-03:/bricks/b1/brick is down; 12 entries to heal`. */
  readonly summary: string;
  /** By worth: a small screen shows the first of them. */
  readonly rows: readonly ClusterRow[];
  readonly mount: MountStatus | undefined;
  /** What the dashboard and `mayfly status` list. */
  readonly problems: readonly Problem[];
};
