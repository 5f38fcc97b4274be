// `mayfly profile prepare`: makes a disk the config partition and saves this node's profile there, so that the next boot finds it.
import { type ConfigDisk, lookAtConfigDisk, makeConfigDisk } from '../actions/config-disk.ts';
import { readTrustedKeys } from '../sources/check-signature.ts';
import { configMountpoint, findConfigPartition, mountConfigPartition } from '../sources/config-partition.ts';
import { renderBytes } from '../state/bytes.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { renderProblemLines } from '../state/render-event.ts';
import { askText } from './ask.ts';
import { chooseProfile } from './choose-profile.ts';
import type { CliIo } from './cli-io.ts';
import { usageProblem } from './parse-options.ts';
import { saveProfile } from './profile-commit.ts';

type PrepareOptions = {
  /** `serial=VBOX-77` */
  readonly device: string | undefined;
  /** The serial number once more, where the disk is not empty. */
  readonly wipe: string | undefined;
  readonly named: string | undefined;
  readonly json: boolean;
};

export const prepareConfig = async (io: CliIo, { device, wipe, named, json }: PrepareOptions): Promise<number> => {
  const prepared = await prepare(io, device, wipe, named);
  if (!prepared.ok) {
    if (json) io.out(`${JSON.stringify({ version: 1, prepared: false, problems: prepared.problem })}\n`);
    for (const problem of prepared.problem) io.err(renderProblemLines(problem));
    return 1;
  }
  const { disk, path, problem } = prepared.value;
  const problems = problem === undefined ? [] : [problem];
  if (json)
    io.out(`${JSON.stringify({ version: 1, prepared: true, device: disk, ...(path && { path }), problems })}\n`);
  else io.out(`${disk} is the config partition now, at ${configMountpoint}.\n${path ? `Saved as ${path}.\n` : ''}`);
  for (const each of problems) io.err(renderProblemLines(each));
  return problem === undefined ? 0 : 1;
};

type Problems = readonly [Problem, ...Problem[]];
type Prepared = {
  readonly disk: string;
  /** Where the profile is saved; absent when there is none to save, or when it could not be: `problem`. */
  readonly path?: string;
  readonly problem?: Problem;
};

const prepare = async (
  io: CliIo,
  device: string | undefined,
  wipe: string | undefined,
  named: string | undefined,
): Promise<Result<Prepared, Problems>> => {
  const serial = /^serial=(\S.*)$/.exec(device ?? '')?.[1];
  if (serial === undefined) return fail([usageProblem('prepare needs --device serial=SERIAL')]);
  const there = await findConfigPartition(io.system);
  if (there.kind !== 'none') return fail([alreadyThere(there.kind === 'found' ? [there.device] : there.devices)]);
  const chosen = await chooseProfile(io, named);
  if (!chosen.ok && chosen.problem[0].code !== 'profile/none') return chosen;
  const profile = chosen.ok ? chosen.value : undefined;
  const looked = await lookAtConfigDisk(io.system, serial, profile === undefined ? [] : [profile]);
  if (!looked.ok) return fail([looked.problem]);
  const made = await makeConfigDisk(io.system, looked.value, await consentFor(io, looked.value, wipe));
  if (!made.ok) return fail([made.problem]);
  const mounted = await mountConfigPartition(io.system);
  if (!mounted.ok) return fail([mounted.problem]);
  return ok({ disk: looked.value.disk.path, ...(await save(io, profile)) });
};

/** Typed by the person who is there, or given; never assumed. */
const consentFor = async (io: CliIo, { disk, serial, held }: ConfigDisk, given: string | undefined) => {
  if (held === undefined || given !== undefined || !io.interactive) return given;
  io.out(`Disk ${serial} (${disk.path}, ${renderBytes(disk.size)}) holds ${held}. ALL OF IT WILL BE LOST.\n`);
  return askText('To go on, type its serial number: ');
};

const save = async (io: CliIo, profile: Profile | undefined): Promise<Omit<Prepared, 'disk'>> => {
  // Whoever signs puts the profile there: docs/profile-signing.md.
  if (profile === undefined || (await readTrustedKeys(io.system)) !== undefined) return {};
  const saved = await saveProfile(io, profile);
  return saved.ok ? { path: saved.value.path } : { problem: saved.problem };
};

const alreadyThere = (devices: readonly string[]): Problem => ({
  code: 'prepare/there-already',
  summary: `this node has a config partition already: ${devices.join(', ')}; with two of them no profile would be taken`,
  remedy: 'Save on it (`mayfly profile commit`), or take it out first',
});
