// What this node is in a Ceph cluster, worked out from its profile and the names and addresses that mean it.
import { fsidOf } from './cluster-keys.ts';
import { contains, normalAddress, parseSubnet } from './ip-subnet.ts';
import { interfacesOf, staticAddresses } from './network-interfaces.ts';
import type { Profile } from './profile.ts';
import type { ClusterOf } from './profile-cluster.ts';
import { isAddress } from './profile-values.ts';

export type Ceph = ClusterOf<'ceph'>;

export type CephRoles = {
  readonly monitor: boolean;
  /** The one that makes the cluster. */
  readonly first: boolean;
  /** On the first two monitors: one is active, one stands by. */
  readonly manager: boolean;
  readonly osds: boolean;
  readonly mds: boolean;
};

/** Where state of monitors is: on the disk that the profile gives for it. The fsid is in the path, so that no cluster's store is taken for another's. */
export const monitorStores = '/var/lib/mayfly/state/ceph-mon';
export const monitorStore = (fsid: string, name: string): string => `${monitorStores}/${fsid}/${name}`;

export const cephOf = ({ cluster }: Profile): Ceph | undefined =>
  cluster?.filesystem === 'ceph' ? cluster : undefined;

/** Undefined on a client that was told neither. */
export const cephFsid = ({ fsid, secret }: Ceph): string | undefined =>
  fsid ?? (secret === undefined ? undefined : fsidOf(secret));

export const fsNameOf = ({ fsName }: Ceph): string => fsName ?? 'cephfs';

/** Of every object; never must more be there to write than there are. */
export const poolCopies = ({ pool }: Ceph): { readonly size: number; readonly minSize: number } => {
  const size = pool?.size ?? 3;
  return { size, minSize: pool?.minSize ?? Math.min(2, size) };
};

/** What daemons and CRUSH call this node: its host name without a domain. */
export const shortName = (name: string): string => name.split('.')[0] ?? name;

/** Every name and address under which a profile may list this node, in small letters. `addresses`: those that it has now. */
export const ownNames = (profile: Profile, name: string, addresses: readonly string[] = []): ReadonlySet<string> => {
  const { domain, hosts = [] } = profile.node ?? {};
  const names = [name, ...(domain === undefined ? [] : [`${name}.${domain}`])].map((one) => one.toLowerCase());
  return new Set([
    ...names,
    ...hosts.filter((entry) => names.includes(entry.name.toLowerCase())).map((entry) => normalAddress(entry.address)),
    ...staticAddresses(interfacesOf(profile)).map(({ subnet }) => normalAddress(subnet.address.toString())),
    ...addresses.map(normalAddress),
  ]);
};

const canonical = (member: string): string => (isAddress(member) ? normalAddress(member) : member.toLowerCase());

/** Place of this node among the monitors; -1 when it is none. */
export const ownMonitor = ({ monitors }: Ceph, own: ReadonlySet<string>): number =>
  monitors.findIndex((monitor) => own.has(canonical(monitor)));

export const cephRoles = (cluster: Ceph, own: ReadonlySet<string>): CephRoles => {
  const place = ownMonitor(cluster, own);
  return {
    monitor: place >= 0,
    first: place === 0,
    manager: place === 0 || place === 1,
    osds: (cluster.osds ?? []).length > 0,
    mds: cluster.mds === true,
  };
};

/** Runs daemons of the cluster, and so needs its secret. */
export const isServer = ({ monitor, osds, mds }: CephRoles): boolean => monitor || osds || mds;

/** Of all that a name leads to, what others can reach: no loopback, and in the network of the monitors where one is named. */
export const monitorAddress = (found: readonly string[], publicNetwork: string | undefined): string | undefined => {
  const reachable = found.filter((address) => isAddress(address) && !/^(127\.|::1$|fe80:)/i.test(address));
  if (publicNetwork === undefined) return reachable[0];
  const network = parseSubnet(publicNetwork);
  return reachable.find((address) => contains(network, address));
};

/** What the profile itself says of a member's addresses, before anybody is asked: itself, or its line for /etc/hosts. */
export const knownAddresses = ({ node }: Profile, member: string): readonly string[] => {
  if (isAddress(member)) return [member];
  const { domain, hosts = [] } = node ?? {};
  const short = shortName(member).toLowerCase();
  const names = [
    member.toLowerCase(),
    ...(domain !== undefined && !member.includes('.') ? [`${short}.${domain}`] : []),
  ];
  return hosts.filter(({ name }) => names.includes(name.toLowerCase())).map(({ address }) => address);
};
