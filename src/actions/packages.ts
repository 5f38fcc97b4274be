// Step packages: what the operator brings, in the order of its numbers; each edition runs once in an uptime, since the root forgets it with the rest.
import * as z from 'zod';
import { type Change, change } from '../state/change.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { writtenPaths } from '../state/tar-members.ts';
import type { Reader, System } from '../system/system.ts';
import type { Action, Note } from './action.ts';
import {
  containerDrift,
  containerEdition,
  leftContainers,
  removeContainer,
  startContainer,
  withoutPodman,
} from './container.ts';
import { bringImage, dropImage } from './container-image.ts';
import { bringSource, type ConfigPackage, checksum, findSource, packageFolder } from './package-source.ts';
import { readTarball, runScript, unpack } from './run-package.ts';
import { blocked, verdictOf } from './verdict.ts';

export const packagesAction: Action = {
  id: 'packages',
  title: 'Run config packages',
  check: async (profile, reader) => {
    const changes: Change[] = (await leftContainers(reader, profile)).map((name) =>
      change('delete', `package ${name}`, 'container', 'not in the profile'),
    );
    for (const { item, path } of inTurn(profile)) {
      const looked = await look(reader, item);
      if (!looked.ok) return blocked({ ...looked.problem, path });
      if (looked.value !== undefined) changes.push(looked.value);
    }
    return verdictOf(changes);
  },
  // The first that fails ends the step: a later one may need what it should have done.
  apply: async (profile, system, note) => {
    for (const name of await leftContainers(system, profile)) {
      const removed = await removeContainer(system, name);
      if (!removed.ok) return removed;
      await system.remove(markPath({ name }));
      note(`${name}: container removed`);
    }
    for (const { item, path } of inTurn(profile)) {
      const done = item.kind === 'container' ? await contain(system, item, note) : await use(system, item, note);
      if (!done.ok) return fail({ ...done.problem, path });
    }
    return ok(undefined);
  },
};

const inTurn = ({ packages = [] }: Profile): readonly { readonly item: ConfigPackage; readonly path: string }[] =>
  packages
    .map((item, index) => ({ item, path: `packages[${index}]` }))
    .sort((one, other) => Number.parseInt(one.item.name, 10) - Number.parseInt(other.item.name, 10));

const markPath = (item: Pick<ConfigPackage, 'name'>): string => `${packageFolder(item)}/done.json`;
/** `image`: the id of a container's. */
const mark = z.object({ version: z.literal(1), sha256: z.string(), image: z.string().optional() });
type Mark = Partial<z.infer<typeof mark>>;

/** The checksum of what ran in this uptime; nothing when it has not, or not to its end. */
const readMark = async (reader: Reader, item: ConfigPackage): Promise<Mark> => {
  const text = await reader.readText(markPath(item));
  // Written whole or not at all, by us.
  return text === undefined ? {} : mark.parse(JSON.parse(text));
};

const writeMark = (system: System, item: ConfigPackage, sha256: string | undefined, image?: string): Promise<void> =>
  system.writeText(markPath(item), `${JSON.stringify({ version: 1, sha256, image })}\n`);

const look = async (reader: Reader, item: ConfigPackage): Promise<Result<Change | undefined>> => {
  const { sha256: edition, image } = await readMark(reader, item);
  if (item.kind === 'container') {
    const missing = await withoutPodman(reader);
    if (missing !== undefined) return fail(missing);
    if (edition === containerEdition(item) && image !== undefined) return ok(await containerDrift(reader, item, image));
  } else if (edition === item.sha256) return ok(undefined);
  const subject = `package ${item.name}`;
  const before = edition === undefined ? undefined : `sha256 ${edition.slice(0, 12)} in this uptime`;
  if (item.kind === 'container' && item.sha256 === undefined)
    return ok(change('run', subject, before, `pull and run container ${item.source}`));
  const found = await findSource(reader, item);
  if (!found.ok) return found;
  const what = `${item.kind} ${item.source.replace(/\/\/[^/@]*@/, '//')}, sha256 ${item.sha256?.slice(0, 12) ?? 'n/a'}`;
  if (found.value === 'url') return ok(change('run', subject, before, `fetch and run ${what}`));
  const sum = await checksum(reader, found.value.file);
  if (sum !== item.sha256) return fail(otherEdition(item, found.value.file, sum));
  if (item.kind !== 'tarball') return ok(change('run', subject, before, `run ${what}`));
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
  if ((await readMark(system, item)).sha256 === item.sha256) return ok(undefined);
  const brought = await bringSource(system, item);
  if (!brought.ok) return brought;
  note(`${item.name}: ${item.kind} with sha256 ${item.sha256?.slice(0, 12) ?? 'n/a'}`);
  const done = await (item.kind === 'script' ? runScript : unpack)(system, item, brought.value, note);
  if (done.ok) await writeMark(system, item, item.sha256);
  return done;
};

/** Where only its settings have changed, its image is there already. */
const contain = async (system: System, item: ConfigPackage, note: Note): Promise<Result<undefined>> => {
  const looked = await look(system, item);
  if (!looked.ok || looked.value === undefined) return looked.ok ? ok(undefined) : looked;
  const edition = containerEdition(item);
  const before = await readMark(system, item);
  const image =
    before.sha256 === edition && before.image !== undefined ? ok(before.image) : await bringImage(system, item, note);
  if (!image.ok) return image;
  note(`${item.name}: image ${image.value.slice(0, 12)}`);
  const started = await startContainer(system, item, image.value);
  if (!started.ok) return started;
  await writeMark(system, item, edition, image.value);
  if (before.image !== undefined && before.image !== image.value) await dropImage(system, before.image);
  return ok(undefined);
};

const otherEdition = ({ name, sha256 }: ConfigPackage, file: string, sum: string | undefined): Problem => ({
  code: 'packages/checksum',
  summary: `${name}: ${file} has the sha256 ${sum?.slice(0, 12) ?? 'n/a'}…, and the profile says ${sha256?.slice(0, 12) ?? 'none'}…`,
  remedy: 'Compare with `sha256sum`, then correct the file or the profile',
});
