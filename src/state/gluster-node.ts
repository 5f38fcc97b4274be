// What a profile makes of this node in a GlusterFS cluster: its own name among the peers, its bricks, and who of the pool is meant by a name.
import { statePath } from './data-disks.ts';
import type { GlusterReading, OwnBrick, Peer, Volume } from './gluster-reading.ts';
import { othersIn } from './gluster-reading.ts';
import { isOneOfUs } from './own-names.ts';
import type { Profile } from './profile.ts';
import type { ClusterOf } from './profile-cluster.ts';
import { isAddress } from './profile-values.ts';

export type Gluster = ClusterOf<'gluster'>;

/** Where glusterd keeps what it knows, and where that comes from. */
export const daemonPath = '/var/lib/glusterd';
export const daemonState = `${statePath}/glusterd`;

/** Never the mountpoint itself: where the disk is missing, the directory is missing too, and nothing is written beside it. */
export const brickPath = (mountpoint: string): string => `${mountpoint}/brick`;

export const isServer = (profile: Profile, { bricks = [], peers }: Gluster): boolean =>
  bricks.length > 0 || peers.some((peer) => isOneOfUs(profile, peer));

/** The peer of the profile that this node is: by its names, else by its addresses. */
export const ownPeer = (
  profile: Profile,
  { peers }: Gluster,
  { addresses, ownAddresses }: Pick<GlusterReading, 'addresses' | 'ownAddresses'>,
): string | undefined =>
  peers.find((peer) => isOneOfUs(profile, peer)) ??
  peers.find((peer) => addresses.get(peer)?.some((address) => ownAddresses.includes(address)) === true);

/** By name, else by an address that both names lead to: a pool knows a peer that called it by its address only. */
export const peerNamed = (
  pool: readonly Peer[],
  name: string,
  addresses: GlusterReading['addresses'],
): Peer | undefined => {
  const leads = (to: string): readonly string[] => (isAddress(to) ? [to] : (addresses.get(to) ?? []));
  const wanted = leads(name);
  const others = othersIn(pool);
  return (
    others.find(({ names }) => names.some((known) => known.toLowerCase() === name.toLowerCase())) ??
    others.find(({ names }) => names.some((known) => leads(known).some((at) => wanted.includes(at))))
  );
};

export type WantedPeer = { readonly name: string; readonly peer: Peer | undefined };

/** The other peers of the profile, each with what the pool says of it. */
export const wantedPeers = (
  { peers }: Gluster,
  own: string | undefined,
  pool: readonly Peer[],
  addresses: GlusterReading['addresses'],
): readonly WantedPeer[] =>
  peers.filter((name) => name !== own).map((name) => ({ name, peer: peerNamed(pool, name, addresses) }));

/** Part of the volume by the UUID of this node and its path. */
export const isInVolume = (volume: Volume, uuid: string | undefined, { path }: OwnBrick): boolean =>
  volume.bricks.some((brick) => brick.peer === uuid && brick.path === path);

/** `undefined`: the profile names none, and there is not exactly one to take. */
export const wantedVolume = ({ volume }: Gluster, volumes: readonly Volume[]): Volume | undefined => {
  const [only, ...more] = volumes;
  if (volume === undefined) return more.length === 0 ? only : undefined;
  return volumes.find(({ name }) => name === volume.name);
};
