// Runs one of the build's shell steps as root of a mount namespace: as real root, or as root of a user namespace for everybody else.
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { CommandResult } from '../system/system.ts';
import { runStreaming, writeTextWhole } from '../system/workstation.ts';

export const isRoot = (): boolean => process.getuid?.() === 0;

/** Subordinate ids from 0 up, so that the tree's owners are kept, and the builder's own above them, so that root inside may write the builder's files. */
const userNamespace = [
  ...['unshare', '--user', '--map-auto', '--map-user=65536', '--map-group=65536', '--keep-caps', '--'],
  ...['setpriv', '--reuid=0', '--regid=0', '--clear-groups', '--'],
];

/** In front of a command that has to be root inside. */
export const renderPrivilege = (asRoot: boolean): readonly string[] => [
  ...(asRoot ? [] : userNamespace),
  ...['unshare', '--mount', '--propagation', 'private'],
];

export const runStep = async (
  name: string,
  command: readonly [string, ...string[]],
  logPath: string,
  environment: Readonly<Record<string, string>>,
): Promise<Result<CommandResult>> => {
  const lines: string[] = [];
  const result = await runStreaming(command, { environment, onLine: (line) => void lines.push(line) });
  await writeTextWhole(logPath, `${command.join(' ')}\n${lines.join('\n')}\n`);
  return result.exitCode === 0 ? ok(result) : fail(stepProblem(name, result, lines, logPath));
};

const stepProblem = (name: string, result: CommandResult, lines: readonly string[], logPath: string): Problem => ({
  code: 'image/step-failed',
  summary: `${name} ended with status ${result.exitCode}: ${lines
    .filter((line) => line.trim() !== '')
    .slice(-3)
    .join(' | ')}`,
  remedy: `Read ${logPath}`,
});
