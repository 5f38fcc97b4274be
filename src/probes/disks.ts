// Reads the whole disks of the node and what is on them, without waking one that sleeps and without writing to any.
import * as z from 'zod';
import { bytes } from '../state/bytes.ts';
import type { DiskFact } from '../state/facts.ts';
import type { Reader } from '../system/system.ts';
import { parseJsonAs } from './json.ts';

const text = z
  .string()
  .nullish()
  .transform((value) => value?.trim() || undefined);

const blockDevice = z.object({
  name: z.string(),
  path: z.string(),
  type: z.string(),
  size: z.number().nullish(),
  serial: text,
  model: text,
  rota: z.boolean().nullish(),
  fstype: text,
  label: text,
  pttype: text,
  mountpoints: z.array(z.string().nullable()).default([]),
  get children() {
    return z.array(blockDevice).default([]);
  },
});

type BlockDevice = z.infer<typeof blockDevice>;

const columnsAsked = 'NAME,PATH,TYPE,SIZE,SERIAL,MODEL,ROTA,FSTYPE,LABEL,PTTYPE,MOUNTPOINTS';

/** `lsblk --json --bytes --output …`: undefined when it is not that. */
const parseLsblk = (json: string): readonly BlockDevice[] | undefined =>
  parseJsonAs(z.object({ blockdevices: z.array(blockDevice) }), json)?.blockdevices;

/** Zram, RAM and floppy devices are no disks that a profile could ask for. */
const isDisk = (device: BlockDevice): boolean =>
  device.type === 'disk' && (device.size ?? 0) > 0 && !/^(zram|ram|fd|nbd)\d/.test(device.name);

/** What libblkid calls members of something larger, in the operator's words. */
const members: Readonly<Record<string, string>> = {
  ceph_bluestore: 'Ceph OSD (BlueStore)',
  LVM2_member: 'LVM physical volume',
  linux_raid_member: 'Linux RAID member',
  zfs_member: 'ZFS member',
  crypto_LUKS: 'LUKS encrypted',
  drbd: 'DRBD',
  bcache: 'bcache',
  btrfs: 'btrfs',
};

/** One filesystem or membership: `ext4 label MAYFLY`. Lustre's targets are ext4 by type and say so in their label. */
export const describeSignature = (type: string, label: string | undefined): string => {
  if (label !== undefined && /^[\w-]{1,8}[-:=+](MDT|OST|MGS)[0-9a-f]*$/i.test(label)) return `Lustre target ${label}`;
  const name = members[type] ?? (type.endsWith('_raid_member') ? `RAID member (${type})` : type);
  return label === undefined ? name : `${name} label ${label}`;
};

const describeContents = (disk: BlockDevice): readonly string[] => {
  const partitions = disk.children.filter((child) => child.type === 'part');
  const table = disk.pttype === undefined ? [] : [describeTable(disk.pttype, partitions.length)];
  return [...table, ...below(disk)];
};

const describeTable = (type: string, partitions: number): string => {
  const name = type === 'gpt' ? 'GPT' : type === 'dos' ? 'MBR' : type;
  return `${name} with ${partitions} partition${partitions === 1 ? '' : 's'}`;
};

const below = (device: BlockDevice): readonly string[] => [
  ...(device.fstype === undefined ? [] : [describeSignature(device.fstype, device.label)]),
  ...device.children.flatMap(below),
];

const mountsOf = (device: BlockDevice): readonly string[] => [
  ...device.mountpoints.flatMap((mountpoint) => mountpoint ?? []),
  ...device.children.flatMap(mountsOf),
];

const signatures = z.object({ signatures: z.array(z.object({ type: z.string(), label: text })) });

/** `wipefs --json --no-act`: prints nothing at all when there is nothing. */
export const parseWipefs = (json: string): readonly string[] | undefined =>
  json.trim() === ''
    ? []
    : parseJsonAs(signatures, json)?.signatures.map(({ type, label }) => describeSignature(type, label));

/** For a disk that udev says nothing about: asks the disk itself, unless that would wake it. */
const lookAt = async (reader: Reader, disk: BlockDevice): Promise<readonly string[]> => {
  const power = await reader.readText(`/sys/block/${disk.name}/device/power/runtime_status`);
  if (power?.trim() === 'suspended') return ['asleep, not looked at'];
  const answer = await reader.query(['wipefs', '--json', '--no-act', disk.path], { timeoutMs: 5_000 });
  const found = answer.exitCode === 0 ? parseWipefs(answer.stdout) : undefined;
  return found ?? [`unknown: ${answer.stderr.trim().split('\n').at(-1) || 'wipefs did not answer'}`];
};

const toFact = async (reader: Reader, disk: BlockDevice): Promise<DiskFact> => {
  const known = describeContents(disk);
  const mountedAt = mountsOf(disk);
  return {
    name: disk.name,
    path: disk.path,
    size: bytes(disk.size ?? 0),
    serial: disk.serial,
    model: disk.model,
    rotational: disk.rota ?? undefined,
    contents: known.length > 0 || mountedAt.length > 0 ? known : await lookAt(reader, disk),
    mountedAt,
  };
};

/** Undefined when lsblk does not answer: then nobody knows which disks there are. */
export const readDisks = async (reader: Reader): Promise<readonly DiskFact[] | undefined> => {
  const answer = await reader.query(['lsblk', '--json', '--bytes', '--output', columnsAsked], { timeoutMs: 10_000 });
  const devices = answer.exitCode === 0 ? parseLsblk(answer.stdout) : undefined;
  if (devices === undefined) return undefined;
  return Promise.all(devices.filter(isDisk).map((disk) => toFact(reader, disk)));
};
