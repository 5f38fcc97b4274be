// Reads one zram device as the kernel tells it (Documentation/admin-guide/blockdev/zram.rst, 6.12); write-only files are left alone.
import { type Bytes, bytes } from '../state/bytes.ts';
import type { ZramStatus } from '../state/status.ts';
import type { Reader } from '../system/system.ts';
import { readBootFacts } from './boot-facts.ts';
import { columns } from './columns.ts';

export type MmStat = {
  readonly original: Bytes;
  readonly compressed: Bytes;
  readonly used: Bytes;
  /** Undefined when there is none: the kernel prints 0. The only place where the limit can be read. */
  readonly limit: Bytes | undefined;
  readonly usedMax: Bytes;
  /** Pages. */
  readonly samePages: number;
  readonly hugePages: number;
};

/** `mm_stat`: orig_data_size compr_data_size mem_used_total mem_limit mem_used_max same_pages pages_compacted huge_pages [huge_pages_since]. */
export const parseMmStat = (text: string): MmStat | undefined => {
  const [original, compressed, used, limit, usedMax, samePages, , hugePages] = columns(text);
  if (original === undefined || compressed === undefined || used === undefined || limit === undefined) return undefined;
  if (usedMax === undefined || samePages === undefined || hugePages === undefined) return undefined;
  return {
    original: bytes(original),
    compressed: bytes(compressed),
    used: bytes(used),
    limit: limit === 0 ? undefined : bytes(limit),
    usedMax: bytes(usedMax),
    samePages,
    hugePages,
  };
};

/** `io_stat`: failed_reads failed_writes invalid_io notify_free. */
export const parseIoStat = (
  text: string,
): { readonly failedReads: number; readonly failedWrites: number } | undefined => {
  const [failedReads, failedWrites] = columns(text);
  return failedReads === undefined || failedWrites === undefined ? undefined : { failedReads, failedWrites };
};

/** `comp_algorithm`: `[lz4] lz4hc zstd deflate`; the one in use first. */
export const parseAlgorithms = (text: string): readonly string[] => {
  const names = text.trim().split(/\s+/).filter(Boolean);
  const inUse = names.find((name) => name.startsWith('['));
  const others = names.filter((name) => name !== inUse);
  return inUse === undefined ? others : [inUse.slice(1, -1), ...others];
};

/** `/dev/zram0` → `/sys/block/zram0`. */
export const sysBlock = (device: string): string => `/sys/block/${device.replace(/^\/dev\//, '')}`;

/** Undefined when there is no such device or it does not tell everything. */
export const readZram = async (reader: Reader, device: string): Promise<ZramStatus | undefined> => {
  const directory = sysBlock(device);
  const [mmStat, ioStat, algorithms, disksize] = await Promise.all([
    reader.readText(`${directory}/mm_stat`),
    reader.readText(`${directory}/io_stat`),
    reader.readText(`${directory}/comp_algorithm`),
    reader.readText(`${directory}/disksize`),
  ]);
  const boot = await readBootFacts(reader);
  const memory = parseMmStat(mmStat ?? '');
  const failures = parseIoStat(ioStat ?? '');
  const [algorithm] = parseAlgorithms(algorithms ?? '');
  const [size] = columns(disksize ?? '');
  if (memory === undefined || failures === undefined || algorithm === undefined || size === undefined) return undefined;
  // The kernel does not say which dictionary it was given: algorithm_params cannot be read.
  const made = boot?.zram?.device === device ? boot.zram.dictionary : undefined;
  return {
    device,
    algorithm,
    ...(made === undefined ? {} : { dictionary: made ?? 'none' }),
    disksize: bytes(size),
    ...memory,
    ...failures,
  };
};
