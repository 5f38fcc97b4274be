// The units that a node with this profile must have running, whoever started them.
import type { Profile } from './profile.ts';

/** Whatever the role: network, names, time, remote access. */
const everywhere = ['systemd-networkd.service', 'systemd-resolved.service', 'chrony.service', 'ssh.service'] as const;

export const wantedServices = (profile: Profile): readonly string[] => {
  const { cluster } = profile;
  const serves = cluster?.filesystem === 'gluster' && (cluster.bricks?.length ?? 0) > 0;
  return serves ? [...everywhere, 'glusterd.service'] : everywhere;
};
