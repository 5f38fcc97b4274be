// Where an apply keeps what it knows between its processes: all of it in RAM, gone at the next boot.

export const runPaths = {
  directory: '/run/mayfly',
  lock: '/run/mayfly/apply.lock',
  journal: '/run/mayfly/journal.jsonl',
  previousJournal: '/run/mayfly/journal.previous.jsonl',
  /** The profile in force: that of the last apply that converged. */
  profile: '/run/mayfly/profile.yaml',
  /** The profile of the apply under way or interrupted. */
  applying: '/run/mayfly/applying.yaml',
  /** What a console asked for. */
  pending: '/run/mayfly/pending.yaml',
  pendingPlan: '/run/mayfly/pending-plan.json',
  undo: '/run/mayfly/undo',
  /** Bytes that the role's daemons need: the guard never raises the memory limit into them. */
  roleNeeds: '/run/mayfly/role-needs',
} as const;
