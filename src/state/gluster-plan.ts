// What a node of a GlusterFS cluster lacks of its profile, from what glusterd and the disks say: changes, or what is in the way.
import { type Change, change } from './change.ts';
import { describeLayout, describeVolume, isOfLayout, isRedundant, setSize } from './gluster-layout.ts';
import { type Gluster, isInVolume, isServer, ownPeer, wantedPeers, wantedVolume } from './gluster-node.ts';
import * as problems from './gluster-problems.ts';
import { type GlusterReading, type OwnBrick, othersIn, ownUuid, type Volume } from './gluster-reading.ts';
import { fail, ok, type Problem, type Result } from './problem.ts';
import type { Profile } from './profile.ts';

/** While the daemon does not run, all that may turn out to be needed: an apply may do less than its plan, never more. */
export const planGluster = (profile: Profile, cluster: Gluster, reading: GlusterReading): Result<readonly Change[]> => {
  const problem = obstacleTo(profile, cluster, reading);
  if (problem !== undefined) return fail(problem);
  const server = isServer(profile, cluster)
    ? [
        ...daemonChanges(reading),
        ...peerChanges(profile, cluster, reading),
        ...clearings(profile, reading),
        ...volumeChanges(cluster, reading),
        ...settingChanges(profile, cluster, reading),
        ...brickChanges(cluster, reading),
      ]
    : [];
  return ok([...server, ...mountChanges(cluster, reading)]);
};

const obstacleTo = (profile: Profile, cluster: Gluster, reading: GlusterReading): Problem | undefined => {
  const server = isServer(profile, cluster);
  if (server && !reading.installed.server) return problems.notInstalled('glusterd');
  if (cluster.mount !== undefined && !reading.installed.client) return problems.notInstalled('mount.glusterfs');
  const { mounted } = reading;
  if (cluster.mount !== undefined && mounted !== undefined && !isOurMount(cluster, reading))
    return problems.mountpointInUse(cluster.mount, mounted.source);
  if (!server) return undefined;
  if (reading.foreignState) return problems.foreignState();
  return poolObstacle(profile, cluster, reading) ?? volumeObstacle(profile, cluster, reading);
};

const poolObstacle = (profile: Profile, cluster: Gluster, reading: GlusterReading): Problem | undefined => {
  const { pool = [], addresses, others } = reading;
  const uuid = ownUuid(pool);
  const clone = others.find((other) => uuid !== undefined && ownUuid(other.pool ?? []) === uuid);
  if (clone !== undefined && uuid !== undefined) return problems.clonedIdentity(clone.name, uuid);
  const wanted = wantedPeers(cluster, ownPeer(profile, cluster, reading), pool, addresses);
  const known = othersIn(pool);
  const isOther =
    known.length > 0 &&
    wanted.length > 0 &&
    // A name that leads nowhere may well be one of the pool's.
    wanted.every(({ name, peer }) => peer === undefined && (addresses.get(name)?.length ?? 0) > 0);
  return isOther
    ? problems.otherCluster(
        known.map(({ names }) => names[0] ?? ''),
        wanted.map(({ name }) => name),
      )
    : undefined;
};

const volumeObstacle = (profile: Profile, cluster: Gluster, reading: GlusterReading): Problem | undefined => {
  const { volumes, bricks } = reading;
  const { volume: layout, peers } = cluster;
  const total = peers.length * bricks.length;
  const volume = wantedVolume(cluster, volumes ?? []);
  if (layout !== undefined && volume === undefined && total % setSize(layout) !== 0)
    return problems.uneven(total, setSize(layout));
  if (layout !== undefined && volume !== undefined && !isOfLayout(volume, layout))
    return problems.otherLayout(
      volume.name,
      describeVolume(volume),
      describeLayout(layout, total).split(' over ')[0] ?? '',
    );
  const lost = volume === undefined || isRedundant(volume) ? undefined : emptied(reading, volume)[0];
  if (volume !== undefined && lost !== undefined) return problems.brickLost(lost, volume.name);
  const taken = bricks.find(
    ({ volumeId }) =>
      volumeId !== undefined && volumes?.some(({ id }) => id === volumeId && id !== volume?.id) === true,
  );
  if (layout !== undefined && taken !== undefined) return problems.brickInUse(taken, nameOf(volumes, taken.volumeId));
  const foreign = isWhole(profile, cluster, reading) ? foreignBricks(reading) : [];
  const kept = foreign.find(({ serial }) => !mayWipe(profile, serial));
  return kept === undefined ? undefined : problems.brickOfOther(kept);
};

const nameOf = (volumes: readonly Volume[] = [], wanted: string | undefined): string =>
  volumes.find(({ id }) => id === wanted)?.name ?? '';

const mayWipe = ({ wipe = [] }: Profile, serial: string): boolean => wipe.includes(serial);

