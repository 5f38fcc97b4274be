// Swap on a disk of the node that the profile names: made and taken away while the node runs. A disk that holds anything but swap is
// taken only where the profile says that its data may go, and a swap that somebody else made is left alone.
import { parseWipefs, readDisks } from '../probes/disks.ts';
import { readMemory } from '../probes/memory.ts';
import { parseSwaps } from '../probes/swaps.ts';
import { type Bytes, mib, renderBytes } from '../state/bytes.ts';
import { type Change, change } from '../state/change.ts';
import type { DiskFact } from '../state/facts.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import type { Reader, System } from '../system/system.ts';
import type { Note } from './action.ts';
import { runPaths } from './run-paths.ts';

/** Which device is ours: `/dev/sdb`. Written before the kernel swaps to it, so that a killed apply leaves none behind. */
const recordPath = `${runPaths.directory}/disk-swap`;
/** What was ours before: a path, or nothing. */
const undoPath = `${runPaths.undo}/storage/swap`;
const at = 'swap.device.serial';

type Own = { readonly path: string; readonly swapped: Bytes };
type Wanted = { readonly disk: DiskFact; readonly serial: string; readonly contents: readonly string[] };
type Looked = { readonly own: Own | undefined; readonly wanted: Wanted | undefined };

/** Undefined where none of ours is in use. */
const readOwn = async (reader: Reader): Promise<Own | undefined> => {
  const path = (await reader.readText(recordPath))?.trim();
  const swapped = path === undefined ? undefined : parseSwaps((await reader.readText('/proc/swaps')) ?? '').get(path);
  return path === undefined || swapped === undefined ? undefined : { path, swapped };
};

/** The disk itself is asked, also one that sleeps: what it holds decides whether it is written to. */
const readContents = async (reader: Reader, { path }: DiskFact): Promise<Result<readonly string[]>> => {
  const answer = await reader.query(['wipefs', '--json', '--no-act', path]);
  const found = answer.exitCode === 0 ? parseWipefs(answer.stdout) : undefined;
  return found === undefined ? fail(commandFailed(`wipefs --no-act ${path}`, answer.stderr)) : ok(found);
};

const isSwap = (content: string): boolean => /^swap( label |$)/.test(content);

/** Where one of ours is on the wanted disk already, that is all there is to know. */
const look = async (profile: Profile, reader: Reader): Promise<Result<Looked>> => {
  const own = await readOwn(reader);
  const serial = profile.swap?.device.serial;
  if (serial === undefined) return ok({ own, wanted: undefined });
  const disks = await readDisks(reader);
  if (disks === undefined) return fail(commandFailed('lsblk', ''));
  const found = disks.filter((disk) => disk.serial === serial);
  const [disk] = found;
  if (disk === undefined || found.length > 1) return fail(notOne(serial, found));
  if (disk.path === own?.path) return ok({ own, wanted: { disk, serial, contents: [] } });
  if (disk.mountedAt.length > 0) return fail(inUse(disk, serial));
  const contents = await readContents(reader, disk);
  return contents.ok ? ok({ own, wanted: { disk, serial, contents: contents.value } }) : contents;
};

const isAsWanted = ({ own, wanted }: Looked): boolean => own?.path === wanted?.disk.path;

/** What swapping back in would need, where a disk goes away. */
const cannotLeave = async ({ own }: Looked, reader: Reader): Promise<Problem | undefined> => {
  const available = (await readMemory(reader))?.available;
  if (own === undefined || available === undefined || own.swapped < available - mib(64)) return undefined;
  return {
    code: 'storage/swap-in-use',
    summary: `${renderBytes(own.swapped)} are swapped out to ${own.path}, and only ${renderBytes(available)} of memory are available`,
    remedy: 'Stop something first, or leave swap as it is until the next boot',
    path: at,
  };
};

export const checkDiskSwap = async (profile: Profile, reader: Reader): Promise<Result<readonly Change[]>> => {
  const looked = await look(profile, reader);
  if (!looked.ok) return looked;
  const { own, wanted } = looked.value;
  if (isAsWanted(looked.value)) return ok([]);
  const stuck = await cannotLeave(looked.value, reader);
  if (stuck !== undefined) return fail(stuck);
  const gone = own === undefined ? [] : [change('delete', `swap on ${own.path}`, 'in use', 'none')];
  if (wanted === undefined) return ok(gone);
  const { disk, serial, contents } = wanted;
  const before = contents.length === 0 ? undefined : contents.join(', ');
  const made = change('create', `disk ${serial}`, before, `swap of ${renderBytes(disk.size)} (${disk.path})`);
  return ok([...gone, { ...made, destroysData: !contents.every(isSwap) }]);
};

