// Writes a profile as YAML in the order of the schema, and tells two profiles apart by their digest.
import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { Profile } from './profile.ts';
import { schemaOrder } from './schema-order.ts';

/** Keys in the order of the schema; `parseProfile` reads the same profile back. */
export const renderProfile = (profile: Profile): string => stringify(schemaOrder(profile), { lineWidth: 0 });

/** sha256 of the canonical JSON (keys sorted), in hex: the same for the same wishes, however they were written. */
export const profileDigest = (profile: Profile): string =>
  createHash('sha256')
    .update(JSON.stringify(canonical(profile)))
    .digest('hex');

const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, canonical(inner)]),
  );
};
