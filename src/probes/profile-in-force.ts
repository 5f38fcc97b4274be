// Reads the profile that the last converged apply brought into force, and where it came from.
import { parseProfile } from '../state/parse-profile.ts';
import type { Profile } from '../state/profile.ts';
import { profileSourcePath, profileSourceSchema } from '../state/profile-source.ts';
import type { ProfileStatus } from '../state/status.ts';
import type { Reader } from '../system/system.ts';
import { parseJsonAs } from './json.ts';

export type ProfileInForce = {
  /** Undefined when its text is no valid profile: then only its source is known. */
  readonly profile: Profile | undefined;
  readonly source: ProfileStatus;
};

/** A reading that parses the profile only when its text has changed; undefined when no profile is in force. */
export const createProfileInForce = (reader: Reader): (() => Promise<ProfileInForce | undefined>) => {
  let last: { readonly text: string; readonly profile: Profile | undefined } | undefined;
  const parse = (text: string): Profile | undefined => {
    if (last?.text !== text) {
      const parsed = parseProfile(text);
      last = { text, profile: parsed.ok ? parsed.value : undefined };
    }
    return last.profile;
  };
  return () => readProfileInForce(reader, parse);
};

const readProfileInForce = async (
  reader: Reader,
  parse: (text: string) => Profile | undefined,
): Promise<ProfileInForce | undefined> => {
  const [text, source] = await Promise.all([
    reader.readText('/run/mayfly/profile.yaml'),
    reader.readText(profileSourcePath),
  ]);
  if (text === undefined) return undefined;
  const from = parseJsonAs(profileSourceSchema, source ?? '');
  return {
    profile: parse(text),
    source: {
      transport: from?.transport ?? 'applied by hand',
      revision: from?.revision,
      persisted: from?.persisted ?? false,
    },
  };
};
