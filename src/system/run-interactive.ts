// Gives the terminal of this process to another program until that one ends: a shell, a login.
import { spawn } from 'node:child_process';

/** Exit status; 127 when the program cannot be started, 128+n after signal n is reported as 128. */
export const runInteractive = (
  command: readonly [string, ...string[]],
  environment: Readonly<Record<string, string>> = {},
): Promise<number> =>
  new Promise((resolve) => {
    const [program, ...args] = command;
    // Ctrl-C in front of a password prompt reaches the whole foreground group; it is not meant for the console.
    const ignore = () => {};
    process.on('SIGINT', ignore);
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
    const done = (status: number) => {
      process.off('SIGINT', ignore);
      resolve(status);
    };
    child.on('error', () => done(127));
    child.on('exit', (code) => done(code ?? 128));
  });
