// A short name for an edition of a bundle where the transport has none of its own.
import { createHash } from 'node:crypto';

/** The beginning of the sha256 of the texts: enough to tell two editions apart over a phone. */
export const revisionOf = (...texts: readonly string[]): string =>
  createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 12);
