// What the roles of a profile need of the machine before anything is touched: RAM with which their daemons run at all, and ports that nobody else has.
import { type Bytes, mib, renderBytes } from './bytes.ts';
import { clusterPorts, renderPort } from './cluster-ports.ts';
import { isOneOfUs } from './own-names.ts';
import type { Problem } from './problem.ts';
import type { Profile } from './profile.ts';

/** One line of `ss -H -ltnup`: who listens where. */
type Listener = {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** Undefined where the kernel itself listens, or ss may not say. */
  readonly program: string | undefined;
  readonly pid: number | undefined;
};

export type MachineSeen = { readonly memory: Bytes | undefined; readonly listeners: readonly Listener[] };

const line = /^(tcp|udp)\s+\S+\s+\d+\s+\d+\s+\S+:(\d+)\s+\S+(?:\s+users:\(\("([^"]*)",pid=(\d+))?/;

export const parseListeners = (text: string): readonly Listener[] =>
  text.split('\n').flatMap((row) => {
    const [, protocol, port, program, pid] = line.exec(row) ?? [];
    if (protocol !== 'tcp' && protocol !== 'udp') return [];
    return [{ protocol, port: Number(port), program, pid: pid === undefined ? undefined : Number(pid) }];
  });

/** The daemons' own names; a port that one of them has is not taken. The kernel cuts a name after 15 characters. */
const own: Readonly<Record<string, RegExp>> = {
  gluster: /^gluster/,
  ceph: /^(ceph-|radosgw)/,
  beegfs: /^beegfs/,
  lustre: /^$/,
};

/** What the daemons were seen to take at rest (docs/cluster-*.md), with room to start in; far below what they want for speed (role-needs.ts). */
export const leastMemory = (profile: Profile): Bytes => {
  const { cluster } = profile;
  switch (cluster?.filesystem) {
    case 'gluster':
      return mib((cluster.bricks?.length ?? 0) === 0 ? 0 : 256 + 32 * (cluster.bricks?.length ?? 0));
    case 'ceph': {
      const monitor = cluster.monitors.some((name) => isOneOfUs(profile, name)) ? 512 : 0;
      return mib(monitor + 256 * (cluster.osds?.length ?? 0) + (cluster.mds === true ? 128 : 0));
    }
    case 'beegfs':
      return mib(256 * ((cluster.metadata?.length ?? 0) + (cluster.targets?.length ?? 0)));
    case 'lustre':
      return mib(512 * (cluster.targets?.length ?? 0));
    default:
      return mib(0);
  }
};

/** The first thing in the way; undefined when nothing is. */
export const unmetNeed = (profile: Profile, seen: MachineSeen): Problem | undefined =>
  tooLittleMemory(profile, seen) ?? takenPort(profile, seen);

const tooLittleMemory = (profile: Profile, { memory }: MachineSeen): Problem | undefined => {
  const least = leastMemory(profile);
  if (memory === undefined || memory >= least) return undefined;
  return {
    code: 'cluster/memory',
    summary: `the daemons of this profile do not run with less than ${renderBytes(least)} of RAM, and this node has ${renderBytes(memory)}`,
    remedy: 'Give this node fewer disks or roles, or more RAM',
    path: 'cluster',
  };
};

const takenPort = (profile: Profile, { listeners }: MachineSeen): Problem | undefined => {
  const ours = own[profile.cluster?.filesystem ?? ''] ?? /^$/;
  for (const port of clusterPorts(profile)) {
    // Of a range a daemon takes one that is free.
    if (port.first !== port.last) continue;
    const taker = listeners.find(
      (listener) =>
        listener.protocol === port.protocol &&
        listener.port === port.first &&
        listener.program !== undefined &&
        !ours.test(listener.program),
    );
    if (taker !== undefined)
      return {
        code: 'cluster/port-taken',
        summary: `port ${renderPort(port)}, which ${port.of} needs, is held by ${taker.program} (process ${taker.pid})`,
        remedy: `Stop that program: \`systemctl status ${taker.pid}\` names its unit`,
        path: 'cluster',
      };
  }
  return undefined;
};
