// The root password's hash: compared and set without ever being shown, in an argument or in the journal.
import { fail, ok, type Result } from '../state/problem.ts';
import type { Reader, System } from '../system/system.ts';
import { runPaths } from './run-paths.ts';

const keptPath = `${runPaths.undo}/access/root-hash`;

/** The second field of root's line in /etc/shadow; undefined when it may not be read. */
export const readRootHash = async (reader: Reader): Promise<string | undefined> =>
  (await reader.readText('/etc/shadow'))
    ?.split('\n')
    .find((line) => line.startsWith('root:'))
    ?.split(':')[1];

/** How a hash is spoken of. */
export const describeHash = (hash: string | undefined): string => {
  if (hash === undefined) return 'unknown';
  if (hash === '') return 'empty: anybody may log in';
  return hash.startsWith('$') ? 'set' : 'locked';
};

/** chpasswd locks, writes whole and keeps owner and mode of /etc/shadow. */
export const setRootHash = async (system: System, hash: string): Promise<Result<undefined>> => {
  const set = await system.run(['chpasswd', '-e'], { input: `root:${hash}\n` });
  return set.exitCode === 0
    ? ok(undefined)
    : fail({
        code: 'access/password-not-set',
        summary: `chpasswd did not take the root password (exit status ${set.exitCode})`,
        remedy: 'Check that /etc/shadow is writable and its filesystem has space (`df -h /etc`), then apply again',
      });
};

/** Keeps the hash of before. Not after a crash in this step: the one kept then is the one to return to. */
export const keepRootHash = async (system: System): Promise<void> => {
  const hash = await readRootHash(system);
  if (hash !== undefined) await system.writeText(keptPath, hash, { mode: 0o600 });
};

export const putBackRootHash = async (system: System): Promise<Result<undefined>> => {
  const hash = await system.readText(keptPath);
  if (hash === undefined || hash === (await readRootHash(system))) return ok(undefined);
  const back = await setRootHash(system, hash);
  if (back.ok) await system.remove(keptPath);
  return back;
};
