// Finds filesystems by label or UUID and reads single files on them, leaving no mount behind: resolving a profile changes nothing.
import * as z from 'zod';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { CommandResult, Reader } from '../system/system.ts';

export type Filesystem = {
  readonly device: string;
  readonly label: string | undefined;
  readonly uuid: string | undefined;
  /** `ext4`, `vfat`, … */
  readonly type: string;
  /** The device refuses writes, or the filesystem knows none. */
  readonly readOnly: boolean;
  readonly mountpoints: readonly string[];
};

const text = z.string().nullish();
const row = z.object({
  name: z.string(),
  label: text,
  uuid: text,
  fstype: text,
  // util-linux before 2.33 writes "0" and "1".
  ro: z.union([z.boolean(), z.enum(['0', '1']).transform((flag) => flag === '1')]),
  mountpoints: z.array(z.string().nullable()).optional(),
});
const answer = z.object({ blockdevices: z.array(row) });

/** A disk that is dying answers late, and a node that took that for no filesystem would find no profile. */
const patienceMs = 30_000;

const immutable = ['iso9660', 'udf', 'squashfs', 'erofs'];

type Identity = Pick<Filesystem, 'label' | 'uuid'> & { readonly type: string | undefined };

/** Every filesystem of this machine. */
export const listFilesystems = async (reader: Reader): Promise<Result<readonly Filesystem[]>> => {
  const [listed, probed] = await Promise.all([
    reader.query(['lsblk', '--json', '--paths', '--list', '--output', 'NAME,LABEL,UUID,FSTYPE,RO,MOUNTPOINTS'], {
      timeoutMs: patienceMs,
    }),
    probe(reader),
  ]);
  const parsed = answer.safeParse(listed.exitCode === 0 ? parseJson(listed.stdout) : undefined);
  if (!parsed.success) return fail(unread(listed));
  const found = new Map<string, Filesystem>();
  for (const { name, label, uuid, fstype, ro, mountpoints } of parsed.data.blockdevices) {
    const told: Identity = { label: label ?? undefined, uuid: uuid ?? undefined, type: fstype ?? undefined };
    const { type, ...identity } = probed === undefined ? told : (probed.get(name) ?? told);
    if (type === undefined) continue;
    // A device that lies on two others (RAID, multipath) is listed under each.
    found.set(name, {
      device: name,
      ...identity,
      type,
      readOnly: ro || immutable.includes(type),
      mountpoints: (mountpoints ?? []).filter((path) => path !== null),
    });
  }
  return ok([...found.values()]);
};

/** Not the same as no filesystem: a node that took it for that would start without its profile and not say why. */
const unread = ({ exitCode, stderr }: CommandResult): Problem => ({
  code: 'sources/disks-unread',
  summary: `nobody knows what is on the disks of this node: ${stderr.trim().split('\n').at(-1) || (exitCode === 0 ? 'lsblk answers something else than its list' : `lsblk ended with ${exitCode}`)}`,
  remedy: 'Look at `dmesg` for a disk that does not answer, unplug it, then restart this node',
});

/** From the media themselves: lsblk only repeats what udev has seen so far, and early at boot that may be nothing. Root only. */
const probe = async (reader: Reader): Promise<ReadonlyMap<string, Identity> | undefined> => {
  const { exitCode, stdout } = await reader.query(['blkid', '-c', '/dev/null', '-o', 'export'], {
    timeoutMs: patienceMs,
  });
  // blkid(8): 2 when nothing was found.
  if (exitCode !== 0 && exitCode !== 2) return undefined;
  return new Map(
    stdout.split('\n\n').map((block) => {
      const values = new Map(block.split('\n').map((line) => splitOnce(line)));
      const identity = { label: values.get('LABEL'), uuid: values.get('UUID'), type: values.get('TYPE') };
      return [values.get('DEVNAME') ?? '', identity] as const;
    }),
  );
};

/** `LABEL=my\ disk` */
const splitOnce = (line: string): readonly [string, string] => {
  const equals = line.indexOf('=');
  return [line.slice(0, Math.max(equals, 0)), line.slice(equals + 1).replaceAll(/\\(.)/g, '$1')];
};

/** Longer than any profile; `readYaml` names its own bound. */
const longest = 512 * 1024;

/** In a mount namespace of its own, which ends with the command. Exit 3: there is no such regular file. */
const readScript = `mount -o "$3" -- "$1" /mnt || exit 32
test -f "/mnt$2" && ! test -L "/mnt$2" || exit 3
exec head -c ${longest} -- "/mnt$2"`;

/** The text of a regular file on a filesystem, mounted or not; undefined when there is none. */
export const readFileOn = async (
  reader: Reader,
  filesystem: Filesystem,
  path: string,
): Promise<Result<string | undefined>> => {
  const [mountpoint] = filesystem.mountpoints;
  if (mountpoint !== undefined) {
    const file = mountpoint === '/' ? path : `${mountpoint}${path}`;
    const status = await reader.stat(file);
    return ok(status?.kind === 'file' && status.size <= longest ? await reader.readText(file) : undefined);
  }
  const options = filesystem.type.startsWith('ext') ? 'ro,noload' : 'ro';
  const { exitCode, stdout, stderr } = await readUnmounted(reader, [filesystem.device, path, options]);
  if (exitCode === 0) return ok(stdout);
  if (exitCode === 3) return ok(undefined);
  return fail(unreadable(filesystem, stderr));
};

const readUnmounted = async (reader: Reader, from: readonly [string, string, string]): Promise<CommandResult> => {
  const script = ['sh', '-c', readScript, 'sh', ...from];
  const here = await reader.query(['unshare', '--mount', ...script], { timeoutMs: 20_000 });
  if (here.exitCode !== 1 || !here.stderr.includes('Operation not permitted')) return here;
  // The console may mount nothing (mayfly-console@.service), but as root it may ask for it. Anybody else would be asked for a password.
  const isRoot = /^Uid:\t0\t/m.test((await reader.readText('/proc/self/status')) ?? '');
  if (!isRoot || (await reader.stat('/run/systemd/system')) === undefined) return here;
  const unit = ['systemd-run', '--quiet', '--collect', '--wait', '--pipe', '--property=PrivateMounts=yes'] as const;
  return reader.query([...unit, ...script], { timeoutMs: 20_000 });
};

const unreadable = ({ device, label }: Filesystem, stderr: string): Problem => ({
  code: 'sources/unreadable',
  summary: `${device} (label ${label ?? 'none'}) cannot be read: ${stderr.trim().split('\n').at(-1) || 'mount gave no reason'}`,
  remedy: `check the medium: \`fsck -n ${device}\``,
});

const parseJson = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    // lsblk that was stopped in mid-sentence: the schema refuses undefined.
    return undefined;
  }
};
