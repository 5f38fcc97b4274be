// Runs one command so that it always ends in an answer: never a throw, never a wait past its time, never output without end.
import { constants } from 'node:os';
import { execa } from 'execa';
import type { CommandOptions, CommandResult } from './system.ts';

const defaultTimeoutMs = 30_000;
/** Between SIGTERM and SIGKILL. */
const graceMs = 2_000;
const outputLimit = 16 * 1024 * 1024;
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export const runCommand = async (
  [program, ...args]: readonly [string, ...string[]],
  { input, timeoutMs = defaultTimeoutMs, environment = {} }: CommandOptions = {},
): Promise<CommandResult> => {
  const child = execa(program, args, {
    reject: false,
    stripFinalNewline: false,
    maxBuffer: outputLimit,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    extendEnv: false,
    env: { PATH: searchPath, LANG: 'C.UTF-8', HOME: '/root', ...environment },
    cwd: '/',
    // A session of its own: Ctrl-C at the terminal must not kill a half-done mkfs, and nothing may prompt on our terminal.
    detached: true,
    cleanup: false,
  });

  const ended = child.then((result): CommandResult => {
    const { exitCode, signal, code, stdout, stderr } = result;
    if (result.isMaxBuffer)
      return { exitCode: 128 + constants.signals.SIGTERM, stdout, stderr: 'more than 16 MiB of output' };
    if (exitCode !== undefined) return { exitCode, stdout, stderr };
    if (signal !== undefined) return { exitCode: 128 + constants.signals[signal], stdout, stderr };
    return {
      exitCode: code === 'ENOENT' ? 127 : 126,
      stdout: '',
      stderr: `${program}: ${code ?? 'cannot be started'}`,
    };
  });

  // The answer does not wait for the process: one in uninterruptible sleep, or a grandchild with our pipe, would hold it for ever.
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CommandResult>((resolve) => {
    timer = setTimeout(() => {
      signalGroup(child.pid, 'SIGTERM');
      setTimeout(() => {
        signalGroup(child.pid, 'SIGKILL');
        child.stdout?.destroy();
        child.stderr?.destroy();
        child.nodeChildProcess.unref();
      }, graceMs).unref();
      resolve({ exitCode: 124, stdout: '', stderr: `${program}: no answer in ${timeoutMs / 1000} s` });
    }, timeoutMs);
  });
  try {
    return await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** The command and what it started, by its own process group; nothing when it has ended (ESRCH) or is another user's by now (EPERM). */
const signalGroup = (pid: number | undefined, signal: NodeJS.Signals): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error;
  }
};
