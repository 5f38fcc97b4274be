// What the daemons that a profile asks for need in RAM beside the root (reference: each project's own minimum, see docs/profile.md).
import { type Bytes, mib } from './bytes.ts';
import type { Profile } from './profile.ts';

const osd = 4096 + 1024;
const monitor = 4096;
/** 1.5 times the default cache of 4 GiB. */
const mds = 6144;
const server = 4096;

export const roleNeeds = (profile: Profile): Bytes => {
  const { cluster, role } = profile;
  switch (cluster?.filesystem) {
    case 'ceph': {
      const monitors = role === 'monitor' || isOneOf(cluster.monitors, profile.node?.hostname) ? monitor : 0;
      return mib((cluster.osds?.length ?? 0) * osd + monitors + (cluster.mds === true ? mds : 0));
    }
    case 'gluster':
      return mib(role === 'client' || role === 'boot' ? 0 : 2048 + 256 * (cluster.bricks?.length ?? 0));
    case 'beegfs':
      return mib((cluster.metadata?.length ?? 0) + (cluster.targets?.length ?? 0) > 0 ? server : 0);
    case 'lustre':
      return mib((cluster.targets?.length ?? 0) > 0 ? server : 0);
    default:
      return mib(0);
  }
};

const isOneOf = (names: readonly string[], hostname: string | undefined): boolean =>
  hostname !== undefined && names.some((name) => name.split('.')[0]?.toLowerCase() === hostname.toLowerCase());
