// Step logs: forwarding is not in this version, and nothing pretends that it is.
import { ok } from '../state/problem.ts';
import type { Action } from './action.ts';
import { blocked } from './verdict.ts';

export const logsAction: Action = {
  id: 'logs',
  title: 'Forward logs',
  check: async (profile) =>
    (profile.logs?.forward ?? []).length === 0
      ? { kind: 'converged' }
      : blocked({
          code: 'logs/not-in-this-version',
          summary: 'forwarding logs is not in this version',
          remedy: 'Take logs.forward out of the profile; `journalctl` on the node keeps this uptime',
          path: 'logs.forward',
        }),
  // Never reached: the check is converged or blocked.
  apply: async () => ok(undefined),
};
