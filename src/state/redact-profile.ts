// Takes secrets out of a profile before it is shown or handed on; in the schema they carry `writeOnly`.
import type { Profile } from './profile.ts';

/** For showing: a secret that is set reads `(set)`. The result no longer passes the schema. */
export const redactProfile = (profile: Profile): Profile =>
  profile.access?.rootPasswordHash === undefined
    ? profile
    : { ...profile, access: { ...profile.access, rootPasswordHash: '(set)' } };

/** For handing on: without the secrets, still a valid profile. */
export const withoutSecrets = (profile: Profile): Profile => {
  if (profile.access?.rootPasswordHash === undefined) return profile;
  const { rootPasswordHash: _, ...access } = profile.access;
  return { ...profile, access };
};

/** For text that somebody wrote by hand and that need not be a valid profile: every crypt(5) hash, quotes included. */
export const redactSecretsInText = (text: string, instead: string): string =>
  text.replaceAll(/["']?\$(y|gy|7|2[abxy]?|6|5|1|md5|sha1|argon2\w*|scrypt)\$[^\s"']+["']?/g, instead);
