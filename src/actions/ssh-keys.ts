// Public keys as people compare them: by fingerprint.
import type { Reader } from '../system/system.ts';

/** `SHA256:… operator@desk (ED25519)` for each key line, in order; the line's type and comment where ssh-keygen cannot tell. */
export const fingerprints = async (reader: Reader, keys: readonly string[]): Promise<readonly string[]> =>
  Promise.all(
    keys.map(async (key) => {
      const told = await reader.query(['ssh-keygen', '-lf', '-'], { input: `${key}\n` });
      const printed = /^\d+ (\S.*)$/m.exec(told.stdout)?.[1];
      const [type = 'key', , comment = ''] = key.split(' ');
      return told.exitCode === 0 && printed !== undefined ? printed : `${type} ${comment}`.trim();
    }),
  );

/** The key lines of an authorized_keys file. */
export const parseAuthorizedKeys = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
