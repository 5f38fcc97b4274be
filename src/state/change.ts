// One difference between what the node is and what it shall be: what a plan is made of and what a review shows.

export type Change = {
  readonly op: 'create' | 'update' | 'delete' | 'run';
  /** What is changed, in the operator's words: `hostname`, `link ens3 address`, `disk VBOX-77`. */
  readonly subject: string;
  /** As it is now; absent when there is nothing yet. Never a secret. */
  readonly before?: string;
  /** As it will be. Never a secret: say `set`, `replaced`, a fingerprint. */
  readonly after: string;
  /** True when data on a disk is lost by it: needs the disk's serial number typed or named by the profile. */
  readonly destroysData: boolean;
};

export const change = (op: Change['op'], subject: string, before: string | undefined, after: string): Change =>
  before === undefined
    ? { op, subject, after, destroysData: false }
    : { op, subject, before, after, destroysData: false };
