// Which Debian packages make an image: the base, what a role adds, and what only the build needs.

export const features = ['gluster', 'ceph', 'git', 'podman'] as const;
export type Feature = (typeof features)[number];

export const kernels = ['amd64', 'cloud'] as const;
export type Kernel = (typeof kernels)[number];

const base = [
  // Boot and services
  'systemd',
  'systemd-sysv',
  'udev',
  'dbus',
  'kmod',
  'systemd-resolved',
  'chrony',
  'openssh-server',
  'login',
  'tzdata',
  // Network
  'iproute2',
  'ethtool',
  'iputils-ping',
  'curl',
  'ca-certificates',
  // The certificate of a join offer
  'openssl',
  // Log servers
  'rsyslog',
  'rsyslog-gnutls',
  // Disks
  'e2fsprogs',
  'fdisk',
  'zstd',
  // mkpasswd, for the console's root password
  'whois',
  // The person at the rescue shell
  'procps',
  'less',
  // loadkeys, for the keyboard at the machine itself; its layouts are made by steps/keymaps.sh
  'kbd',
];

/** Taken out of the root again; the initramfs is made with them. */
export const buildOnly: readonly string[] = ['dracut', 'dracut-core', 'busybox', 'cpio', 'xz-utils'];

const byFeature: Readonly<Record<Feature, readonly string[]>> = {
  gluster: ['attr', 'glusterfs-server', 'glusterfs-client', 'lvm2', 'xfsprogs'],
  ceph: ['ceph-mon', 'ceph-mgr', 'ceph-osd', 'ceph-mds', 'ceph-common', 'ceph-fuse', 'ceph-volume', 'lvm2'],
  // Profiles that are git checkouts; its documentation goes with that of all others.
  git: ['git', 'openssh-client'],
  // Config packages that are containers; netavark, since podman starts nothing without, whatever the network.
  podman: ['crun', 'netavark', 'podman'],
};

/** Sorted and without duplicates, so that the order of `--with` does not make another image. */
export const packagesFor = (kernel: Kernel, withFeatures: readonly Feature[]): readonly string[] => {
  const image = kernel === 'cloud' ? 'linux-image-cloud-amd64' : 'linux-image-amd64';
  return [...new Set([image, ...base, ...buildOnly, ...withFeatures.flatMap((feature) => byFeature[feature])])].sort();
};
