// The rules across the fields of a profile, which no schema can say; pure, so that every one has its line in a table of tests.
import { checkAccess } from './check-access.ts';
import { checkCluster } from './check-cluster.ts';
import { checkNetwork } from './check-network.ts';
import { checkPackages } from './check-packages.ts';
import { checkZram } from './check-zram.ts';
import { type Finding, problemsOfSeverity } from './finding.ts';
import type { Problem } from './problem.ts';
import type { Profile } from './profile.ts';

/** Everything found, in the order of the profile. */
export const profileFindings = (profile: Profile): readonly Finding[] => [
  ...checkNetwork(profile),
  ...checkCluster(profile),
  ...checkZram(profile),
  ...checkAccess(profile),
  ...checkPackages(profile),
];

/** What stops an apply. */
export const checkProfile = (profile: Profile): readonly Problem[] =>
  problemsOfSeverity(profileFindings(profile), 'error');

/** What is shown and does not stop one. */
export const profileWarnings = (profile: Profile): readonly Problem[] =>
  problemsOfSeverity(profileFindings(profile), 'warning');
