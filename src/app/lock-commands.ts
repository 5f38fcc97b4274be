// Carries out what the lock of a console asks for.
import type { ConsoleCommand, LockEvent } from '../state/console-event.ts';
import type { ConsoleEffects } from './console-effects.ts';

type LockCommand = Extract<ConsoleCommand, { type: 'keep-lock' | 'may-lock' | 'check-password' }>;

/** What it answers; undefined where nobody waits for an answer. */
export const carryOutLock = async (
  effects: ConsoleEffects,
  command: LockCommand,
  onBug: (error: unknown) => void,
): Promise<LockEvent | undefined> => {
  switch (command.type) {
    case 'keep-lock':
      await effects.keepLock(command.kept);
      return undefined;
    case 'may-lock': {
      const may = await effects.mayLock();
      return may.ok ? { type: 'lock-possible' } : { type: 'lock-impossible', problem: may.problem };
    }
    case 'check-password': {
      // A full /run must not keep the one out who knows the password.
      await effects.keepLock(command.kept).catch(onBug);
      const verdict = await effects.checkPassword(command.password);
      if (verdict.kind === 'right') return { type: 'password-right' };
      return { type: 'password-wrong', problem: verdict.kind === 'wrong' ? undefined : verdict.problem };
    }
  }
};
