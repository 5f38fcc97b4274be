// Makes the files that a virtual machine's disks are: the medium with the image, the config partition, and empty disks that keep what is written.
import { join } from 'node:path';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import {
  copyTo,
  exists,
  fileSize,
  folderSha256,
  makeFolder,
  makeSparse,
  place,
  readTextIfAny,
  removeAll,
  runStreaming,
  temporaryBeside,
  writeTextWhole,
} from '../system/workstation.ts';
import type { DiskWish } from './boot-options.ts';
import { type DriveFile, mediumLabel } from './emulator-command.ts';
import type { Manifest } from './manifest.ts';

/** A filesystem with the image on it, as a USB stick would carry it; shared by every machine that boots this image. */
export const makeMedium = async (image: string, manifest: Manifest): Promise<Result<string>> => {
  const medium = join(image, 'medium.img');
  const { root, squashfs, zramBytes = {}, dictionary = {} } = manifest;
  const key = `${root.sha256} ${JSON.stringify([zramBytes, dictionary, squashfs ?? {}])}\n`;
  if (exists(medium) && (await readTextIfAny(`${medium}.key`)) === key) return ok(medium);
  const folder = temporaryBeside(join(image, 'cache/medium'));
  makeFolder(folder);
  const files = [root.file, ...(squashfs === undefined ? [] : [squashfs.file]), 'root.manifest', 'manifest.json'];
  for (const name of files) await place(join(image, name), join(folder, name));
  const temporary = temporaryBeside(medium);
  const made = await makeFilesystem(
    temporary,
    folder,
    mediumLabel,
    // A sixteenth for inode tables and the journal, which grow with it.
    Math.ceil(((root.compressedBytes + (squashfs?.bytes ?? 0)) * 17) / 16 / 1024 ** 2) + 16,
  );
  if (!made.ok) return made;
  // A machine that runs on the old medium keeps it: the name goes, its open file stays.
  await place(temporary, medium);
  await removeAll(temporary);
  await removeAll(folder);
  await writeTextWhole(`${medium}.key`, key);
  return ok(medium);
};

const makeFilesystem = async (
  path: string,
  folder: string,
  label: string,
  sizeMib: number,
): Promise<Result<string>> => {
  const size = `${sizeMib}M`;
  const result = await runStreaming([
    mke2fs(),
    '-q',
    '-t',
    'ext4',
    '-m',
    '0',
    '-L',
    label,
    '-d',
    folder,
    '-E',
    'root_owner=0:0',
    path,
    size,
  ]);
  return result.exitCode === 0
    ? ok(path)
    : fail({
        code: 'image/no-filesystem',
        summary: `No ${label} filesystem could be made: ${result.stderr.trim()}`,
        remedy: 'Install e2fsprogs, and check that the disk has room',
      });
};

/** Debian keeps it out of an ordinary user's PATH. */
const mke2fs = (): string => ['/usr/sbin/mke2fs', '/sbin/mke2fs'].find(exists) ?? 'mke2fs';

const configLabel = 'MAYFLY';
const configMarker = '.mayfly-config';
const configMib = 64;

/**
 * The config partition made from a folder. It is kept per machine, so that what the machine writes to it is there at its next boot, and made anew
 * only when the folder's own content changed.
 */
export const makeConfigDisk = async (
  folder: string,
  machineFolder: string,
  note: (text: string) => void,
): Promise<Result<string>> => {
  if (!exists(folder)) return fail(noFolder(folder));
  const path = join(machineFolder, 'config.img');
  const key = await folderSha256(folder);
  const before = await readTextIfAny(`${path}.key`);
  if (exists(path) && before === key) {
    note(`config partition: kept from the last boot of this machine (${path})`);
    return ok(path);
  }
  const copy = join(machineFolder, 'config');
  await removeAll(copy);
  const copied = await runStreaming(['cp', '-a', '--no-preserve=ownership', folder, copy]);
  if (copied.exitCode !== 0)
    return fail({
      code: 'image/config-disk',
      summary: `${folder} cannot be copied: ${copied.stderr.trim()}`,
      remedy: 'Check that you may read all of it',
    });
  await writeTextWhole(join(copy, configMarker), '');
  await removeAll(path);
  const made = await makeFilesystem(path, copy, configLabel, configMib);
  if (!made.ok) return made;
  await removeAll(copy);
  await writeTextWhole(`${path}.key`, key);
  note(
    before === undefined
      ? `config partition: made from ${folder}`
      : `config partition: made anew, since ${folder} changed`,
  );
  return made;
};

const noFolder = (folder: string): Problem => ({
  code: 'image/config-disk',
  summary: `There is no folder ${folder}`,
  remedy: 'Make it, empty or with global/profile.yaml and node/profile.yaml in it',
});

/** Empty disks, kept per machine; one of another size than asked for is not thrown away silently. */
export const makeDisks = async (
  wishes: readonly DiskWish[],
  machineFolder: string,
): Promise<Result<readonly DriveFile[]>> => {
  const drives: DriveFile[] = [];
  for (const [index, wish] of wishes.entries()) {
    const path = join(machineFolder, `disk${index}.img`);
    if (!exists(path)) await makeSparse(path, wish.size);
    else if ((await fileSize(path)) !== wish.size) {
      return fail({
        code: 'image/disk-size',
        summary: `Disk ${index} of this machine exists with another size (${path})`,
        remedy: 'Give that size, another --name, or remove the file',
      });
    }
    drives.push({ path, readOnly: false, serial: wish.serial ?? `DISK-${index}` });
  }
  return ok(drives);
};

/** A private copy of the firmware-loaded files, so that a build beside a running machine does not change what it reboots into. */
export const copyKernel = async (
  image: string,
  machineFolder: string,
): Promise<{ readonly kernel: string; readonly initramfs: string }> => {
  const [kernel, initramfs] = [join(machineFolder, 'vmlinuz'), join(machineFolder, 'initramfs.img')];
  await copyTo(join(image, 'vmlinuz'), kernel);
  await copyTo(join(image, 'initramfs.img'), initramfs);
  return { kernel, initramfs };
};
