// What can be done to the zram root while it is in use; the profile's step and `mayfly zram` do it the same way.
import { sysBlock } from '../probes/zram.ts';
import { type Bytes, bytes } from '../state/bytes.ts';
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

/** Write-only in the kernel: read it back from the fourth column of mm_stat. */
export const writeLimit = (system: System, device: string, limit: Bytes | 'none'): Promise<Result<undefined>> =>
  writeAttribute(system, device, 'mem_limit', limit === 'none' ? '0' : `${limit}`);

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
