// Reads how the cluster filesystem of the profile is: by the probe of that filesystem, and by asking the mount itself.
import type { ClusterStatus, MountStatus } from '../state/cluster-status.ts';
import type { Profile } from '../state/profile.ts';
import type { Reader } from '../system/system.ts';
import { readBeegfs } from './beegfs.ts';
import { readCeph } from './ceph/read-ceph.ts';
import { readGluster } from './gluster/gluster.ts';
import { readLustre } from './lustre.ts';
import { createMountProbe } from './mount-probe.ts';

/** Undefined where this node runs none of its daemons, as on a client. Throws, with the reason, where they do not answer. */
type ClusterProbe = (reader: Reader, profile: Profile) => Promise<ClusterStatus | undefined>;

const probes: Readonly<Record<ClusterStatus['filesystem'], ClusterProbe>> = {
  gluster: readGluster,
  beegfs: readBeegfs,
  ceph: readCeph,
  lustre: readLustre,
};

/** Of a node that knows nothing but its mount. */
const ofMount = (filesystem: ClusterStatus['filesystem'], mount: MountStatus): ClusterStatus => ({
  filesystem,
  name: undefined,
  health: mount.kind === 'answers' ? 'healthy' : 'failed',
  summary: 'mounted here, served elsewhere',
  rows: [],
  mount,
  problems: [],
});

/** Undefined where the profile names no cluster filesystem. */
export const createClusterReader = (reader: Reader, clock: () => number = Date.now) => {
  const probeMount = createMountProbe(reader, clock);
  return async (profile: Profile | undefined): Promise<ClusterStatus | undefined> => {
    const { cluster } = profile ?? {};
    if (profile === undefined || cluster === undefined || cluster.filesystem === 'none') return undefined;
    const { filesystem, mount: path } = cluster;
    // At once: a mount that hangs takes nothing from the time of the daemons.
    const [mount, status] = await Promise.all([
      path === undefined ? undefined : probeMount(path),
      probes[filesystem](reader, profile),
    ]);
    if (status !== undefined) return { ...status, mount };
    if (mount === undefined) throw new Error(`${filesystem} says nothing of itself on this node`);
    return ofMount(filesystem, mount);
  };
};
