// The machine from which a fleet is looked after: this one's programs in the network of a lab host, with names and an SSH client of its own.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host, Ran } from './hosts.ts';

const project = new URL('../..', import.meta.url).pathname;

export type Operator = {
  /** Where its commands run; `bin/mayfly` is in their PATH. */
  readonly folder: string;
  /** A line for `access.sshKeys`. */
  readonly key: string;
  run(command: readonly string[], timeoutMs?: number): Promise<Ran>;
  write(path: string, text: string): void;
  /** Puts its key and its knowledge of the host's key where SSH looks. */
  introduce(node: Host, address: string): Promise<void>;
  close(): void;
};

/** `$1`: its folder; the files over /etc are seen by what runs here and by nothing else. */
const enter = `
mount --make-rprivate /
mount --bind "$1/etc/hosts" /etc/hosts
mount --bind "$1/etc/passwd" /etc/passwd
cd "$1"
shift
exec "$@"
`;

/** In the network of `seat`, a lab host that does nothing else. */
export const createOperator = (seat: Host, names: Readonly<Record<string, string>>): Operator => {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-operator-'));
  const write = (path: string, text: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text, { mode: 0o600 });
  };
  const lines = Object.entries(names).map(([name, address]) => `${address} ${name}\n`);
  write('etc/hosts', `127.0.0.1 localhost\n${lines.join('')}`);
  // ssh asks here, not in $HOME, where its files are.
  write('etc/passwd', `root:x:0:0:root:${folder}:/bin/sh\n`);
  mkdirSync(join(folder, '.ssh'), { mode: 0o700 });
  const file = join(folder, '.ssh/id_ed25519');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'operator@desk', '-f', file]);
  const key = readFileSync(`${file}.pub`, 'utf8').trim();
  const known: string[] = [];

  const run = (command: readonly string[], timeoutMs = 120_000): Promise<Ran> =>
    new Promise((resolve, reject) => {
      const inside = ['unshare', '--mount', 'sh', '-ec', enter, 'sh', folder, ...command];
      const environment = { PATH: `${project}bin:/usr/sbin:/usr/bin:/sbin:/bin`, HOME: folder, LANG: 'C.UTF-8' };
      const child = spawn('nsenter', ['--target', `${seat.pid}`, '--net', ...inside], {
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
      });
      const said = { stdout: '', stderr: '' };
      for (const stream of ['stdout', 'stderr'] as const)
        child[stream].setEncoding('utf8').on('data', (text: string) => {
          said[stream] += text;
        });
      child.once('error', reject);
      child.once('close', (code) => resolve({ exitCode: code ?? 124, ...said }));
    });

  const introduce = async (node: Host, address: string): Promise<void> => {
    // Without host keys it has failed again and again since the start.
    await node.must(['systemctl', 'stop', 'ssh.service']);
    await node.must(['ssh-keygen', '-A']);
    const hostKey = node.read('/etc/ssh/ssh_host_ed25519_key.pub').split(' ').slice(0, 2).join(' ');
    known.push(`${node.name},${address} ${hostKey}\n`);
    write('.ssh/known_hosts', known.join(''));
    node.write('/root/.ssh/authorized_keys', `${key}\n`, 0o600);
    await node.must(['systemctl', 'reset-failed', 'ssh.service']);
    await node.must(['systemctl', 'start', 'ssh.service']);
  };

  return { folder, key, run, write, introduce, close: () => rmSync(folder, { recursive: true, force: true }) };
};
