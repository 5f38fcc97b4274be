// A zram device of a test's own with a mounted ext4 on it: made by hot_add, gone afterwards, never one that exists already.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const control = '/sys/class/zram-control';

/** Why no device can be had here, or undefined. */
export const whyNoZram = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'needs root';
  if (!existsSync(`${control}/hot_add`)) return 'this kernel offers no zram-control';
  return undefined;
};

/** Why ext4 cannot be grown online here, or undefined: the kernel asks for CAP_SYS_RESOURCE (bit 24), which some containers lack. */
export const whyNoGrowth = (): string | undefined => {
  const capabilities = /^CapEff:\s+([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${capabilities}`) >> 24n) & 1n ? undefined : 'skipped: needs CAP_SYS_RESOURCE';
};

export type SpareZram = { readonly device: string; readonly mountpoint: string; remove(): void };

export const createSpareZram = (disksize: string, filesystem: string): SpareZram => {
  // Reading hot_add makes a new device, so it is never one in use.
  const number = readFileSync(`${control}/hot_add`, 'utf8').trim();
  const device = `/dev/zram${number}`;
  const mountpoint = mkdtempSync(join(tmpdir(), 'mayfly-zram-'));
  const remove = () => {
    if (readFileSync('/proc/mounts', 'utf8').includes(`${device} `)) execFileSync('umount', [device]);
    writeFileSync(`/sys/block/zram${number}/reset`, '1');
    writeFileSync(`${control}/hot_remove`, number);
    rmSync(mountpoint, { recursive: true, force: true });
  };
  try {
    writeFileSync(`/sys/block/zram${number}/disksize`, disksize);
    const options = 'assume_storage_prezeroed=1,nodiscard,resize=1G';
    execFileSync('mkfs.ext4', [
      '-q',
      '-m',
      '0',
      '-b',
      '4096',
      '-i',
      '8192',
      '-O',
      '^has_journal',
      '-E',
      options,
      device,
      filesystem,
    ]);
    execFileSync('mount', ['-o', 'noatime,discard,errors=continue', device, mountpoint]);
  } catch (error) {
    remove();
    throw error;
  }
  return { device, mountpoint, remove };
};
