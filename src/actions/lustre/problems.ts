// What may stand in Lustre's way, with the way around it.
import { lnetPath } from '../../state/lnet-conf.ts';
import type { LustreTarget } from '../../state/lustre-node.ts';
import type { Problem } from '../../state/problem.ts';
import type { CommandResult } from '../../system/system.ts';

export const twoConfigurations = (file: string, line: string): Problem => ({
  code: 'lustre/two-configurations',
  summary: `${file} sets LNet's networks by module option (\`${line}\`), and ${lnetPath} would be a second answer`,
  remedy: 'Take that line out (`lnet_legacy2yaml` shows it as YAML) and write its networks under cluster.networks',
  path: 'cluster.networks',
});

export const noLinks: Problem = {
  code: 'lustre/no-links',
  summary: 'no link of this node has an address over which LNet could run',
  remedy: 'Give a link an address, or name the links under cluster.networks',
  path: 'cluster.networks',
};

export const notResolved = (name: string, index: number): Problem => ({
  code: 'lustre/unknown-mgs',
  summary: `no address is known for the management server ${name}`,
  remedy: `Write its address, or name it under node.hosts (\`getent ahosts ${name}\` answers then)`,
  path: `cluster.mgs[${index}]`,
});

export const notOne = ({ serial, name, path }: LustreTarget, paths: readonly string[]): Problem =>
  paths.length === 0
    ? {
        code: 'storage/no-such-disk',
        summary: `No disk has the serial number ${serial}, which is ${name}`,
        remedy: 'Check that it is plugged in, or name another disk (`lsblk -o NAME,SIZE,SERIAL`)',
        path: `${path}.device.serial`,
      }
    : {
        code: 'storage/two-disks',
        summary: `${paths.join(' and ')} both have the serial number ${serial}`,
        remedy: 'Nobody knows which of them is meant: take one out, or name another disk',
        path: `${path}.device.serial`,
      };

export const inUse = ({ serial, name, path }: LustreTarget, device: string, at: readonly string[]): Problem => ({
  code: 'storage/disk-in-use',
  summary: `Disk ${serial} (${device}), wanted as ${name}, is in use: ${at.join(', ')}`,
  remedy: 'Name another disk, or stop what uses this one',
  path: `${path}.device.serial`,
});

export const notEmpty = ({ serial, name, path }: LustreTarget, device: string, held: string): Problem => ({
  code: 'storage/not-empty',
  summary: `Disk ${serial} (${device}), wanted as ${name}, holds ${held}`,
  remedy: `Name another disk, or write ${serial} under wipe if its data may go`,
  path: `${path}.device.serial`,
});

/** A slip of the serial number or the index is likelier than the wish to lose a part of the same filesystem. */
export const otherTarget = ({ serial, name, path }: LustreTarget, found: string): Problem => ({
  code: 'lustre/other-target',
  summary: `Disk ${serial} holds ${found}, and the profile wants ${name} on it`,
  remedy: `Correct the index or the serial number; only with ${serial} under wipe is ${found} given up, with all that is on it`,
  path: `${path}.index`,
});

export const waitsForPartner = ({ serial, name, serviceNodes, path }: LustreTarget): Problem => ({
  code: 'lustre/partner',
  summary: `${name} on disk ${serial} is not formatted yet, which is for its first server (${serviceNodes[0]}) to do`,
  remedy: 'Apply there first, then here again',
  path,
});

export const unreadable = (device: string, why: string): Problem => ({
  code: 'storage/command-failed',
  summary: `${device} could not be looked at: ${why}`,
  remedy: 'Look at `dmesg`, put right what it names, then apply again',
});

export const commandFailed = (what: string, { exitCode, stdout, stderr }: CommandResult): Problem => ({
  code: 'lustre/command-failed',
  summary: `${what} failed: ${lastOf(stderr) ?? lastOf(stdout) ?? `exit status ${exitCode}`}`,
  remedy: 'Look at `dmesg`, where Lustre says more, put it right, then apply again',
});

export const notMounted = (what: string, reason: string, mgs: readonly string[]): Problem => ({
  code: 'lustre/not-mounted',
  summary: `${what} could not be mounted: ${reason}`,
  remedy: `See \`dmesg\`; the management server (${mgs.join(', ')}) must be up and reachable on port 988, \`lctl ping\` tells`,
  path: 'cluster',
});

const lastOf = (text: string): string | undefined => text.trim().split('\n').at(-1) || undefined;
