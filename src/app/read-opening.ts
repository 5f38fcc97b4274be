// Reads what decides the first screen until that works: nobody shall have to come and start the console anew.
import type { Problem } from '../state/problem.ts';
import type { Opening } from '../state/session.ts';
import type { Effects } from './effects.ts';
import { problemOfThrown } from './failure-event.ts';

type Options = {
  readonly signal: AbortSignal;
  readonly everyMs: number;
  readonly onProblem: (problem: Problem) => void;
  readonly onBug: (error: unknown) => void;
};

const remedy =
  'F12 opens a shell behind the root password; there `journalctl -t mayfly-console` has the whole text, and `mayfly status` what can be read';

const rest = (everyMs: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, everyMs);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });

/** Undefined when the console ended before. */
export const readOpening = async (
  effects: Pick<Effects, 'readOpening'>,
  { signal, everyMs, onProblem, onBug }: Options,
): Promise<Opening | undefined> => {
  let logged = '';
  while (!signal.aborted) {
    try {
      return await effects.readOpening();
    } catch (error) {
      const problem = { ...problemOfThrown(error, 'opening'), remedy };
      // Once, not every time.
      if (problem.summary !== logged) onBug(error);
      logged = problem.summary;
      onProblem(problem);
    }
    await rest(everyMs, signal);
  }
  return undefined;
};
