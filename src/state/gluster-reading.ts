// What glusterd and its neighbours say, as values: what plans and displays are made from.

export type Peer = {
  /** Names change, this does not. */
  readonly uuid: string;
  /** All names and addresses by which the daemon that was asked knows it; `localhost` is that daemon itself. */
  readonly names: readonly string[];
  /** Said also of a host whose cable was pulled a moment ago. */
  readonly connected: boolean;
  /** False while it is on its way into the pool. */
  readonly member: boolean;
};

export type VolumeBrick = {
  /** `stor-01:/bricks/b1/brick` */
  readonly name: string;
  readonly path: string;
  /** UUID of its peer. */
  readonly peer: string;
  readonly arbiter: boolean;
};

export type Volume = {
  readonly name: string;
  readonly id: string;
  readonly state: 'created' | 'started' | 'stopped';
  /** As glusterd writes it: `Distributed-Replicate`. */
  readonly type: string;
  readonly replica: number;
  readonly arbiter: number;
  readonly disperse: number;
  readonly redundancy: number;
  readonly bricks: readonly VolumeBrick[];
  readonly settings: ReadonlyMap<string, string>;
};

/** One process that serves a volume. */
export type VolumeProcess = {
  readonly kind: 'brick' | 'self-heal' | 'other';
  /** UUID of its peer. */
  readonly peer: string;
  readonly host: string;
  readonly path: string;
  readonly online: boolean;
  readonly port: number | undefined;
  readonly size: number | undefined;
  readonly free: number | undefined;
};

/** Undefined numbers: the brick could not be asked. */
export type HealBacklog = {
  readonly brick: string;
  readonly entries: number | undefined;
  readonly splitBrain: number | undefined;
};

/** Mean in milliseconds since profiling began; undefined: nothing of that kind was asked of the brick. */
export type BrickLatency = {
  readonly brick: string;
  readonly read: number | undefined;
  readonly write: number | undefined;
};

/** What lies in the brick directory of this node, or would. */
export type OwnBrick = {
  /** Where its disk is mounted. */
  readonly mountpoint: string;
  readonly serial: string;
  /** `<mountpoint>/brick` */
  readonly path: string;
  readonly mounted: boolean;
  /** Nothing lies in it, or it is not there. */
  readonly empty: boolean;
  /** Of the volume that it is part of, or was once. */
  readonly volumeId: string | undefined;
  /** Whether a daemon serves it. */
  readonly served: boolean;
};

/** Another peer of the profile, as it answers for itself. */
export type OtherPeer = {
  readonly name: string;
  /** Undefined: glusterd does not answer there. */
  readonly pool: readonly Peer[] | undefined;
};

export type GlusterReading = {
  readonly installed: { readonly server: boolean; readonly client: boolean };
  /** `/var/lib/glusterd` comes from the disk. */
  readonly stateBound: boolean;
  /** Somebody else's pool is in `/var/lib/glusterd` where no disk is bound there yet. */
  readonly foreignState: boolean;
  readonly unitsWritten: boolean;
  readonly daemon: 'active' | 'not active';
  /** Of this node; undefined while its daemon does not answer. */
  readonly pool: readonly Peer[] | undefined;
  readonly volumes: readonly Volume[] | undefined;
  /** Of the whole pool; undefined while a peer is silent, or where no brick makes it worth asking. */
  readonly knownVolumes: readonly Volume[] | undefined;
  readonly bricks: readonly OwnBrick[];
  /** Addresses by name: of the profile's peers and of all names in the pool. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  readonly ownAddresses: readonly string[];
  /** Asked only while the pool is not whole. */
  readonly others: readonly OtherPeer[];
  /** What is mounted where the profile wants the volume: its source, `stor-01:/tank`. */
  readonly mounted: { readonly source: string; readonly type: string } | undefined;
};

/** Of this node. */
export const ownUuid = (pool: readonly Peer[]): string | undefined =>
  pool.find(({ names }) => names.includes('localhost'))?.uuid;

export const othersIn = (pool: readonly Peer[]): readonly Peer[] =>
  pool.filter(({ names }) => !names.includes('localhost'));
