// How much the fallback root can carry: a squashfs in memory and over it a tmpfs for what is written. The initramfs decides by the same rules in
// assets/dracut/90mayfly/overlay-sizing.sh; a test holds the two against each other.
import { type Bytes, mib, renderBytes } from './bytes.ts';
import type { Problem } from './problem.ts';

export type OverlayInput = {
  /** MemTotal: R. */
  readonly memory: Bytes;
  /** What the role's daemons need beside the root: B. */
  readonly roleNeeds: Bytes;
  /** Uncompressed size of the image: U. */
  readonly image: Bytes;
  /** Size of its squashfs, which stays in memory: Q. */
  readonly squashfs: Bytes;
};

export type OverlayRoot = {
  readonly kind: 'overlay';
  readonly squashfs: Bytes;
  /** Size of the tmpfs: what can be written until ENOSPC. */
  readonly writes: Bytes;
  readonly inodes: number;
  /** What the kernel, programs and daemons have with the tmpfs full. */
  readonly left: Bytes;
};

export type OverlaySizing = OverlayRoot | { readonly kind: 'refused'; readonly problem: Problem };

/** All in MiB from here on. */
const kernel = 512;
const leastWrites = 64;
/** One for every 16 KiB, as in the tmpfs beside it; each takes 1 KiB on top of the size. */
const inodesPerMib = 64;

const mibOf = (size: number): number => Math.floor(size / 1024 ** 2);
const mibUp = (size: number): number => Math.ceil(size / 1024 ** 2);

export const sizeOverlay = ({ memory, roleNeeds, image, squashfs }: OverlayInput): OverlaySizing => {
  const [R, B, U, Q] = [mibOf(memory), mibOf(roleNeeds), mibUp(image), mibUp(squashfs)];
  const room = R - B - kernel - Q;
  // As much as is free on a zram root, where memory permits: a shipped file that is changed is copied whole.
  const writes = Math.min(Math.max(Math.floor(U / 2), 1024), Math.floor((room * 16) / 17));
  if (writes < leastWrites) {
    const short = (leastWrites * 17) / 16 - room;
    return { kind: 'refused', problem: doesNotFit({ R, Q, B, short }) };
  }
  return {
    kind: 'overlay',
    squashfs,
    writes: mib(writes),
    inodes: writes * inodesPerMib,
    left: mib(R - Q - Math.ceil((writes * 17) / 16)),
  };
};

const inMib = (count: number): string => renderBytes(mib(count));

const doesNotFit = ({ R, Q, B, short }: Readonly<Record<'R' | 'Q' | 'B' | 'short', number>>): Problem => ({
  code: 'root/overlay-does-not-fit',
  path: 'zram.root.kind',
  summary: `squashfs with an overlay does not fit: RAM ${inMib(R)}, squashfs ${inMib(Q)}, role ${inMib(B)}, kernel ${inMib(kernel)}; ${inMib(short)} short`,
  remedy: `give the machine ${inMib(R + short)} or more, or choose a role that needs less`,
});
