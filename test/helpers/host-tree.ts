// The root tree that test hosts share: Debian with the daemons that a node runs, built once by mmdebstrap and kept under build/.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const suite = 'trixie';
const basePackages = [
  'chrony',
  'dbus',
  'dnsmasq-base',
  'hostname',
  'iproute2',
  'iputils-ping',
  'kmod',
  'libatomic1',
  'libnss-resolve',
  'openssh-client',
  'openssh-server',
  'procps',
  'systemd',
  'systemd-resolved',
  'systemd-sysv',
  'tzdata',
  'udev',
  'whois',
];

/** What hosts of a cluster have besides: built only for the tests that ask. */
const additions = {
  base: ['e2fsprogs', 'openssl', 'rsyslog', 'rsyslog-gnutls'],
  git: ['git'],
  podman: ['busybox-static', 'crun', 'curl', 'netavark', 'podman'],
  gluster: ['attr', 'fdisk', 'glusterfs-server', 'glusterfs-client', 'xfsprogs', 'e2fsprogs', 'nftables'],
  ceph: [
    'fdisk',
    'ceph-base',
    'ceph-fuse',
    'ceph-mds',
    'ceph-mgr',
    'ceph-mon',
    'ceph-osd',
    'ceph-volume',
    'e2fsprogs',
    'xfsprogs',
  ],
} as const;

export type TreeKind = keyof typeof additions;

const project = new URL('../..', import.meta.url).pathname;

/** Why no host can be started here, or undefined. */
export const whyNoHosts = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'needs root';
  for (const tool of ['mmdebstrap', 'unshare', 'nsenter', 'ip'])
    if (spawnSync('which', [tool]).status !== 0) return `needs ${tool}`;
  return undefined;
};

/** Its path. Built in about half a minute when it is not there yet. */
export const hostTree = (kind: TreeKind = 'base'): string => {
  const packages = [...basePackages, ...additions[kind]];
  const mirror = debianMirror();
  const key = createHash('sha256')
    .update([suite, mirror, ...packages].join('\n'))
    .digest('hex')
    .slice(0, 12);
  const tree = join(project, 'build', 'hosts', key);
  if (existsSync(tree)) return tree;
  mkdirSync(join(project, 'build', 'hosts'), { recursive: true });
  const half = `${tree}.${process.pid}.half`;
  const built = spawnSync(
    'mmdebstrap',
    [
      '--quiet',
      '--variant=minbase',
      `--include=${packages.join(',')}`,
      ...['man', 'doc', 'locale', 'info'].map((part) => `--dpkgopt=path-exclude=/usr/share/${part}/*`),
      suite,
      half,
      mirror,
    ],
    { encoding: 'utf8', timeout: 600_000 },
  );
  if (built.status !== 0) {
    rmSync(half, { recursive: true, force: true });
    throw new Error(`mmdebstrap ended with ${built.status}: ${built.stderr.slice(-2000)}`);
  }
  // They would be the same on every host: ssh-keygen -A makes each its own.
  for (const name of readdirSync(join(half, 'etc/ssh')))
    if (name.startsWith('ssh_host_')) rmSync(join(half, 'etc/ssh', name));
  // mmdebstrap copies the build machine's.
  for (const [path, text] of [
    ['etc/hostname', 'localhost\n'],
    ['etc/hosts', '127.0.0.1 localhost\n'],
    ['etc/machine-id', ''],
  ] as const)
    writeFileSync(join(half, path), text);
  try {
    renameSync(half, tree);
  } catch (error) {
    // Another runner was faster.
    if (!existsSync(tree)) throw error;
    rmSync(half, { recursive: true, force: true });
  }
  return tree;
};

/** The mirror that this machine's own apt uses for Debian. */
const debianMirror = (): string => {
  const files = ['/etc/apt/sources.list', ...listed('/etc/apt/sources.list.d')].filter((path) => existsSync(path));
  const uris = files.flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .flatMap((line) => /(https?:\/\/\S+\/debian)\/?(?:\s|$)/.exec(line)?.[1] ?? []),
  );
  const [first] = uris;
  if (first === undefined) throw new Error('apt of this machine knows no Debian mirror');
  return first;
};

const listed = (directory: string): string[] =>
  existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : [];
