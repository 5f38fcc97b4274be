// The packages of BeeGFS and Lustre that a node with this profile needs, the programs by which they are known to be there, and the
// vendor's repository as apt wants it (sources.list(5), deb822).
import { isOneOfUs } from './own-names.ts';
import type { Profile } from './profile.ts';
import type { ClusterOf } from './profile-cluster.ts';

export type VendorPackage = {
  readonly name: string;
  /** Any of these paths means that it is there; the vendors install outside the PATH. */
  readonly programs: readonly string[];
  /** For a package of modules: one that the kernel then has. */
  readonly module?: string;
  /** What it is for: `management daemon`. */
  readonly of: string;
};

type Repository = NonNullable<ClusterOf<'beegfs'>['repository']>;

export type Vendor = {
  readonly filesystem: 'beegfs' | 'lustre';
  /** As people write it. */
  readonly label: string;
  readonly packages: readonly VendorPackage[];
  readonly repository: Repository | undefined;
};

const one = (name: string, of: string, ...programs: string[]): VendorPackage => ({ name, of, programs });

const beegfsPackages = (cluster: ClusterOf<'beegfs'>, profile: Profile): readonly VendorPackage[] => {
  const old = cluster.release === '7.4';
  const daemon = (name: string, of: string) => one(name, of, `/opt/beegfs/sbin/${name}`);
  const serves = (entries: readonly unknown[] | undefined) => (entries?.length ?? 0) > 0;
  return [
    ...(isOneOfUs(profile, cluster.management) ? [daemon('beegfs-mgmtd', 'management daemon')] : []),
    ...(serves(cluster.metadata) ? [daemon('beegfs-meta', 'metadata server')] : []),
    ...(serves(cluster.targets) ? [daemon('beegfs-storage', 'storage server')] : []),
    ...(cluster.mount === undefined
      ? []
      : [one('beegfs-client', 'client', '/etc/init.d/beegfs-client', '/opt/beegfs/sbin/beegfs-client')]),
    ...(cluster.mount !== undefined && old ? [daemon('beegfs-helperd', "client's helper")] : []),
    old
      ? one('beegfs-utils', 'command line', '/opt/beegfs/sbin/beegfs-ctl')
      : one('beegfs-tools', 'command line', '/opt/beegfs/sbin/beegfs'),
  ];
};

/** Its modules are built for one kernel each, whose release ends their name. */
const lustrePackages = (cluster: ClusterOf<'lustre'>, kernel: string): readonly VendorPackage[] => {
  const side = (cluster.targets?.length ?? 0) > 0 ? 'server' : 'client';
  const program = side === 'server' ? 'mkfs.lustre' : 'mount.lustre';
  return [
    one(`lustre-${side}-utils`, side, `/usr/sbin/${program}`, `/sbin/${program}`),
    { name: `lustre-${side}-modules-${kernel}`, of: 'kernel modules', programs: [], module: 'lustre' },
  ];
};

/** `kernel` is the release of the one that runs; undefined for a filesystem that Debian itself carries. */
export const vendorOf = (profile: Profile, kernel: string): Vendor | undefined => {
  const { cluster } = profile;
  switch (cluster?.filesystem) {
    case 'beegfs':
      return {
        filesystem: 'beegfs',
        label: `BeeGFS ${cluster.release}`,
        packages: beegfsPackages(cluster, profile),
        repository: cluster.repository,
      };
    case 'lustre':
      return {
        filesystem: 'lustre',
        label: 'Lustre',
        packages: lustrePackages(cluster, kernel),
        repository: cluster.repository,
      };
    default:
      return undefined;
  }
};

export const sourcePath = ({ filesystem }: Vendor): string => `/etc/apt/sources.list.d/mayfly-${filesystem}.sources`;

/** apt reads an armoured key only from a name that ends in .asc. */
export const keyPath = ({ filesystem }: Vendor): string => `/etc/apt/keyrings/mayfly-${filesystem}.asc`;

/** A flat repository, one without components, has a suite that ends in `/`. */
export const renderSource = (vendor: Vendor, { url, suite, components = [] }: Repository): string =>
  [
    `# ${vendor.label}, for this node's cluster. Written by mayfly from cluster.repository.`,
    'Types: deb',
    `URIs: ${url}`,
    `Suites: ${components.length === 0 && !suite.endsWith('/') ? `${suite}/` : suite}`,
    ...(components.length === 0 ? [] : [`Components: ${components.join(' ')}`]),
    `Signed-By: ${keyPath(vendor)}`,
    '',
  ].join('\n');

/** A key itself, rather than a path to one. */
export const isArmoured = (key: string): boolean => key.trimStart().startsWith('-----BEGIN PGP PUBLIC KEY BLOCK-----');

/** Where a profile names it, as one line of YAML. */
export const repositoryExample = ({ filesystem }: Vendor): string =>
  `repository: { url: https://packages.example/${filesystem}, suite: trixie, components: [non-free], key: /config/global/${filesystem}.asc }`;
