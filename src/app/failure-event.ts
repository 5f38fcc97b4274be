// What a command that failed or threw means to the session: a problem with its remedy, in the place where somebody waits for an answer.
import type { ConsoleCommand, ConsoleEvent } from '../state/console-event.ts';
import type { Problem } from '../state/problem.ts';
import { RehearsalRefusal } from '../system/rehearsal.ts';

export const problemOfThrown = (error: unknown, doing: string): Problem => {
  if (error instanceof RehearsalRefusal) return error.problem;
  const words = error instanceof Error ? error.message : String(error);
  return {
    code: `console/${doing}`,
    summary: words.split('\n')[0] ?? words,
    remedy: 'try again; the journal of mayfly-console has the whole text',
  };
};

export const failureEvent = (command: ConsoleCommand, problem: Problem): ConsoleEvent | undefined => {
  switch (command.type) {
    case 'take-turn':
      // One writer too many can be talked to; a node on which nobody may write cannot be helped.
      return { type: 'unshared', problem };
    case 'may-lock':
      return { type: 'lock-impossible', problem };
    case 'check-password':
      return { type: 'password-wrong', problem };
    case 'keep-lock':
      return undefined;
    default:
      return { type: 'failed', of: command.type, problem };
  }
};
