// The node profile: one zod schema from which the types, the JSON Schema, the wizard's fields and every validation come.
// Longer than most files, since a schema in one piece is read in one piece.
import * as z from 'zod';
import {
  absolutePath,
  algorithm,
  cidr,
  domainName,
  duration,
  host,
  hostname,
  ipAddress,
  keyboard,
  linkName,
  mac,
  passwordHash,
  routeTarget,
  serial,
  size,
  sizeOrNone,
  sizeOrPercent,
  sshKey,
  timezone,
} from './profile-values.ts';
import { rootKinds } from './root-kind.ts';

export const roles = ['storage', 'metadata', 'monitor', 'client', 'hyperconverged', 'boot'] as const;

const whole = (min: number, max: number, example: number) =>
  z
    .int()
    .min(min)
    .max(max)
    .meta({ form: `a whole number from ${min} to ${max}`, examples: [example] });
const flag = z.boolean().meta({ form: 'true or false', examples: [true] });
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values).meta({ form: `one of ${values.join(', ')}`, examples: [values[0]] });

const node = z.strictObject({
  hostname: hostname.optional().describe("This node's name, without domain"),
  domain: domainName.optional().describe('Domain of this node; with the host name its full name'),
  timezone: timezone.optional().describe('Time zone of clocks and logs'),
  keyboard: keyboard
    .optional()
    .describe('Layout of the keyboard at the machine itself; a serial line or SSH brings its own'),
  ntp: z.array(host).optional().describe('Time servers; those of the image when absent'),
});

const linkMatch = z
  .union([z.strictObject({ name: linkName }), z.strictObject({ mac }), z.literal('primary')])
  .meta({ form: '{name: …}, {mac: …} or primary (the first link with carrier)', examples: [{ name: 'ens3' }] });

const addressing = {
  mtu: whole(68, 65535, 9000).optional().describe('Largest packet in bytes; 1280 at least for IPv6'),
  dhcp4: flag.optional().describe('Ask for an IPv4 address'),
  dhcp6: flag.optional().describe('Ask for an IPv6 address'),
  acceptRa: flag.optional().describe("Accept router advertisements; the kernel's own default when absent"),
  addresses: z.array(cidr).optional().describe('Static addresses with prefix length'),
};

const link = z.strictObject({ match: linkMatch.describe('Which link of this machine is meant'), ...addressing });
const bond = z.strictObject({
  name: linkName.describe('Name of the bond'),
  members: z.array(linkName).min(1).describe('Links that are joined'),
  mode: oneOf([
    '802.3ad',
    'active-backup',
    'balance-rr',
    'balance-xor',
    'broadcast',
    'balance-tlb',
    'balance-alb',
  ]).describe('How they are joined; 802.3ad needs its counterpart on the switch'),
  ...addressing,
});
const vlan = z.strictObject({
  name: linkName.describe('Name of the VLAN link'),
  link: linkName.describe('Link or bond that it runs over'),
  id: whole(1, 4094, 120).describe('VLAN number'),
  ...addressing,
});
const route = z.strictObject({
  to: routeTarget.describe('Where the route leads'),
  via: ipAddress.describe('Gateway'),
  metric: whole(0, 4294967295, 100).optional().describe('The lower one wins'),
});

const network = z.strictObject({
  links: z.array(link).optional().describe('Network links, in the order of the operator'),
  bonds: z.array(bond).optional().describe('Links joined into one'),
  vlans: z.array(vlan).optional().describe('Tagged networks over a link or bond'),
  routes: z.array(route).optional().describe('Static routes'),
  dns: z
    .strictObject({
      servers: z.array(ipAddress).optional().describe('Name servers'),
      search: z.array(domainName).optional().describe('Domains tried for short names'),
    })
    .optional()
    .describe('Name resolution'),
});

const disk = z.strictObject({ serial: serial.describe('Serial number: device names change, serial numbers do not') });
const device = disk.describe('The disk, by its serial number');
const peers = z.array(host).min(1);
const mount = absolutePath.optional().describe('Where this node mounts the cluster filesystem; not at all when absent');

