// The node profile: one zod schema from which the types, the JSON Schema, the wizard's fields and every validation come.
// Longer than most files, since a schema in one piece is read in one piece.
import * as z from 'zod';
import { cluster } from './profile-cluster.ts';
import { disk, flag, oneOf, whole } from './profile-parts.ts';
import {
  algorithm,
  certificates,
  cidr,
  containerVolume,
  domainName,
  duration,
  host,
  hostname,
  interval,
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
import { profileVersion } from './profile-version.ts';
import { rootKinds } from './root-kind.ts';

export const roles = ['storage', 'metadata', 'monitor', 'client', 'hyperconverged', 'boot'] as const;

const node = z.strictObject({
  hostname: hostname.optional().describe("This node's name, without domain"),
  domain: domainName.optional().describe('Domain of this node; with the host name its full name'),
  timezone: timezone.optional().describe('Time zone of clocks and logs'),
  keyboard: keyboard
    .optional()
    .describe('Layout of the keyboard at the machine itself; a serial line or SSH brings its own'),
  ntp: z.array(host).optional().describe('Time servers; those of the image when absent'),
  hosts: z
    .array(
      z.strictObject({
        name: domainName.describe('Its name, short or full'),
        address: ipAddress.describe('Its address'),
      }),
    )
    .optional()
    .describe('Other machines by name, for the hosts file: where there is no name server'),
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
        ca: certificates
          .optional()
          .describe('Who vouches for the server, with tls; the authorities that Debian knows when absent'),
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
    .meta({
      form: 'a path on the config partition, a URL, or of a container its name in a registry with its digest',
      examples: ['packages/tuning.sh'],
    }),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ form: '64 hexadecimal digits as sha256sum prints them', examples: ['0'.repeat(64)] })
    .optional()
    .describe('Checksum of the source; needed for everything but a container with its digest'),
  timeout: duration.optional().describe('How long a script may take, or a container to be pulled; 10min when absent'),
  setuid: flag.optional().describe("A tarball may hold files that run with their owner's rights; not unless true"),
  network: oneOf(['host', 'none'])
    .optional()
    .describe("A container's network: the node's own (host when absent), or none"),
  volumes: z
    .array(containerVolume)
    .optional()
    .describe('What a container sees of the node: folders and files, with :ro only to read'),
});

export const profileSchema = z.strictObject({
  version: z.literal(profileVersion).meta({ form: '1', examples: [1] }),
  role: oneOf(roles),
  node: node.optional().describe('Who this node is'),
  network: network.optional().describe('Links, addresses, routes; as the image does it when absent'),
  cluster: cluster.optional().describe('The cluster filesystem'),
  zram: zram.optional().describe('Compressed RAM devices'),
  swap: z
    .strictObject({ device: disk.describe('The disk, by its serial number') })
    .optional()
    .describe('Swap on a disk of this node, used after swap in RAM; none when absent'),
  access: access.optional().describe('Who may log in'),
  logs: logs.optional().describe('Where logs go'),
  packages: z.array(configPackage).optional().describe('What runs after everything else, in the order of the numbers'),
  pull: z
    .strictObject({ every: interval.describe('How often the sources are asked; what is new is applied') })
    .optional()
    .describe('Ask the sources again while the node runs; never when absent'),
  drift: z
    .strictObject({ every: interval.describe('How often; 1h when absent') })
    .optional()
    .describe('Look whether the node still is as this profile says, and tell'),
  wipe: z.array(serial).optional().describe('Serial numbers of disks whose data may be destroyed without asking'),
});

export type Profile = z.infer<typeof profileSchema>;
export type Role = (typeof roles)[number];
export type ClusterFilesystem = NonNullable<Profile['cluster']>['filesystem'];
