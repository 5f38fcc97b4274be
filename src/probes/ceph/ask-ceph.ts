// Asks a Ceph cluster or one of its daemons: always with two deadlines, since without a quorum the monitors never answer.
import type * as z from 'zod';
import type { CommandResult, Reader } from '../../system/system.ts';
import { parseJsonAs } from '../json.ts';

/** To find a monitor that answers; the whole command has twice as long. */
const connectSeconds = 5;

export const cephCommand = (words: readonly string[]): readonly [string, ...string[]] => [
  'ceph',
  '--connect-timeout',
  `${connectSeconds}`,
  ...words,
];

/** For commands that only read. */
export const queryCeph = (reader: Reader, words: readonly string[]): Promise<CommandResult> =>
  reader.query(cephCommand(words), { timeoutMs: 2 * connectSeconds * 1000 });

/** Undefined when nobody answers in time, or not what was asked. */
export const askCeph = async <T>(
  reader: Reader,
  schema: z.ZodType<T>,
  words: readonly string[],
): Promise<T | undefined> => {
  const answer = await queryCeph(reader, ['--format', 'json', ...words]);
  return answer.exitCode === 0 ? parseJsonAs(schema, answer.stdout) : undefined;
};

/** Through the socket of a daemon on this node: answers without the others, too. */
export const askDaemon = async <T>(
  reader: Reader,
  schema: z.ZodType<T>,
  daemon: string,
  words: readonly string[],
  timeoutMs = 5_000,
): Promise<T | undefined> => {
  const answer = await reader.query(['ceph', '--admin-daemon', `/run/ceph/ceph-${daemon}.asok`, ...words], {
    timeoutMs,
  });
  return answer.exitCode === 0 ? parseJsonAs(schema, answer.stdout) : undefined;
};
