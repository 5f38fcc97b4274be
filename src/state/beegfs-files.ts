// The configuration files of BeeGFS 7.4 and 8, whole: nothing of what the packages ship is edited, so that a file is what the profile says and nothing else.
// Keys: the default files of 7.4.7 and 8.3.1 (test/fixtures/beegfs-keys/).
import {
  type Beegfs,
  isManagement,
  managementDatabase,
  managementDirectory,
  placesOf,
  unitsOf,
} from './beegfs-node.ts';
import type { GeneratedFile } from './generated-file.ts';
import type { Profile } from './profile.ts';

const folder = '/etc/beegfs';
export const authPath = `${folder}/conn.auth`;
export const certificatePath = `${folder}/cert.pem`;
export const privateKeyPath = `${folder}/key.pem`;
const interfacesPath = `${folder}/interfaces.conf`;
export const clientPath = `${folder}/beegfs-client.conf`;

export type BeegfsFilesInput = {
  readonly profile: Profile;
  readonly cluster: Beegfs;
  /** Mountpoint → UUID of the filesystem there, as far as they are known: a daemon then refuses another disk. */
  readonly uuids: ReadonlyMap<string, string>;
  /** What conn.auth holds; undefined leaves the file that is there. */
  readonly auth: string | undefined;
  /** Whether a certificate and its key are there for gRPC (8). */
  readonly tls: boolean;
};

export const beegfsFiles = (input: BeegfsFilesInput): readonly GeneratedFile[] => {
  const { profile, cluster, auth } = input;
  const serves = (daemon: string) => placesOf(cluster).some((place) => place.daemon === daemon);
  return [
    ...(auth === undefined ? [] : [secretFile(auth)]),
    ...(cluster.interfaces === undefined ? [] : [interfacesFile(cluster.interfaces)]),
    ...(isManagement(profile, cluster)
      ? [cluster.release === '7.4' ? managementConf(input) : managementToml(input)]
      : []),
    ...(serves('beegfs-meta') ? [metaConf(input)] : []),
    ...(serves('beegfs-storage') ? [storageConf(input)] : []),
    // beegfs-ctl of 7.4 reads the client's file to find the cluster, also where nothing is mounted.
    ...(cluster.mount !== undefined || cluster.release === '7.4' ? [clientConf(cluster)] : []),
    ...(cluster.mount !== undefined && cluster.release === '7.4' ? [helperdConf()] : []),
    ...(cluster.mount === undefined ? [] : [mountsConf(cluster.mount)]),
    ...dropIns(profile, cluster),
  ];
};

type Key = readonly [name: string, value: string | number | boolean];

const heading = '# Written by mayfly from the profile: change that, not this.';

/** `key = value`, as all daemons of 7.4 and all but the management daemon of 8 read it. */
const conf = (keys: readonly Key[]): string =>
  [heading, ...keys.map(([name, value]) => `${name} = ${value}`), ''].join('\n');

const connection = ({ interfaces }: Beegfs): readonly Key[] => [
  ['connAuthFile', authPath],
  ...(interfaces === undefined ? [] : [['connInterfacesFile', interfacesPath] as const]),
];

/** What is logged goes to the journal: a file of the daemon's own would fill a root in RAM. */
const journal: Key = ['logType', 'syslog'];

const secretFile = (auth: string): GeneratedFile => ({
  path: authPath,
  text: auth,
  mode: 0o400,
  says: 'made from cluster.secret',
  secret: true,
  units: ['beegfs-mgmtd.service', 'beegfs-meta.service', 'beegfs-storage.service', 'beegfs-helperd.service'],
});

const interfacesFile = (interfaces: readonly string[]): GeneratedFile => ({
  path: interfacesPath,
  text: `${interfaces.join('\n')}\n`,
  mode: 0o644,
  says: interfaces.join(', '),
  units: ['beegfs-mgmtd.service', 'beegfs-meta.service', 'beegfs-storage.service'],
});

const managementConf = ({ cluster }: BeegfsFilesInput): GeneratedFile => ({
  path: `${folder}/beegfs-mgmtd.conf`,
  text: conf([
    ['storeMgmtdDirectory', managementDirectory],
    ['storeAllowFirstRunInit', false],
    ['sysAllowNewServers', cluster.closed !== true],
    ['sysAllowNewTargets', cluster.closed !== true],
    ['sysTargetOfflineTimeoutSecs', 180],
    ...connection(cluster),
    journal,
  ]),
  mode: 0o644,
  says: registration(cluster),
  units: ['beegfs-mgmtd.service'],
});

const registration = ({ closed }: Beegfs): string =>
  closed === true ? 'closed to new servers' : 'open to new servers';

