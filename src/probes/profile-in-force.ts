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

/** Undefined when no profile is in force. */
export const readProfileInForce = async (reader: Reader): Promise<ProfileInForce | undefined> => {
  const [text, source] = await Promise.all([
    reader.readText('/run/mayfly/profile.yaml'),
    reader.readText(profileSourcePath),
  ]);
  if (text === undefined) return undefined;
  const from = parseJsonAs(profileSourceSchema, source ?? '');
  const parsed = parseProfile(text);
  return {
    profile: parsed.ok ? parsed.value : undefined,
    source: {
      transport: from?.transport ?? 'applied by hand',
      revision: from?.revision,
      persisted: from?.persisted ?? false,
    },
  };
};
