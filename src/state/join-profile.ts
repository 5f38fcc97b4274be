// What joining does to profiles: that of the node that joins, and that of the members that are to know it.
import { checkProfile } from './check-profile.ts';
import type { JoinBundle, JoinKind } from './join-bundle.ts';
import { type JoinableCluster, namesIn } from './join-cluster.ts';
import type { Problem } from './problem.ts';
import { type ClusterFilesystem, type Profile, profileSchema } from './profile.ts';

type HostEntry = NonNullable<NonNullable<Profile['node']>['hosts']>[number];

/** Later entries win over earlier ones of the same name. */
const mergeHosts = (before: readonly HostEntry[], added: readonly HostEntry[]): HostEntry[] => [
  ...before.filter(({ name }) => !added.some((entry) => entry.name.toLowerCase() === name.toLowerCase())),
  ...added,
];

/** `own` is what the node was before; its disks are kept where it was a member of the same kind of cluster. */
export const joinedProfile = (own: Profile | undefined, { cluster, kind, hosts, you }: JoinBundle): Profile => {
  const before = own?.cluster?.filesystem === cluster.filesystem ? own.cluster : {};
  return profileSchema.parse({
    version: 1,
    role: kind === 'client' ? 'client' : 'storage',
    ...own,
    node: { ...own?.node, hostname: you.hostname, hosts: mergeHosts(own?.node?.hosts ?? [], hosts) },
    cluster: { ...before, ...cluster },
  });
};

/** What an operator has to add before it can be applied: disks are nobody else's choice. */
export const leftToChoose = ({ cluster }: Profile, kind: JoinKind): readonly string[] =>
  cluster === undefined ? [] : wishesLeft(cluster, kind).map(({ key, words }) => `cluster.${key}${words}`);

type Wish = {
  readonly key: string;
  /** Behind the key, where a profile is edited. */
  readonly words: string;
  /** Where it is chosen on a screen. */
  readonly onScreen: string;
};

/** Of a cluster's part, whole or not, what it lacks still. */
export const wishesLeft = (
  cluster: { readonly filesystem: ClusterFilesystem } & object,
  kind: JoinKind,
): readonly Wish[] =>
  (kind === 'client' ? [mountWish] : wishes[cluster.filesystem]).filter(({ key }) => !(key in cluster));

const mountWish: Wish = { key: 'mount', words: ': where it is mounted', onScreen: 'where it is mounted' };

const wishes: Readonly<Record<ClusterFilesystem, readonly Wish[]>> = {
  none: [],
  gluster: [{ key: 'bricks', words: ': the disks that hold data', onScreen: 'the disks of its bricks' }],
  ceph: [
    { key: 'osds', words: ': the disks that hold data', onScreen: 'the disks of its OSDs' },
    {
      key: 'state',
      words: ', and this node among cluster.monitors, if it shall be a monitor',
      onScreen: 'a disk for the state, and this node among the monitors, if it shall be one',
    },
  ],
  beegfs: [
    { key: 'targets', words: ': the disks that hold file contents, if any', onScreen: 'the disks of its targets' },
    { key: 'metadata', words: ': the disks that hold metadata, if any', onScreen: 'those of metadata' },
  ],
  lustre: [{ key: 'targets', words: ': the disks, and what each is', onScreen: 'the disks of its targets' }],
};

/** Rules that the joined profile breaks as it is now. */
export const problemsOfJoined = (profile: Profile): readonly Problem[] => checkProfile(profile);

/** The profile of a member that knows the new node; undefined where it need not change. Only a new server of GlusterFS is named by the others. */
export const memberAfter = (
  profile: Profile,
  joiner: { readonly kind: JoinKind; readonly hostname: string; readonly address: string },
): Profile | undefined => {
  const { cluster } = profile;
  if (joiner.kind !== 'server' || cluster?.filesystem !== 'gluster') return undefined;
  const { hostname: name, address } = joiner;
  const isKnown = cluster.peers.includes(name);
  const hosts = profile.node?.hosts ?? [];
  const isFound = hosts.some((entry) => entry.name === name && entry.address === address);
  if (isKnown && isFound) return undefined;
  return {
    ...profile,
    node: { ...profile.node, hosts: mergeHosts(hosts, [{ name, address }]) },
    cluster: isKnown ? cluster : { ...cluster, peers: [...cluster.peers, name] },
  };
};

/** Members besides this node, for whom the same change is to be made. */
export const otherMembers = (cluster: JoinableCluster, own: string, joiner: string): readonly string[] =>
  namesIn(cluster).filter((name) => name !== own && name !== joiner);