const managementToml = ({ cluster, tls }: BeegfsFilesInput): GeneratedFile => ({
  path: `${folder}/beegfs-mgmtd.toml`,
  text: [
    heading,
    `db-file = ${toml(managementDatabase)}`,
    `auth-file = ${toml(authPath)}`,
    ...(tls
      ? [`tls-cert-file = ${toml(certificatePath)}`, `tls-key-file = ${toml(privateKeyPath)}`]
      : ['tls-disable = true']),
    ...(cluster.interfaces === undefined ? [] : [`interfaces = [${cluster.interfaces.map(toml).join(', ')}]`]),
    `registration-disable = ${cluster.closed === true}`,
    `node-offline-timeout = ${toml('180s')}`,
    '',
  ].join('\n'),
  mode: 0o644,
  says: `${registration(cluster)}; gRPC ${tls ? 'over TLS' : 'without TLS'}`,
  units: ['beegfs-mgmtd.service'],
});

/** A basic string of TOML: JSON's escapes are among its own. */
const toml = (text: string): string => JSON.stringify(text);

const metaConf = ({ cluster, uuids }: BeegfsFilesInput): GeneratedFile => ({
  path: `${folder}/beegfs-meta.conf`,
  text: conf([
    ['sysMgmtdHost', cluster.management],
    ...places(cluster, 'beegfs-meta', 'storeMetaDirectory', uuids),
    ['storeUseExtendedAttribs', true],
    ...connection(cluster),
    journal,
  ]),
  mode: 0o644,
  says: `management ${cluster.management}, data on ${mountpoints(cluster, 'beegfs-meta').join(', ')}`,
  units: ['beegfs-meta.service'],
});

const storageConf = ({ cluster, uuids }: BeegfsFilesInput): GeneratedFile => ({
  path: `${folder}/beegfs-storage.conf`,
  text: conf([
    ['sysMgmtdHost', cluster.management],
    ...places(cluster, 'beegfs-storage', 'storeStorageDirectory', uuids),
    ...connection(cluster),
    journal,
  ]),
  mode: 0o644,
  says: `management ${cluster.management}, data on ${mountpoints(cluster, 'beegfs-storage').join(', ')}`,
  units: ['beegfs-storage.service'],
});

const mountpoints = (cluster: Beegfs, daemon: string): readonly string[] =>
  placesOf(cluster)
    .filter((place) => place.daemon === daemon)
    .map(({ mountpoint }) => mountpoint);

/** The list of UUIDs must be as long as that of the directories: all of them, or none. */
const places = (cluster: Beegfs, daemon: string, key: string, uuids: ReadonlyMap<string, string>): readonly Key[] => {
  const directories = placesOf(cluster).filter((place) => place.daemon === daemon);
  const known = directories.flatMap(({ mountpoint }) => uuids.get(mountpoint) ?? []);
  return [
    [key, directories.map(({ directory }) => directory).join(',')],
    ...(known.length === directories.length ? [['storeFsUUID', known.join(',')] as const] : []),
    ['storeAllowFirstRunInit', false],
  ];
};

const clientConf = (cluster: Beegfs): GeneratedFile => ({
  path: clientPath,
  text: conf([
    ['sysMgmtdHost', cluster.management],
    ...connection(cluster),
    // The client of 8 is in the kernel and has no choice.
    ...(cluster.release === '7.4' ? [journal] : []),
  ]),
  mode: 0o644,
  says: `management ${cluster.management}`,
  units: ['beegfs-client.service'],
});

const helperdConf = (): GeneratedFile => ({
  path: `${folder}/beegfs-helperd.conf`,
  text: conf([['connAuthFile', authPath]]),
  mode: 0o644,
  says: 'helper of the client',
  units: ['beegfs-helperd.service'],
});

const mountsConf = (mount: string): GeneratedFile => ({
  path: `${folder}/beegfs-mounts.conf`,
  text: `${mount} ${clientPath}\n`,
  mode: 0o644,
  says: `mounted at ${mount}`,
  units: ['beegfs-client.service'],
});

/** systemd then starts a daemon after its disks, and never without. */
const dropIns = (profile: Profile, cluster: Beegfs): readonly GeneratedFile[] =>
  unitsOf(profile, cluster).flatMap((unit): GeneratedFile[] => {
    const paths =
      unit === 'beegfs-mgmtd.service' ? [managementDirectory] : mountpoints(cluster, unit.replace(/\.service$/, ''));
    if (paths.length === 0) return [];
    return [
      {
        path: `/etc/systemd/system/${unit}.d/mayfly.conf`,
        text: `${heading}\n[Unit]\nRequiresMountsFor=${paths.join(' ')}\n`,
        mode: 0o644,
        says: `after ${paths.join(', ')}`,
        units: [],
      },
    ];
  });
