// A plan as text for a terminal of 80 columns: every change as what is there now and what will be.
import type { Change } from './change.ts';
import { changesOf, type Plan, problemsOf } from './plan.ts';
import type { Problem } from './problem.ts';
import { wrapText } from './wrap-text.ts';

const signs = { create: '+', update: '~', delete: '-', run: '>' } as const;

/** Ends with a line that counts. ASCII only: it may go to a serial line. */
export const renderPlan = (plan: Plan): string => {
  const parts = plan.steps.flatMap(({ id, title, verdict }) => {
    if (verdict.kind === 'converged') return [];
    const body =
      verdict.kind === 'blocked' ? renderBlocked(verdict.problem) : verdict.changes.map(renderChange).join('\n');
    return [`${id}: ${title}\n${body}\n`];
  });
  return `${[...parts, summary(plan)].join('\n')}\n`;
};

const renderChange = (change: Change): string => {
  const head = `  ${signs[change.op]} ${change.subject}`;
  const lost = change.destroysData ? '\n      DESTROYS THE DATA ON IT' : '';
  const short =
    change.before === undefined ? `${head}: ${change.after}` : `${head}: ${change.before} -> ${change.after}`;
  if (short.length <= 80) return short + lost;
  const before = change.before === undefined ? [] : [wrapText(change.before, '      ')];
  const [first = '', ...rest] = wrapText(change.after, '      ').split('\n');
  return [head, ...before, `   -> ${first.trimStart()}`, ...rest].join('\n') + lost;
};

const renderBlocked = (problem: Problem): string =>
  [
    wrapText(`! ${problem.code}: ${problem.summary}`, '  '),
    ...(problem.path === undefined ? [] : [`    in the profile: ${problem.path}`]),
    wrapText(problem.remedy, '    '),
  ].join('\n');

const summary = (plan: Plan): string => {
  const changes = changesOf(plan).length;
  const problems = problemsOf(plan).length;
  if (problems > 0) return `${count(problems, 'step')} blocked: nothing can be applied.`;
  return changes === 0 ? 'Nothing to do: this node is as its profile says.' : `${count(changes, 'change')}.`;
};

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
