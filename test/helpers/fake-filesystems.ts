// Answers of lsblk, and of reading a file on a filesystem that is not mounted, for the fake machine.
import type { FakeOptions } from './fake-system.ts';

type FakeCommands = NonNullable<FakeOptions['commands']>;

export type FakeFilesystem = {
  readonly name: string;
  readonly label?: string;
  readonly uuid?: string;
  readonly fstype?: string;
  readonly ro?: boolean;
  readonly mountpoints?: readonly string[];
};

export const lsblk = (...filesystems: readonly FakeFilesystem[]): FakeCommands => ({
  lsblk: JSON.stringify({
    blockdevices: filesystems.map(({ name, label, uuid, fstype = 'ext4', ro = false, mountpoints = [] }) => ({
      name,
      label: label ?? null,
      uuid: uuid ?? null,
      fstype,
      ro,
      mountpoints: mountpoints.length === 0 ? [null] : mountpoints,
    })),
  }),
});

/** What `unshare … sh DEVICE PATH OPTIONS` answers for the files of one device. */
export const onDisk = (device: string, files: Readonly<Record<string, string>>): FakeCommands => ({
  unshare: (command) => {
    const [from, path = ''] = command.slice(-3);
    if (from !== device) return { exitCode: 32, stderr: `mount: ${from}: cannot be found` };
    const text = files[path];
    return text === undefined ? { exitCode: 3 } : { stdout: text };
  },
});
