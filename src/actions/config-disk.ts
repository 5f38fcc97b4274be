// Makes a disk the config partition: an empty one, or one whose serial number somebody has typed; never one that is in use or that the profile needs.
import { readContents } from '../probes/disk-contents.ts';
import { readDisks } from '../probes/disks.ts';
import { renderBytes } from '../state/bytes.ts';
import type { DiskFact } from '../state/facts.ts';
import { leastConfigBytes } from '../state/prepare-overlay.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { disksOf } from '../state/profile-disks.ts';
import type { Reader, System } from '../system/system.ts';
import { runPaths } from './run-paths.ts';

export type ConfigDisk = {
  readonly disk: DiskFact;
  readonly serial: string;
  /** What it holds, in words; undefined when it is empty. */
  readonly held: string | undefined;
};

const label = 'MAYFLY';

/** `profiles`: whose disks are not to be taken. Reads only. */
export const lookAtConfigDisk = async (
  reader: Reader,
  serial: string,
  profiles: readonly Profile[],
): Promise<Result<ConfigDisk>> => {
  const disks = await readDisks(reader);
  if (disks === undefined) return fail(commandFailed('lsblk', ''));
  const found = disks.filter((disk) => disk.serial === serial);
  const [disk] = found;
  if (disk === undefined || found.length > 1) return fail(notOne(serial, found, disks));
  const named = profiles.flatMap(disksOf).find((each) => each.serial === serial);
  if (named !== undefined) return fail(needed(disk, serial, named.use));
  if (disk.mountedAt.length > 0) return fail(inUse(disk, serial));
  if (disk.size < leastConfigBytes) return fail(tooSmall(disk, serial));
  const contents = await readContents(reader, disk.path);
  if (contents.kind === 'unknown') return fail(commandFailed(`wipefs --no-act ${disk.path}`, contents.why));
  return ok({ disk, serial, held: contents.kind === 'empty' ? undefined : contents.words.join(', ') });
};

/** Its marker is in the filesystem from the first moment, so that a power cut leaves a config partition or none. */
export const makeConfigDisk = async (
  system: System,
  { disk, serial, held }: ConfigDisk,
  consented: string | undefined,
): Promise<Result<undefined>> => {
  if (held !== undefined && consented !== serial) return fail(notEmpty(disk, serial, held));
  const tree = `${runPaths.directory}/prepare`;
  await system.makeDirectory(tree, { mode: 0o700 });
  await system.writeText(`${tree}/.mayfly-config`, '', { mode: 0o600 });
  for (const command of [
    ['wipefs', '--all', '--quiet', disk.path],
    ['mkfs.ext4', '-q', '-L', label, '-m', '0', '-E', 'root_owner=0:0', '-d', tree, disk.path],
  ] as const) {
    const done = await system.run(command, { timeoutMs: 600_000 });
    if (done.exitCode !== 0) return fail(commandFailed(`${command[0]} ${disk.path}`, done.stderr));
  }
  return ok(undefined);
};

const notOne = (serial: string, found: readonly DiskFact[], disks: readonly DiskFact[]): Problem =>
  found.length > 0
    ? {
        code: 'prepare/two-disks',
        summary: `${found.map(({ path }) => path).join(' and ')} both have the serial number ${serial}`,
        remedy: 'Nobody knows which of them is meant: take one out, or name another disk',
      }
    : {
        code: 'prepare/no-such-disk',
        summary: `no disk here has the serial number ${serial}`,
        remedy: `Name one of ${disks.flatMap((disk) => (disk.serial === undefined ? [] : [`${disk.serial} (${disk.path}, ${renderBytes(disk.size)})`])).join(', ') || 'those that `lsblk -o NAME,SIZE,SERIAL` shows'}`,
      };

const needed = ({ path }: DiskFact, serial: string, use: string): Problem => ({
  code: 'prepare/needed',
  summary: `disk ${serial} (${path}) is ${use} of this node's profile`,
  remedy: 'Name another disk: a small one, a stick for example, is enough',
});

const inUse = ({ path, mountedAt }: DiskFact, serial: string): Problem => ({
  code: 'prepare/in-use',
  summary: `disk ${serial} (${path}) is in use: ${mountedAt.join(', ')}`,
  remedy: 'Name another disk, or stop what uses this one',
});

const tooSmall = ({ path, size }: DiskFact, serial: string): Problem => ({
  code: 'prepare/too-small',
  summary: `disk ${serial} (${path}) has ${renderBytes(size)}, and ${renderBytes(leastConfigBytes)} are the least`,
  remedy: 'Name a larger one',
});

const notEmpty = ({ path, size }: DiskFact, serial: string, held: string): Problem => ({
  code: 'prepare/not-empty',
  summary: `disk ${serial} (${path}, ${renderBytes(size)}) holds ${held}, which would be lost`,
  remedy: `Name another disk, or say that its data may go: --wipe ${serial}`,
});

const commandFailed = (what: string, stderr: string): Problem => ({
  code: 'prepare/command-failed',
  summary: `${what} failed: ${stderr.trim().split('\n').at(-1) || 'it gave no reason'}`,
  remedy: 'Look at `dmesg`; try again, or take another disk',
});
