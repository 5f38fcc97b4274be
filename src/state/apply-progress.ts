// How far an apply has come, folded from its journal: what the console, `mayfly apply` and `mayfly status` show.
import type { Change } from './change.ts';
import type { JournalEvent } from './journal-event.ts';
import type { Plan, StepId } from './plan.ts';
import type { Problem } from './problem.ts';

export type StepProgress = {
  readonly id: StepId;
  readonly title: string;
  /** `unchanged`: was as it should be already. `blocked`: cannot be done here. `skipped`: an earlier step failed. */
  readonly state: 'waiting' | 'running' | 'converged' | 'unchanged' | 'failed' | 'undone' | 'blocked' | 'skipped';
  readonly changes: readonly Change[];
  /** The last lines it said, oldest first. */
  readonly output: readonly string[];
  readonly problem: Problem | undefined;
  readonly startedMs: number | undefined;
  readonly endedMs: number | undefined;
};

export type ApplyProgress = {
  readonly apply: string;
  readonly profileDigest: string;
  readonly startedMs: number;
  /** Of the last event. */
  readonly atMs: number;
  /** `running` also after a crash: only the lock tells the two apart, see `markInterrupted`. */
  readonly outcome: 'running' | 'converged' | 'failed' | 'refused' | 'interrupted';
  readonly problem: Problem | undefined;
  readonly steps: readonly StepProgress[];
  /** Steps that are as they should be. */
  readonly done: number;
  readonly total: number;
};

const outputLines = 20;

/** Of the last apply in `events`; undefined when there is none. */
export const foldProgress = (events: readonly JournalEvent[]): ApplyProgress | undefined =>
  events.reduce(progressAfter, undefined);

/** One event further: for displays that follow a journal. */
export const progressAfter = (progress: ApplyProgress | undefined, event: JournalEvent): ApplyProgress | undefined => {
  if (event.event === 'plan') return fromPlan(event.plan, event.apply, event.atMs);
  if (progress === undefined || progress.apply !== event.apply) return progress;
  const now = { ...progress, atMs: event.atMs };
  switch (event.event) {
    case 'started':
      return counted(now, event.step, (step) => ({ ...step, state: 'running', startedMs: event.atMs }));
    case 'output':
      return counted(now, event.step, (step) => ({
        ...step,
        output: [...step.output, ...event.text.split('\n')].slice(-outputLines),
      }));
    case 'converged':
      return counted(now, event.step, (step) => ({
        ...step,
        state: event.changed ? 'converged' : 'unchanged',
        endedMs: event.atMs,
      }));
    case 'failed':
      return counted(now, event.step, (step) => ({
        ...step,
        state: 'failed',
        problem: event.problem,
        endedMs: event.atMs,
      }));
    // How long it took to do stays; when it was taken back is another matter.
    case 'undone':
      return counted(now, event.step, (step) => ({ ...step, state: 'undone' }));
    case 'finished':
      return {
        ...now,
        outcome: event.outcome,
        problem: event.problem,
        steps: now.steps.map((step) => (step.state === 'waiting' ? { ...step, state: 'skipped' } : step)),
      };
  }
};

/** Of the problem that an apply ends with after it was taken back. */
export const takenBackCode = 'apply/taken-back';

export const isTakenBack = ({ problem }: ApplyProgress): boolean => problem?.code === takenBackCode;

/** Steps that may have left something: those that changed the node, one that was cut off, and one that could not be taken back when it failed. */
export const leftSteps = ({ steps }: ApplyProgress): readonly StepProgress[] =>
  steps.filter(({ state }) => state === 'converged' || state === 'running' || state === 'failed');

/** It stopped half-way and left something. */
export const canBeUndone = (progress: ApplyProgress): boolean =>
  (progress.outcome === 'failed' || progress.outcome === 'interrupted') &&
  !isTakenBack(progress) &&
  leftSteps(progress).length > 0;

/** What `running` means once nobody holds the apply lock: the process died. */
export const markInterrupted = (progress: ApplyProgress): ApplyProgress =>
  progress.outcome === 'running' ? { ...progress, outcome: 'interrupted' } : progress;

const fromPlan = (plan: Plan, apply: string, atMs: number): ApplyProgress => ({
  apply,
  profileDigest: plan.profileDigest,
  startedMs: atMs,
  atMs,
  outcome: 'running',
  problem: undefined,
  steps: plan.steps.map((step) => ({
    id: step.id,
    title: step.title,
    state: step.verdict.kind === 'blocked' ? 'blocked' : 'waiting',
    changes: step.verdict.kind === 'drifted' ? step.verdict.changes : [],
    output: [],
    problem: step.verdict.kind === 'blocked' ? step.verdict.problem : undefined,
    startedMs: undefined,
    endedMs: undefined,
  })),
  done: 0,
  total: plan.steps.length,
});

const counted = (progress: ApplyProgress, id: StepId, next: (step: StepProgress) => StepProgress): ApplyProgress => {
  const steps = progress.steps.map((step) => (step.id === id ? next(step) : step));
  const done = steps.filter((step) => step.state === 'converged' || step.state === 'unchanged').length;
  return { ...progress, steps, done };
};
