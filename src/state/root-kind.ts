// The kinds of root that a node can run on, and in plain words what one of them cannot do.

/** `other`: not made by Mayfly's boot module. */
export type RootKind = 'zram' | 'overlay' | 'other';

/** Kinds that can be asked for: `mayfly.root=`, `zram.root.kind` in the profile. */
export const rootKinds = ['zram', 'overlay'] as const;

/** What is wanted of a zram root and cannot be had on an overlay, shortest first. */
export const overlayLimits: readonly string[] = [
  'what is written is not compressed',
  'deleting shipped files frees nothing',
  'no trim, compact, limit, recompress; no guard',
];

/** The way to more room: the tmpfs that the boot module mounts for what is written. */
export const overlayGrowth = '`mount -o remount,size=SIZE /run/mayfly/root/writes`';
