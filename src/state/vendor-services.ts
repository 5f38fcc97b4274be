// Units that come with packages which Debian does not carry: while those are yet to be installed, the units are not there.
import { unitsOf } from './beegfs-node.ts';
import type { Profile } from './profile.ts';

export const vendorServices = (profile: Profile): readonly string[] => {
  const { cluster } = profile;
  if (cluster?.filesystem === 'beegfs' && cluster.configureOnly !== true) return unitsOf(profile, cluster);
  if (cluster?.filesystem === 'lustre' && cluster.configureOnly !== true) return ['lnet.service'];
  return [];
};
