// Takes secrets out of whatever text a node has: those it knows by heart, and everything that has the shape of one.
import type { Profile } from './profile.ts';
import { redactSecretsInText } from './redact-profile.ts';

const instead = '(redacted)';

/** The secrets of a profile, as they are. */
export const secretsOf = (profile: Profile): readonly string[] => {
  const { cluster } = profile;
  const keys =
    cluster?.filesystem === 'ceph'
      ? [cluster.secret, cluster.key]
      : cluster?.filesystem === 'beegfs'
        ? [cluster.secret]
        : [];
  return [profile.access?.rootPasswordHash, ...keys].filter((secret) => secret !== undefined);
};

export const redactBundle = (text: string, secrets: readonly string[]): string =>
  redactSecretsInText(
    secrets.reduce((left, secret) => left.replaceAll(secret, instead), text),
    instead,
  )
    .replaceAll(/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g, instead)
    .replaceAll(
      /\b((?:pass(?:word|phrase|wd)|secret|token|api[_-]?key)["']?\s*[:=]\s*)("[^"\n]*"|'[^'\n]*'|[^\s"',}]+)/gi,
      `$1${instead}`,
    );
