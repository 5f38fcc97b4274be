// What a check of a profile found: an error stops an apply, a warning is shown and does not.
import type { Problem } from './problem.ts';

export type Severity = 'error' | 'warning';
export type Finding = Problem & { readonly severity: Severity };

export const error = (code: string, path: string, summary: string, remedy: string): Finding => ({
  severity: 'error',
  code,
  summary,
  remedy,
  path,
});

export const warning = (code: string, path: string, summary: string, remedy: string): Finding => ({
  ...error(code, path, summary, remedy),
  severity: 'warning',
});

/** The problems of one severity, without it. */
export const problemsOfSeverity = (findings: readonly Finding[], severity: Severity): readonly Problem[] =>
  findings.filter((finding) => finding.severity === severity).map(({ severity: _, ...problem }) => problem);
