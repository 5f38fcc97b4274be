// Runs git in a checkout so that it asks nobody, waits for nobody longer than told, and runs no program that the checkout names.
import type { CommandResult, Reader, System } from '../system/system.ts';
import { configMountpoint } from './find-config-partition.ts';

const settings = [
  'safe.directory=*',
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.fsync=all',
  'core.attributesFile=/dev/null',
  'credential.helper=',
  'submodule.recurse=false',
  // Housekeeping runs on in the background, on a filesystem that is about to be read-only again.
  'gc.auto=0',
  'maintenance.auto=false',
].flatMap((setting) => ['-c', setting]);

const environment = (ssh: string): Readonly<Record<string, string>> => ({
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '/bin/false',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
  GIT_HTTP_LOW_SPEED_LIMIT: '1',
  GIT_HTTP_LOW_SPEED_TIME: '10',
  GIT_SSH_COMMAND: ssh,
});

/** A key and known hosts of its own, where the config partition has them: the root forgets those of root. */
const sshCommand = async (reader: Reader): Promise<string> => {
  const has = async (name: string) => (await reader.stat(`${configMountpoint}/git/${name}`))?.kind === 'file';
  return [
    'ssh -o BatchMode=yes -o ConnectTimeout=5 -o ServerAliveInterval=5 -o ServerAliveCountMax=2',
    ...((await has('key')) ? [`-o IdentitiesOnly=yes -i ${configMountpoint}/git/key`] : []),
    ...((await has('known_hosts')) ? [`-o UserKnownHostsFile=${configMountpoint}/git/known_hosts`] : []),
  ].join(' ');
};

/** timeout(1) ends git with all that it started, before the answer; 124: it was late. */
const command = (folder: string, seconds: number, args: readonly string[]): readonly [string, ...string[]] => [
  'timeout',
  '--kill-after=2',
  String(seconds),
  'git',
  '-C',
  folder,
  ...settings,
  ...args,
];

export const askGit = async (
  reader: Reader,
  folder: string,
  args: readonly string[],
  seconds = 15,
): Promise<CommandResult> =>
  reader.query(command(folder, seconds, args), {
    timeoutMs: (seconds + 10) * 1000,
    environment: environment(await sshCommand(reader)),
  });

export const runGit = async (
  system: System,
  folder: string,
  args: readonly string[],
  seconds = 60,
): Promise<CommandResult> =>
  system.run(command(folder, seconds, args), {
    timeoutMs: (seconds + 10) * 1000,
    environment: environment(await sshCommand(system)),
  });
