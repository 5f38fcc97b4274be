// Disks for lab hosts: files behind loop devices. A loop device has no serial number and shows itself to every lsblk of the machine,
// so that a host gets an lsblk of its own: the real one's answer about its own disks, as disks with serial numbers.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export type LabDisk = {
  readonly serial: string;
  /** Bytes. */
  readonly size: number;
};

export type AttachedDisk = LabDisk & {
  /** In the host: `/dev/vda`. */
  readonly path: string;
  /** Of the loop device, whose major number is 7. */
  readonly minor: number;
};

/** The files are kept from host to host of the same name. */
export const attachDisks = (directory: string, host: string, disks: readonly LabDisk[]): readonly AttachedDisk[] => {
  mkdirSync(directory, { recursive: true });
  return disks.map((disk, index) => {
    const file = join(directory, `${host}.${disk.serial}`);
    if (!existsSync(file)) {
      writeFileSync(file, '');
      truncateSync(file, disk.size);
    }
    const device = execFileSync('losetup', ['--find', '--show', file], { encoding: 'utf8' }).trim();
    return {
      ...disk,
      path: `/dev/vd${String.fromCharCode(97 + index)}`,
      minor: Number(device.slice('/dev/loop'.length)),
    };
  });
};

/** Of one host, or of all in the directory. Waits until the kernel has let go of each. */
export const detachDisks = async (directory: string, host?: string): Promise<void> => {
  if (!existsSync(directory)) return;
  const files = readdirSync(directory).filter((name) => host === undefined || name.startsWith(`${host}.`));
  for (const file of files) {
    const path = join(directory, file);
    for (const deadline = Date.now() + 20_000; Date.now() < deadline; await pause(50)) {
      const devices = loopsOf(path);
      if (devices.length === 0) break;
      for (const device of devices) detach(device);
    }
  }
};

const loopsOf = (file: string): readonly string[] =>
  execFileSync('losetup', ['--noheadings', '--output', 'NAME', '--associated', file], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');

const detach = (device: string): void => {
  try {
    execFileSync('losetup', ['--detach', device], { stdio: 'ignore' });
  } catch {
    // Still in use: the caller tries again.
  }
};

/** Answers `lsblk --json …` with the host's own disks as they are now; whatever else is asked of it is an error that nobody overlooks. */
export const lsblkOf = (disks: readonly AttachedDisk[]): string => {
  const rows = disks.map(({ path, serial, size }) => `${path} ${serial} ${size}`).join('\n');
  return `#!/bin/sh
case " $* " in *' --json '*) ;; *) exec /usr/bin/lsblk "$@" ;; esac
case " $* " in *' --paths '*) paths=1 ;; *) paths= ;; esac
value() { blkid -p -o value -s "$1" "$2" | sed 's/.*/"&"/' | grep . || echo null; }
first=1
printf '{"blockdevices":['
while read -r path serial size; do
  [ -n "$first" ] || printf ','
  first=
  mounts=$(awk -v dev="$path" '$0 ~ " - [^ ]+ " dev " " { printf "%s\\"%s\\"", comma, $5; comma="," }' /proc/self/mountinfo)
  if [ -n "$paths" ]; then
    printf '{"name":"%s","label":%s,"fstype":%s,"ro":false,"mountpoints":[%s]}' "$path" "$(value LABEL "$path")" "$(value TYPE "$path")" "$mounts"
    continue
  fi
  printf '{"name":"%s","path":"%s","type":"disk","size":%s,"serial":"%s","model":"Lab disk","rota":false,"mountpoints":[%s]}' "\${path#/dev/}" "$path" "$size" "$serial" "$mounts"
done <<'DISKS'
${rows}
DISKS
printf ']}\\n'
`;
};
