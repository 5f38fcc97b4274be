// The cluster part of the profile: one member of a union for each filesystem.
// Long, since a schema in one piece is read in one piece.
import * as z from 'zod';
import { disk, flag, oneOf, whole } from './profile-parts.ts';
import {
  absolutePath,
  cephKey,
  cidr,
  clusterSecret,
  host,
  linkName,
  nid,
  settingValue,
  url,
  volumeSetting,
} from './profile-values.ts';

const device = disk.describe('The disk, by its serial number');
const peers = z.array(host).min(1);
const mount = absolutePath.optional().describe('Where this node mounts the cluster filesystem; not at all when absent');
const pathOnDisk = z.strictObject({ device, path: absolutePath.describe('Where it is mounted') });
const stateDisk = z.strictObject({ device });
const secret = clusterSecret
  .optional()
  .describe('What all keys of the cluster are made from: the same on every server, on no client. Secret');

const repository = z
  .strictObject({
    url: url.describe('Where apt finds it'),
    suite: z
      .string()
      .regex(/^[A-Za-z0-9./_-]{1,64}$/)
      .meta({ form: 'a suite as apt knows it', examples: ['trixie'] }),
    components: z
      .array(
        z
          .string()
          .regex(/^[a-z0-9-]{1,64}$/)
          .meta({ form: 'a component as apt knows it', examples: ['non-free'] }),
      )
      .optional()
      .describe('Its components; none for a flat repository'),
    key: z
      .string()
      .min(1)
      .meta({ form: 'an armoured OpenPGP key, or a path to one', examples: ['/config/global/beegfs.asc'] })
      .describe('What its packages are signed with'),
  })
  .optional()
  .describe("The vendor's package repository, for packages that the image does not carry");

const configureOnly = flag
  .optional()
  .describe('Write the configuration and start nothing: where the packages come by another way');

const none = z.strictObject({ filesystem: z.literal('none') });

export const volumeTypes = [
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
      settings: z
        .array(
          z.strictObject({
            name: volumeSetting.describe('As `gluster volume set` has it'),
            value: settingValue.describe('What it is set to'),
          }),
        )
        .optional()
        .describe('Options of the volume; those not named stay as they are'),
    })
    .optional()
    .describe('The volume that this cluster serves'),
  peers: peers.describe('All members of the cluster, this node included; the first makes the volume'),
  bricks: z
    .array(
      z.strictObject({
        device,
        path: absolutePath.describe('Where the brick is mounted: all members use the same paths'),
      }),
    )
    .optional()
    .describe('Disks of this node that hold data'),
  state: stateDisk
    .optional()
    .describe('Disk for what the daemon must remember over a boot; the first brick when absent'),
  mount,
});

const ceph = z.strictObject({
  filesystem: z.literal('ceph'),
  fsid: z
    .uuid()
    .meta({ form: 'a UUID', examples: ['3f1c9a52-7c0e-4a53-9b42-1d0c5a2f8e11'] })
    .optional()
    .describe('Identity of the cluster; made from its secret when absent'),
  secret,
  monitors: peers.describe('All monitors of the cluster; the first makes it'),
  publicNetwork: cidr.optional().describe('Network of clients and monitors'),
  clusterNetwork: cidr.optional().describe('Network of replication'),
  state: stateDisk.optional().describe('Disk for what a monitor must remember over a boot; needed on a monitor'),
  osds: z.array(z.strictObject({ device })).optional().describe('Disks of this node that hold data'),
  mds: flag.optional().describe('Run a metadata server here'),
  fsName: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,32}$/)
    .meta({ form: 'at most 32 letters, digits, ., - and _', examples: ['cephfs'] })
    .optional()
    .describe('Name of the filesystem; cephfs when absent'),
  pool: z
    .strictObject({
      size: whole(1, 10, 3).optional().describe('Copies of every object; 3 when absent'),
      minSize: whole(1, 10, 2).optional().describe('Copies that must be there to go on writing; 2 when absent'),
      failureDomain: oneOf(['host', 'osd', 'rack'])
        .optional()
        .describe('What may fail as one: no two copies are in the same; host when absent'),
    })
    .optional()
    .describe('How the pools of the filesystem keep copies'),
  rack: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,32}$/)
    .meta({ form: 'at most 32 letters, digits, ., - and _', examples: ['rack7'] })
    .optional()
    .describe('Rack of this node, for the failure domain rack'),
  mount,
  client: oneOf(['fuse', 'kernel']).optional().describe('What mounts it; fuse when absent'),
  key: cephKey.optional().describe('Key of client.<hostname>, for a client that has no secret. Secret'),
});

const beegfs = z.strictObject({
  filesystem: z.literal('beegfs'),
  management: host.describe('Node of the management daemon'),
  release: oneOf(['7.4', '8']).describe('BeeGFS release of the whole cluster'),
  secret: clusterSecret
    .optional()
    .describe('What conn.auth is made from: the same on every node, clients included. Secret'),
  interfaces: z.array(linkName).min(1).optional().describe('Links that it uses, best first; all when absent'),
  state: stateDisk.optional().describe('Disk of the management database; needed on the management node'),
  metadata: z.array(pathOnDisk).optional().describe('Disks of this node for metadata'),
  targets: z.array(pathOnDisk).optional().describe('Disks of this node for file contents'),
  node: whole(1, 65535, 3).optional().describe('Number of this server; from its host name when absent'),
  closed: flag
    .optional()
    .describe('Refuse servers and targets that the cluster does not know yet: once it is complete'),
  mount,
  repository,
  configureOnly,
});

const lustre = z.strictObject({
  filesystem: z.literal('lustre'),
  fsname: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,8}$/)
    .meta({ form: '1 to 8 letters, digits, - or _', examples: ['lfs0'] }),
  mgs: z.array(host).min(1).describe('Nodes of the management server'),
  networks: z
    .array(
      z.strictObject({
        net: z
          .string()
          .regex(/^(tcp|o2ib)\d{0,3}$/)
          .meta({ form: 'tcp or o2ib, with a number', examples: ['tcp'] })
          .describe('LNet network'),
        interfaces: z.array(linkName).min(1).describe('Links that carry it'),
      }),
    )
    .optional()
    .describe('LNet networks of this node; tcp over all links when absent'),
  targets: z
    .array(
      z.strictObject({
        kind: oneOf(['mgs', 'mdt', 'ost']).describe('What the target is'),
        index: whole(0, 65535, 0).describe('Its number in the filesystem'),
        device,
        serviceNodes: z
          .array(nid)
          .optional()
          .describe('NIDs of the servers that may mount it: for pairs with shared disks'),
      }),
    )
    .optional()
    .describe('Targets on disks of this node'),
  mount,
  repository,
  configureOnly,
});

export const cluster = z.discriminatedUnion('filesystem', [none, ceph, gluster, beegfs, lustre]);
export type Cluster = z.infer<typeof cluster>;
export type ClusterOf<F extends Cluster['filesystem']> = Extract<Cluster, { filesystem: F }>;
