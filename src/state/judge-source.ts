// Decides what is wrong with where a node has its profile from: nothing in force, a second choice, a pull that waits for somebody, drift.
import { driftWords } from './drift.ts';
import { renderDuration } from './duration.ts';
import type { Maintenance } from './maintenance.ts';
import type { Problem } from './problem.ts';
import type { ProfileStatus, Status } from './status.ts';

export const judgeProfile = (
  { profile, atMs }: Pick<Status, 'profile' | 'atMs'>,
  maintenance: Maintenance | undefined,
): readonly Problem[] => {
  if (profile.kind === 'unavailable' && maintenance?.reason === 'invalid-profile')
    return [
      {
        code: 'profile/invalid',
        summary: `Maintenance: the profile from ${maintenance.transport ?? 'its source'} is wrong, nothing of it was applied`,
        remedy: 'Correct what follows, check it with `mayfly profile check FILE`, and restart or apply it',
      },
      ...maintenance.problems,
    ];
  if (profile.kind === 'unavailable')
    return [
      {
        code: 'profile/none',
        summary: 'Maintenance: no profile is in force, cluster services are off and disks untouched',
        remedy: 'Set the node up in the console (`mayfly`), or give it a profile: `mayfly apply --profile FILE`',
      },
      ...(maintenance?.missed ?? []),
    ];
  if (profile.kind === 'pending') return [];
  return [...judgeSource(profile.value, atMs), ...judgeUpkeep(profile.value)];
};

/** `STALE: kept 2 d 03:04:05 ago` */
export const ageWords = (ageMs: number | undefined): string =>
  ageMs === undefined || ageMs < 0
    ? 'STALE: nobody knows when it was kept'
    : `STALE: kept ${renderDuration(ageMs / 1000)} ago`;

/** Undefined where nobody knows. */
export const ageOf = ({ keptAtMs }: NonNullable<ProfileStatus['stale']>, nowMs: number): number | undefined =>
  keptAtMs === undefined ? undefined : nowMs - keptAtMs;

/** The node works, and not with what was meant for it: why, and whose turn it is. */
const judgeSource = ({ transport, stale, missed }: ProfileStatus, nowMs: number): readonly Problem[] => {
  const copy: readonly Problem[] =
    stale === undefined
      ? []
      : [
          {
            code: 'profile/stale',
            summary: `The profile in force is the last good copy (${ageWords(ageOf(stale, nowMs))}): no source has a newer one`,
            remedy:
              'Put the source right, then `systemctl restart mayfly-configure`; or change the profile in the console (`mayfly`)',
          },
        ];
  const instead = stale === undefined ? `; in force instead: ${transport}` : '';
  return [...copy, ...(missed ?? []).map((problem) => ({ ...problem, summary: `${problem.summary}${instead}` }))];
};

/** A source that does not answer is no fault of the node; one that offers something wrong waits for somebody. */
const judgeUpkeep = ({ pull, drift }: ProfileStatus): readonly Problem[] => {
  const wrong = [
    ...(pull?.checkouts ?? []).flatMap(({ problem, refused }) =>
      refused === undefined || problem === undefined ? [] : [problem],
    ),
    ...(pull?.problem === undefined || /^sources\/(unreachable|http-status|gone|no-)/.test(pull.problem.code)
      ? []
      : [pull.problem]),
  ];
  const words = drift === undefined ? undefined : driftWords(drift);
  const remedy = 'See `mayfly plan`; `mayfly apply` brings the node back to its profile';
  return words === undefined ? wrong : [...wrong, { code: 'profile/drift', summary: words, remedy }];
};
