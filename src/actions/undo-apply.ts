// Takes back what an apply did that stopped half-way: its steps in reverse order, each journalled, so that a crash in between can be gone on from.
import { foldProgress, isTakenBack, leftSteps, takenBackCode } from '../state/apply-progress.ts';
import type { JournalEvent } from '../state/journal-event.ts';
import { parseProfile } from '../state/parse-profile.ts';
import { fail, type Problem, type Result } from '../state/problem.ts';
import { roleNeeds } from '../state/role-needs.ts';
import type { System } from '../system/system.ts';
import type { Action } from './action.ts';
import { actionsFor } from './all-actions.ts';
import { lockApply } from './apply-lock.ts';
import type { Emit } from './apply-step.ts';
import { appendJournal, readJournal } from './journal.ts';
import { isUnsettled } from './kept-files.ts';
import { problemOfError } from './problem-of-error.ts';
import { runPaths } from './run-paths.ts';
import { outputOf } from './step-output.ts';

export type UndoOptions = {
  /** After each event is on its medium. */
  readonly onEvent?: (event: JournalEvent) => void;
  /** For tests: other steps than the real ones. */
  readonly actions?: readonly Action[];
};

/** Titles of the steps, in the order in which they were taken back. */
export type Undone = { readonly back: readonly string[]; readonly stays: readonly string[] };

/** What has no way back stays, and is named. An apply that converged is not taken back: the profile before it is applied instead. */
export const undoApply = async (system: System, options: UndoOptions = {}): Promise<Result<Undone>> => {
  await system.makeDirectory(runPaths.directory);
  const lock = await lockApply(system);
  if (!lock.ok) return lock;
  try {
    const progress = foldProgress(await readJournal(system));
    if (progress === undefined || progress.outcome === 'refused' || isTakenBack(progress)) return fail(nothingToUndo);
    if (progress.outcome === 'converged') return fail(converged);
    const steps = leftSteps(progress).toReversed();
    const actions = options.actions ?? actionsFor({ attended: false, goOn: false });
    const emit: Emit = async (unstamped) => {
      const event: JournalEvent = { ...unstamped, atMs: Date.now(), apply: progress.apply };
      await appendJournal(system, event);
      options.onEvent?.(event);
    };
    const back: string[] = [];
    const stays: string[] = [];
    let failed: Problem | undefined;
    for (const { id: step, title, state } of steps) {
      // One that was cut off before it kept anything has only what an earlier apply kept.
      const isOwn = state !== 'running' || (await isUnsettled(system, step));
      const undo = isOwn ? actions.find((action) => action.id === step)?.undo : undefined;
      if (undo === undefined) {
        stays.push(title);
        await emit({ event: 'output', step, text: 'stays as it is: this step has no way back' });
        continue;
      }
      const { note, written } = outputOf(emit, step);
      const undone = await undo(system, note).catch((error: unknown) => fail(problemOfError(error, `step ${step}`)));
      await written();
      if (undone.ok) {
        back.push(title);
        await emit({ event: 'undone', step });
        continue;
      }
      failed ??= undone.problem;
      await emit({ event: 'failed', step, problem: { ...undone.problem } });
    }
    await emit({ event: 'finished', outcome: 'failed', problem: failed ?? takenBack(back, stays) });
    if (failed !== undefined) return fail(failed);
    // Nothing is left to go on with.
    await system.remove(runPaths.applying);
    const inForce = parseProfile((await system.readText(runPaths.profile)) ?? '');
    await (inForce.ok
      ? system.writeText(runPaths.roleNeeds, `${roleNeeds(inForce.value)}\n`)
      : system.remove(runPaths.roleNeeds));
    return { ok: true, value: { back, stays } };
  } catch (error) {
    return fail(problemOfError(error, 'taking the apply back'));
  } finally {
    await lock.value.release();
  }
};

const takenBack = (back: readonly string[], stays: readonly string[]): Problem => ({
  code: takenBackCode,
  summary: `the apply was taken back: ${back.length === 0 ? 'nothing had a way back' : back.join(', ')}${
    stays.length === 0 ? '' : `; what has no way back stays: ${stays.join(', ')}`
  }`,
  remedy: 'Correct the profile and apply it, or apply again',
});

const nothingToUndo: Problem = {
  code: 'apply/nothing-to-undo',
  summary: 'no apply stopped half-way since this node started, or it was taken back already',
  remedy: '`mayfly status` shows the last apply',
};

const converged: Problem = {
  code: 'apply/converged',
  summary: 'the last apply came to its end: this node is what its profile says',
  remedy: 'To go back, apply the profile of before: mayfly apply --profile F',
};
