// The units that a node with this profile must have running, whoever started them.
import { cephOf, cephRoles, ownNames, shortName } from './ceph-node.ts';
import { isServer } from './gluster-node.ts';
import type { Profile } from './profile.ts';
import { vendorServices } from './vendor-services.ts';

/** Whatever the role: network, names, time, remote access. */
const everywhere = ['systemd-networkd.service', 'systemd-resolved.service', 'chrony.service', 'ssh.service'] as const;

export const wantedServices = (profile: Profile): readonly string[] => {
  const { cluster } = profile;
  if (cluster?.filesystem === 'ceph') return [...everywhere, ...cephServices(profile)];
  const serves = cluster?.filesystem === 'gluster' && isServer(profile, cluster);
  return [...everywhere, ...(serves ? ['glusterd.service'] : []), ...vendorServices(profile)];
};

/** Which OSDs there are is on the disks: the step cluster answers for those. */
const cephServices = (profile: Profile): readonly string[] => {
  const cluster = cephOf(profile);
  const hostname = profile.node?.hostname;
  if (cluster === undefined || hostname === undefined) return [];
  const { monitor, manager, mds } = cephRoles(cluster, ownNames(profile, hostname));
  const daemons = [...(monitor ? ['mon'] : []), ...(manager ? ['mgr'] : []), ...(mds ? ['mds'] : [])];
  return daemons.map((daemon) => `ceph-${daemon}@${shortName(hostname)}.service`);
};
