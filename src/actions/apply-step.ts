// One step of an apply: checked again, journalled, applied, checked once more, and taken back when it failed.
import type { Change } from '../state/change.ts';
import type { JournalEvent } from '../state/journal-event.ts';
import type { PlannedStep, Verdict } from '../state/plan.ts';
import { fail, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { consentProblem, staleProblem, unreviewed } from '../state/review.ts';
import type { System } from '../system/system.ts';
import type { Action } from './action.ts';
import { problemOfError } from './problem-of-error.ts';
import { outputOf } from './step-output.ts';

type WithoutStamp<E> = E extends unknown ? Omit<E, 'atMs' | 'apply'> : never;

/** Resolves when the event is on its medium. */
export type Emit = (event: WithoutStamp<JournalEvent>) => Promise<void>;

export type StepContext = {
  readonly profile: Profile;
  readonly system: System;
  readonly emit: Emit;
  readonly options: { readonly reviewed?: unknown; readonly resume: boolean };
};

/** The problem that ends the apply, or undefined when the step is as it should be. */
export const applyStep = async (
  action: Action,
  planned: PlannedStep,
  { profile, system, emit, options }: StepContext,
): Promise<Problem | undefined> => {
  const step = action.id;
  const failed = async (problem: Problem): Promise<Problem> => {
    await emit({ event: 'failed', step, problem: { ...problem } });
    return problem;
  };

  const now = await guarded(step, () => action.check(profile, system));
  if (!now.ok) return failed(now.problem);
  if (now.value.kind === 'blocked') return failed(now.value.problem);
  if (now.value.kind === 'converged') {
    await emit({ event: 'converged', step, changed: false });
    return undefined;
  }
  const lost = consentProblem(now.value.changes, profile);
  if (lost !== undefined) return failed(lost);
  const surprise = surpriseIn(now.value.changes, planned, options);
  if (surprise !== undefined) return failed(staleProblem(surprise));

  await emit({ event: 'started', step });
  const { note, written } = outputOf(emit, step);
  const applied = await guarded(step, () => action.apply(profile, system, note));
  const problem = applied.ok && applied.value.ok ? await stillWrong(action, profile, system) : problemIn(applied);
  await written();
  if (problem === undefined) {
    await emit({ event: 'converged', step, changed: true });
    return undefined;
  }
  await failed(problem);
  const { undo } = action;
  if (undo === undefined) return problem;
  const undone = await guarded(step, () => undo(system, note));
  await written();
  if (undone.ok && undone.value.ok) {
    await emit({ event: 'undone', step });
    return problem;
  }
  const notUndone = problemIn(undone);
  await emit({ event: 'output', step, text: `could not be taken back: ${notUndone?.summary ?? 'no reason given'}` });
  return notUndone === undefined
    ? problem
    : {
        ...problem,
        summary: `${problem.summary}; taking it back failed too: ${notUndone.summary}`,
        remedy: notUndone.remedy,
      };
};

/** What nobody agreed to. Where nobody reviewed, a node may move on between plan and step (a lease arrives, a daemon stops); data stays safe even so. */
const surpriseIn = (
  changes: readonly Change[],
  planned: PlannedStep,
  { reviewed, resume }: StepContext['options'],
): Change | undefined => {
  const agreed = planned.verdict.kind === 'drifted' ? planned.verdict.changes : [];
  const surprises = unreviewed(agreed, changes, resume);
  return reviewed === undefined ? surprises.find((change) => change.destroysData) : surprises[0];
};

/** A step is done when its own check says so, never because a command exited 0. */
const stillWrong = async (action: Action, profile: Profile, system: System): Promise<Problem | undefined> => {
  const after = await guarded<Verdict>(action.id, () => action.check(profile, system));
  if (!after.ok) return after.problem;
  if (after.value.kind === 'converged') return undefined;
  if (after.value.kind === 'blocked') return after.value.problem;
  const [first] = after.value.changes;
  return {
    code: `${action.id}/not-converged`,
    summary: `${action.title}: done, but ${first.subject} is still ${first.before ?? 'absent'} and not ${first.after}`,
    remedy: 'Run `mayfly plan` to see what differs, then apply again',
  };
};

const guarded = async <T>(step: string, work: () => Promise<T>): Promise<Result<T>> => {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return fail(problemOfError(error, `step ${step}`));
  }
};

const problemIn = (result: Result<Result<undefined>>): Problem | undefined =>
  result.ok ? (result.value.ok ? undefined : result.value.problem) : result.problem;
