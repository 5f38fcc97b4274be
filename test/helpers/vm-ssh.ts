// A way into a virtual machine beside its lines: by SSH with a key of the test's own, over a port of this machine.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export type Answer = { readonly code: number; readonly out: string };

export type Ssh = {
  /** For `--forward`. */
  readonly port: number;
  /** One line of authorized_keys. */
  readonly publicKey: string;
  run(command: string): Promise<Answer>;
};

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
  ];
  return {
    port,
    publicKey: readFileSync(`${key}.pub`, 'utf8').trim(),
    run: (command) =>
      runProgram(
        'ssh',
        [
          ...['-i', key, '-p', String(port), ...options.flatMap((option) => ['-o', option])],
          ...['root@127.0.0.1', command],
        ],
        patienceMs,
      ),
  };
};
