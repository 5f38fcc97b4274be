// The volume mounted on this node, by a unit of its own; tried again while servers are still coming up.
import { askVolumesOf } from '../../probes/gluster/ask.ts';
import { type Gluster, wantedVolume } from '../../state/gluster-node.ts';
import { noVolumeToMount } from '../../state/gluster-problems.ts';
import { volumeMount } from '../../state/gluster-units.ts';
import { mountUnitName } from '../../state/mount-unit.ts';
import { fail, ok, type Result } from '../../state/problem.ts';
import type { System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { isMountedAt, mountedUnits } from '../mount-units.ts';
import { type Turn, untilDone } from './wait.ts';

export const mountVolume = async (
  system: System,
  cluster: Gluster,
  own: string | undefined,
  note: Note,
): Promise<Result<undefined>> => {
  const { mount, peers } = cluster;
  if (mount === undefined || (await isMountedAt(system, mount))) return ok(undefined);
  return untilDone(async (): Promise<Turn<undefined>> => {
    const found = await readyVolume(system, cluster);
    if (!found.ok) return { kind: 'failed', problem: found.problem };
    const volume = found.value;
    const remedy = `See that most of ${peers.join(', ')} are up and reached from here, and /var/log/glusterfs/${logName(mount)}`;
    if (volume === undefined)
      return {
        kind: 'waiting',
        what: `the volume for ${mount}`,
        why: `none of ${peers.join(', ')} serves it yet`,
        remedy,
      };
    await system.run(['systemctl', 'reset-failed', mountUnitName(mount)]);
    const mounted = await mountedUnits(system, [volumeMount(cluster, mount, volume, own)]);
    if (!mounted.ok) return { kind: 'waiting', what: `mount ${mount}`, why: mounted.problem.summary, remedy };
    note(`${volume} is mounted at ${mount}`);
    return { kind: 'done', value: undefined };
  }, note);
};

/** As mount.glusterfs names it. */
const logName = (mount: string): string => `${mount.slice(1).replaceAll('/', '-')}.log`;

/** Its name once a peer says that it is started; undefined while none does. */
const readyVolume = async (system: System, cluster: Gluster): Promise<Result<string | undefined>> => {
  // A daemon that is still starting takes the call and lets it wait: side by side, none keeps the others from being heard.
  const answers = await Promise.all(cluster.peers.map((peer) => askVolumesOf(system, peer)));
  for (const asked of answers) {
    if (asked.kind !== 'answer') continue;
    const volume = wantedVolume(cluster, asked.value);
    if (volume === undefined && cluster.volume === undefined && asked.value.length > 1)
      return fail(noVolumeToMount(cluster.peers));
    if (volume?.state === 'started') return ok(volume.name);
  }
  return ok(undefined);
};
