// The roles to choose from, each with one line on what it is for.
import type { Role } from './profile.ts';

export const roleChoices: readonly { readonly value: Role; readonly label: string; readonly about: string }[] = [
  { value: 'storage', label: 'storage', about: 'Holds data: OSDs, bricks, storage or object targets' },
  { value: 'metadata', label: 'metadata', about: 'Holds names and attributes: MDS, metadata targets' },
  { value: 'monitor', label: 'monitor', about: 'Keeps the cluster map and the quorum; holds no data' },
  { value: 'client', label: 'client', about: 'Mounts the cluster filesystem and exports or uses it' },
  { value: 'hyperconverged', label: 'hyperconverged', about: 'Holds data and runs workloads beside it' },
  { value: 'boot', label: 'boot', about: 'Serves images and profiles to the other nodes of the rack' },
];
