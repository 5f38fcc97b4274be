// Reads a profile from its text: YAML, then the schema, then the rules across fields; every problem, each with its path and what would pass.
import type { Problem, Result } from './problem.ts';
import type { Profile } from './profile.ts';
import { readYaml } from './read-yaml.ts';
import { validateProfile } from './validate-profile.ts';

export type ProfileProblems = readonly [Problem, ...Problem[]];

/** Never throws for any text. */
export const parseProfile = (text: string): Result<Profile, ProfileProblems> => {
  const read = readYaml(text);
  return read.ok ? validateProfile(read.value.values, read.value.placeOf) : read;
};
