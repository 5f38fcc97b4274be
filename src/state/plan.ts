// A plan as data: ordered steps and the changes each would make. Apply is described entirely by it.
import type { Change } from './change.ts';
import type { Problem } from './problem.ts';

/** The steps of an apply, in their order. */
export const stepIds = [
  'identity',
  'access',
  'network',
  'time',
  'logs',
  'storage',
  'cluster',
  'zram',
  'packages',
  'services',
  'keyboard',
] as const;
export type StepId = (typeof stepIds)[number];

/** What a step's check says. `blocked` means: cannot be done here, and why. */
export type Verdict =
  | { readonly kind: 'converged' }
  | { readonly kind: 'drifted'; readonly changes: readonly [Change, ...Change[]] }
  | { readonly kind: 'blocked'; readonly problem: Problem };

export type PlannedStep = {
  readonly id: StepId;
  /** One line for people: `Set hostname and hosts file`. */
  readonly title: string;
  readonly verdict: Verdict;
};

export type Plan = {
  readonly version: 1;
  /** sha256 of the profile's canonical JSON, hex: an apply of this plan is for this profile only. */
  readonly profileDigest: string;
  readonly steps: readonly PlannedStep[];
  /** Serial numbers of disks whose data may be destroyed by this apply and by no other: typed at its review. */
  readonly consented?: readonly string[];
};

export const changesOf = (plan: Plan): readonly Change[] =>
  plan.steps.flatMap((step) => (step.verdict.kind === 'drifted' ? step.verdict.changes : []));

export const problemsOf = (plan: Plan): readonly Problem[] =>
  plan.steps.flatMap((step) => (step.verdict.kind === 'blocked' ? [step.verdict.problem] : []));
