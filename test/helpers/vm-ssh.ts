// A way into a virtual machine beside its lines: by SSH with a key of the test's own, over a port of this machine.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export type Answer = { readonly code: number; readonly out: string };

export type Ssh = {
  /** For `--forward`. */
  readonly port: number;
  /** One line of authorized_keys. */
  readonly publicKey: string;
  /** Over a connection that is kept: a log-in costs an emulated processor seconds. */
  run(command: string): Promise<Answer>;
  /** With a log-in of its own. */
  logIn(command: string): Promise<Answer>;
  /** Again and again until the answer is as wanted; throws with the last one. */
  until(command: string, wanted: RegExp, deadlineMs: number): Promise<Answer>;
};

const betweenMs = 1_000;

const runProgram = (program: string, args: readonly string[], timeout: number): Promise<Answer> =>
  new Promise((resolve) => {
    execFile(program, [...args], { timeout, encoding: 'utf8' }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 255;
      resolve({ code, out: `${stdout}${code === 0 ? '' : stderr}`.trim() });
    });
  });

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });

/**
 * `folder` is where the key is made; commands end after `patienceMs` at the latest. A node that does not answer within `connectSeconds` is given up
 * for that command.
 */
export const createSsh = async (folder: string, patienceMs: number, connectSeconds = 60): Promise<Ssh> => {
  const key = join(folder, 'key');
  const made = await runProgram(
    'ssh-keygen',
    ['-q', '-t', 'ed25519', '-N', '', '-C', 'operator@desk', '-f', key],
    20_000,
  );
  if (made.code !== 0) throw new Error(`no key was made: ${made.out}`);
  const port = await freePort();
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'LogLevel=ERROR',
    `ConnectTimeout=${connectSeconds}`,
    // The default costs an emulated processor a second more.
    'KexAlgorithms=curve25519-sha256',
  ];
  const kept = [
    'ControlMaster=auto',
    `ControlPath=${join(folder, 'connection')}`,
    'ControlPersist=60',
    'ServerAliveInterval=20',
  ];
  const ask = (command: string, more: readonly string[]): Promise<Answer> =>
    runProgram(
      'ssh',
      [
        ...['-i', key, '-p', String(port), ...[...options, ...more].flatMap((option) => ['-o', option])],
        ...['root@127.0.0.1', command],
      ],
      patienceMs,
    );
  const run = (command: string): Promise<Answer> => ask(command, kept);
  return {
    port,
    publicKey: readFileSync(`${key}.pub`, 'utf8').trim(),
    run,
    logIn: (command) => ask(command, []),
    until: async (command, wanted, deadlineMs) => {
      for (const deadline = Date.now() + deadlineMs; ; await pause(betweenMs)) {
        const answer = await run(command);
        if (wanted.test(answer.out)) return answer;
        if (Date.now() > deadline)
          throw new Error(
            `${wanted} not within ${deadlineMs / 1000} s by \`${command}\`; the last answer:\n${answer.out}`,
          );
      }
    },
  };
};
