// Reads a profile from its text: YAML, then the schema, then the rules across fields; every problem, each with its path and what would pass.
import { fail, type Problem, type Result } from './problem.ts';
import type { Profile } from './profile.ts';
import { migrateProfile } from './profile-version.ts';
import { readYaml } from './read-yaml.ts';
import { validateProfile } from './validate-profile.ts';

export type ProfileProblems = readonly [Problem, ...Problem[]];

/** Never throws for any text. */
export const parseProfile = (text: string): Result<Profile, ProfileProblems> => {
  const read = readYaml(text);
  if (!read.ok) return read;
  const migrated = migrateProfile(read.value.values);
  return migrated.ok ? validateProfile(migrated.value, read.value.placeOf) : fail([migrated.problem]);
};
