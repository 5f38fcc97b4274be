// Reads how Lustre is on this node, from the kernel's parameters and `lfs check servers`, each with its deadline. No filesystem is asked: one may hang.
import type { ClusterStatus } from '../state/cluster-status.ts';
import { type Lustre, lustreTargets } from '../state/lustre-node.ts';
import { parseHealthCheck, parseRecovery, parseServers, parseSpace } from '../state/lustre-output.ts';
import { type LustreReading, lustreStatus } from '../state/lustre-status.ts';
import type { Profile } from '../state/profile.ts';
import type { Reader } from '../system/system.ts';
import { parseMountInfo } from './mount-info.ts';

/** Less than who reads a whole status waits for all of it. */
const deadline = { timeoutMs: 6_000 };

/** Undefined where the profile names no Lustre, nothing of it for this node, or its configuration only. */
export const readLustre = async (reader: Reader, profile: Profile): Promise<ClusterStatus | undefined> => {
  const { cluster } = profile;
  if (cluster?.filesystem !== 'lustre' || cluster.configureOnly === true) return undefined;
  if ((cluster.targets ?? []).length === 0 && cluster.mount === undefined) return undefined;
  return lustreStatus(await readAll(reader, profile, cluster), cluster);
};

const readAll = async (reader: Reader, profile: Profile, cluster: Lustre): Promise<LustreReading> => {
  const mounts = parseMountInfo((await reader.readText('/proc/self/mountinfo')) ?? '');
  const isMounted = (path: string) => mounts.some(({ where, type }) => where === path && type.startsWith('lustre'));
  const duties = lustreTargets(profile, cluster).filter(({ duty }) => duty === 'serves');
  const here = {
    targets: duties.map(({ name, mountpoint }) => ({ name, mounted: isMounted(mountpoint) })),
    mount: cluster.mount === undefined ? undefined : { path: cluster.mount, mounted: isMounted(cluster.mount) },
  };
  // Without modules `lctl` ends with 2 and `lfs check` with 19: nothing is learnt from either.
  if (
    (await reader.stat('/sys/module/lustre')) === undefined &&
    (await reader.stat('/sys/module/obdclass')) === undefined
  )
    return { modules: false, health: undefined, servers: undefined, recoveries: [], spaces: [], ...here };
  const [health, servers, recoveries, spaces] = await Promise.all([
    reader.query(['lctl', 'get_param', '-n', 'health_check'], deadline),
    here.mount?.mounted === true ? reader.query(['lfs', 'check', 'servers', here.mount.path], deadline) : undefined,
    reader.query(['lctl', 'get_param', 'mdt.*.recovery_status', 'obdfilter.*.recovery_status'], deadline),
    reader.query(['lctl', 'get_param', 'osd-*.*.kbytestotal', 'osd-*.*.kbytesavail'], deadline),
  ]);
  return {
    modules: true,
    health: health.exitCode === 0 ? parseHealthCheck(health.stdout) : undefined,
    servers: servers === undefined ? undefined : parseServers(`${servers.stdout}\n${servers.stderr}`),
    // A pattern that matches nothing makes it end with an error, and the others are printed all the same.
    recoveries: parseRecovery(recoveries.stdout),
    spaces: parseSpace(spaces.stdout),
    ...here,
  };
};
