// The directories of BeeGFS's daemons on their disks: what is in them is recognised, and an empty one is set up once.
import { type MountInfo, parseMountInfo } from '../../probes/mount-info.ts';
import {
  type Beegfs,
  freeTargetNumber,
  isManagement,
  managementDatabase,
  managementDirectory,
  numberOf,
  placesOf,
  type ServerPlace,
  servedFrom,
  setupManagement,
  setupServer,
} from '../../state/beegfs-node.ts';
import { type Change, change } from '../../state/change.ts';
import { statePath } from '../../state/data-disks.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { Profile } from '../../state/profile.ts';
import type { Reader, System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { isMountedAt } from '../mount-units.ts';
import {
  notCounted,
  notMounted,
  notNumbered,
  otherNode,
  otherRelease,
  setupFailed,
  unknownContents,
} from './problems.ts';

type PlaceSeen = ServerPlace & {
  readonly mount: MountInfo | undefined;
  /** Of the filesystem on the disk. */
  readonly uuid: string | undefined;
  readonly formatted: boolean;
  readonly node: number | undefined;
  readonly target: number | undefined;
};

export type PlacesSeen = {
  /** What is empty or this node's own. */
  readonly places: readonly PlaceSeen[];
  /** Of each of the others. */
  readonly problems: readonly Problem[];
  /** Undefined where this node has no management daemon. */
  readonly management: 'set up' | 'empty' | undefined;
};

export const readPlaces = async (profile: Profile, cluster: Beegfs, reader: Reader): Promise<Result<PlacesSeen>> => {
  const mounts = parseMountInfo((await reader.readText('/proc/self/mountinfo')) ?? '');
  const wanted = placesOf(cluster);
  const places: PlaceSeen[] = [];
  const problems: Problem[] = [];
  const node = numberOrProblem(profile, cluster);
  if (wanted.length > 0 && !node.ok) return node;
  for (const each of wanted) {
    const place = await readPlace(reader, each, mounts);
    const problem = node.ok ? await whyNotOurs(reader, place, node.value) : undefined;
    if (problem === undefined) places.push(place);
    else problems.push(problem);
  }
  const management = isManagement(profile, cluster) ? await readManagement(reader, cluster) : ok(undefined);
  return management.ok ? ok({ places, problems, management: management.value }) : management;
};

const readPlace = async (reader: Reader, place: ServerPlace, mounts: readonly MountInfo[]): Promise<PlaceSeen> => {
  const mount = mounts.findLast(({ where }) => where === place.mountpoint);
  const uuid =
    mount === undefined ? '' : (await reader.query(['blkid', '-s', 'UUID', '-o', 'value', mount.source])).stdout;
  const number = async (name: string): Promise<number | undefined> => {
    const text = (await reader.readText(`${place.directory}/${name}`))?.trim();
    return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
  };
  return {
    ...place,
    mount,
    uuid: uuid.trim() || undefined,
    formatted: (await reader.stat(`${place.directory}/format.conf`)) !== undefined,
    node: await number('nodeNumID'),
    target: await number('targetNumID'),
  };
};

const whyNotOurs = async (reader: Reader, place: PlaceSeen, wanted: number): Promise<Problem | undefined> => {
  if (place.formatted)
    return place.node === undefined || place.node === wanted ? undefined : otherNode(place, place.node, wanted);
  const left = (await reader.list(place.directory)).filter((name) => name !== 'lost+found');
  return left.length === 0 ? undefined : unknownContents(place.directory, left, place.path);
};

const readManagement = async (reader: Reader, { release }: Beegfs): Promise<Result<'set up' | 'empty'>> => {
  const old = (await reader.stat(`${managementDirectory}/format.conf`)) !== undefined;
  const database = (await reader.stat(managementDatabase)) !== undefined;
  if (old && !database && release === '8') return fail(otherRelease('7', '8'));
  if (database && release === '7.4') return fail(otherRelease('8', '7.4'));
  return ok(old || database ? 'set up' : 'empty');
};

export const changesOfPlaces = ({ places, management }: PlacesSeen): readonly Change[] => [
  ...(management === 'empty' ? [change('create', 'BeeGFS management database', undefined, managementDirectory)] : []),
  ...places
    .filter(({ formatted }) => !formatted)
    .map(({ daemon, directory }) =>
      change('create', `BeeGFS ${daemon === 'beegfs-meta' ? 'metadata' : 'storage'} target`, undefined, directory),
    ),
];

type PlacesReady = {
  /** This node's part without the places that have a problem. */
  readonly serving: Beegfs;
  readonly problems: readonly Problem[];
};

/** Sets up what is empty. Never on the root: a place whose disk is not mounted is a problem. */
export const setUpPlaces = async (
  profile: Profile,
  cluster: Beegfs,
  system: System,
  note: Note,
): Promise<Result<PlacesReady>> => {
  const seen = await readPlaces(profile, cluster, system);
  if (!seen.ok) return seen;
  const { places, management } = seen.value;
  // Without its database the whole cluster stands still, the other disks of this node, too.
  if (management === 'empty') {
    if (!(await isMountedAt(system, statePath))) return fail(notMounted(statePath, 'cluster.state'));
    await system.makeDirectory(managementDirectory, { mode: 0o700 });
    const made = await system.run(setupManagement(cluster), { timeoutMs: 60_000 });
    if (made.exitCode !== 0) return fail(setupFailed(managementDirectory, made));
    note(`management database made in ${managementDirectory}`);
  }
  const taken = places.flatMap(({ target }) => target ?? []);
  const problems = [...seen.value.problems];
  const ready: string[] = [];
  const [unread] = [
    ...places.filter(({ mount }) => mount === undefined).map(({ mountpoint }) => mountpoint),
    ...problems.flatMap(({ path }) => path ?? []),
  ];
  for (const place of places) {
    const numbers =
      unread === undefined || place.daemon === 'beegfs-meta' ? ok(taken) : fail(notCounted(place, unread));
    const made = await setUp(profile, cluster, system, place, numbers, note);
    if (made.ok) ready.push(place.mountpoint);
    else problems.push(made.problem);
  }
  return ok({ serving: servedFrom(cluster, ready), problems });
};

const setUp = async (
  profile: Profile,
  cluster: Beegfs,
  system: System,
  place: PlaceSeen,
  taken: Result<number[]>,
  note: Note,
): Promise<Result<undefined>> => {
  if (place.mount === undefined) return fail(notMounted(place.mountpoint, place.path));
  if (place.formatted) return ok(undefined);
  const node = numberOrProblem(profile, cluster);
  if (!node.ok) return node;
  if (!taken.ok) return taken;
  const target = place.daemon === 'beegfs-meta' ? undefined : freeTargetNumber(node.value, taken.value);
  if (target !== undefined) taken.value.push(target);
  const made = await system.run(setupServer(place, node.value, target), { timeoutMs: 60_000 });
  if (made.exitCode !== 0) return fail(setupFailed(place.directory, made));
  note(`${place.directory}: node ${node.value}${target === undefined ? '' : `, target ${target}`}`);
  return ok(undefined);
};

const numberOrProblem = (profile: Profile, cluster: Beegfs): Result<number> => {
  const number = numberOf(profile, cluster);
  return number === undefined ? fail(notNumbered(profile)) : ok(number);
};
