// What can be done to the zram root while it is in use; the profile's step and `mayfly zram` do it the same way.
import { columns } from '../probes/columns.ts';
import { readZram, sysBlock } from '../probes/zram.ts';
import { type Bytes, bytes } from '../state/bytes.ts';
import { heldBack } from '../state/held-back.ts';
import { fail, ok, type Result } from '../state/problem.ts';
import type { Reader, System } from '../system/system.ts';
import { problemOfError } from './problem-of-error.ts';

/** Block count × block size of `dumpe2fs -h`: statfs leaves out what ext4 keeps for itself. */
export const parseDumpe2fs = (text: string): Bytes | undefined => {
  const blocks = /^Block count:\s+(\d+)$/m.exec(text)?.[1];
  const size = /^Block size:\s+(\d+)$/m.exec(text)?.[1];
  return blocks === undefined || size === undefined ? undefined : bytes(Number(blocks) * Number(size));
};

/** Undefined when it is no ext filesystem or dumpe2fs is not there. */
export const readFilesystemSize = async (reader: Reader, device: string): Promise<Bytes | undefined> => {
  const answer = await reader.query(['dumpe2fs', '-h', device], { timeoutMs: 10_000 });
  return answer.exitCode === 0 ? parseDumpe2fs(answer.stdout) : undefined;
};

/**
 * Write-only in the kernel: read it back from the fourth column of mm_stat. What the new limit cannot carry is held back from the filesystem
 * first, so that at no moment more can be written than zram can hold; the guard lets go of what need not be.
 */
export const writeLimit = async (system: System, device: string, limit: Bytes | 'none'): Promise<Result<undefined>> => {
  const held = limit === 'none' ? ok(undefined) : await holdBack(system, device, limit);
  return held.ok ? writeAttribute(system, device, 'mem_limit', limit === 'none' ? '0' : `${limit}`) : held;
};

/** Clusters of 4 KiB, of ext4's own file: unlike reserved blocks they are kept from root, too. A filesystem that is not mounted takes no data. */
const holdBack = async (system: System, device: string, limit: Bytes): Promise<Result<undefined>> => {
  const ext4 = `/sys/fs/ext4/${device.replace(/^\/dev\//, '')}`;
  const [reservedNow, delayed] = await Promise.all(
    ['reserved_clusters', 'delayed_allocation_blocks'].map(
      async (name) => columns((await system.readText(`${ext4}/${name}`)) ?? '')[0],
    ),
  );
  const mounts = ((await system.readText('/proc/mounts')) ?? '').split('\n').map((line) => line.split(' '));
  const mountpoint = mounts.find(([source]) => source === device)?.[1];
  if (reservedNow === undefined || mountpoint === undefined) return ok(undefined);
  const [zram, filesystem] = await Promise.all([readZram(system, device), system.statFilesystem(mountpoint)]);
  if (zram === undefined || filesystem === undefined) return ok(undefined);
  const wanted = heldBack({
    used: zram.used,
    limit,
    size: bytes(filesystem.size),
    free: bytes(filesystem.free + reservedNow * 4096),
    inodes: filesystem.inodes,
    inodesFree: filesystem.inodesFree,
    delayed: bytes((delayed ?? 0) * 4096),
  });
  if (wanted <= reservedNow * 4096) return ok(undefined);
  try {
    await system.writeKernel(`${ext4}/reserved_clusters`, `${Math.floor(wanted / 4096)}`);
    return ok(undefined);
  } catch (error) {
    return fail(problemOfError(error, `reserved_clusters of ${device}`));
  }
};

/** Packs the pages that zsmalloc scattered. */
export const compact = (system: System, device: string): Promise<Result<undefined>> =>
  writeAttribute(system, device, 'compact', '1');

/** Of everything that has not been written since: all pages are marked idle first. */
export const recompress = async (system: System, device: string): Promise<Result<undefined>> => {
  const marked = await writeAttribute(system, device, 'idle', 'all');
  return marked.ok ? writeAttribute(system, device, 'recompress', 'type=idle') : marked;
};

const writeAttribute = async (
  system: System,
  device: string,
  attribute: string,
  text: string,
): Promise<Result<undefined>> => {
  try {
    await system.writeKernel(`${sysBlock(device)}/${attribute}`, text);
    return ok(undefined);
  } catch (error) {
    return fail(problemOfError(error, `${attribute} of ${device}`));
  }
};

/** Online and never smaller; the filesystem must be mounted. */
export const growFilesystem = async (system: System, device: string, size: Bytes): Promise<Result<undefined>> => {
  const kibibytes = Math.floor(size / 4096) * 4;
  const answer = await system.run(['resize2fs', device, `${kibibytes}K`], { timeoutMs: 300_000 });
  if (answer.exitCode === 0) return ok(undefined);
  return fail({
    code: 'zram/not-grown',
    summary: `resize2fs did not grow ${device}: ${answer.stderr.trim().split('\n').at(-1) || `exit status ${answer.exitCode}`}`,
    remedy: 'Look at `dmesg`; after ext4 errors only a restart helps',
  });
};
