// Reads what the plan of a GlusterFS node is made from: its own daemon and disks, and while its pool is not whole the other peers.
import { daemonPath, type Gluster, isServer, ownPeer, wantedPeers } from '../../state/gluster-node.ts';
import type { GlusterAnswer } from '../../state/gluster-output.ts';
import {
  type GlusterReading,
  type OtherPeer,
  type OwnBrick,
  othersIn,
  type Peer,
  type Volume,
} from '../../state/gluster-reading.ts';
import { daemonDropIn, renderDaemonDropIn, stateMount } from '../../state/gluster-units.ts';
import { mountUnitName, renderMountUnit } from '../../state/mount-unit.ts';
import type { Profile } from '../../state/profile.ts';
import type { Reader } from '../../system/system.ts';
import { parseMountInfo } from '../mount-info.ts';
import { readAddresses, readOwnAddresses } from './addresses.ts';
import { askPool, askPoolOf, askVolumes } from './ask.ts';
import { readOwnBricks } from './bricks.ts';
import { readKnownVolumes } from './known-volumes.ts';

const unitFolder = '/run/systemd/system';

export const readGlusterNode = async (reader: Reader, profile: Profile, cluster: Gluster): Promise<GlusterReading> => {
  const server = isServer(profile, cluster);
  const mounts = parseMountInfo((await reader.readText('/proc/self/mountinfo')) ?? '');
  const active = server && (await isActive(reader, 'glusterd.service'));
  const [pool, volumes] = active
    ? await Promise.all([askPool(reader).then(answered), askVolumes(reader).then(answered)])
    : [undefined, undefined];
  const bricks = server ? await readOwnBricks(reader, cluster) : [];
  const names = [...cluster.peers, ...othersIn(pool ?? []).flatMap((peer) => peer.names)];
  const [addresses, ownAddresses] = await Promise.all([readAddresses(reader, names), readOwnAddresses(reader)]);
  const reading: GlusterReading = {
    installed: {
      server: (await reader.stat('/usr/sbin/glusterd')) !== undefined,
      client: (await reader.stat('/usr/sbin/mount.glusterfs')) !== undefined,
    },
    stateBound: mounts.some(({ where }) => where === daemonPath),
    foreignState:
      !mounts.some(({ where }) => where === daemonPath) && (await reader.list(`${daemonPath}/peers`)).length > 0,
    unitsWritten: await areUnitsWritten(reader, cluster),
    daemon: active ? 'active' : 'not active',
    pool,
    volumes,
    knownVolumes: await readKnown(reader, pool, volumes, bricks),
    bricks,
    addresses,
    ownAddresses,
    others: [],
    mounted: mounts.findLast(({ where }) => where === cluster.mount),
  };
  const own = ownPeer(profile, cluster, reading);
  const absent = wantedPeers(cluster, own, pool ?? [], addresses).filter(({ peer }) => peer?.member !== true);
  return pool === undefined
    ? reading
    : {
        ...reading,
        others: await askOthers(
          reader,
          absent.map(({ name }) => name),
        ),
      };
};

/** What the peers say of themselves. */
export const askOthers = (reader: Reader, names: readonly string[]): Promise<readonly OtherPeer[]> =>
  Promise.all(names.map(async (name) => ({ name, pool: answered(await askPoolOf(reader, name)) })));

const readKnown = async (
  reader: Reader,
  pool: readonly Peer[] | undefined,
  volumes: readonly Volume[] | undefined,
  bricks: readonly OwnBrick[],
): Promise<readonly Volume[] | undefined> => {
  const isStrange = ({ volumeId }: OwnBrick): boolean =>
    volumeId !== undefined && volumes?.some(({ id }) => id === volumeId) === false;
  return pool === undefined || volumes === undefined || !bricks.some(isStrange)
    ? undefined
    : readKnownVolumes(reader, pool, bricks);
};

const areUnitsWritten = async (reader: Reader, cluster: Gluster): Promise<boolean> => {
  const mount = await reader.readText(`${unitFolder}/${mountUnitName(stateMount.where)}`);
  const dropIn = await reader.readText(`${unitFolder}/${daemonDropIn}`);
  return mount === renderMountUnit(stateMount) && dropIn === renderDaemonDropIn(cluster);
};

const isActive = async (reader: Reader, unit: string): Promise<boolean> =>
  (await reader.query(['systemctl', 'is-active', unit], { timeoutMs: 10_000 })).stdout.trim() === 'active';

const answered = <T>(answer: GlusterAnswer<T>): T | undefined => (answer.kind === 'answer' ? answer.value : undefined);
