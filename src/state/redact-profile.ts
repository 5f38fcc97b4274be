// Takes secrets out of a profile before it is shown or handed on; in the schema they carry `writeOnly`.
import type { Profile } from './profile.ts';

/** What stands where a secret stood; undefined takes its key away. */
type Instead = string | undefined;

const put = <K extends string>(key: K, secret: string | undefined, instead: Instead): { [P in K]?: string } | object =>
  secret === undefined || instead === undefined ? {} : { [key]: instead };

const access = (profile: Profile, instead: Instead): Profile => {
  if (profile.access === undefined) return profile;
  const { rootPasswordHash, ...open } = profile.access;
  return { ...profile, access: { ...open, ...put('rootPasswordHash', rootPasswordHash, instead) } };
};

const cluster = (profile: Profile, instead: Instead): Profile => {
  switch (profile.cluster?.filesystem) {
    case 'ceph': {
      const { secret, key, ...open } = profile.cluster;
      return { ...profile, cluster: { ...open, ...put('secret', secret, instead), ...put('key', key, instead) } };
    }
    case 'beegfs': {
      const { secret, ...open } = profile.cluster;
      return { ...profile, cluster: { ...open, ...put('secret', secret, instead) } };
    }
    default:
      return profile;
  }
};

/** For showing: a secret that is set reads `(set)`. The result no longer passes the schema. */
export const redactProfile = (profile: Profile): Profile => cluster(access(profile, '(set)'), '(set)');

/** For handing on: without the secrets, which whoever uses it has to add where its rules ask for them. */
export const withoutSecrets = (profile: Profile): Profile => cluster(access(profile, undefined), undefined);

/** For what outlives the need for them: everything else as it is, the hash of the password included. */
export const withoutClusterSecrets = (profile: Profile): Profile => cluster(profile, undefined);

/** For showing where the profile is copied from: a key that is set reads `(set)`. */
export const redactClusterSecrets = (profile: Profile): Profile => cluster(profile, '(set)');

/** For text that somebody wrote by hand and that need not be a valid profile: every crypt(5) hash and every key of a cluster, quotes included. */
export const redactSecretsInText = (text: string, instead: string): string =>
  text
    .replaceAll(/["']?\$(y|gy|7|2[abxy]?|6|5|1|md5|sha1|argon2\w*|scrypt)\$[^\s"']+["']?/g, instead)
    // What is left of a hash that lost its beginning to a slip of the hand.
    .replaceAll(/[^\s"'{}[\],]*\$[A-Za-z0-9./]{20,}[^\s"'{}[\],]*/g, instead)
    .replaceAll(/["']?(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{38}(?:[A-Za-z0-9+/]{5}=|==)["']?/g, instead);

/**
 * For a message: the same, and whatever follows a secret or the name of one. A slip of the hand can break a hash in two, of which only one looks like
 * it, and its name too.
 */
export const redactSecretsInMessage = (text: string, instead: string): string => {
  const open = redactSecretsInText(text, instead).replace(
    /((?:rootPasswordHash|secret)["']?\s*[:=]\s*)\S.*$/is,
    `$1${instead}`,
  );
  const at = open.indexOf(instead);
  if (at < 0) return open;
  const after = open.slice(at + instead.length);
  return open.slice(0, at) + instead + (/^["']?$/.test(after) ? after : after.endsWith('"') ? '…"' : '…');
};
