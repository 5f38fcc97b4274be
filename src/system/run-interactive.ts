// Gives the terminal of this process to another program until that one ends: a shell, a login.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

const meantForIt = ['SIGINT', 'SIGQUIT'] as const;

export type Ended = {
  /** 127 when the program cannot be started; after a signal 128. */
  readonly status: number;
  /** Its standard error on one line, where that was kept from the terminal; empty otherwise. */
  readonly said: string;
};

export const runInteractive = (
  command: readonly [string, ...string[]],
  environment: Readonly<Record<string, string>> = {},
  errors: 'show-errors' | 'keep-errors' = 'show-errors',
): Promise<Ended> =>
  new Promise((resolve) => {
    const [program, ...args] = command;
    // Ctrl-C and Ctrl-\ in front of a password prompt reach the whole foreground group; they are not meant for the console.
    const ignore = () => {};
    for (const signal of meantForIt) process.on(signal, ignore);
    const child = spawn(program, args, {
      stdio: ['inherit', 'inherit', errors === 'show-errors' ? 'inherit' : 'pipe'],
      env: { ...process.env, ...environment },
    });
    // Read from the start: a pipe that nobody empties would stop the program.
    const kept = child.stderr === null ? Promise.resolve('') : text(child.stderr).catch(() => '');
    const done = async (status: number): Promise<void> => {
      for (const signal of meantForIt) process.off(signal, ignore);
      resolve({ status, said: (await kept).trim().replaceAll(/\s+/g, ' ') });
    };
    child.on('error', () => void done(127));
    child.on('exit', (code) => void done(code ?? 128));
  });
