// Steps for tests of the engine: each a value that must become 'done', with whatever goes wrong on the way.
import type { Action } from '../../src/actions/action.ts';
import { change } from '../../src/state/change.ts';
import type { StepId, Verdict } from '../../src/state/plan.ts';
import { fail, ok, type Problem } from '../../src/state/problem.ts';

export type FakeStep = {
  readonly id: StepId;
  /** What its value is before; 'done' is converged. */
  value: string;
  readonly blocked?: Problem;
  readonly destroysData?: boolean;
  /** Instead of making the value 'done'. */
  readonly onApply?: (step: FakeStep) => undefined | Problem;
  /** Before every check. */
  readonly onCheck?: (step: FakeStep) => void;
  readonly undo?: 'works' | 'fails';
  applied?: number;
};

export const broken: Problem = { code: 'test/broken', summary: 'it broke', remedy: 'mend it' };

export const fakeActions = (steps: readonly FakeStep[]): readonly Action[] => steps.map(fakeAction);

const fakeAction = (step: FakeStep): Action => ({
  id: step.id,
  title: `Step ${step.id}`,
  check: async (): Promise<Verdict> => {
    step.onCheck?.(step);
    if (step.blocked !== undefined) return { kind: 'blocked', problem: step.blocked };
    if (step.value === 'done') return { kind: 'converged' };
    const found = change('update', `disk ${step.id}`, step.value, 'done');
    return { kind: 'drifted', changes: [{ ...found, destroysData: step.destroysData === true }] };
  },
  apply: async (_profile, _system, note) => {
    step.applied = (step.applied ?? 0) + 1;
    note(`working on ${step.id}`);
    if (step.onApply === undefined) step.value = 'done';
    const problem = step.onApply?.(step);
    return problem === undefined ? ok(undefined) : fail(problem);
  },
  ...(step.undo === undefined
    ? {}
    : {
        undo: async () => {
          if (step.undo === 'fails') return fail({ code: 'test/stuck', summary: 'it is stuck', remedy: 'unstick it' });
          step.value = 'as before';
          return ok(undefined);
        },
      }),
});
