// Looks at the file of keys that an image is to trust: one without a key would make an image that takes no profile at all.
import type { Problem } from '../state/problem.ts';
import { ed25519Keys } from '../state/signed-bundle.ts';
import { readTextIfAny } from '../system/workstation.ts';

/** Undefined when it holds at least one Ed25519 public key, and no private one. */
export const unusableKey = async (path: string): Promise<Problem | undefined> => {
  const text = await readTextIfAny(path);
  if (text?.includes('PRIVATE KEY') === true)
    return {
      code: 'image/private-key',
      summary: `${path} holds a private key, which must never be part of an image`,
      remedy: 'Give the public key, as `mayfly profile keygen` printed it',
    };
  if (text !== undefined && ed25519Keys(text).length > 0) return undefined;
  return {
    code: 'image/profile-key',
    summary: `${path} ${text === undefined ? 'is not there' : 'holds no Ed25519 public key'}: an image that trusts it would take no profile`,
    remedy: 'Give the public key, as `mayfly profile keygen FILE` printed it',
  };
};
