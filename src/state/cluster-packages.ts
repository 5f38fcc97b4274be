// Where the packages of BeeGFS and Lustre come from, as the cluster screen asks for it: Debian carries neither.
import { chosenFilesystem } from './cluster-form.ts';
import type { Draft, FieldId } from './draft.ts';
import type { Facts } from './facts.ts';
import type { Cluster } from './profile-cluster.ts';

/** `only`: they come by another way, if at all; the configuration is written and nothing is started. */
const sources = ['here', 'repository', 'only'] as const;
type PackageSource = (typeof sources)[number];

export const packagesField: FieldId = 'cluster.packages';
export const urlField: FieldId = 'cluster.repository.url';
export const isOfRepository = (field: FieldId): boolean => field.startsWith('cluster.repository.');

/** Undefined for a filesystem that Debian itself carries. */
const vendorIn = (draft: Draft): 'beegfs' | 'lustre' | undefined => {
  const filesystem = chosenFilesystem(draft);
  return filesystem === 'beegfs' || filesystem === 'lustre' ? filesystem : undefined;
};

/** What this node lacks of the chosen filesystem and a repository could bring; undefined when nothing. */
export const lackingPackages = (draft: Draft, facts: Facts | undefined): string | undefined => {
  const vendor = vendorIn(draft);
  const here = vendor === undefined ? undefined : facts?.filesystems[vendor];
  return here === undefined || here.available || here.addable !== true ? undefined : here.why;
};

/** Undefined where there is no such choice. */
export const packageSource = (draft: Draft, facts: Facts | undefined): PackageSource | undefined => {
  if (vendorIn(draft) === undefined) return undefined;
  const typed = sources.find((source) => source === draft.values[packagesField]);
  return typed ?? (lackingPackages(draft, facts) === undefined ? 'here' : 'repository');
};

export const packageSourceOf = (cluster: Cluster): PackageSource | undefined => {
  if (cluster.filesystem !== 'beegfs' && cluster.filesystem !== 'lustre') return undefined;
  return cluster.configureOnly === true ? 'only' : cluster.repository === undefined ? 'here' : 'repository';
};
