// Every expected failure is a value that says what happened, to what, and what to do next, so that it can be shown, logged or read out over a phone.

export type Problem = {
  /** Stable, `area/what`, e.g. `network/no-carrier`: short enough to be read out over a phone. */
  readonly code: string;
  /** What happened, to what. One line, no trailing full stop needed. */
  readonly summary: string;
  /** The one next action. */
  readonly remedy: string;
  /** Where in the profile, e.g. `network.links[0].mtu`, when a value of it is at fault. */
  readonly path?: string;
};

/** The result of anything that may fail in an expected way. */
export type Result<T, E = Problem> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: E };

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });

export const fail = <E>(problem: E): Result<never, E> => ({ ok: false, problem });

/** `code: summary. remedy.` on one line, for logs and for terminals without a screen. */
export const renderProblem = (problem: Problem): string => {
  const place = problem.path === undefined ? '' : `${problem.path}: `;
  return `${problem.code}: ${place}${problem.summary} → ${problem.remedy}`;
};
