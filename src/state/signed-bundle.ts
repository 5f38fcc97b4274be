// The signature of a bundle of profiles: which files of which content belong together, under which serial number, vouched for by an Ed25519 key.
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import * as z from 'zod';

/** Where an image keeps the keys that it trusts, as PEM, one after the other; an image without this file takes unsigned profiles. */
export const trustedKeysPath = '/usr/lib/mayfly/profile-keys.pem';

const path = z.string().regex(/^[!-~](?:[ -~]{0,510}[!-~])?$/);

export const isBundlePath = (name: string): boolean => path.safeParse(name).success;

const signatureSchema = z.strictObject({
  version: z.literal(1),
  /** Never goes down: an older bundle with a good signature is refused. */
  serial: z.int().min(1),
  /** Path in the bundle → sha256 of its content. */
  files: z.record(path, z.string().regex(/^[0-9a-f]{64}$/)),
  signature: z.base64(),
});

export type BundleSignature = z.infer<typeof signatureSchema>;

/** Undefined when the text is no signature of this version. */
export const parseSignature = (text: string): BundleSignature | undefined => {
  try {
    const parsed = signatureSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
};

type Statement = Pick<BundleSignature, 'serial' | 'files'>;

/** What is signed: the purpose, so that no signature made for something else passes; the serial number; the files in the order of their names. */
const statement = ({ serial, files }: Statement): Buffer =>
  Buffer.from(
    [
      'mayfly profile bundle 1',
      `serial ${serial}`,
      ...Object.keys(files)
        .sort()
        .map((name) => `${files[name]}  ${name}`),
      '',
    ].join('\n'),
    'utf8',
  );

export const signBundle = (content: Statement, key: KeyObject): BundleSignature => ({
  version: 1,
  ...content,
  signature: sign(null, statement(content), key).toString('base64'),
});

/** Whether one of the keys made it. Blocks that are no Ed25519 key are passed over: they vouch for nothing. */
export const isSignedBy = (signed: BundleSignature, pem: string): boolean =>
  ed25519Keys(pem).some((key) => verify(null, statement(signed), key, Buffer.from(signed.signature, 'base64')));

export const ed25519Keys = (pem: string): readonly KeyObject[] =>
  (pem.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? []).flatMap((block) => {
    try {
      const key = createPublicKey(block);
      return key.asymmetricKeyType === 'ed25519' ? [key] : [];
    } catch {
      return [];
    }
  });

export const sha256Of = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
