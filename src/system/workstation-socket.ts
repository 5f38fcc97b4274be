// Lets processes of one user share a service on a unix socket: one of them serves it, the others watch it and take over when it is gone.
import { setTimeout as pause } from 'node:timers/promises';
import { ok, type Result } from '../state/problem.ts';
import { type ServeLine, type SocketRole, takeTurn } from './workstation-turn.ts';

export type SharedSocket = {
  /** Lets go of the name first, so that exactly one of the watchers takes it, and hangs up then. */
  leave(): Promise<void>;
};

/** Serves `path`, or watches who does, until it is left; `told` hears the role at first and at every change. Its folder is made, for this user alone. */
export const shareSocket = async (
  path: string,
  serveLine: ServeLine,
  told: (role: SocketRole) => void,
): Promise<Result<SharedSocket>> => {
  const first = await takeTurn(path, serveLine);
  if (!first.ok) return first;
  let turn = first.value;
  let left = false;
  const nextTurn = async () => {
    while (!left) {
      const next = await takeTurn(path, serveLine);
      if (next.ok) return next.value;
      // What stands in the way, a full disk for instance, can pass.
      await pause(500);
    }
    return turn;
  };
  const run = async (): Promise<void> => {
    while (!left) {
      told(turn.role);
      await turn.over;
      await turn.end();
      turn = await nextTurn();
    }
    await turn.end();
  };
  const running = run();
  const leave = async (): Promise<void> => {
    left = true;
    await turn.end();
    await running;
  };
  return ok({ leave });
};
