// The engine: brings the node to a profile step by step, each checked before and after, with a journal that survives its own death.
// A little over 150 lines: the order of an apply is one story and is easier to trust read in one place.
import { randomBytes } from 'node:crypto';
import type { JournalEvent } from '../state/journal-event.ts';
import { type Plan, problemsOf } from '../state/plan.ts';
import type { Problem } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { renderProfile } from '../state/render-profile.ts';
import { destroyedWithoutConsent, stalenessOf } from '../state/review.ts';
import { roleNeeds } from '../state/role-needs.ts';
import type { System } from '../system/system.ts';
import type { Action } from './action.ts';
import { actionsFor } from './all-actions.ts';
import { applyStep, type Emit } from './apply-step.ts';
import { appendJournal, rotateJournal } from './journal.ts';
import { planApply } from './plan-apply.ts';
import { problemOfError } from './problem-of-error.ts';
import { runPaths } from './run-paths.ts';
import { describeRunning } from './running-apply.ts';

export type ApplyOptions = {
  /** Somebody is there to confirm a network change. */
  readonly attended: boolean;
  /** Goes on where an apply was interrupted: what that one did already is not held against the review. */
  readonly resume: boolean;
  /** What somebody agreed to; nothing else is done. */
  readonly reviewed?: Plan;
  /** After each event is on its medium. */
  readonly onEvent?: (event: JournalEvent) => void;
  /** Aborting means "stop after this step". */
  readonly stop?: AbortSignal;
  /** For tests: other steps than the real ones. */
  readonly actions?: readonly Action[];
};

export type ApplyOutcome = {
  readonly outcome: 'converged' | 'failed' | 'refused';
  readonly problem?: Problem;
  /** The apply's id, as in its journal. */
  readonly apply: string;
};

/** Never throws for what a node may do to it: a full disk, a missing program, a killed daemon are problems. */
export const applyProfile = async (system: System, profile: Profile, options: ApplyOptions): Promise<ApplyOutcome> => {
  const apply = `${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`;
  const stamp = () => ({ atMs: Date.now(), apply });

  await system.makeDirectory(runPaths.directory);
  const lock = await system.lock(runPaths.lock);
  if (lock === undefined) {
    const problem: Problem = {
      code: 'apply/locked',
      summary: `another apply is under way${await describeRunning(system)}`,
      remedy: 'Wait until it has finished; `mayfly status` shows how far it is',
    };
    // Not into the journal: that one is the other apply's.
    options.onEvent?.({ event: 'finished', ...stamp(), outcome: 'refused', problem });
    return { outcome: 'refused', problem, apply };
  }

  const emit: Emit = async (event) => {
    const stamped: JournalEvent = { ...event, ...stamp() };
    await appendJournal(system, stamped);
    options.onEvent?.(stamped);
  };
  const finish = async (outcome: ApplyOutcome['outcome'], problem?: Problem): Promise<ApplyOutcome> => {
    await emit(problem === undefined ? { event: 'finished', outcome } : { event: 'finished', outcome, problem });
    return problem === undefined ? { outcome, apply } : { outcome, problem, apply };
  };

  try {
    await rotateJournal(system);
    const actions = options.actions ?? actionsFor(options.attended);
    const plan = await planApply(profile, system, actions);
    await emit({ event: 'plan', plan });

    const refusal = refusalOf(plan, profile, options);
    if (refusal !== undefined) return await finish('refused', refusal);

    await system.writeText(runPaths.applying, renderProfile(profile), { mode: 0o600 });
    await system.writeText(runPaths.roleNeeds, `${roleNeeds(profile)}\n`);
    for (const [index, planned] of plan.steps.entries()) {
      if (options.stop?.aborted === true) return await finish('failed', stoppedBefore(index, plan));
      const action = actions.find((candidate) => candidate.id === planned.id);
      if (action === undefined) throw new Error(`the plan has a step without an action: ${planned.id}`);
      const problem = await applyStep(action, planned, { profile, system, emit, options });
      if (problem !== undefined) return await finish('failed', problem);
    }

    await system.writeText(runPaths.profile, renderProfile(profile), { mode: 0o600 });
    await system.remove(runPaths.applying);
    return await finish('converged');
  } catch (error) {
    const problem = problemOfError(error, 'the apply');
    // The journal itself may be what cannot be written: then the return value alone tells.
    return await finish('failed', problem).catch((): ApplyOutcome => ({ outcome: 'failed', problem, apply }));
  } finally {
    await lock.release();
  }
};

/** Why this plan must not be applied at all; nothing has been touched yet. */
const refusalOf = (plan: Plan, profile: Profile, options: ApplyOptions): Problem | undefined => {
  const [first, ...more] = problemsOf(plan);
  if (first !== undefined)
    return more.length === 0
      ? first
      : { ...first, summary: `${first.summary} (and ${more.length} more: ${more.map((p) => p.code).join(', ')})` };
  const [lost] = destroyedWithoutConsent(plan, profile.wipe ?? []);
  if (lost !== undefined)
    return {
      code: 'apply/would-destroy-data',
      summary: `${lost.subject} holds data that would be lost: ${lost.before ?? lost.after}`,
      remedy: 'Name the serial number of that disk under `wipe:` in the profile if its data may go',
    };
  return options.reviewed === undefined ? undefined : stalenessOf(options.reviewed, plan, options.resume);
};

const stoppedBefore = (index: number, plan: Plan): Problem => ({
  code: 'apply/stopped',
  summary: `stopped as asked after ${index} of ${plan.steps.length} steps`,
  remedy: 'Go on with `mayfly apply --resume`',
});
