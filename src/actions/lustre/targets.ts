// Lustre's targets on disks of this node: known again by what mkfs.lustre left on them, formatted where empty, mounted in their order.
// Anything else keeps a disk from being written to until the profile's `wipe` names its serial number.
import { readContents } from '../../probes/disk-contents.ts';
import { readDisks } from '../../probes/disks.ts';
import { renderBytes } from '../../state/bytes.ts';
import { type Change, change } from '../../state/change.ts';
import type { DiskFact } from '../../state/facts.ts';
import { type Lustre, type LustreTarget, lustreTargets, makeTarget } from '../../state/lustre-node.ts';
import { nameInWords, parseTunefs } from '../../state/lustre-output.ts';
import type { Mount } from '../../state/mount-unit.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { Profile } from '../../state/profile.ts';
import type { Reader, System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { isMountedAt } from '../mount-units.ts';
import { commandFailed, inUse, notEmpty, notOne, otherTarget, unreadable, waitsForPartner } from './problems.ts';

type Task =
  | { readonly kind: 'mounted' | 'standby' }
  | { readonly kind: 'mount'; readonly held: string }
  | { readonly kind: 'format'; readonly held: string | undefined; readonly foreign: boolean };

export type LookedTarget = { readonly target: LustreTarget; readonly disk: DiskFact; readonly task: Task };

type Targets = {
  readonly looked: readonly LookedTarget[];
  /** Of each disk that cannot be used as it is. */
  readonly problems: readonly Problem[];
};

export const lookAtTargets = async (profile: Profile, cluster: Lustre, reader: Reader): Promise<Targets> => {
  const targets = lustreTargets(profile, cluster);
  if (targets.length === 0) return { looked: [], problems: [] };
  const disks = await readDisks(reader);
  if (disks === undefined) return { looked: [], problems: [unreadable('the list of disks', 'lsblk did not answer')] };
  const looked: LookedTarget[] = [];
  const problems: Problem[] = [];
  for (const target of targets) {
    const found = disks.filter(({ serial }) => serial === target.serial);
    const [disk] = found;
    if (disk === undefined || found.length > 1) {
      const paths = found.map(({ path }) => path);
      problems.push(notOne(target, paths));
      continue;
    }
    const task = await taskFor(reader, target, disk, cluster, profile.wipe ?? []);
    if (task.ok) looked.push({ target, disk, task: task.value });
    else problems.push(task.problem);
  }
  return { looked, problems };
};

const taskFor = async (
  reader: Reader,
  target: LustreTarget,
  disk: DiskFact,
  cluster: Lustre,
  consented: readonly string[],
): Promise<Result<Task>> => {
  if (await isMountedAt(reader, target.mountpoint, disk.path)) return ok({ kind: 'mounted' });
  if (disk.mountedAt.length > 0) return fail(inUse(target, disk.path, disk.mountedAt));
  const contents = await readContents(reader, disk.path);
  if (contents.kind === 'unknown') return fail(unreadable(disk.path, contents.why));
  const standby = target.duty === 'stands by';
  if (contents.kind === 'empty')
    return standby ? fail(waitsForPartner(target)) : ok({ kind: 'format', held: undefined, foreign: false });
  const held = contents.words.join(', ');
  const { name: found, whole } = await nameOn(reader, disk.path, held);
  if (found === target.name && standby) return ok({ kind: 'standby' });
  if (found === target.name)
    return ok(whole ? { kind: 'mount', held } : { kind: 'format', held: `${held}, half made`, foreign: false });
  if (standby) return fail(otherTarget(target, found ?? held));
  if (found?.startsWith(`${cluster.fsname}-`) === true && !consented.includes(target.serial))
    return fail(otherTarget(target, found));
  return ok({ kind: 'format', held: found === undefined ? held : `Lustre target ${found}`, foreign: true });
};

type NameOn = { readonly name: string | undefined; readonly whole: boolean };

/**
 * Lustre's own tool where it is installed; else the label, which says the same. mkfs.lustre writes the label of a target that never
 * registered (with a colon) before the rest: where the tool finds nothing behind such a one (19), its making was cut off.
 */
const nameOn = async (reader: Reader, device: string, held: string): Promise<NameOn> => {
  const asked = await reader.query(['tunefs.lustre', '--dryrun', device], { timeoutMs: 30_000 });
  if (asked.exitCode === 0) return { name: parseTunefs(asked.stdout)?.name, whole: true };
  return { name: nameInWords(held), whole: !(asked.exitCode === 19 && held.includes(':')) };
};

/** Where nobody can be asked: what would need consent and has none is a problem of its disk alone. */
export const withoutConsent = ({ looked, problems }: Targets, consented: readonly string[]): Targets => {
  const isRefused = ({ target, task }: LookedTarget): boolean =>
    task.kind === 'format' && task.foreign && !consented.includes(target.serial);
  return {
    looked: looked.filter((each) => !isRefused(each)),
    problems: [
      ...problems,
      ...looked
        .filter(isRefused)
        .map(({ target, disk, task }) =>
          notEmpty(target, disk.path, (task.kind === 'format' ? task.held : undefined) ?? 'data'),
        ),
    ],
  };
};

export const changesOfTargets = (looked: readonly LookedTarget[]): readonly Change[] => looked.flatMap(changesOf);

const changesOf = ({ target, disk, task }: LookedTarget): readonly Change[] => {
  const subject = `disk ${target.serial}`;
  switch (task.kind) {
    case 'mounted':
    case 'standby':
      return [];
    case 'mount':
      return [change('update', subject, task.held, `kept as ${target.name}, mounted at ${target.mountpoint}`)];
    case 'format': {
      const after = `${target.name}${target.withMgs ? ' with the MGS' : ''} of ${renderBytes(disk.size)}, mounted at ${target.mountpoint}`;
      return [{ ...change('create', subject, task.held, after), destroysData: task.foreign }];
    }
  }
};

export const formatTarget = async (
  system: System,
  { target, disk, task }: LookedTarget,
  fsname: string,
  mgsNids: readonly string[],
  consented: readonly string[],
  note: Note,
): Promise<Result<undefined>> => {
  if (task.kind !== 'format') return ok(undefined);
  if (task.foreign && !consented.includes(target.serial)) return fail(notEmpty(target, disk.path, task.held ?? 'data'));
  if (task.foreign) {
    const wiped = await system.run(['wipefs', '--all', '--quiet', disk.path], { timeoutMs: 60_000 });
    if (wiped.exitCode !== 0) return fail(commandFailed(`wipefs --all ${disk.path}`, wiped));
    note(`${task.held} on ${disk.path} is gone, as the profile's wipe says`);
  }
  note(`making ${target.name} on ${target.serial} (${disk.path}, ${renderBytes(disk.size)})`);
  // Without --reformat: a disk that turned into a target since it was looked at is refused by mkfs itself.
  const made = await system.run(makeTarget(target, fsname, mgsNids, disk.path), { timeoutMs: 3_600_000 });
  return made.exitCode === 0 ? ok(undefined) : fail(commandFailed(`mkfs.lustre ${disk.path}`, made));
};

export const mountOf = ({ target, disk }: LookedTarget): Mount => ({
  what: disk.path,
  where: target.mountpoint,
  type: 'lustre',
  options: ['_netdev'],
  description: `Mayfly: Lustre target ${target.name} on disk ${target.serial}`,
  after: ['lnet.service'],
});
