// Which profile `plan` and `apply` mean: the one named, else the one in force, else what the sources offer.
import { runPaths } from '../actions/run-paths.ts';
import { resolveProfile } from '../sources/resolve-profile.ts';
import { parseProfile } from '../state/parse-profile.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import type { CliIo } from './cli-io.ts';

type Problems = readonly [Problem, ...Problem[]];

/** `named`: a path, or `-` for standard input. */
export const chooseProfile = async (io: CliIo, named: string | undefined): Promise<Result<Profile, Problems>> => {
  if (named === '-') return parseProfile(await io.readStdin());
  if (named !== undefined) {
    const path = absolute(named);
    const text = await io.system.readText(path);
    return text === undefined ? fail([noFile(path)]) : parseProfile(text);
  }
  const inForce = await io.system.readText(runPaths.profile);
  if (inForce !== undefined) return parseProfile(inForce);
  const resolution = await resolveProfile(io.system);
  if (resolution.kind === 'resolved') return ok(resolution.profile);
  return fail(resolution.kind === 'invalid' ? resolution.problems : [noProfile]);
};

const absolute = (path: string): string => (path.startsWith('/') ? path : `${process.cwd()}/${path}`);

const noFile = (path: string): Problem => ({
  code: 'profile/no-file',
  summary: `there is no readable file ${path}`,
  remedy: 'Check the path, or give `-` and the profile on standard input',
});

const noProfile: Problem = {
  code: 'profile/none',
  summary: 'this node has no profile yet, and no source offers one',
  remedy: 'Name one with --profile F, or open the console: `mayfly`',
};
