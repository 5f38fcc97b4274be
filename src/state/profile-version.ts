// The version of a profile, and the way of an older one to what this program reads. Readers migrate; what they write is the newest.
import { fail, ok, type Problem, type Result } from './problem.ts';

/** What the schema in profile.ts describes. */
export const profileVersion = 1;

type Values = Readonly<Record<string, unknown>>;

/**
 * One version up. A layer need not be a whole profile, so that a step meets any part of one, and leaves what it does not know for the schema to
 * name. It never throws and never drops a value that it cannot place.
 */
export type Migration = (values: Values) => Values;

/** By the version that it starts from. Version 1 is the first one. */
export const migrations: ReadonlyMap<number, Migration> = new Map();

type Versions = { readonly newest: number; readonly steps: ReadonlyMap<number, Migration> };
const shipped: Versions = { newest: profileVersion, steps: migrations };

/** The version that values name; undefined where they name none that could be one. */
export const versionOf = (values: unknown): number | undefined => {
  if (typeof values !== 'object' || values === null || !('version' in values)) return undefined;
  const { version } = values;
  return typeof version === 'number' && Number.isInteger(version) && version >= 1 ? version : undefined;
};

/** Plain values of any version as values of the newest. `fallback` is the version of what names none: that of the layers beside it. */
export const migrateProfile = (
  values: unknown,
  fallback?: number,
  { newest, steps }: Versions = shipped,
): Result<unknown> => {
  const own = versionOf(values);
  const version = own ?? fallback ?? newest;
  if (version > newest) return fail(tooNew(version, newest));
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return ok(values);
  let now = values as Values;
  for (let from = version; from < newest; from += 1) {
    const step = steps.get(from);
    if (step === undefined) throw new Error(`there is no way from version ${from} of the profile to ${from + 1}`);
    now = step(now);
  }
  return ok(own === undefined || own === newest ? now : { ...now, version: newest });
};

const tooNew = (version: number, newest: number): Problem => ({
  code: 'profile/newer-version',
  summary: `it is written for version ${version} of the profile, and this image reads ${newest === 1 ? 'version 1' : `versions up to ${newest}`}`,
  remedy: `Boot a newer image, or write the profile for version ${newest}`,
  path: 'version',
});
