// Reads how the GlusterFS of this node is. Every question has its deadline, so that a peer that hangs costs one row and not the display.

import { setTimeout as pause } from 'node:timers/promises';
import type { ClusterStatus } from '../../state/cluster-status.ts';
import { type GlusterHealth, healsItself, type PeerState, type Told } from '../../state/gluster-health.ts';
import { isProfiled } from '../../state/gluster-latency.ts';
import { type Gluster, isServer, ownPeer, wantedPeers, wantedVolume } from '../../state/gluster-node.ts';
import type { GlusterAnswer } from '../../state/gluster-output.ts';
import { othersIn, ownUuid, type Volume, type VolumeProcess } from '../../state/gluster-reading.ts';
import { daemonDown, glusterStatus } from '../../state/gluster-status.ts';
import type { Profile } from '../../state/profile.ts';
import type { Reader } from '../../system/system.ts';
import { readAddresses, readOwnAddresses } from './addresses.ts';
import { askBrickDetails, askHeal, askLatencies, askPool, askPoolOf, askProcesses, askVolumes } from './ask.ts';
import { readOwnBricks } from './bricks.ts';

const ownMs = 3_000;
const othersMs = 3_000;

/** Undefined on a node that serves nothing of it. */
export const readGluster = async (reader: Reader, profile: Profile): Promise<ClusterStatus | undefined> => {
  const { cluster } = profile;
  if (cluster?.filesystem !== 'gluster' || !isServer(profile, cluster)) return undefined;
  const [pool, volumes] = await Promise.all([askPool(reader, ownMs), askVolumes(reader, ownMs)]);
  if (pool.kind !== 'answer') return daemonDown(cluster, pool.why);
  const volume = volumes.kind === 'answer' ? wantedVolume(cluster, volumes.value) : undefined;
  const [peers, bricks, { processes, latencies }, heal] = await Promise.all([
    readPeers(reader, profile, cluster, pool.value),
    readOwnBricks(reader, cluster),
    volume?.state === 'started' ? readServing(reader, volume) : notServing,
    volume?.state === 'started' && healsItself(volume)
      ? askHeal(reader, volume.name, othersMs).then(toldOf)
      : silent('there is no started volume'),
  ]);
  return glusterStatus(cluster, {
    peers,
    uuid: ownUuid(pool.value),
    volume,
    processes,
    served: new Map(bricks.map(({ path, served }) => [path, served])),
    heal,
    latencies,
  });
};

/** A peer that was unplugged is still called connected: only an answer of its own is one. */
const readPeers = async (
  reader: Reader,
  profile: Profile,
  cluster: Gluster,
  pool: Parameters<typeof ownUuid>[0],
): Promise<GlusterHealth['peers']> => {
  const names = [...cluster.peers, ...othersIn(pool).flatMap((peer) => peer.names)];
  const [addresses, ownAddresses] = await Promise.all([readAddresses(reader, names), readOwnAddresses(reader)]);
  const own = ownPeer(profile, cluster, { addresses, ownAddresses });
  return Promise.all(
    wantedPeers(cluster, own, pool, addresses).map(async ({ name, peer }): Promise<PeerState> => {
      if (peer === undefined || !peer.member) return { name, peer, state: 'not in the pool' };
      if (!peer.connected) return { name, peer, state: 'disconnected' };
      const answer = await askPoolOf(reader, peer.names[0] ?? name);
      return { name, peer, state: answer.kind === 'answer' ? 'answers' : 'silent' };
    }),
  );
};

type Serving = Pick<GlusterHealth, 'processes' | 'latencies'>;

/** One after the other: the pool does one thing at a time, and would refuse the second. */
const readServing = async (reader: Reader, volume: Volume): Promise<Serving> => {
  const processes = await readProcesses(reader, volume);
  const measured = isProfiled(volume) && processes.kind === 'told';
  const answer = measured ? await askWhenFree(() => askLatencies(reader, volume.name, othersMs)) : undefined;
  return { processes, latencies: answer?.kind === 'answer' ? answer.value : [] };
};

const readProcesses = async (reader: Reader, { name }: Volume): Promise<Told<readonly VolumeProcess[]>> => {
  const plain = await askWhenFree(() => askProcesses(reader, name, othersMs));
  if (plain.kind !== 'answer') return silent(plain.why);
  const details = await askWhenFree(() => askBrickDetails(reader, name, othersMs));
  const sized = details.kind === 'answer' ? details.value : [];
  return {
    kind: 'told',
    value: plain.value.map((process) => {
      const detail = sized.find(({ peer, path }) => peer === process.peer && path === process.path);
      return detail === undefined ? process : { ...process, size: detail.size, free: detail.free };
    }),
  };
};

/** Three nodes whose displays ask at once get into each other's way: the second try comes after the others. */
const askWhenFree = async <T>(question: () => Promise<GlusterAnswer<T>>): Promise<GlusterAnswer<T>> => {
  const answer = await question();
  if (answer.kind !== 'refused') return answer;
  await pause(200 + Math.random() * 300);
  return question();
};

const notServing: Serving = { processes: { kind: 'silent', why: 'there is no started volume' }, latencies: [] };

const silent = (why: string): { readonly kind: 'silent'; readonly why: string } => ({ kind: 'silent', why });

const toldOf = <T>(answer: GlusterAnswer<T>): Told<T> =>
  answer.kind === 'answer' ? { kind: 'told', value: answer.value } : silent(answer.why);
