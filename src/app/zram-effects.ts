// What the console asks of the machine about its zram root: forecasts are only read; a change is made by a unit that systemd starts.
import { askMayfly } from '../actions/ask-mayfly.ts';
import { forecastOperation, readZramTarget } from '../actions/zram-operations.ts';
import { fail, type Problem, type Result } from '../state/problem.ts';
import { type OperationName, operationArguments, type ZramOperation } from '../state/zram-operation.ts';
import type { Forecast } from '../state/zram-overlay.ts';
import type { System } from '../system/system.ts';
import type { Effects } from './effects.ts';

/** Trimming and growing a full root takes its time. */
const patienceMs = 330_000;

const forecastOf = (result: Result<string>): Forecast =>
  result.ok ? { possible: true, words: result.value } : { possible: false, words: wordsOf(result.problem) };

const wordsOf = ({ summary, remedy }: Problem): string => `${summary}. ${remedy}`;

export const createZramEffects = (system: System): Pick<Effects, 'forecastAllZram' | 'forecastZram' | 'changeZram'> => {
  const forecastZram = async (operation: ZramOperation): Promise<Forecast> =>
    forecastOf(await forecastOperation(system, await readZramTarget(system), operation));
  return {
    forecastZram,
    forecastAllZram: async () => {
      const [trim, compact, grow, limit, recompress] = await Promise.all([
        forecastZram({ kind: 'trim' }),
        forecastZram({ kind: 'compact' }),
        forecastZram({ kind: 'grow', size: undefined }),
        forecastZram({ kind: 'limit', limit: undefined }),
        forecastZram({ kind: 'recompress' }),
      ]);
      return { trim, compact, grow, limit, recompress } satisfies Record<OperationName, Forecast>;
    },
    changeZram: async (operation) => {
      if ((await system.stat('/run/systemd/system')) === undefined) return fail(noSystemd);
      return askMayfly(system, ['zram', ...operationArguments(operation)], { timeoutMs: patienceMs });
    },
  };
};

const noSystemd: Problem = {
  code: 'zram/no-systemd',
  summary: 'systemd does not run here, so nothing can change the root in the background',
  remedy: 'Use `mayfly zram` in a shell',
};
