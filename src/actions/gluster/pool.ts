// Brings this node and its peers into one pool: takes others in, or waits until it is taken in.
import { readAddresses, readOwnAddresses } from '../../probes/gluster/addresses.ts';
import { askPool, listens } from '../../probes/gluster/ask.ts';
import { askOthers } from '../../probes/gluster/node.ts';
import { daemonState, type Gluster, ownPeer, wantedPeers } from '../../state/gluster-node.ts';
import { nextPoolMove } from '../../state/gluster-pool.ts';
import { type OtherPeer, othersIn, type Peer } from '../../state/gluster-reading.ts';
import { fail, ok, type Result } from '../../state/problem.ts';
import type { Profile } from '../../state/profile.ts';
import type { System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { order } from './command.ts';
import { startDaemon } from './daemon.ts';
import { poolMark, type Turn, untilDone } from './wait.ts';

export const joinPool = (system: System, profile: Profile, cluster: Gluster, note: Note): Promise<Result<undefined>> =>
  untilDone(
    async (): Promise<Turn<undefined>> => {
      const asked = await askPool(system);
      if (asked.kind !== 'answer')
        return {
          kind: 'waiting',
          what: 'glusterd',
          why: asked.why,
          remedy: 'See `journalctl -b -u glusterd` and /var/log/glusterfs/glusterd.log',
        };
      const pool = asked.value;
      const names = [...cluster.peers, ...othersIn(pool).flatMap((peer) => peer.names)];
      const [addresses, ownAddresses] = await Promise.all([readAddresses(system, names), readOwnAddresses(system)]);
      const own = ownPeer(profile, cluster, { addresses, ownAddresses });
      const absent = wantedPeers(cluster, own, pool, addresses).filter(({ peer }) => peer === undefined);
      const others = await askOthers(
        system,
        absent.map(({ name }) => name),
      );
      const theirNames = others.flatMap((other) => othersIn(other.pool ?? []).flatMap((peer) => peer.names));
      const all = new Map([...addresses, ...(await readAddresses(system, theirNames))]);
      const move = nextPoolMove(cluster, { pool, own, addresses: all, ownAddresses, others });
      switch (move.kind) {
        case 'whole':
          return { kind: 'done', value: undefined };
        case 'wait':
          // Whoever is to be taken in sees it in its own files.
          return own === cluster.peers[0] || othersIn(pool).length > 0
            ? { ...move, kind: 'waiting', until: await oneComesUp(system, others) }
            : { ...move, kind: 'waiting' };
        case 'refuse':
          return { kind: 'failed', problem: move.problem };
        case 'probe':
          return turnOf(await takeIn(system, move.names, note), move.names.join(', '));
        case 'restore': {
          // What the others said is newer than what was read here: meanwhile it may have been taken in.
          const again = await askPool(system);
          if (again.kind === 'answer' && othersIn(again.value).length > 0)
            return { kind: 'waiting', what: 'the pool', why: 'it is taking this node in', remedy: 'Apply again' };
          note(`${move.from} knows this node by the UUID ${move.uuid}: it is taken up again`);
          return turnOf(await restoreIdentity(system, move.uuid, move.members, move.from, note), move.from);
        }
      }
    },
    note,
    { mark: poolMark(system) },
  );

/** Of those whose daemon does not listen yet. */
const oneComesUp = async (system: System, others: readonly OtherPeer[]): Promise<() => Promise<boolean>> => {
  const silent = others.filter(({ pool }) => pool === undefined).map(({ name }) => name);
  const listening = () => Promise.all(silent.map((name) => listens(system, name)));
  const before = await listening();
  return async () => (await listening()).some((now, index) => now && before[index] === false);
};

const takeIn = async (system: System, names: readonly string[], note: Note): Promise<Result<undefined>> => {
  for (const name of names) {
    const taken = await order(system, `peer probe ${name}`, ['peer', 'probe', name], note);
    if (!taken.ok) return taken;
    note(`peer ${name} is taken into the pool`);
  }
  return ok(undefined);
};

/** Not the end of it: the pool is asked again, which alone tells. */
const turnOf = (done: Result<unknown>, name: string): Turn<undefined> =>
  done.ok
    ? {
        kind: 'waiting',
        what: `peer ${name}`,
        why: 'it is on its way in',
        remedy: `See that ${name} is reached from here`,
      }
    : { kind: 'failed', problem: done.problem };

/** As glusterd itself keeps them: the UUID of this node, and a file for each peer. The volumes come from the peers. */
const restoreIdentity = async (
  system: System,
  uuid: string,
  members: readonly Peer[],
  from: string,
  note: Note,
): Promise<Result<unknown>> => {
  const stopped = await system.run(['systemctl', 'stop', 'glusterd.service'], { timeoutMs: 120_000 });
  if (stopped.exitCode !== 0)
    return fail({
      code: 'gluster/not-stopped',
      summary: `glusterd.service does not stop: ${stopped.stderr.trim()}`,
      remedy: 'See `journalctl -b -u glusterd`, then apply again',
    });
  const info = `${daemonState}/glusterd.info`;
  const kept = ((await system.readText(info)) ?? '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('UUID='));
  // First: with this and without its peers it asks for all this again; the other way round it would be a stranger with peers.
  await system.writeText(info, `${[`UUID=${uuid}`, ...kept].join('\n')}\n`, { mode: 0o600 });
  for (const peer of members) {
    // The daemon that was asked calls itself localhost; from here it has the name by which it was asked.
    const names = peer.names.includes('localhost') ? [from] : peer.names;
    const lines = [`uuid=${peer.uuid}`, 'state=3', ...names.map((name, index) => `hostname${index + 1}=${name}`)];
    await system.writeText(`${daemonState}/peers/${peer.uuid}`, `${lines.join('\n')}\n`, { mode: 0o600 });
  }
  const started = await startDaemon(system, note);
  return started.ok ? ok(undefined) : started;
};
