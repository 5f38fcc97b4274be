// Judges plain values as a profile: the schema first, then the rules across fields, and in one answer everything that either found.
import { checkProfile } from './check-profile.ts';
import { explainIssues, type PlaceOf } from './explain-issues.ts';
import { fail, ok, type Problem, type Result } from './problem.ts';
import { type Profile, profileSchema } from './profile.ts';

export type ProfileProblems = readonly [Problem, ...Problem[]];

export const validateProfile = (
  values: unknown,
  placeOf: PlaceOf = () => undefined,
): Result<Profile, ProfileProblems> => {
  const parsed = profileSchema.safeParse(values);
  if (parsed.success) {
    const [first, ...rest] = checkProfile(parsed.data);
    return first === undefined ? ok(parsed.data) : fail([first, ...rest]);
  }
  const [first, ...rest] = explainIssues(parsed.error.issues, values, placeOf);
  if (first === undefined) throw new Error('the schema refused a profile and did not say why');
  return fail([first, ...rest, ...problemsOfTheRest(values, parsed.error.issues)]);
};

/** The rules across fields for the parts that the schema accepts, so that nobody corrects a file twice. */
const problemsOfTheRest = (
  values: unknown,
  issues: readonly { readonly path: readonly PropertyKey[] }[],
): readonly Problem[] => {
  if (typeof values !== 'object' || values === null) return [];
  const spoilt = new Set(issues.map((issue) => issue.path[0]));
  const sound = Object.entries(values).filter(([key]) => key in profileSchema.shape && !spoilt.has(key));
  const rest = profileSchema.safeParse({ version: 1, role: 'storage', ...Object.fromEntries(sound) });
  return rest.success ? checkProfile(rest.data) : [];
};
