// An apply as it happens: each step as a line when it begins to take long and when it ends.
import { stepLine } from '../screens/apply.ts';
import type { ApplyProgress, StepProgress } from '../state/apply-progress.ts';
import { textOf } from './plain-text.ts';

export type ToldSteps = { readonly apply: string; readonly states: readonly StepProgress['state'][] };

/** What was told of `progress` so far is kept by whoever calls; steps of another apply begin anew. */
export const progressNews = (
  progress: ApplyProgress,
  told: ToldSteps | undefined,
): { readonly told: ToldSteps; readonly said: readonly string[] } => {
  const known = told?.apply === progress.apply ? told.states : [];
  const said = progress.steps.flatMap((step, index) =>
    step.state === (known[index] ?? 'waiting')
      ? []
      : [`${`${index + 1}`.padStart(2)} of ${progress.total}  ${textOf(stepLine(step)).trim()}`],
  );
  return { told: { apply: progress.apply, states: progress.steps.map(({ state }) => state) }, said };
};
