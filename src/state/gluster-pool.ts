// Who brings a node into the pool: decided from what each daemon says of itself, so that no two pools come to be and no identity is lost.
import { type Gluster, peerNamed, wantedPeers } from './gluster-node.ts';
import * as problems from './gluster-problems.ts';
import { type GlusterReading, othersIn, ownUuid, type Peer } from './gluster-reading.ts';
import type { Problem } from './problem.ts';

export type PoolMove =
  | { readonly kind: 'whole' }
  /** Takes those peers into the pool. */
  | { readonly kind: 'probe'; readonly names: readonly string[] }
  /** The pool knows this node under an identity that it has lost with its disk. */
  | { readonly kind: 'restore'; readonly uuid: string; readonly members: readonly Peer[]; readonly from: string }
  | { readonly kind: 'wait'; readonly what: string; readonly why: string; readonly remedy: string }
  | { readonly kind: 'refuse'; readonly problem: Problem };

type Seen = Pick<GlusterReading, 'addresses' | 'ownAddresses' | 'others'> & {
  readonly pool: readonly Peer[];
  /** Where this node's own name leads, for the others' words about it. */
  readonly own: string | undefined;
};

export const nextPoolMove = (cluster: Gluster, seen: Seen): PoolMove => {
  const { pool, own, addresses, ownAddresses, others } = seen;
  const names = misplacedNames(cluster, own, addresses, ownAddresses);
  if (names !== undefined) return { kind: 'refuse', problem: names };
  const uuid = ownUuid(pool);
  const clone = others.find((other) => uuid !== undefined && ownUuid(other.pool ?? []) === uuid);
  if (clone !== undefined) return { kind: 'refuse', problem: problems.clonedIdentity(clone.name, uuid ?? '') };

  const wanted = wantedPeers(cluster, own, pool, addresses);
  const absent = wanted.filter(({ peer }) => peer === undefined).map(({ name }) => name);
  const unfinished = wanted.find(({ peer }) => peer !== undefined && !peer.member);
  if (absent.length === 0)
    return unfinished === undefined ? { kind: 'whole' } : waitFor(unfinished.name, 'it is on its way in');

  const alone = othersIn(pool).length === 0;
  const lost = alone ? findOwnRecord(seen) : undefined;
  if (lost !== undefined) return lost;
  return alone && (own !== cluster.peers[0] || others.some(hasPool))
    ? waitToBeTaken(cluster, seen)
    : takeIn(cluster, absent, seen);
};

/** The first that is there of the profile's order takes the others in; the rest wait, so that no two do it at once. */
const takeIn = (cluster: Gluster, absent: readonly string[], { pool, own, addresses, others }: Seen): PoolMove => {
  const leader = cluster.peers.find((name) => name === own || peerNamed(pool, name, addresses)?.connected === true);
  const answering = absent.flatMap(
    (name) => others.find((other) => other.name === name && other.pool !== undefined) ?? [],
  );
  const known = new Set(pool.map(({ uuid }) => uuid));
  // One that knows somebody of ours is being taken in just now.
  const stranger = answering.find((other) => hasPool(other) && !other.pool?.some(({ uuid }) => known.has(uuid)));
  if (stranger !== undefined)
    return {
      kind: 'refuse',
      problem: problems.inAnotherPool(
        stranger.name,
        othersIn(stranger.pool ?? []).map(({ names }) => names[0] ?? ''),
      ),
    };
  const next = answering.filter((other) => !hasPool(other)).map(({ name }) => name);
  if (next.length === 0)
    return waitFor(
      absent[0] ?? '',
      answering.length > 0 ? 'it is on its way in' : 'glusterd does not answer there (port 24007)',
    );
  return leader === own
    ? { kind: 'probe', names: next }
    : waitFor(next[0] ?? '', `${leader ?? 'another peer'} is to take it in`);
};

const hasPool = ({ pool }: { readonly pool: readonly Peer[] | undefined }): boolean => othersIn(pool ?? []).length > 0;

/** Of a peer that has been called and has not answered yet. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** A pool that this node was part of: its state was lost, and the others remember its UUID. */
const findOwnRecord = ({ pool: ownPool, others, own, addresses, ownAddresses }: Seen): PoolMove | undefined => {
  for (const { name, pool } of others) {
    if (pool === undefined || own === undefined) continue;
    const at = new Map(addresses).set(own, [...(addresses.get(own) ?? []), ...ownAddresses]);
    const record = peerNamed(pool, own, at);
    if (record === undefined || record.uuid === nobody) continue;
    const isTheSame = record.uuid === ownUuid(ownPool);
    // On its way in; else it has its UUID back and was interrupted before it had its peers.
    if (isTheSame && !record.member) continue;
    // Whoever answers at the old address counts as connected, this node with its new identity too: where its name leads decides.
    const leadsHere = addresses.get(own)?.some((address) => ownAddresses.includes(address)) === true;
    if (!isTheSame && record.connected && !leadsHere)
      return waitFor('the pool', `${name} still sees a node of this name with the UUID ${record.uuid}`);
    return { kind: 'restore', uuid: record.uuid, from: name, members: pool.filter(({ uuid }) => uuid !== record.uuid) };
  }
  return undefined;
};

const waitToBeTaken = (cluster: Gluster, { others, own }: Seen): PoolMove => {
  const member = others.find(hasPool)?.name ?? cluster.peers[0] ?? '';
  const answers = others.some(({ name, pool }) => name === member && pool !== undefined);
  return {
    kind: 'wait',
    what: `${member} to take this node into the pool`,
    why: answers ? 'it has not done so yet' : 'glusterd does not answer there (port 24007)',
    remedy: `Apply a profile on ${member} whose cluster.peers name ${own ?? 'this node'}, and see that the two reach each other`,
  };
};

const waitFor = (name: string, why: string): PoolMove => ({
  kind: 'wait',
  what: name === 'the pool' ? name : `peer ${name}`,
  why,
  remedy: `See that ${name} is up, has its profile applied and is reached from here, then apply again`,
});

/** The loopback counts as nowhere: a node's own name may lead there. */
const misplacedNames = (
  { peers }: Gluster,
  own: string | undefined,
  addresses: GlusterReading['addresses'],
  ownAddresses: readonly string[],
): Problem | undefined => {
  if (ownAddresses.length === 0) return undefined;
  for (const name of peers) {
    const leads = addresses.get(name) ?? [];
    const here = leads.find((address) => ownAddresses.includes(address));
    if (name === own && leads.length > 0 && here === undefined) return problems.nameElsewhere(name, leads);
    if (name !== own && here !== undefined) return problems.sameMachine(name, here);
  }
  return undefined;
};
