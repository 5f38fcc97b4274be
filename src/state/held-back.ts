// How much of the root filesystem is held back from everybody, so that it is full before zram's memory is (docs/decisions/0011).
// The guard decides by the same rule every few seconds, in assets/root/usr/lib/mayfly/guard-policy.sh; a test holds the two against each other.
import { type Bytes, bytes, mib } from './bytes.ts';

export type Filling = {
  /** Of the zram device. */
  readonly used: Bytes;
  readonly limit: Bytes | undefined;
  /** Of the filesystem; free counts what is held back, too. */
  readonly size: Bytes;
  readonly free: Bytes;
  readonly inodes: number;
  readonly inodesFree: number;
  /** Written by programs, not yet to zram. */
  readonly delayed: Bytes;
};

/** ext4's own: a fiftieth, 16 MiB at most. */
const ownReserve = (size: number): number => Math.min(Math.floor(size / 50), mib(16));

/** Beyond this no data, however random, can bring zram. Inode tables take 256 bytes an inode and are in nobody's free blocks. */
const mostUsed = (size: number, inodes: number): number => Math.floor(((size + inodes * 256) * 103) / 100) + mib(64);

export const heldBack = ({ used, limit, size, free, inodes, inodesFree, delayed }: Filling): Bytes => {
  const least = ownReserve(size);
  if (limit === undefined || limit >= mostUsed(size, inodes)) return bytes(least);
  const room = Math.max(0, limit - used - mib(32) - inodesFree * 256 - Math.floor((delayed * 102) / 100));
  const needed = Math.ceil(Math.max(0, free - Math.floor((room * 100) / 102)) / mib(1)) * mib(1);
  return bytes(Math.max(least, needed < size ? needed : size - mib(1)));
};
