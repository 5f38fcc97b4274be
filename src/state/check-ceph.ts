// Ceph's own rules: what each role needs, who the monitors are, and how many copies there are of what.
import { type Ceph, cephRoles, isServer, knownAddresses, ownNames, poolCopies, shortName } from './ceph-node.ts';
import { duplicatesOf } from './duplicates.ts';
import { error, type Finding, warning } from './finding.ts';
import { contains, isNetworkAddress, networkOf, normalAddress, parseSubnet } from './ip-subnet.ts';
import { interfacesOf, staticAddresses } from './network-interfaces.ts';
import type { Profile } from './profile.ts';
import { isAddress } from './profile-values.ts';

export const checkCeph = (profile: Profile, cluster: Ceph): readonly Finding[] => [
  ...checkMonitors(profile, cluster),
  ...checkNetworks(profile, cluster),
  ...checkRoles(profile, cluster),
  ...checkPool(cluster),
];

const checkMonitors = (profile: Profile, { monitors }: Ceph): readonly Finding[] => {
  const even = monitors.length % 2 === 0;
  const named = monitors.map((member, index) => ({ member, index })).filter(({ member }) => !isAddress(member));
  const addressed = monitors.flatMap((member, index) => {
    const [address] = knownAddresses(profile, member);
    return address === undefined ? [] : [{ member, index, address: normalAddress(address) }];
  });
  return [
    ...(even
      ? [
          warning(
            'ceph/monitors',
            'cluster.monitors',
            `${monitors.length} monitors bear the loss of no more of them than ${monitors.length - 1} do`,
            'use an odd number: 1, 3 or 5',
          ),
        ]
      : []),
    // Twice the very same is said for every filesystem.
    ...duplicatesOf(named, ({ member }) => shortName(member).toLowerCase())
      .filter(({ item, first }) => item.member.toLowerCase() !== first.member.toLowerCase())
      .map(({ item, first }) =>
        error(
          'ceph/same-name',
          `cluster.monitors[${item.index}]`,
          `${item.member} has the same host name as ${first.member}, and Ceph leaves the domain out`,
          'give one of the two another host name',
        ),
      ),
    ...duplicatesOf(addressed, ({ address }) => address)
      .filter(({ item, first }) => item.member.toLowerCase() !== first.member.toLowerCase())
      .map(({ item, first }) =>
        error(
          'ceph/same-address',
          `cluster.monitors[${item.index}]`,
          `${item.member} has the address of ${first.member}: ${item.address}`,
          'give each its own under node.hosts',
        ),
      ),
  ];
};

const checkNetworks = (profile: Profile, { publicNetwork, clusterNetwork }: Ceph): readonly Finding[] => {
  const addresses = staticAddresses(interfacesOf(profile));
  const networks = [
    ['cluster.publicNetwork', publicNetwork],
    ['cluster.clusterNetwork', clusterNetwork],
  ] as const;
  return networks.flatMap(([path, cidr]) => {
    if (cidr === undefined) return [];
    const subnet = parseSubnet(cidr);
    if (!isNetworkAddress(subnet)) {
      const network = networkOf(subnet);
      return [error('ceph/network', path, `${cidr} is an address inside ${network}`, `write ${network}`)];
    }
    return addresses.length === 0 || addresses.some((own) => contains(subnet, own.subnet.address.toString()))
      ? []
      : [
          warning(
            'ceph/network',
            path,
            `no static address of this node is in ${cidr}`,
            'give a link an address there, or correct the network',
          ),
        ];
  });
};

/** A client's key that is missing is only warned of: it is made by a server, which may come later than this profile. */
const checkRoles = (profile: Profile, cluster: Ceph): readonly Finding[] => {
  const hostname = profile.node?.hostname;
  const roles = cephRoles(cluster, hostname === undefined ? new Set() : ownNames(profile, hostname));
  const { secret, key, mount, state, client, fsid, rack } = cluster;
  const findings: Finding[] = [];
  if (isServer(roles) && secret === undefined)
    findings.push(
      error(
        'ceph/secret',
        'cluster.secret',
        'a server of the cluster needs its secret, from which its keys are made',
        'write the same on every server; `openssl rand -base64 32` makes one',
      ),
    );
  if (roles.monitor && state === undefined)
    findings.push(
      error(
        'ceph/state',
        'cluster.state',
        `${hostname ?? 'this node'} is a monitor and has no disk for its state, so that it would forget the cluster at every boot`,
        'name a disk of 16 GiB or more: `state: { device: { serial: … } }`',
      ),
    );
  if (mount !== undefined && key === undefined && secret === undefined)
    findings.push(
      warning(
        'ceph/key',
        'cluster.key',
        'this node is to mount the filesystem and has neither a key nor the secret',
        'write what `ceph fs authorize cephfs client.<hostname> / rw` prints on a server',
      ),
    );
  if (client === 'kernel' && fsid === undefined && secret === undefined)
    findings.push(
      warning(
        'ceph/fsid',
        'cluster.fsid',
        "the kernel's client needs the identity of the cluster",
        'write what `ceph fsid` prints on a server',
      ),
    );
  if (cluster.pool?.failureDomain === 'rack' && roles.osds && rack === undefined)
    findings.push(
      error(
        'ceph/rack',
        'cluster.rack',
        'copies are to be in different racks, and nobody knows in which this node is',
        'add e.g. `rack: rack7`',
      ),
    );
  return findings;
};

/** What works and costs data on a bad day is in check-cluster-risks. */
const checkPool = (cluster: Ceph): readonly Finding[] => {
  const { size, minSize } = poolCopies(cluster);
  return minSize <= size
    ? []
    : [
        error(
          'ceph/min-size',
          'cluster.pool.minSize',
          `${minSize} copies can never be there when only ${size} are kept: nothing could be written`,
          `write ${size} or less`,
        ),
      ];
};
