// How large the zram root shall be: the filesystem must fill up before zram's memory does, since ext4 answers EIO, not ENOSPC, when zram is full.
// The initramfs decides by the same rules in assets/dracut/90mayfly/sizing.sh; a test holds the two against each other.
import { type Bytes, mib, renderBytes } from './bytes.ts';
import { type OverlayRoot, sizeOverlay } from './overlay-sizing.ts';
import type { Problem } from './problem.ts';
import { usesDictionary } from './zram-dictionary.ts';

export type SizingInput = {
  /** MemTotal: R. */
  readonly memory: Bytes;
  /** What the role's daemons need beside the root: B; see `roleNeeds`. */
  readonly roleNeeds: Bytes;
  /** Uncompressed size of the image: U. */
  readonly image: Bytes;
  /** Zram bytes of the image as measured at build, by algorithm: C; `zstd-dict` is zstd with the dictionary. Undefined when nothing was measured. */
  readonly compressed: Readonly<Record<string, number>> | undefined;
  /** Size of its squashfs, for a root that does not fit; absent: there is none. */
  readonly squashfs?: Bytes | undefined;
  /** Whether the initramfs carries a dictionary for this image. */
  readonly dictionary?: boolean;
  /** What this kernel offers; undefined when nobody has looked. */
  readonly algorithms?: readonly string[];
  /** Inodes that the image uses. */
  readonly inodes?: number;
  /** What the operator wishes instead of the policy's own values. */
  readonly wish?: {
    readonly disksize?: Bytes;
    readonly limit?: Bytes;
    readonly algorithm?: string;
    readonly dictionary?: boolean;
  };
};

export type FittingRoot = {
  /** Normal: the limit can never bind. Tight: it can, if what is written does not compress; the guard is mandatory. */
  readonly kind: 'normal' | 'tight';
  /** Size of ext4: S. */
  readonly filesystem: Bytes;
  /** Size of the device: D, the bound for growing online. */
  readonly disksize: Bytes;
  /** zram's memory limit: L. */
  readonly limit: Bytes;
  readonly algorithm: string;
  /** Free on the filesystem after boot: F. */
  readonly free: Bytes;
  /** RAM that the image takes in zram: C, measured or assumed. */
  readonly compressed: Bytes;
  /** How it came about, a sentence a line, with the numbers. */
  readonly why: readonly string[];
};

/** `fallback`: what the boot module makes instead, where nobody insists on zram. */
export type RootSizing =
  | FittingRoot
  | { readonly kind: 'refused'; readonly problem: Problem; readonly fallback?: OverlayRoot };

/** Best first, where nobody wishes otherwise: what the initramfs tries in this order. */
const preferred = ['zstd', 'lz4hc', 'lz4', 'lzo-rle', 'lzo'];
/** All in MiB from here on. */
export const leastFree = 256;
const leastFreeAsked = 64;
const step = 16;
/** `mkfs.ext4 -i 8192` */
const bytesPerInode = 8192;

const mibOf = (size: number): number => Math.floor(size / 1024 ** 2);
const mibUp = (size: number): number => Math.ceil(size / 1024 ** 2);
const inMib = (count: number): string => renderBytes(mib(Math.max(0, count)));

/** What the image takes in a filesystem: 1.06 U, in MiB. */
export const contentRoom = (image: Bytes): number => Math.floor((mibUp(image) * 106) / 100);

