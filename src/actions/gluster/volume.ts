// The volume of the cluster: made by the first peer once all are connected, waited for by the others, with the settings of the profile.
import { askPool, askVolumes } from '../../probes/gluster/ask.ts';
import { readOwnBricks } from '../../probes/gluster/bricks.ts';
import { readKnownVolumes } from '../../probes/gluster/known-volumes.ts';
import {
  createWords,
  describeLayout,
  describeVolume,
  isOfLayout,
  type WantedLayout,
} from '../../state/gluster-layout.ts';
import { type Gluster, wantedVolume } from '../../state/gluster-node.ts';
import { foreignBricks } from '../../state/gluster-plan.ts';
import { brickOfOther, otherLayout } from '../../state/gluster-problems.ts';
import type { OwnBrick, Volume } from '../../state/gluster-reading.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { order } from './command.ts';
import { poolMark, type Turn, untilDone } from './wait.ts';

/** Another peer clears its brick, or comes up with it, in its own time. */
const mayPass =
  /already part of a volume|is or was a part of|does not exist|not connected|not in .*Peer in Cluster|is down/i;

export const serveVolume = (
  system: System,
  cluster: Gluster,
  own: string | undefined,
  consented: readonly string[],
  note: Note,
): Promise<Result<Volume | undefined>> => {
  const layout = cluster.volume;
  if (layout === undefined) return Promise.resolve(ok(undefined));
  return untilDone(
    async (): Promise<Turn<Volume>> => {
      const asked = await askVolumes(system);
      if (asked.kind !== 'answer') return waiting('glusterd', asked.why, own);
      const volume = wantedVolume(cluster, asked.value);
      const first = cluster.peers[0] ?? '';
      if (volume !== undefined && !isOfLayout(volume, layout))
        return { kind: 'failed', problem: layoutProblem(volume, layout, cluster) };
      if (volume?.state === 'started' || volume?.state === 'stopped') {
        if (volume.state === 'stopped') note(`volume ${volume.name} was stopped by somebody, and is left so`);
        return { kind: 'done', value: volume };
      }
      const cleared = volume === undefined ? await clearBricks(system, cluster, consented, note) : ok(undefined);
      if (!cleared.ok) return { kind: 'failed', problem: cleared.problem };
      if (own !== first) return waiting(`volume ${layout.name}`, `${first} is to make it`, first);
      const done =
        volume === undefined ? await create(system, cluster, layout, note) : await start(system, layout.name, note);
      if (done.ok) return waiting(`volume ${layout.name}`, 'it is about to start', first);
      return mayPass.test(done.problem.summary)
        ? waiting(`volume ${layout.name}`, done.problem.summary, own)
        : { kind: 'failed', problem: done.problem };
    },
    note,
    { mark: poolMark(system) },
  );
};

const waiting = <T>(what: string, why: string, where: string | undefined): Turn<T> => ({
  kind: 'waiting',
  what,
  why,
  remedy: `See /var/log/glusterfs/glusterd.log on ${where ?? 'the first peer'}, and apply there`,
});

const layoutProblem = (volume: Volume, layout: WantedLayout, { peers, bricks = [] }: Gluster): Problem =>
  otherLayout(
    volume.name,
    describeVolume(volume),
    describeLayout(layout, peers.length * bricks.length).split(' over ')[0] ?? '',
  );

const create = async (system: System, { peers, bricks = [] }: Gluster, layout: WantedLayout, note: Note) => {
  const words = createWords(
    layout,
    peers,
    bricks.map(({ path }) => path),
  );
  const made = await order(system, `volume create ${layout.name}`, ['volume', 'create', layout.name, ...words], note);
  if (made.ok) note(`volume ${layout.name} is made: ${words.join(' ')}`);
  return made.ok ? start(system, layout.name, note) : made;
};

const start = (system: System, name: string, note: Note): Promise<Result<undefined>> =>
  order(system, `volume start ${name}`, ['volume', 'start', name], note);

/** Only with the whole pool: a brick of a volume that some peer still knows comes back with that peer. */
const clearBricks = async (
  system: System,
  cluster: Gluster,
  consented: readonly string[],
  note: Note,
): Promise<Result<undefined>> => {
  const bricks = await readOwnBricks(system, cluster);
  // Nobody has to be asked about bricks that were never used.
  if (bricks.every(({ volumeId }) => volumeId === undefined)) return ok(undefined);
  const pool = await askPool(system);
  if (pool.kind !== 'answer' || pool.value.some(({ member }) => !member)) return ok(undefined);
  const knownVolumes = await readKnownVolumes(system, pool.value, bricks);
  for (const brick of foreignBricks({ bricks, knownVolumes })) {
    if (!consented.includes(brick.serial)) return fail(brickOfOther(brick));
    const cleared = await clear(system, brick);
    if (!cleared.ok) return cleared;
    note(`brick of volume ${brick.volumeId} on ${brick.serial} is gone, as the profile's wipe says`);
  }
  return ok(undefined);
};

/** The directory is the brick, with its attributes and all that is in it. */
const clear = async (system: System, { path, serial }: OwnBrick): Promise<Result<undefined>> => {
  const gone = await system.run(['rm', '--recursive', '--one-file-system', '--', path], { timeoutMs: 1_800_000 });
  return gone.exitCode === 0
    ? ok(undefined)
    : fail({
        code: 'gluster/not-cleared',
        summary: `the brick on ${serial} (${path}) could not be cleared: ${gone.stderr.trim().split('\n').at(-1) ?? ''}`,
        remedy: 'See what uses it (`fuser -vm`), then apply again',
      });
};

export const applySettings = async (
  system: System,
  volume: Volume,
  layout: WantedLayout,
  note: Note,
): Promise<Result<undefined>> => {
  for (const { name, value } of layout.settings ?? []) {
    if (volume.settings.get(name) === value) continue;
    const set = await order(
      system,
      `volume set ${volume.name} ${name}`,
      ['volume', 'set', volume.name, name, value],
      note,
    );
    if (!set.ok) return set;
    note(`${name} of ${volume.name} is ${value}`);
  }
  return ok(undefined);
};
