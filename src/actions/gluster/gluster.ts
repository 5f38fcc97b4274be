// GlusterFS on this node: its daemon on its disk, its pool, its volume, its bricks, and the mount.
import { readGlusterNode } from '../../probes/gluster/node.ts';
import { type Gluster, isServer, ownPeer } from '../../state/gluster-node.ts';
import { planGluster } from '../../state/gluster-plan.ts';
import type { Volume } from '../../state/gluster-reading.ts';
import { fail, ok, type Result } from '../../state/problem.ts';
import type { Profile } from '../../state/profile.ts';
import type { System } from '../../system/system.ts';
import type { Action, Note } from '../action.ts';
import { blocked, verdictOf } from '../verdict.ts';
import { serveBricks } from './brick.ts';
import { runDaemon } from './daemon.ts';
import { mountVolume } from './mount.ts';
import { joinPool } from './pool.ts';
import { applySettings, serveVolume } from './volume.ts';

const clusterOf = ({ cluster }: Profile): Gluster | undefined =>
  cluster?.filesystem === 'gluster' ? cluster : undefined;

export const glusterAction: Pick<Action, 'check' | 'apply'> = {
  check: async (profile, reader) => {
    const cluster = clusterOf(profile);
    if (cluster === undefined) return { kind: 'converged' };
    const planned = planGluster(profile, cluster, await readGlusterNode(reader, profile, cluster));
    return planned.ok ? verdictOf(planned.value) : blocked(planned.problem);
  },

  apply: async (profile, system, note) => {
    const cluster = clusterOf(profile);
    if (cluster === undefined) return ok(undefined);
    const reading = await readGlusterNode(system, profile, cluster);
    const planned = planGluster(profile, cluster, reading);
    if (!planned.ok) return fail(planned.problem);
    const own = ownPeer(profile, cluster, reading);
    const volume = isServer(profile, cluster) ? await serve(system, profile, cluster, own, note) : ok(undefined);
    if (!volume.ok) return volume;
    // A brick that cannot be served keeps nobody from the others.
    const bricks = volume.value === undefined ? ok(undefined) : await serveBricks(system, cluster, volume.value, note);
    const mounted = await mountVolume(system, cluster, own, note);
    return bricks.ok ? mounted : bricks;
  },
};

const serve = async (
  system: System,
  profile: Profile,
  cluster: Gluster,
  own: string | undefined,
  note: Note,
): Promise<Result<Volume | undefined>> => {
  const daemon = await runDaemon(system, cluster, note);
  if (!daemon.ok) return daemon;
  const pool = await joinPool(system, profile, cluster, note);
  if (!pool.ok) return pool;
  const volume = await serveVolume(system, cluster, own, profile.wipe ?? [], note);
  if (!volume.ok) return volume;
  if (volume.value === undefined || cluster.volume === undefined || own !== cluster.peers[0]) return volume;
  const set = await applySettings(system, volume.value, cluster.volume, note);
  return set.ok ? volume : set;
};