export const sizeRoot = (input: SizingInput): RootSizing => {
  const { wish = {} } = input;
  const algorithm = algorithmFor(input);
  const withDictionary = usesDictionary({
    algorithm,
    carried: input.dictionary === true,
    wish: wish.dictionary,
    measured: input.compressed,
  });
  const measured = input.compressed?.[withDictionary ? `${algorithm}-dict` : algorithm];
  const named = withDictionary ? `${algorithm} and its dictionary` : algorithm;
  const R = mibOf(input.memory);
  const B = mibOf(input.roleNeeds);
  const U = mibUp(input.image);
  const C = measured === undefined || measured <= 0 ? Math.floor((U * 10) / 14) : mibUp(measured);
  const used = contentRoom(input.image);
  const why = [
    measured === undefined || measured <= 0
      ? `The image has ${inMib(U)}; nobody measured it with ${named}, so ${inMib(C)} compressed are assumed.`
      : `The image has ${inMib(U)} and takes ${inMib(C)} with ${named}, as measured when it was built.`,
    `Of ${inMib(R)} of RAM the role's daemons need ${inMib(B)}.`,
  ];
  const fixed = wish.disksize === undefined ? undefined : mibOf(wish.disksize);
  if (fixed !== undefined && fixed < used + leastFreeAsked) return tooSmall('size', input, used + leastFreeAsked);
  const wanted = fixed === undefined ? Math.max(1024, Math.floor(U / 2)) : fixed - used;

  const disksizeFor = (S: number): number => fixed ?? Math.max(Math.min(2 * S, R), S);
  const kernelFor = (S: number): number => 512 + Math.floor((disksizeFor(S) * 6) / 1000);
  const roomFor = (S: number): number => R - B - kernelFor(S);
  const answer = (kind: FittingRoot['kind'], free: number, limit: number, ...reasons: string[]): FittingRoot => {
    const S = used + free;
    return {
      kind,
      filesystem: mib(S),
      disksize: mib(disksizeFor(S)),
      limit: mib(limit),
      algorithm,
      free: mib(free),
      compressed: mib(C),
      why: [...why, ...reasons, ...inodeReason(S, input)],
    };
  };

  if (wish.limit !== undefined) {
    const limit = mibOf(wish.limit);
    const free = Math.min(wanted, Math.floor(((limit - C - 64) * 100) / 102));
    if (free < leastFreeAsked) {
      return tooSmall('memoryLimit', input, C + 64 + Math.ceil(leastFreeAsked * 1.02));
    }
    return answer('tight', free, limit, `The limit that was asked for, ${inMib(limit)}, carries ${inMib(free)} free.`);
  }

  const full = used + wanted;
  const neverBinds = Math.floor((full * 103) / 100) + 64;
  if (neverBinds <= roomFor(full)) {
    const reason = `A filesystem of ${inMib(full)}, even full of data that does not compress, stays under ${inMib(neverBinds)}.`;
    return answer('normal', wanted, neverBinds, reason);
  }

  // Disksize, and with it what the kernel needs, follows the free space: shrink and ask again.
  const floor = Math.min(wanted, leastFree);
  for (let free = wanted; free >= floor; free = free === floor ? floor - 1 : Math.max(free - step, floor)) {
    const limit = C + Math.floor((free * 102) / 100) + 64;
    if (limit <= roomFor(used + free)) {
      const reason = `A limit that never binds would be ${inMib(neverBinds)}; there is room for ${inMib(roomFor(used + free))}, so ${inMib(free)} are free and a guard watches the limit.`;
      return answer('tight', free, limit, reason);
    }
  }
  const least = C + Math.floor((floor * 102) / 100) + 64;
  const fallback = fallbackOf(input);
  const problem = doesNotFit({ R, U, C, B, K: kernelFor(used + floor), least, room: roomFor(used + floor) }, fallback);
  return { kind: 'refused', problem, ...(fallback === undefined ? {} : { fallback }) };
};

const fallbackOf = ({ squashfs, ...input }: SizingInput): OverlayRoot | undefined => {
  const sizing = squashfs === undefined ? undefined : sizeOverlay({ ...input, squashfs });
  return sizing?.kind === 'overlay' ? sizing : undefined;
};

const algorithmFor = ({ algorithms, wish }: SizingInput): string => {
  const offered = (name: string): boolean => algorithms === undefined || algorithms.includes(name);
  if (wish?.algorithm !== undefined && offered(wish.algorithm)) return wish.algorithm;
  return preferred.find(offered) ?? algorithms?.[0] ?? 'zstd';
};

const inodeReason = (filesystem: number, { inodes }: SizingInput): readonly string[] => {
  if (inodes === undefined) return [];
  const total = Math.floor((filesystem * 1024 ** 2) / bytesPerInode);
  return [`It has about ${total} inodes, of which the image uses ${inodes}.`];
};

const tooSmall = (field: 'size' | 'memoryLimit', { image }: SizingInput, least: number): RootSizing => ({
  kind: 'refused',
  problem: {
    code: field === 'size' ? 'zram/size-too-small' : 'zram/limit-too-small',
    path: `zram.root.${field}`,
    summary: `the image (${renderBytes(image)}) does not fit with ${leastFreeAsked} MiB free`,
    remedy: `write ${least}MiB or more, or leave it out`,
  },
});

type Shortage = Readonly<Record<'R' | 'U' | 'C' | 'B' | 'K' | 'least' | 'room', number>>;

const doesNotFit = ({ R, U, C, B, K, least, room }: Shortage, fallback: OverlayRoot | undefined): Problem => ({
  code: 'zram/does-not-fit',
  path: 'zram.root',
  summary: `the root does not fit: RAM ${inMib(R)}, image ${inMib(U)} (${inMib(C)} compressed), role ${inMib(B)}, kernel ${inMib(K)}; ${inMib(least - room)} short`,
  remedy: `give the machine ${inMib(R + least - room)} or more, or choose a role that needs less${
    fallback === undefined ? '' : '; it boots as squashfs with an overlay meanwhile'
  }`,
});
