// Reads what `/` is and how full it is, by the kernel's own names: /dev/root and the like mean nothing.
import { bytes } from '../state/bytes.ts';
import type { RootFact } from '../state/facts.ts';
import type { RootKind } from '../state/root-kind.ts';
import type { RootStatus } from '../state/status.ts';
import type { Reader } from '../system/system.ts';
import { type BootFacts, readBootFacts } from './boot-facts.ts';
import { columns } from './columns.ts';
import { parseAlgorithms, sysBlock } from './zram.ts';

export type RootMount = {
  /** `253:0` */
  readonly number: string;
  readonly filesystem: string;
  /** Of the filesystem itself. Those of the mount are the reader's own: to a confined service a whole tree is read-only that others write to. */
  readonly options: readonly string[];
};

/** Of /proc/self/mountinfo (proc_pid_mountinfo(5)): the last filesystem mounted at `/`, which is the one that is seen. */
export const parseRootMount = (mountinfo: string): RootMount | undefined => {
  const line = mountinfo
    .split('\n')
    .map((text) => text.split(' '))
    .findLast((fields) => fields[4] === '/');
  if (line === undefined) return undefined;
  const [, , number] = line;
  const [filesystem, , superOptions = ''] = line.slice(line.indexOf('-') + 1);
  if (number === undefined || filesystem === undefined) return undefined;
  return { number, filesystem, options: superOptions.split(',') };
};

export type RootDevice = {
  /** `/dev/zram0`; undefined when `/` is on no block device. */
  readonly device: string | undefined;
  readonly filesystem: string | undefined;
};

export const readRootDevice = async (reader: Reader): Promise<RootDevice> => {
  const mount = parseRootMount((await reader.readText('/proc/self/mountinfo')) ?? '');
  if (mount === undefined) return { device: undefined, filesystem: undefined };
  const name = (await reader.readLink(`/sys/dev/block/${mount.number}`))?.split('/').at(-1);
  return { device: name === undefined ? undefined : `/dev/${name}`, filesystem: mount.filesystem };
};

export const readRootFact = async (reader: Reader): Promise<RootFact> => {
  const { device, filesystem } = await readRootDevice(reader);
  const boot = await readBootFacts(reader);
  const kind = kindOf({ device, filesystem }, boot);
  // Off zram the list of any device tells what this kernel offers.
  const block = kind === 'zram' && device !== undefined ? sysBlock(device) : await anyZram(reader);
  const algorithms =
    block === undefined ? [] : parseAlgorithms((await reader.readText(`${block}/comp_algorithm`)) ?? '');
  return {
    device,
    filesystem,
    kind,
    ...(kind === 'overlay' ? { why: boot?.overlay?.why } : {}),
    image: boot === undefined ? undefined : await imageOf(reader, boot),
    algorithms,
  };
};

/** An overlay is ours only when the boot module says so: those of containers are not. */
const kindOf = ({ device, filesystem }: RootDevice, boot: BootFacts | undefined): RootKind => {
  if (device !== undefined && /^\/dev\/zram\d+$/.test(device)) return 'zram';
  return filesystem === 'overlay' && boot?.root === 'overlay' ? 'overlay' : 'other';
};

/** Whether `/` is the fallback root. */
export const isFallbackRoot = async (reader: Reader, root: RootDevice): Promise<boolean> =>
  root.filesystem === 'overlay' && kindOf(root, await readBootFacts(reader)) === 'overlay';

const anyZram = async (reader: Reader): Promise<string | undefined> => {
  const name = (await reader.list('/sys/block')).find((block) => /^zram\d+$/.test(block));
  return name === undefined ? undefined : `/sys/block/${name}`;
};

const imageOf = async (reader: Reader, { image, overlay }: BootFacts): Promise<RootFact['image']> => {
  const uncompressed = image.contentBytes ?? image.uncompressedBytes;
  if (uncompressed == null) return undefined;
  const squashfs = image.squashfsBytes ?? overlay?.squashfsBytes;
  // An image without a manifest has not said how many inodes it uses; what is in use now is close.
  const inUse = async () => {
    const filesystem = await reader.statFilesystem('/');
    return filesystem === undefined ? 0 : filesystem.inodes - filesystem.inodesFree;
  };
  return {
    version: image.version ?? 'without a version',
    source: image.source ?? 'unknown',
    uncompressed: bytes(uncompressed),
    inodes: image.inodes ?? (await inUse()),
    zramBytes: image.zramBytes,
    ...(squashfs === undefined ? {} : { squashfs }),
    ...(image.dictionary == null ? {} : { dictionary: image.dictionary }),
  };
};

/**
 * An image's root goes on after an error (`errors=continue`); one that was mounted otherwise may not. With `errors=remount-ro` nothing more
 * is written; kernels since 6.12 then leave `rw` where it is, and newer ones say `emergency_ro` or `shutdown` beside it.
 */
const isWritable = (options: readonly string[], errors: number | undefined): boolean =>
  !options.some((option) => ['ro', 'emergency_ro', 'shutdown'].includes(option)) &&
  !(errors !== undefined && errors > 0 && options.includes('errors=remount-ro'));

/** What statfs(2) says of an overlay is the tmpfs that its writes go to; the squashfs is what the boot module fetched. */
const overlayOf = ({ squashfsBytes, why }: NonNullable<BootFacts['overlay']>): RootStatus['overlay'] => ({
  squashfs: squashfsBytes,
  why,
});

/** Undefined when the kernel does not answer. */
export const readRootStatus = async (reader: Reader, root: RootDevice): Promise<RootStatus | undefined> => {
  const ext4 = (name: string): Promise<string | undefined> | undefined =>
    root.device === undefined
      ? undefined
      : reader.readText(`/sys/fs/ext4/${root.device.replace(/^\/dev\//, '')}/${name}`);
  const [status, errorCount, mountinfo] = await Promise.all([
    reader.statFilesystem('/'),
    ext4('errors_count'),
    reader.readText('/proc/self/mountinfo'),
  ]);
  if (status === undefined) return undefined;
  const [errors] = columns(errorCount ?? '');
  const boot = root.device === undefined ? await readBootFacts(reader) : undefined;
  const kind = kindOf(root, boot);
  const lastError = errors !== undefined && errors > 0 ? (await ext4('last_error_func'))?.trim() : undefined;
  return {
    kind,
    ...(kind === 'overlay' && boot?.overlay != null ? { overlay: overlayOf(boot.overlay) } : {}),
    device: root.device ?? 'none',
    filesystem: root.filesystem ?? 'unknown',
    size: bytes(status.size),
    free: bytes(status.free),
    inodes: status.inodes,
    inodesFree: status.inodesFree,
    errors,
    lastError: lastError === '' ? undefined : lastError,
    writable: isWritable(parseRootMount(mountinfo ?? '')?.options ?? [], errors),
  };
};
