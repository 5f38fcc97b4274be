// How well a volume is served: which bricks are online, and what each set of them can still bear.
import { describeVolume } from './gluster-layout.ts';
import type { BrickLatency, HealBacklog, Peer, Volume, VolumeBrick, VolumeProcess } from './gluster-reading.ts';

/** What was asked and did not answer is unknown with its reason. */
export type Told<T> = { readonly kind: 'told'; readonly value: T } | { readonly kind: 'silent'; readonly why: string };

export type PeerState = {
  readonly name: string;
  /** `silent`: connected by its own word and without an answer, as when its cable was pulled. */
  readonly state: 'answers' | 'silent' | 'disconnected' | 'not in the pool';
  readonly peer: Peer | undefined;
};

export type GlusterHealth = {
  /** Others of the profile. */
  readonly peers: readonly PeerState[];
  readonly uuid: string | undefined;
  readonly volume: Volume | undefined;
  readonly processes: Told<readonly VolumeProcess[]>;
  /** Of this node, by path: known without asking anybody. */
  readonly served: ReadonlyMap<string, boolean>;
  readonly heal: Told<readonly HealBacklog[]>;
  /** Empty unless somebody measures. */
  readonly latencies: readonly BrickLatency[];
};

export type BrickState = { readonly brick: VolumeBrick; readonly state: 'online' | 'down' | 'unknown' };

export const brickStates = (volume: Volume, { uuid, served, processes, peers }: GlusterHealth): readonly BrickState[] =>
  volume.bricks.map((brick) => {
    const here = brick.peer === uuid ? served.get(brick.path) : undefined;
    if (here !== undefined) return { brick, state: here ? 'online' : 'down' };
    const peer = peers.find((each) => each.peer?.uuid === brick.peer);
    if (peer !== undefined && peer.state !== 'answers') return { brick, state: 'down' };
    const process =
      processes.kind === 'told'
        ? processes.value.find((each) => each.kind === 'brick' && each.peer === brick.peer && each.path === brick.path)
        : undefined;
    return { brick, state: process === undefined ? 'unknown' : process.online ? 'online' : 'down' };
  });

/** On nodes that the profile does not name. None while it is not known who is who. */
export const strayBricks = (volume: Volume, { uuid, peers }: GlusterHealth): readonly VolumeBrick[] =>
  peers.some(({ peer }) => peer === undefined)
    ? []
    : volume.bricks.filter(({ peer }) => peer !== uuid && peers.every((each) => each.peer?.uuid !== peer));

/** Bricks that a set may be without: a majority of copies goes on, of two copies either; pieces as the redundancy says. */
export const bearable = ({ replica, disperse, redundancy }: Volume): number => {
  if (disperse > 0) return redundancy;
  return replica === 2 ? 1 : Math.ceil(replica / 2) - 1;
};

export type Service = 'whole' | 'reduced' | 'unreachable';

/** Only what is known to be down counts. */
export const serviceOf = (volume: Volume, states: readonly BrickState[]): Service => {
  const size = Math.max(volume.disperse, volume.replica, 1);
  const down: number[] = [];
  for (const [index, { state }] of states.entries())
    if (state === 'down') down[Math.floor(index / size)] = (down[Math.floor(index / size)] ?? 0) + 1;
  if (Object.values(down).some((count) => count > bearable(volume))) return 'unreachable';
  return Object.values(down).length > 0 ? 'reduced' : 'whole';
};

/** Each entry is listed by every brick that holds it: the longest list is the nearest to their number. */
export const backlog = (heal: readonly HealBacklog[]): { readonly entries: number; readonly splitBrain: number } => ({
  entries: Math.max(0, ...heal.map(({ entries }) => entries ?? 0)),
  splitBrain: Math.max(0, ...heal.map(({ splitBrain }) => splitBrain ?? 0)),
});

/** Only copies and pieces can be healed. */
export const healsItself = (volume: Volume): boolean => describeVolume(volume) !== 'distribute';