export const applyDiskSwap = async (profile: Profile, system: System, note: Note): Promise<Result<undefined>> => {
  const looked = await look(profile, system);
  if (!looked.ok) return looked;
  const { own, wanted } = looked.value;
  await system.remove(undoPath);
  if (isAsWanted(looked.value)) return ok(undefined);
  const stuck = await cannotLeave(looked.value, system);
  if (stuck !== undefined) return fail(stuck);
  await system.writeText(undoPath, own?.path ?? '', { mode: 0o600 });
  const left = await leave(system, own, note);
  return left.ok && wanted !== undefined ? make(system, wanted, profile.wipe ?? [], note) : left;
};

/** A disk whose data was given up stays swap: what it held does not come back. */
export const undoDiskSwap = async (system: System, note: Note): Promise<Result<undefined>> => {
  const before = await system.readText(undoPath);
  if (before === undefined) return ok(undefined);
  const left = await leave(system, await readOwn(system), note);
  if (!left.ok) return left;
  const back = before === '' ? ok(undefined) : await use(system, before, note);
  if (back.ok) await system.remove(undoPath);
  return back;
};

const leave = async (system: System, own: Own | undefined, note: Note): Promise<Result<undefined>> => {
  if (own !== undefined) {
    const off = await system.run(['swapoff', own.path], { timeoutMs: 600_000 });
    if (off.exitCode !== 0) return fail(commandFailed(`swapoff ${own.path}`, off.stderr));
    note(`swap on ${own.path} is gone`);
  }
  await system.remove(recordPath);
  return ok(undefined);
};

const make = async (
  system: System,
  { disk, serial, contents }: Wanted,
  consented: readonly string[],
  note: Note,
): Promise<Result<undefined>> => {
  const held = contents.filter((content) => !isSwap(content));
  if (held.length > 0) {
    if (!consented.includes(serial)) return fail(notEmpty(disk, serial, held));
    const wiped = await system.run(['wipefs', '--all', '--quiet', disk.path]);
    if (wiped.exitCode !== 0) return fail(commandFailed(`wipefs --all ${disk.path}`, wiped.stderr));
    note(`${held.join(', ')} on ${disk.path} is gone, as the profile's wipe says`);
  }
  const made = await system.run(['mkswap', '--label', 'mayfly-swap', disk.path], { timeoutMs: 120_000 });
  if (made.exitCode !== 0) return fail(commandFailed(`mkswap ${disk.path}`, made.stderr));
  return use(system, disk.path, note);
};

/** After swap in RAM, which has 100: a disk is slower. */
const use = async (system: System, path: string, note: Note): Promise<Result<undefined>> => {
  await system.writeText(recordPath, `${path}\n`, { mode: 0o600 });
  const on = await system.run(['swapon', '--priority', '10', path]);
  if (on.exitCode !== 0) return fail(commandFailed(`swapon ${path}`, on.stderr));
  note(`swap on ${path}`);
  return ok(undefined);
};

const notOne = (serial: string, found: readonly DiskFact[]): Problem =>
  found.length === 0
    ? {
        code: 'storage/no-such-disk',
        summary: `No disk has the serial number ${serial}, on which swap is wanted`,
        remedy: 'Check the cable, name another disk (`lsblk -o NAME,SIZE,SERIAL`), or leave out swap',
        path: at,
      }
    : {
        code: 'storage/two-disks',
        summary: `${found.map(({ path }) => path).join(' and ')} both have the serial number ${serial}`,
        remedy: 'Nobody knows which of them is meant: take one out, or name another disk for swap',
        path: at,
      };

const inUse = ({ path, mountedAt }: DiskFact, serial: string): Problem => ({
  code: 'storage/disk-in-use',
  summary: `Disk ${serial} (${path}) is in use: ${mountedAt.join(', ')}`,
  remedy: 'Name another disk for swap, or stop what uses this one',
  path: at,
});

const notEmpty = ({ path }: DiskFact, serial: string, held: readonly string[]): Problem => ({
  code: 'storage/not-empty',
  summary: `Disk ${serial} (${path}) holds ${held.join(', ')}`,
  remedy: `Name another disk for swap, or write ${serial} under wipe if its data may go`,
  path: at,
});

const commandFailed = (what: string, stderr: string): Problem => ({
  code: 'storage/swap-failed',
  summary: `${what} failed: ${stderr.trim().split('\n').at(-1) || 'it gave no reason'}`,
  remedy: 'Look at `dmesg`, put right what it names, then apply again',
  path: at,
});
