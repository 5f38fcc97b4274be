// Reads the profile that the last converged apply brought into force, and where it came from.
import { driftPath, parseDrift } from '../state/drift.ts';
import { parseProfile } from '../state/parse-profile.ts';
import type { Profile } from '../state/profile.ts';
import { type ProfileSource, profileSourcePath, profileSourceSchema } from '../state/profile-source.ts';
import { parsePullState, pullStatePath } from '../state/pull-state.ts';
import type { ProfileStatus } from '../state/status.ts';
import type { Reader } from '../system/system.ts';
import { parseJsonAs } from './json.ts';
import { parseOnce } from './parse-once.ts';

export type ProfileInForce = {
  /** Undefined when its text is no valid profile: then only its source is known. */
  readonly profile: Profile | undefined;
  readonly source: ProfileStatus;
};

/** A reading that parses only what has changed; undefined when no profile is in force. */
export const createProfileInForce = (reader: Reader): (() => Promise<ProfileInForce | undefined>) => {
  const profileOf = parseOnce((text): Profile | undefined => {
    const parsed = parseProfile(text);
    return parsed.ok ? parsed.value : undefined;
  });
  const sourceOf = parseOnce((text) => parseJsonAs(profileSourceSchema, text));
  const pullOf = parseOnce((text) => parsePullState(text));
  const driftOf = parseOnce((text) => parseDrift(text));
  return async () => {
    const inForce = await readProfileInForce(reader, profileOf, sourceOf);
    if (inForce === undefined) return undefined;
    const [pulled, differs, journal] = await Promise.all([
      reader.readText(pullStatePath),
      reader.readText(driftPath),
      reader.stat('/run/mayfly/journal.jsonl'),
    ]);
    const pull = pullOf(pulled ?? '');
    const drift = driftOf(differs ?? '');
    // An apply has changed since what the look had seen.
    const isOld = drift !== undefined && journal !== undefined && journal.modifiedMs > drift.atMs;
    return {
      ...inForce,
      source: {
        ...inForce.source,
        ...(pull === undefined ? {} : { pull }),
        ...(drift === undefined || isOld ? {} : { drift }),
      },
    };
  };
};

const readProfileInForce = async (
  reader: Reader,
  profileOf: (text: string) => Profile | undefined,
  sourceOf: (text: string) => ProfileSource | undefined,
): Promise<ProfileInForce | undefined> => {
  const [text, source] = await Promise.all([
    reader.readText('/run/mayfly/profile.yaml'),
    reader.readText(profileSourcePath),
  ]);
  if (text === undefined) return undefined;
  const from = sourceOf(source ?? '');
  return {
    profile: profileOf(text),
    source: {
      transport: from?.transport ?? 'applied by hand',
      revision: from?.revision,
      persisted: from?.persisted ?? false,
      ...(from?.stale === undefined ? {} : { stale: from.stale }),
      ...(from?.missed === undefined ? {} : { missed: from.missed }),
    },
  };
};
