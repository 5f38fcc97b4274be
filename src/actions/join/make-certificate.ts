// A key and a certificate for one offer, made by the openssl program: it is in the image for other reasons, and Node can make keys but no certificates.
import { X509Certificate } from 'node:crypto';
import { fingerprintBits } from '../../state/join-code.ts';
import { fail, ok, type Result } from '../../state/problem.ts';
import type { System } from '../../system/system.ts';

export type OfferCertificate = {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
  /** As in the join code. */
  readonly fingerprint: string;
};

/** Key and certificate come by standard output: neither is ever in a file. Nobody looks at its dates; the offer ends long before. */
const command = [
  'openssl',
  'req',
  '-x509',
  '-newkey',
  'ec',
  '-pkeyopt',
  'ec_paramgen_curve:prime256v1',
  '-noenc',
  '-keyout',
  '-',
  '-out',
  '-',
  '-subj',
  '/CN=mayfly-join',
  '-days',
  '2',
  '-batch',
] as const;

export const makeCertificate = async (system: System): Promise<Result<OfferCertificate>> => {
  const made = await system.run(command);
  const blocks = made.stdout.match(/-----BEGIN [A-Z ]+-----[^-]+-----END [A-Z ]+-----\n/g) ?? [];
  const certificate = blocks.find((block) => block.includes('BEGIN CERTIFICATE'));
  const key = blocks.find((block) => block.includes('PRIVATE KEY'));
  if (made.exitCode === 0 && certificate !== undefined && key !== undefined)
    return ok({ certificate, key, fingerprint: fingerprintOf(certificate) });
  return fail({
    code: 'join/no-certificate',
    summary:
      made.exitCode === 127
        ? 'the program openssl is not on this node, so no certificate can be made'
        : `openssl made no certificate (exit status ${made.exitCode})`,
    remedy: made.exitCode === 127 ? 'Install the package openssl' : 'Try again; `journalctl -b` may say more',
  });
};

const fingerprintOf = (certificate: string): string =>
  new X509Certificate(certificate).fingerprint256
    .replaceAll(':', '')
    .toLowerCase()
    .slice(0, fingerprintBits / 4);
