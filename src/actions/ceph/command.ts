// Runs a command of Ceph that changes something, and makes of its failure what a person can use.
import type { Problem } from '../../state/problem.ts';
import { fail, ok, type Result } from '../../state/problem.ts';
import type { CommandResult, System } from '../../system/system.ts';

/** Long enough for monitors that are just electing: a join holds commands up for 15 s. */
const connectSeconds = 60;

export const commandFailed = (what: string, { exitCode, stderr }: CommandResult, remedy: string): Problem => ({
  code: 'ceph/command-failed',
  summary: `${what}: ${lastLine(stderr) ?? `exit status ${exitCode}`}`,
  remedy: `${remedy}, put right what it names, then apply again`,
});

/** The last line that says something: `Error EINVAL: …` where there is one. */
const lastLine = (stderr: string): string | undefined => {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return (lines.findLast((line) => line.startsWith('Error ')) ?? lines.at(-1))?.trim();
};

/** Its standard output. */
export const runCeph = async (
  system: System,
  words: readonly string[],
  options: { readonly input?: string } = {},
): Promise<Result<string>> => {
  const ran = await system.run(['ceph', '--connect-timeout', `${connectSeconds}`, ...words], {
    ...options,
    timeoutMs: 2 * connectSeconds * 1000,
  });
  return ran.exitCode === 0
    ? ok(ran.stdout)
    : fail(commandFailed(`ceph ${words.slice(0, 4).join(' ')}`, ran, 'See `ceph -s`'));
};

/** Any other program; `remedy` says where to look. */
export const mustRun = async (
  system: System,
  command: readonly [string, ...string[]],
  {
    remedy = 'See `journalctl -b`',
    timeoutMs = 60_000,
  }: { readonly remedy?: string; readonly timeoutMs?: number } = {},
): Promise<Result<string>> => {
  const ran = await system.run(command, { timeoutMs });
  return ran.exitCode === 0 ? ok(ran.stdout) : fail(commandFailed(command.slice(0, 3).join(' '), ran, remedy));
};
