// `mayfly profile commit`: what the console has systemd run when somebody saves, so that only this writes to the config partition.
import { runPaths } from '../actions/run-paths.ts';
import { commitProfile } from '../sources/config-partition.ts';
import { parseProfile } from '../state/parse-profile.ts';
import type { Problem, Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { type ProfileSource, profileSourcePath } from '../state/profile-source.ts';
import { renderProblemLines } from '../state/render-event.ts';
import { renderProfile } from '../state/render-profile.ts';
import type { System } from '../system/system.ts';
import type { CliIo } from './cli-io.ts';

export const commitFromInput = async (io: CliIo, json: boolean): Promise<number> => {
  const parsed = parseProfile(await io.readStdin());
  if (!parsed.ok) return refuse(io, json, parsed.problem);
  const committed = await saveProfile(io, parsed.value);
  if (!committed.ok) return refuse(io, json, [committed.problem]);
  const { path } = committed.value;
  io.out(json ? `${JSON.stringify({ version: 1, saved: true, path })}\n` : `Saved as ${path}.\n`);
  return 0;
};

export const saveProfile = async (io: CliIo, profile: Profile): Promise<Result<{ readonly path: string }>> => {
  const committed = await commitProfile(io.system, profile);
  if (committed.ok) await tellSaved(io.system, profile);
  return committed;
};

/** The problems are on standard error in any case: JSON is for who reads on. */
const refuse = (io: CliIo, json: boolean, problems: readonly Problem[]): number => {
  if (json) io.out(`${JSON.stringify({ version: 1, saved: false, problems })}\n`);
  for (const problem of problems) io.err(renderProblemLines(problem));
  return 1;
};

/** Only of the profile in force may be said that the next boot finds it again. */
const tellSaved = async (system: System, profile: Profile): Promise<void> => {
  if ((await system.readText(runPaths.profile)) !== renderProfile(profile)) return;
  const source: ProfileSource = { version: 1, transport: 'config partition', persisted: true };
  await system.writeText(profileSourcePath, `${JSON.stringify(source)}\n`);
};
