// Step packages: what the operator brings, in the order of its numbers; each edition runs once in an uptime, since the root forgets it with the rest.
import * as z from 'zod';
import { type Change, change } from '../state/change.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { writtenPaths } from '../state/tar-members.ts';
import type { Reader, System } from '../system/system.ts';
import type { Action, Note } from './action.ts';
import { bringSource, type ConfigPackage, checksum, findSource, packageFolder } from './package-source.ts';
import { readTarball, runScript, unpack } from './run-package.ts';
import { blocked, verdictOf } from './verdict.ts';

export const packagesAction: Action = {
  id: 'packages',
  title: 'Run config packages',
  check: async (profile, reader) => {
    const changes: Change[] = [];
    for (const { item, path } of inTurn(profile)) {
      const looked = await look(reader, item);
      if (!looked.ok) return blocked({ ...looked.problem, path });
      if (looked.value !== undefined) changes.push(looked.value);
    }
    return verdictOf(changes);
  },
  // The first that fails ends the step: a later one may need what it should have done.
  apply: async (profile, system, note) => {
    for (const { item, path } of inTurn(profile)) {
      if ((await editionOf(system, item)) === item.sha256) continue;
      const done = await use(system, item, note);
      if (!done.ok) return fail({ ...done.problem, path });
      await system.writeText(markPath(item), `${JSON.stringify({ version: 1, sha256: item.sha256 })}\n`);
    }
    return ok(undefined);
  },
};

const inTurn = ({ packages = [] }: Profile): readonly { readonly item: ConfigPackage; readonly path: string }[] =>
  packages
    .map((item, index) => ({ item, path: `packages[${index}]` }))
    .sort((one, other) => Number.parseInt(one.item.name, 10) - Number.parseInt(other.item.name, 10));

const markPath = (item: ConfigPackage): string => `${packageFolder(item)}/done.json`;
const mark = z.object({ version: z.literal(1), sha256: z.string() });

/** The checksum of what ran in this uptime; undefined when it has not, or not to its end. */
const editionOf = async (reader: Reader, item: ConfigPackage): Promise<string | undefined> => {
  const text = await reader.readText(markPath(item));
  // Written whole or not at all, by us.
  return text === undefined ? undefined : mark.parse(JSON.parse(text)).sha256;
};

const look = async (reader: Reader, item: ConfigPackage): Promise<Result<Change | undefined>> => {
  const edition = await editionOf(reader, item);
  if (item.kind !== 'container' && edition === item.sha256) return ok(undefined);
  const subject = `package ${item.name}`;
  const before = edition === undefined ? undefined : `sha256 ${edition.slice(0, 12)} in this uptime`;
  if (item.kind === 'container') return fail(noContainers);
  const found = await findSource(reader, item);
  if (!found.ok) return found;
  const what = `${item.kind} ${item.source.replace(/\/\/[^/@]*@/, '//')}, sha256 ${item.sha256?.slice(0, 12) ?? 'n/a'}`;
  if (found.value === 'url') return ok(change('run', subject, before, `fetch and run ${what}`));
  const sum = await checksum(reader, found.value.file);
  if (sum !== item.sha256) return fail(otherEdition(item, found.value.file, sum));
  if (item.kind === 'script') return ok(change('run', subject, before, `run ${what}`));
  const members = await readTarball(reader, item, found.value.file);
  if (!members.ok) return members;
  return ok(change('run', subject, before, `unpack ${what}${await replaced(reader, writtenPaths(members.value))}`));
};

/** In words, what is there already. */
const replaced = async (reader: Reader, paths: readonly string[]): Promise<string> => {
  const there: string[] = [];
  for (const path of paths) if ((await reader.stat(path)) !== undefined) there.push(path);
  const more = there.length > 5 ? ` and ${there.length - 5} more` : '';
  const count = `: ${paths.length} file${paths.length === 1 ? '' : 's'}`;
  return there.length === 0 ? `${count}, all new` : `${count}, replaces ${there.slice(0, 5).join(', ')}${more}`;
};

const use = async (system: System, item: ConfigPackage, note: Note): Promise<Result<undefined>> => {
  if (item.kind === 'container') return fail(noContainers);
  const brought = await bringSource(system, item);
  if (!brought.ok) return brought;
  note(`${item.name}: ${item.kind} with sha256 ${item.sha256?.slice(0, 12) ?? 'n/a'}`);
  return item.kind === 'script'
    ? runScript(system, item, brought.value, note)
    : unpack(system, item, brought.value, note);
};

const otherEdition = ({ name, sha256 }: ConfigPackage, file: string, sum: string | undefined): Problem => ({
  code: 'packages/checksum',
  summary: `${name}: ${file} has the sha256 ${sum?.slice(0, 12) ?? 'n/a'}…, and the profile says ${sha256?.slice(0, 12) ?? 'none'}…`,
  remedy: 'Compare with `sha256sum`, then correct the file or the profile',
});

const noContainers: Problem = {
  code: 'packages/no-containers',
  summary: 'containers as config packages are not in this version',
  remedy: 'Start it from a script package, or take it out of the profile',
};
