// Step cluster for BeeGFS: packages, directories on their disks, files, daemons, client. Each part says what it would change and does nothing that is done.
import {
  authPath,
  type BeegfsFilesInput,
  beegfsFiles,
  certificatePath,
  privateKeyPath,
} from '../../state/beegfs-files.ts';
import type { Beegfs } from '../../state/beegfs-node.ts';
import type { Change } from '../../state/change.ts';
import { connAuthOf } from '../../state/cluster-keys.ts';
import type { GeneratedFile } from '../../state/generated-file.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { Profile } from '../../state/profile.ts';
import type { Reader, System } from '../../system/system.ts';
import type { Action, Note } from '../action.ts';
import { checkFiles, writeFiles } from '../generated-files.ts';
import { applyVendorPackages, checkVendorPackages } from '../vendor-packages.ts';
import { blocked, verdictOfPart } from '../verdict.ts';
import { changesOfPlaces, type PlacesSeen, readPlaces, setUpPlaces } from './places.ts';
import { noSecret } from './problems.ts';
import { changesOfUnits, type Patience, patience, startUnits } from './start.ts';

/** `partly`: the disks that are there serve without those that are not, and the step fails at its end (storage.ts). */
export const createBeegfsAction = (waits: Patience, partly: boolean): Pick<Action, 'check' | 'apply'> => ({
  check: async (profile, reader) => {
    const { cluster } = profile;
    if (cluster?.filesystem !== 'beegfs') return { kind: 'converged' };
    const seen = await checkAll(profile, cluster, reader);
    return seen.ok ? verdictOfPart(seen.value.changes, seen.value.problems, partly) : blocked(seen.problem);
  },
  apply: async (profile, system, note) => {
    const { cluster } = profile;
    if (cluster?.filesystem !== 'beegfs') return ok(undefined);
    return cluster.configureOnly === true
      ? done(await configure(profile, cluster, system, note))
      : applyAll(profile, cluster, system, note, waits, partly);
  },
});

const done = (result: Result<unknown>): Result<undefined> => (result.ok ? ok(undefined) : result);

export const beegfsAction = (partly: boolean) => createBeegfsAction(patience, partly);

type Seen = { readonly changes: readonly Change[]; readonly problems: readonly Problem[] };

const checkAll = async (profile: Profile, cluster: Beegfs, reader: Reader): Promise<Result<Seen>> => {
  const packages = cluster.configureOnly === true ? ok([]) : await checkVendorPackages(profile, reader);
  if (!packages.ok) return packages;
  const places = await readPlaces(profile, cluster, reader);
  if (!places.ok) return places;
  const files = await wantedFiles(profile, cluster, reader, places.value);
  if (!files.ok) return files;
  const written = await checkFiles(reader, files.value);
  const { problems } = places.value;
  if (cluster.configureOnly === true) return ok({ changes: written.map(nothingStarted), problems });
  const changes = [
    ...packages.value,
    ...changesOfPlaces(places.value),
    ...written,
    ...(await changesOfUnits(profile, cluster, reader)),
  ];
  return ok({ changes, problems });
};

const nothingStarted = (each: Change): Change => ({ ...each, after: `${each.after}; nothing is started` });

const wantedFiles = async (
  profile: Profile,
  cluster: Beegfs,
  reader: Reader,
  { places }: PlacesSeen,
): Promise<Result<readonly GeneratedFile[]>> => {
  if (cluster.secret === undefined && (await reader.stat(authPath)) === undefined) return fail(noSecret);
  const there = await Promise.all([certificatePath, privateKeyPath].map((path) => reader.stat(path)));
  const input: BeegfsFilesInput = {
    profile,
    cluster,
    uuids: new Map(places.flatMap(({ mountpoint, uuid }) => (uuid === undefined ? [] : [[mountpoint, uuid]]))),
    auth: cluster.secret === undefined ? undefined : connAuthOf(cluster.secret),
    tls: there.every((status) => status !== undefined),
  };
  return ok(beegfsFiles(input));
};

const configure = async (
  profile: Profile,
  cluster: Beegfs,
  system: System,
  note: Note,
): Promise<Result<readonly GeneratedFile[]>> => {
  const places = await readPlaces(profile, cluster, system);
  if (!places.ok) return places;
  const files = await wantedFiles(profile, cluster, system, places.value);
  if (!files.ok) return files;
  const written = await writeFiles(system, files.value);
  for (const { path } of written) note(`${path} written`);
  return ok(written);
};

const applyAll = async (
  profile: Profile,
  cluster: Beegfs,
  system: System,
  note: Note,
  waits: Patience,
  partly: boolean,
): Promise<Result<undefined>> => {
  const packages = await applyVendorPackages(profile, system, note);
  if (!packages.ok) return packages;
  const made = await setUpPlaces(profile, cluster, system, note);
  if (!made.ok) return made;
  const { serving, problems } = made.value;
  const [first] = problems;
  if (first !== undefined && !partly) return fail(first);
  // Its metadata server reads it (7.4), and it is the one link that a small root may lack.
  if ((await system.stat('/etc/mtab')) === undefined) await system.link('../proc/self/mounts', '/etc/mtab');
  const written = await configure(profile, serving, system, note);
  if (!written.ok) return written;
  const started = await startUnits(profile, serving, system, written.value, note, waits);
  return started.ok && first !== undefined ? fail(first) : started;
};
