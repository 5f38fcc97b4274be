// What is on a disk that somebody wants to use: its signatures, and where it holds a filesystem, what lies at its top. Nothing is written to it.
import type { Reader } from '../system/system.ts';
import { parseWipefs } from './disks.ts';

/** Undefined when the disk itself could not be asked. `why` then says so. */
export type DiskContents =
  | { readonly kind: 'empty' }
  | { readonly kind: 'unknown'; readonly why: string }
  | {
      readonly kind: 'filesystem' | 'other';
      /** In words: `xfs label data`, `GPT with 2 partitions`. */
      readonly words: readonly string[];
    };

const filesystemTypes = ['xfs', 'ext4'];

/** The disk itself is asked, also one that sleeps: what it holds decides whether it is written to. */
export const readContents = async (reader: Reader, device: string): Promise<DiskContents> => {
  const answer = await reader.query(['wipefs', '--json', '--no-act', device], { timeoutMs: 30_000 });
  const words = answer.exitCode === 0 ? parseWipefs(answer.stdout) : undefined;
  if (words === undefined) return { kind: 'unknown', why: lastLine(answer.stderr) ?? 'wipefs gave no reason' };
  const [only, ...others] = words;
  if (only === undefined) return { kind: 'empty' };
  const isFilesystem = others.length === 0 && filesystemTypes.includes(only.split(' ')[0] ?? '');
  return { kind: isFilesystem ? 'filesystem' : 'other', words };
};

/**
 * In a mount namespace of its own, so that nobody else sees the mount and it is gone with the command. Without replaying its journal, which would write.
 * $1 the device, $2 the filesystem.
 */
const lookScript = `set -e
place=/run/mayfly/look
mkdir -p "$place"
case $2 in xfs) options=ro,norecovery,nouuid ;; *) options=ro,noload ;; esac
mount -t "$2" -o "$options" "$1" "$place"
find "$place" -mindepth 1 -maxdepth 2 -printf '%P\\n' | head -n 200`;

/** Names at the top of the filesystem and one below it, `brick/.glusterfs`; undefined when it cannot be looked at. */
export const lookInside = async (
  reader: Reader,
  device: string,
  type: string,
): Promise<readonly string[] | undefined> => {
  const command = [
    'unshare',
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-c',
    lookScript,
    'look',
    device,
    type,
  ] as const;
  const answer = await reader.query(command, { timeoutMs: 60_000 });
  return answer.exitCode === 0 ? answer.stdout.split('\n').filter((name) => name !== '') : undefined;
};

const lastLine = (text: string): string | undefined => text.trim().split('\n').at(-1) || undefined;
