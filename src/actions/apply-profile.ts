// The engine: brings the node to a profile step by step, each checked before and after, with a journal that survives its own death.
// A little over 150 lines: the order of an apply is one story and is easier to trust read in one place.
import { randomBytes } from 'node:crypto';
import type { JournalEvent } from '../state/journal-event.ts';
import { changesOf, type Plan, problemsOf, type StepId } from '../state/plan.ts';
import type { Problem } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { profileDigest, renderProfile } from '../state/render-profile.ts';
import { consentProblem, stalenessOf } from '../state/review.ts';
import { roleNeeds } from '../state/role-needs.ts';
import type { System } from '../system/system.ts';
import type { Action } from './action.ts';
import { actionsFor } from './all-actions.ts';
import { lockApply } from './apply-lock.ts';
import { applyStep, type Emit } from './apply-step.ts';
import { appendJournal, rotateJournal } from './journal.ts';
import { planApply } from './plan-apply.ts';
import { problemOfError } from './problem-of-error.ts';
import { runPaths } from './run-paths.ts';

export type ApplyOptions = {
  /** Somebody is there to confirm a network change. */
  readonly attended: boolean;
  /**
   * Goes on with the other steps when one cannot be done: at boot nobody is there, and a node without its cluster is to have its network all the
   * same. The outcome is the first problem. Nothing that needs consent is done without it.
   */
  readonly goOn?: boolean;
  /** Goes on where an apply was interrupted: what that one did already is not held against the review. */
  readonly resume: boolean;
  /** What somebody agreed to; nothing else is done. */
  readonly reviewed?: Plan;
  /** Serial numbers of disks whose data may go in this apply, besides those that the profile names. */
  readonly consented?: readonly string[];
  /** Keeps each event somewhere else as well, before anybody hears of it; never throws. */
  readonly keep?: (event: JournalEvent) => Promise<void>;
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
  const lock = await lockApply(system);
  if (!lock.ok) {
    // Not into the journal: that one is the other apply's.
    options.onEvent?.({ event: 'finished', ...stamp(), outcome: 'refused', problem: lock.problem });
    return { outcome: 'refused', problem: lock.problem, apply };
  }

  const emit: Emit = async (event) => {
    const stamped: JournalEvent = { ...event, ...stamp() };
    await appendJournal(system, stamped);
    await options.keep?.(stamped);
    options.onEvent?.(stamped);
  };
  const finish = async (outcome: ApplyOutcome['outcome'], problem?: Problem): Promise<ApplyOutcome> => {
    await emit(problem === undefined ? { event: 'finished', outcome } : { event: 'finished', outcome, problem });
    return problem === undefined ? { outcome, apply } : { outcome, problem, apply };
  };

  try {
    await rotateJournal(system);
    const actions = options.actions ?? actionsFor({ attended: options.attended, goOn: options.goOn ?? false });
    const agreed = withConsent(profile, options.consented ?? []);
    // It is an apply of the profile as it was reviewed: what was agreed to for once is no part of it.
    const plan: Plan = { ...(await planApply(agreed, system, actions)), profileDigest: profileDigest(profile) };
    await emit({ event: 'plan', plan });

    const goOn = options.goOn ?? false;
    const refusal = goOn ? undefined : refusalOf(plan, agreed, options);
    if (refusal !== undefined) return await finish('refused', refusal);

    await system.writeText(runPaths.applying, renderProfile(profile), { mode: 0o600 });
    await system.writeText(runPaths.roleNeeds, `${roleNeeds(profile)}\n`);
    const failed = new Map<StepId, Problem>();
    for (const [index, planned] of plan.steps.entries()) {
      if (options.stop?.aborted === true) return await finish('failed', stoppedBefore(index, plan));
      const action = actions.find((candidate) => candidate.id === planned.id);
      if (action === undefined) throw new Error(`the plan has a step without an action: ${planned.id}`);
      if (needs[planned.id]?.some((id) => failed.has(id)) === true) continue;
      const problem = await applyStep(action, planned, { profile: agreed, system, emit, options });
      if (problem === undefined) continue;
      if (!goOn) return await finish('failed', problem);
      failed.set(planned.id, problem);
    }
    const [first] = failed.values();
    if (first !== undefined) return await finish('failed', first);

    await system.writeText(runPaths.profile, renderProfile(profile), { mode: 0o600 });
    await system.remove(runPaths.applying);
    return await finish('converged');
  } catch (error) {
    const problem = problemOfError(error, 'the apply');
    // The journal itself may be what cannot be written: then the return value alone tells.
    return await finish('failed', problem).catch((): ApplyOutcome => ({ outcome: 'failed', problem, apply }));
  } finally {
    await lock.value.release();
  }
};

const withConsent = (profile: Profile, consented: readonly string[]): Profile =>
  consented.length === 0 ? profile : { ...profile, wipe: [...new Set([...(profile.wipe ?? []), ...consented])] };

/** Which steps have no sense when another failed. A cluster's daemons run on with the disks that are there. */
const needs: Readonly<Partial<Record<StepId, readonly StepId[]>>> = { cluster: ['network'], packages: ['network'] };

/** Why this plan must not be applied at all; nothing has been touched yet. */
const refusalOf = (plan: Plan, profile: Profile, options: ApplyOptions): Problem | undefined => {
  const [first, ...more] = problemsOf(plan);
  if (first !== undefined)
    return more.length === 0
      ? first
      : { ...first, summary: `${first.summary} (and ${more.length} more: ${more.map((p) => p.code).join(', ')})` };
  const lost = consentProblem(changesOf(plan), profile);
  if (lost !== undefined) return lost;
  return options.reviewed === undefined ? undefined : stalenessOf(options.reviewed, plan, options.resume);
};

const stoppedBefore = (index: number, plan: Plan): Problem => ({
  code: 'apply/stopped',
  summary: `stopped as asked after ${index} of ${plan.steps.length} steps`,
  remedy: 'Go on with `mayfly apply --resume`',
});
