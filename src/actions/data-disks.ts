// The disks that a cluster filesystem keeps its data on: formatted once, known again at every boot, mounted by units of their own.
// A disk that holds anything else is written to only where the profile's `wipe` names its serial number.
// Long, since what decides whether a disk is formatted and what formats it are to be read together.
import { type DiskContents, lookInside, readContents } from '../probes/disk-contents.ts';
import { readDisks } from '../probes/disks.ts';
import { renderBytes } from '../state/bytes.ts';
import { type Change, change } from '../state/change.ts';
import { type DataDisk, dataDisks, stateFolder, statePath } from '../state/data-disks.ts';
import type { DiskFact } from '../state/facts.ts';
import { type Mount, mountUnitName, renderMountUnit } from '../state/mount-unit.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import type { Reader, System } from '../system/system.ts';
import type { Note } from './action.ts';
import { isMountedAt, mountedUnits, unitFolder } from './mount-units.ts';

/** What is to be done with one disk. */
type Task =
  | { readonly kind: 'done' }
  | { readonly kind: 'mount'; readonly held: string }
  | { readonly kind: 'format'; readonly held: string | undefined; readonly foreign: boolean };

type Looked = { readonly wanted: DataDisk; readonly disk: DiskFact; readonly task: Task };

export type DataDisksVerdict = {
  /** What can be done, whatever is wrong with other disks. */
  readonly changes: readonly Change[];
  /** Of each disk that cannot be used as it is. */
  readonly problems: readonly Problem[];
};

export const checkDataDisks = async (profile: Profile, reader: Reader): Promise<DataDisksVerdict> => {
  const { looked, problems } = await lookAtAll(profile, reader);
  const folder = await folderChanges(profile, reader);
  return { changes: [...looked.flatMap(changesOf), ...folder], problems };
};

/** Does for each disk what can be done: one that is dead does not keep the others from their work. The first problem is the answer. */
export const applyDataDisks = async (profile: Profile, system: System, note: Note): Promise<Result<undefined>> => {
  // What was reviewed is looked at once more, disk by disk, just before anything is written to one.
  const { looked, problems } = await lookAtAll(profile, system);
  const failures = [...problems];
  for (const each of looked) {
    const done = await prepare(system, each, profile.wipe ?? [], note);
    if (!done.ok) failures.push(done.problem);
  }
  const [first] = failures;
  const bound = await bindStateFolder(profile, system);
  return first === undefined ? bound : fail(first);
};

const lookAtAll = async (
  profile: Profile,
  reader: Reader,
): Promise<{ readonly looked: readonly Looked[]; readonly problems: readonly Problem[] }> => {
  const wanted = dataDisks(profile);
  if (wanted.length === 0) return { looked: [], problems: [] };
  const disks = await readDisks(reader);
  if (disks === undefined) return { looked: [], problems: [commandFailed('lsblk', '', undefined)] };
  const looked: Looked[] = [];
  const problems: Problem[] = [];
  for (const each of wanted) {
    const found = disks.filter(({ serial }) => serial === each.serial);
    const [disk] = found;
    if (disk === undefined || found.length > 1) {
      problems.push(notOne(each, found));
      continue;
    }
    const task = await taskFor(reader, each, disk);
    if (task.ok) looked.push({ wanted: each, disk, task: task.value });
    else problems.push(task.problem);
  }
  return { looked, problems };
};

const taskFor = async (reader: Reader, wanted: DataDisk, disk: DiskFact): Promise<Result<Task>> => {
  if (await isMountedAt(reader, wanted.mountpoint, disk.path)) return ok({ kind: 'done' });
  if (disk.mountedAt.length > 0) return fail(inUse(wanted, disk));
  const contents = await readContents(reader, disk.path);
  if (contents.kind === 'unknown')
    return fail(commandFailed(`wipefs --no-act ${disk.path}`, contents.why, wanted.path));
  return ok(await judge(reader, wanted, disk, contents));
};

const judge = async (
  reader: Reader,
  wanted: DataDisk,
  disk: DiskFact,
  contents: Exclude<DiskContents, { kind: 'unknown' }>,
): Promise<Task> => {
  if (contents.kind === 'empty') return { kind: 'format', held: undefined, foreign: false };
  const held = contents.words.join(', ');
  if (contents.kind === 'other') return { kind: 'format', held, foreign: true };
  if (held === `${wanted.type} label ${wanted.label}`) return { kind: 'mount', held };
  if (held.split(' ')[0] !== wanted.type)
    return { kind: 'format', held: await withNames(reader, disk, held), foreign: true };
  // As it is wanted, and made by somebody else: what is in it decides.
  const names = await lookInside(reader, disk.path, wanted.type);
  if (names?.some((name) => wanted.recognised.test(name)) === true) return { kind: 'mount', held };
  return names !== undefined && topOf(names).length === 0
    ? { kind: 'format', held, foreign: false }
    : { kind: 'format', held: heldWords(held, names), foreign: true };
};

const withNames = async (reader: Reader, disk: DiskFact, held: string): Promise<string> =>
  heldWords(held, await lookInside(reader, disk.path, held.split(' ')[0] ?? ''));

const topOf = (names: readonly string[]): readonly string[] =>
  names.filter((name) => !name.includes('/') && name !== 'lost+found');

const heldWords = (held: string, names: readonly string[] | undefined): string => {
  if (names === undefined) return `${held}, which cannot be looked into`;
  const top = topOf(names);
  const shown = top.slice(0, 3).join(', ');
  return top.length === 0
    ? `${held}, empty`
    : `${held} with ${shown}${top.length > 3 ? ` and ${top.length - 3} more` : ''}`;
};

