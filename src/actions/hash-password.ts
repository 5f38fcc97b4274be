// Turns a password into what a profile may hold: a yescrypt hash.
import { fail, ok, type Result } from '../state/problem.ts';
import type { Reader } from '../system/system.ts';

/** The password travels by standard input only. */
export const hashPassword = async (reader: Reader, password: string): Promise<Result<string>> => {
  if (password === '' || /[\0\n\r]/.test(password))
    return fail({
      code: 'access/password',
      summary: 'a password has at least one character and no line breaks',
      remedy: 'Type another password',
    });
  const made = await reader.query(['mkpasswd', '-m', 'yescrypt', '-s'], { input: `${password}\n` });
  const hash = made.stdout.trim();
  if (made.exitCode === 0 && hash.startsWith('$y$')) return ok(hash);
  return fail(
    made.exitCode === 127
      ? {
          code: 'access/no-mkpasswd',
          summary: 'mkpasswd is not installed here, so no password can be hashed',
          remedy: 'Install the package whois, or put a hash made elsewhere into access.rootPasswordHash',
        }
      : {
          code: 'access/hash',
          summary: `mkpasswd could not hash the password (exit status ${made.exitCode})`,
          remedy: 'Put a hash made elsewhere into access.rootPasswordHash',
        },
  );
};
