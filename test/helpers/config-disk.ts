// The config partition of a lab host: its first disk with a filesystem, label and marker, mounted as at every boot.
import { execFileSync } from 'node:child_process';
import type { Host, HostOptions } from './hosts.ts';

export const configDisk: NonNullable<HostOptions['disks']>[number] = { serial: 'CONFIG', size: 32 * 1024 * 1024 };

/** `fill` may write below the folder that it is given, which becomes the top of the partition. */
export const makeConfigPartition = async (node: Host, fill: string | undefined = undefined): Promise<void> => {
  const tree = fill === undefined ? [] : ['-d', fill];
  // The host has no mkfs of its own; its disk is a device of this machine too.
  execFileSync('mkfs.ext4', ['-q', '-L', 'MAYFLY', ...tree, `/proc/${node.pid}/root/dev/vda`]);
  await node.must(['mkdir', '-p', '/config']);
  await node.must(['mount', '/dev/vda', '/config']);
  await node.must(['touch', '/config/.mayfly-config']);
  await node.must(['mount', '-o', 'remount,ro,nosuid,nodev,noexec', '/config']);
};
