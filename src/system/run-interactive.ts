// Gives the terminal of this process to another program until that one ends: a shell, a login.
import { spawn } from 'node:child_process';

const meantForIt = ['SIGINT', 'SIGQUIT'] as const;

/** Exit status; 127 when the program cannot be started, 128+n after signal n is reported as 128. */
export const runInteractive = (
  command: readonly [string, ...string[]],
  environment: Readonly<Record<string, string>> = {},
): Promise<number> =>
  new Promise((resolve) => {
    const [program, ...args] = command;
    // Ctrl-C and Ctrl-\ in front of a password prompt reach the whole foreground group; they are not meant for the console.
    const ignore = () => {};
    for (const signal of meantForIt) process.on(signal, ignore);
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
    const done = (status: number) => {
      for (const signal of meantForIt) process.off(signal, ignore);
      resolve(status);
    };
    child.on('error', () => done(127));
    child.on('exit', (code) => done(code ?? 128));
  });
