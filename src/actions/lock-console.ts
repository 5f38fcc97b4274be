// The lock of a console where it touches the machine: root's password is checked by PAM's own helper, and what is locked stays so over a restart.
import { type KeptLock, keptLockSchema } from '../state/console-lock.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Reader, System } from '../system/system.ts';
import { consolesPaths } from './consoles-paths.ts';
import { readRootHash } from './root-password.ts';

const helper = 'unix_chkpwd';

const noPassword: Problem = {
  code: 'lock/no-password',
  summary: 'root has no password that could unlock it',
  remedy: 'Set one with F2, or `access.consoleLock: never` in the profile',
};

/** Who cannot get back in must not be locked out. */
export const mayLock = async (reader: Reader): Promise<Result<undefined>> => {
  if ((await readRootHash(reader))?.startsWith('$') !== true) return fail(noPassword);
  for (const directory of ['/usr/sbin', '/sbin'])
    if ((await reader.stat(`${directory}/${helper}`)) !== undefined) return ok(undefined);
  return fail({
    code: 'lock/no-helper',
    summary: `${helper} of PAM is not installed, so no password can be checked`,
    remedy: 'Install libpam-modules-bin, or set `access.consoleLock: never` in the profile',
  });
};

export type PasswordVerdict =
  | { readonly kind: 'right' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'unchecked'; readonly problem: Problem };

/** unix_chkpwd(8) takes the password from standard input, up to a NUL; `nonull`: an empty one never fits. */
export const checkRootPassword = async (reader: Reader, password: string): Promise<PasswordVerdict> => {
  if (password === '' || password.includes('\0')) return { kind: 'wrong' };
  const { exitCode } = await reader.query([helper, 'root', 'nonull'], { input: `${password}\0` });
  if (exitCode === 0) return { kind: 'right' };
  // PAM_AUTH_ERR and PAM_USER_UNKNOWN of <security/_pam_types.h>.
  if (exitCode === 7 || exitCode === 10) return { kind: 'wrong' };
  return {
    kind: 'unchecked',
    problem: {
      code: 'lock/unchecked',
      summary: `${helper} could not check it (exit status ${exitCode})`,
      remedy: 'try again, or log in by SSH with a key',
    },
  };
};

/** Its login is what guards a pseudo-terminal, and its number is given to somebody else after it. */
const outlives = (console: string): boolean => !console.startsWith('pts/');

/** What cannot be read was locked: a broken file opens nothing. Undefined when it was open, or when nobody could unlock it. */
export const readLock = async (reader: Reader, console: string, nowMs: number): Promise<KeptLock | undefined> => {
  const text = outlives(console) ? await reader.readText(consolesPaths.lock(console)) : undefined;
  if (text === undefined || !(await mayLock(reader)).ok) return undefined;
  try {
    return keptLockSchema.parse(JSON.parse(text));
  } catch {
    return { version: 1, sinceMs: nowMs, failures: 0, notBeforeMs: 0 };
  }
};

export const keepLock = async (system: System, console: string, kept: KeptLock | undefined): Promise<void> => {
  if (!outlives(console)) return;
  const path = consolesPaths.lock(console);
  if (kept === undefined) await system.remove(path);
  else await system.writeText(path, `${JSON.stringify(kept)}\n`, { mode: 0o600 });
};