const changesOf = ({ wanted, disk, task }: Looked): readonly Change[] => {
  const subject = `disk ${wanted.serial}`;
  const place = `${wanted.use} at ${wanted.mountpoint}`;
  switch (task.kind) {
    case 'done':
      return [];
    case 'mount':
      return [change('update', subject, task.held, `kept as it is, ${place}`)];
    case 'format': {
      const made = change('create', subject, task.held, `${wanted.type} of ${renderBytes(disk.size)}, ${place}`);
      return [{ ...made, destroysData: task.foreign }];
    }
  }
};

const prepare = async (
  system: System,
  { wanted, disk, task }: Looked,
  consented: readonly string[],
  note: Note,
): Promise<Result<undefined>> => {
  if (task.kind === 'done') return ok(undefined);
  if (task.kind === 'format') {
    if (task.foreign && !consented.includes(wanted.serial)) return fail(notEmpty(wanted, disk, task.held ?? 'data'));
    const made = await format(system, wanted, disk, note);
    if (!made.ok) return made;
  }
  const mounted = await mountedUnits(system, [mountOf(wanted, disk)]);
  if (mounted.ok) note(`${wanted.serial} is mounted at ${wanted.mountpoint}`);
  return mounted;
};

/** Signatures go first: mkfs leaves those that lie where it does not write, and the next reader would see two filesystems. */
const format = async (system: System, wanted: DataDisk, disk: DiskFact, note: Note): Promise<Result<undefined>> => {
  const wipe = await system.run(['wipefs', '--all', '--quiet', disk.path], { timeoutMs: 60_000 });
  if (wipe.exitCode !== 0) return fail(commandFailed(`wipefs --all ${disk.path}`, wipe.stderr, wanted.path));
  note(`making ${wanted.type} on ${wanted.serial} (${disk.path}, ${renderBytes(disk.size)})`);
  const make = await system.run([`mkfs.${wanted.type}`, ...wanted.makeOptions, '-L', wanted.label, disk.path], {
    timeoutMs: 1_800_000,
  });
  return make.exitCode === 0
    ? ok(undefined)
    : fail(commandFailed(`mkfs.${wanted.type} ${disk.path}`, make.stderr, wanted.path));
};

const mountOf = (wanted: DataDisk, disk: DiskFact): Mount => ({
  what: disk.path,
  where: wanted.mountpoint,
  type: wanted.type,
  options: wanted.mountOptions,
  description: `Mayfly: ${wanted.use} on disk ${wanted.serial}`,
});

const bindOf = (profile: Profile): Mount | undefined => {
  const folder = stateFolder(profile);
  const [first] = dataDisks(profile);
  return folder === undefined || first === undefined
    ? undefined
    : {
        what: folder,
        where: statePath,
        options: ['bind'],
        description: 'Mayfly: what daemons remember over a boot',
        after: [mountUnitName(first.mountpoint)],
      };
};

const folderChanges = async (profile: Profile, reader: Reader): Promise<readonly Change[]> => {
  const bind = bindOf(profile);
  if (bind === undefined || (await isBound(reader, bind))) return [];
  return [change('create', statePath, undefined, `bound to ${bind.what}`)];
};

const isBound = async (reader: Reader, bind: Mount): Promise<boolean> => {
  const unit = await reader.readText(`${unitFolder}/${mountUnitName(bind.where)}`);
  return unit === renderMountUnit(bind) && (await isMountedAt(reader, bind.where));
};

const bindStateFolder = async (profile: Profile, system: System): Promise<Result<undefined>> => {
  const bind = bindOf(profile);
  if (bind === undefined || (await isBound(system, bind))) return ok(undefined);
  const [first] = dataDisks(profile);
  // On the root it would be gone at the next boot, and hide that the disk is not there.
  if (first === undefined || !(await isMountedAt(system, first.mountpoint))) return ok(undefined);
  await system.makeDirectory(bind.what, { mode: 0o755 });
  return mountedUnits(system, [bind]);
};

const notOne = ({ serial, use, path }: DataDisk, found: readonly DiskFact[]): Problem =>
  found.length === 0
    ? {
        code: 'storage/no-such-disk',
        summary: `No disk has the serial number ${serial}, which is the ${use} of this node`,
        remedy: 'Check that it is plugged in, or name the disk that replaces it (`lsblk -o NAME,SIZE,SERIAL`)',
        path: `${path}.device.serial`,
      }
    : {
        code: 'storage/two-disks',
        summary: `${found.map((disk) => disk.path).join(' and ')} both have the serial number ${serial}`,
        remedy: 'Nobody knows which of them is meant: take one out, or name another disk',
        path: `${path}.device.serial`,
      };

const inUse = ({ serial, use, path }: DataDisk, disk: DiskFact): Problem => ({
  code: 'storage/disk-in-use',
  summary: `Disk ${serial} (${disk.path}), wanted as ${use}, is in use: ${disk.mountedAt.join(', ')}`,
  remedy: 'Name another disk, or stop what uses this one',
  path: `${path}.device.serial`,
});

const notEmpty = ({ serial, use, path }: DataDisk, disk: DiskFact, held: string): Problem => ({
  code: 'storage/not-empty',
  summary: `Disk ${serial} (${disk.path}), wanted as ${use}, holds ${held}`,
  remedy: `Name another disk, or write ${serial} under wipe if its data may go`,
  path: `${path}.device.serial`,
});

const commandFailed = (what: string, stderr: string, path: string | undefined): Problem => {
  const problem = {
    code: 'storage/command-failed',
    summary: `${what} failed: ${stderr.trim().split('\n').at(-1) || 'it gave no reason'}`,
    remedy: 'Look at `dmesg`, put right what it names, then apply again',
  };
  return path === undefined ? problem : { ...problem, path: `${path}.device.serial` };
};
