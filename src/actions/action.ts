// What one step of an apply is: it can say what it would change, make it so, and where possible take it back.

import type { StepId, Verdict } from '../state/plan.ts';
import type { Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import type { Reader, System } from '../system/system.ts';

export type Note = (text: string) => void;

export type Action = {
  readonly id: StepId;
  /** One line for people: `Set hostname and hosts file`. */
  readonly title: string;
  /** Reads only. A step is done when this says so, never because a command exited 0. */
  check(profile: Profile, reader: Reader): Promise<Verdict>;
  /** Brings the node to what `check` wants. `note` reports progress to the journal; never a secret. */
  apply(profile: Profile, system: System, note: Note): Promise<Result<undefined>>;
  /** Takes back what `apply` did, from what `apply` kept under /run/mayfly/undo/<id>/. */
  undo?(system: System, note: Note): Promise<Result<undefined>>;
};