const none = z.strictObject({ filesystem: z.literal('none') });
const volumeTypes = [
  'replicate',
  'distribute',
  'disperse',
  'arbiter',
  'distributed-replicate',
  'distributed-disperse',
] as const;
const gluster = z.strictObject({
  filesystem: z.literal('gluster'),
  volume: z
    .strictObject({
      name: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,64}$/)
        .meta({ form: 'at most 64 letters, digits, - and _', examples: ['tank'] }),
      type: oneOf(volumeTypes).describe('How data is laid out over the bricks'),
      replica: whole(2, 16, 3).optional().describe('Copies of every file'),
      arbiter: whole(1, 1, 1).optional().describe('How many of the copies hold names only'),
      disperse: whole(3, 64, 6).optional().describe('Bricks of one dispersed set'),
      redundancy: whole(1, 31, 2).optional().describe('Bricks of a set that may be lost'),
    })
    .optional()
    .describe('The volume that this cluster serves'),
  peers: peers.describe('All members of the cluster, this node included'),
  bricks: z
    .array(z.strictObject({ device, path: absolutePath.describe('Where the brick is mounted') }))
    .optional()
    .describe('Disks of this node that hold data'),
  mount,
});
const ceph = z.strictObject({
  filesystem: z.literal('ceph'),
  fsid: z
    .uuid()
    .meta({ form: 'a UUID', examples: ['3f1c9a52-7c0e-4a53-9b42-1d0c5a2f8e11'] })
    .optional()
    .describe('Identity of the cluster'),
  monitors: peers.describe('All monitors of the cluster'),
  publicNetwork: cidr.optional().describe('Network of clients and monitors'),
  clusterNetwork: cidr.optional().describe('Network of replication'),
  osds: z.array(z.strictObject({ device })).optional().describe('Disks of this node that hold data'),
  mds: flag.optional().describe('Run a metadata server here'),
  mount,
});
const pathOnDisk = z.strictObject({ device, path: absolutePath.describe('Where it is mounted') });
const beegfs = z.strictObject({
  filesystem: z.literal('beegfs'),
  management: host.describe('Node of the management daemon'),
  release: oneOf(['7.4', '8']).describe('BeeGFS release of the whole cluster'),
  metadata: z.array(pathOnDisk).optional().describe('Disks of this node for metadata'),
  targets: z.array(pathOnDisk).optional().describe('Disks of this node for file contents'),
  mount,
});
const lustre = z.strictObject({
  filesystem: z.literal('lustre'),
  fsname: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,8}$/)
    .meta({ form: '1 to 8 letters, digits, - or _', examples: ['lfs0'] }),
  mgs: z.array(host).min(1).describe('Nodes of the management server'),
  targets: z
    .array(
      z.strictObject({
        kind: oneOf(['mgs', 'mdt', 'ost']).describe('What the target is'),
        index: whole(0, 65535, 0).describe('Its number in the filesystem'),
        device,
      }),
    )
    .optional()
    .describe('Targets on disks of this node'),
  mount,
});
const cluster = z.discriminatedUnion('filesystem', [none, ceph, gluster, beegfs, lustre]);

const zram = z.strictObject({
  root: z
    .strictObject({
      kind: oneOf(rootKinds)
        .optional()
        .describe('What it is made of; zram when absent, and overlay where that does not fit; at next boot'),
      size: size.optional().describe('Size of the device, the bound for growing; by policy when absent; at next boot'),
      algorithm: algorithm.optional().describe('Compressor; at next boot'),
      memoryLimit: sizeOrNone.optional().describe('RAM that the root may take; by policy when absent; live'),
      dictionary: flag.optional().describe("Compress with the image's dictionary (zstd only); at next boot"),
    })
    .optional()
    .describe('The root filesystem in RAM'),
  swap: z
    .strictObject({
      size: sizeOrPercent.describe('Size of the device'),
      algorithm: algorithm.optional().describe("Compressor; the kernel's default when absent"),
    })
    .optional()
    .describe('Compressed swap in RAM; none when absent'),
});

const access = z.strictObject({
  rootPasswordHash: passwordHash.optional().describe('Password of root as a hash; none when absent. Secret'),
  sshKeys: z.array(sshKey).optional().describe('Who may log in as root by SSH'),
  sshPasswords: flag.optional().describe('Accept passwords over SSH; keys only unless true'),
  consoleLock: duration.optional().describe('Idle time after which the console locks'),
});

const logs = z.strictObject({
  forward: z
    .array(
      z.strictObject({
        host: host.describe('Log server'),
        port: whole(1, 65535, 6514).describe('Its port'),
        protocol: oneOf(['tls', 'tcp', 'udp']).describe('How logs travel'),
      }),
    )
    .optional()
    .describe('Where logs are sent: those kept in RAM end with the uptime'),
});

const configPackage = z.strictObject({
  name: z
    .string()
    .regex(/^\d{2,4}-[a-z0-9-]+$/)
    .meta({ form: 'a number, -, and a name in lower case; the number is its turn', examples: ['10-tuning'] }),
  kind: oneOf(['script', 'tarball', 'container']).describe('What it is'),
  source: z
    .string()
    .min(1)
    .meta({ form: 'a path on the config partition or a URL', examples: ['packages/tuning.sh'] }),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ form: '64 hexadecimal digits as sha256sum prints them', examples: ['0'.repeat(64)] })
    .optional()
    .describe('Checksum of the source; needed for a URL'),
});

export const profileSchema = z.strictObject({
  version: z.literal(1).meta({ form: '1', examples: [1] }),
  role: oneOf(roles),
  node: node.optional().describe('Who this node is'),
  network: network.optional().describe('Links, addresses, routes; as the image does it when absent'),
  cluster: cluster.optional().describe('The cluster filesystem'),
  zram: zram.optional().describe('Compressed RAM devices'),
  swap: z
    .strictObject({ device })
    .optional()
    .describe('Swap on a disk of this node, used after swap in RAM; none when absent'),
  access: access.optional().describe('Who may log in'),
  logs: logs.optional().describe('Where logs go'),
  packages: z.array(configPackage).optional().describe('What runs after everything else, in the order of the numbers'),
  wipe: z.array(serial).optional().describe('Serial numbers of disks whose data may be destroyed without asking'),
});

export type Profile = z.infer<typeof profileSchema>;
export type Role = (typeof roles)[number];
export type ClusterFilesystem = NonNullable<Profile['cluster']>['filesystem'];
