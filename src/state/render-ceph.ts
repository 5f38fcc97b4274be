// The files of a Ceph node: ceph.conf, keyrings, and what the packaged manager lacks.
import { type Ceph, type CephRoles, fsNameOf, monitorStores, poolCopies } from './ceph-node.ts';
import { cephKeyOf } from './cluster-keys.ts';
import { familyOf } from './ip-subnet.ts';
import type { Mount } from './mount-unit.ts';

export type CephConf = {
  readonly cluster: Ceph;
  readonly fsid: string | undefined;
  readonly roles: CephRoles;
  /** Short host name. */
  readonly name: string;
  /** Of the monitors, in the order of the profile. */
  readonly addresses: readonly string[];
  /** Its own, where it is a monitor. */
  readonly ownAddress: string | undefined;
};

/** `[v2:10.0.0.1:3300,v1:10.0.0.1:6789]`: both protocols at their well-known ports. */
export const addressVector = (address: string): string => {
  const host = familyOf(address) === 'ipv6' ? `[${address}]` : address;
  return `[v2:${host}:3300,v1:${host}:6789]`;
};

export const renderCephConf = ({ cluster, fsid, roles, name, addresses, ownAddress }: CephConf): string => {
  const { size, minSize } = poolCopies(cluster);
  const isIpv6 = addresses.length > 0 && addresses.every((address) => familyOf(address) === 'ipv6');
  const usesIpv6 = isIpv6 || [cluster.publicNetwork, cluster.clusterNetwork].some((network) => network?.includes(':'));
  const rack = cluster.rack === undefined ? [] : [`crush location = root=default rack=${cluster.rack} host=${name}`];
  return lines([
    '# Written by Mayfly from the profile at every boot: change the profile, not this file.',
    '[global]',
    ...(fsid === undefined ? [] : [`fsid = ${fsid}`]),
    `mon host = ${addresses.map(addressVector).join(',')}`,
    ...optional('public network', cluster.publicNetwork),
    ...optional('cluster network', cluster.clusterNetwork),
    ...(usesIpv6 ? ['ms bind ipv6 = true', `ms bind ipv4 = ${!isIpv6}`] : []),
    'auth cluster required = cephx',
    'auth service required = cephx',
    'auth client required = cephx',
    `osd pool default size = ${size}`,
    `osd pool default min size = ${minSize}`,
    ...(roles.monitor
      ? [
          '',
          '[mon]',
          ...(fsid === undefined ? [] : [`mon data = ${monitorStores}/${fsid}/$id`]),
          ...optional('public addr', ownAddress),
          // CVE-2021-20288: no client here is older than its fix.
          'auth allow insecure global id reclaim = false',
          // With socketAccess: the console may then ask it.
          'admin socket mode = 0770',
          // Not restful: it needs what the packaged manager cannot load.
          'mgr initial modules = iostat nfs',
          ...(size === 1 ? ['mon allow pool size one = true'] : []),
        ]
      : []),
    ...(roles.osds && rack.length > 0 ? ['', '[osd]', ...rack] : []),
  ]);
};

const optional = (key: string, value: string | undefined): readonly string[] =>
  value === undefined ? [] : [`${key} = ${value}`];

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`;

type Caps = Readonly<Partial<Record<'mon' | 'osd' | 'mds' | 'mgr', string>>>;

/** One entity of a keyring file. */
export const renderKeyring = (entity: string, key: string, caps: Caps = {}): string =>
  lines([
    `[${entity}]`,
    `\tkey = ${key}`,
    ...Object.entries(caps).map(([service, what]) => `\tcaps ${service} = "${what}"`),
  ]);

const everything = { mon: 'allow *', osd: 'allow *', mds: 'allow *', mgr: 'allow *' };

export const adminKeyring = (secret: string): string =>
  renderKeyring('client.admin', cephKeyOf(secret, 'client.admin'), everything);

export const bootstrapKeyring = (secret: string): string =>
  renderKeyring('client.bootstrap-osd', cephKeyOf(secret, 'client.bootstrap-osd'), {
    mon: 'profile bootstrap-osd',
    mgr: 'allow r',
  });

/** All that a new cluster knows. */
export const monitorKeyring = (secret: string): string =>
  [
    renderKeyring('mon.', cephKeyOf(secret, 'mon.'), { mon: 'allow *' }),
    adminKeyring(secret),
    bootstrapKeyring(secret),
  ].join('');

/** Lets the console ask a monitor at its socket: it runs as root without the right to pass over the rights of files (decision 0010), and the socket is Ceph's. */
export const socketAccess = {
  path: '/etc/tmpfiles.d/50-mayfly-ceph.conf',
  text: lines([
    "# Written by Mayfly: sockets that are made here are root's as well.",
    'a+ /run/ceph - - - - default:user:root:rwx',
  ]),
};

/** In the place of python3-bcrypt, which refuses the sub-interpreters of ceph-mgr: thirteen modules load with this and none of ours hashes passwords. */
export const bcryptShim = {
  path: '/usr/local/lib/ceph-mgr-shim/bcrypt.py',
  text: lines([
    '# Written by Mayfly: the packaged bcrypt cannot be loaded by ceph-mgr, and its modules only need the name.',
    'def _missing(*arguments, **named):',
    '    raise NotImplementedError("bcrypt cannot be used in ceph-mgr")',
    'gensalt = hashpw = checkpw = _missing',
  ]),
  dropInPath: '/etc/systemd/system/ceph-mgr@.service.d/50-mayfly.conf',
  dropIn: lines(['[Service]', 'Environment=PYTHONPATH=/usr/local/lib/ceph-mgr-shim']),
};

/** `client.<name>` on this node mounts the whole filesystem. */
export const cephMount = (
  cluster: Ceph,
  where: string,
  { name, fsid, addresses }: Pick<CephConf, 'name' | 'fsid' | 'addresses'>,
): Mount => {
  const fsName = fsNameOf(cluster);
  const description = `Ceph filesystem ${fsName}`;
  if (cluster.client !== 'kernel')
    return {
      what: 'none',
      where,
      type: 'fuse.ceph',
      options: [`ceph.id=${name}`, `ceph.client_fs=${fsName}`, '_netdev'],
      description,
    };
  const monitors = addresses.map((address) => (familyOf(address) === 'ipv6' ? `[${address}]` : address)).join('/');
  return {
    what: `${name}@${fsid ?? ''}.${fsName}=/`,
    where,
    type: 'ceph',
    options: [`mon_addr=${monitors}`, `secretfile=${clientSecretPath(name)}`, '_netdev'],
    description,
  };
};

export const clientKeyringPath = (name: string): string => `/etc/ceph/ceph.client.${name}.keyring`;
/** The key alone, as the kernel's mount helper takes it. */
export const clientSecretPath = (name: string): string => `/etc/ceph/ceph.client.${name}.secret`;