/** All peers of the profile are members of the pool. */
const isWhole = (profile: Profile, cluster: Gluster, reading: GlusterReading): boolean => {
  const { pool, addresses } = reading;
  if (pool === undefined) return false;
  const wanted = wantedPeers(cluster, ownPeer(profile, cluster, reading), pool, addresses);
  return wanted.every(({ peer }) => peer?.member === true);
};

/** Bricks of this node that carry a volume which nobody in this pool knows; none while that is not sure. */
export const foreignBricks = ({
  bricks,
  knownVolumes: known,
}: Pick<GlusterReading, 'bricks' | 'knownVolumes'>): readonly OwnBrick[] =>
  bricks.filter(({ volumeId }) => volumeId !== undefined && known?.some(({ id }) => id === volumeId) === false);

type Bricks = Pick<GlusterReading, 'bricks' | 'pool'>;

/** Bricks of the volume whose disk was replaced: mounted, and without anything of the volume. */
export const emptied = ({ bricks, pool = [] }: Bricks, volume: Volume): readonly OwnBrick[] =>
  bricks.filter(
    (brick) => brick.mounted && brick.empty && brick.volumeId === undefined && isInVolume(volume, ownUuid(pool), brick),
  );

/** Bricks that nobody serves. glusterd itself waits for a peer before it starts bricks, so as to serve nothing outdated: so do we. */
export const idleBricks = ({ bricks, pool = [] }: Bricks, volume: Volume): readonly OwnBrick[] => {
  const others = othersIn(pool);
  const mayServe = others.length === 0 || others.some(({ connected }) => connected);
  if (volume.state !== 'started' || !mayServe) return [];
  return bricks.filter(
    (brick) => !brick.served && brick.volumeId === volume.id && isInVolume(volume, ownUuid(pool), brick),
  );
};

const daemonChanges = ({ stateBound, unitsWritten, daemon }: GlusterReading): readonly Change[] => [
  ...(stateBound && unitsWritten ? [] : [change('update', 'state of glusterd', undefined, 'kept on its disk')]),
  ...(daemon === 'active' ? [] : [change('run', 'glusterd.service', undefined, 'active')]),
];

const peerChanges = (profile: Profile, cluster: Gluster, reading: GlusterReading): readonly Change[] =>
  wantedPeers(cluster, ownPeer(profile, cluster, reading), reading.pool ?? [], reading.addresses)
    .filter(({ peer }) => peer?.member !== true)
    .map(({ name }) => change('create', `peer ${name}`, undefined, 'in the pool'));

const clearings = (profile: Profile, reading: GlusterReading): readonly Change[] =>
  foreignBricks(reading)
    .filter(({ serial }) => mayWipe(profile, serial))
    .map(({ serial, volumeId, mountpoint }) => ({
      ...change('update', `disk ${serial}`, `brick of volume ${volumeId}`, `cleared, brick at ${mountpoint}`),
      destroysData: true,
    }));

const volumeChanges = (cluster: Gluster, { volumes = [], bricks }: GlusterReading): readonly Change[] => {
  const { volume: layout, peers } = cluster;
  if (layout === undefined) return [];
  const volume = wantedVolume(cluster, volumes);
  // One that somebody stopped is theirs to start again.
  if (volume !== undefined && volume.state !== 'created') return [];
  const after = `started, ${describeLayout(layout, peers.length * bricks.length)}`;
  return [change(volume === undefined ? 'create' : 'update', `volume ${layout.name}`, volume?.state, after)];
};

const settingChanges = (profile: Profile, cluster: Gluster, reading: GlusterReading): readonly Change[] => {
  const { volume: layout, peers } = cluster;
  if (layout === undefined || ownPeer(profile, cluster, reading) !== peers[0]) return [];
  const settings = wantedVolume(cluster, reading.volumes ?? [])?.settings;
  return (layout.settings ?? [])
    .filter(({ name, value }) => settings?.get(name) !== value)
    .map(({ name, value }) => {
      const before = settings?.get(name);
      return change(before === undefined ? 'create' : 'update', `volume ${layout.name} ${name}`, before, value);
    });
};

const brickChanges = (cluster: Gluster, reading: GlusterReading): readonly Change[] => {
  const volume = wantedVolume(cluster, reading.volumes ?? []);
  if (volume === undefined) return [];
  return [
    ...emptied(reading, volume).map(({ path }) =>
      change('update', `brick ${path}`, 'empty', 'filled from the other bricks'),
    ),
    ...idleBricks(reading, volume).map(({ path }) => change('run', `brick ${path}`, 'offline', 'online')),
  ];
};

const isOurMount = ({ volume }: Gluster, { mounted }: GlusterReading): boolean =>
  mounted?.type === 'fuse.glusterfs' && (volume === undefined || mounted.source.endsWith(`:/${volume.name}`));

const mountChanges = ({ mount, volume, peers }: Gluster, { mounted }: GlusterReading): readonly Change[] =>
  mount === undefined || mounted !== undefined
    ? []
    : [change('create', `mount ${mount}`, undefined, volume?.name ?? `the volume of ${peers.join(', ')}`)];
