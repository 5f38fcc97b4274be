// What a step says while it works, as events of the journal, in order.
import type { StepId } from '../state/plan.ts';
import type { Emit } from './apply-step.ts';

export type StepOutput = {
  readonly note: (text: string) => void;
  /** Resolves when all of it is on its medium; throws what the medium said. */
  readonly written: () => Promise<void>;
};

export const outputOf = (emit: Emit, step: StepId): StepOutput => {
  let said: Promise<void> = Promise.resolve();
  return {
    note: (text) => {
      said = said.then(() => emit({ event: 'output', step, text }));
      // Seen where it is awaited; until then Node must not call it unhandled.
      said.catch(() => undefined);
    },
    written: () => said,
  };
};
