// The network change on trial, as the session knows it: still to be decided, or taken back and still worth telling.
import type { NetworkTrial } from './network-trial.ts';
import type { Session } from './session.ts';

export type KnownTrial = Exclude<NetworkTrial, { kind: 'none' }>;

/** Undefined when there is nothing to tell: none, or a later apply has converged since. */
export const trialOf = (session: Session): KnownTrial | undefined => {
  const status = session.statuses.at(-1);
  const trial = status?.network.kind === 'live' ? status.network.value : undefined;
  if (status === undefined || trial === undefined || trial.kind === 'none') return undefined;
  const apply = status.lastApply.kind === 'live' ? status.lastApply.value : undefined;
  const isOver = trial.kind === 'returned' && apply?.outcome === 'converged' && apply.atMs > trial.atMs;
  return isOver ? undefined : trial;
};

/** Whole seconds until systemd takes the change back; undefined while the uptime is not known. */
export const secondsLeft = (
  session: Session,
  { untilUptime }: { readonly untilUptime: number },
): number | undefined => {
  const uptime = session.statuses.at(-1)?.uptime;
  return uptime?.kind === 'live' ? Math.max(0, Math.ceil(untilUptime - uptime.value)) : undefined;
};
