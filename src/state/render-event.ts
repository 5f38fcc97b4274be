// One event of an apply as text for a terminal of 80 columns, for those who follow it without a screen.
import { takenBackCode } from './apply-progress.ts';
import type { JournalEvent } from './journal-event.ts';
import { type StepId, stepIds } from './plan.ts';
import type { Problem } from './problem.ts';
import { wrapText } from './wrap-text.ts';

/** Empty for events that a person need not see. */
export const renderEvent = (event: JournalEvent): string => {
  switch (event.event) {
    case 'plan':
      return '';
    case 'started':
      return `${place(event.step)} ...\n`;
    case 'output':
      return `${wrapText(event.text, '          ')}\n`;
    case 'converged':
      return `${place(event.step)} ${event.changed ? 'done' : 'as it should be'}\n`;
    case 'failed':
      return `${place(event.step)} FAILED\n`;
    case 'undone':
      return `${place(event.step)} taken back\n`;
    case 'finished':
      return `${event.problem?.code === takenBackCode ? takenBack : finished[event.outcome]}\n${event.problem === undefined ? '' : renderProblemLines(event.problem)}`;
  }
};

const takenBack = 'Taken back.';

const finished = {
  converged: 'Converged: this node is as its profile says.',
  failed: 'Stopped: this node is not yet as its profile says.',
  refused: 'Refused: nothing was changed.',
} as const;

/** What, where in the profile, and what to do. */
export const renderProblemLines = (problem: Problem): string =>
  [
    wrapText(`${problem.code}: ${problem.summary}`, '  '),
    ...(problem.path === undefined ? [] : [`  in the profile: ${problem.path}`]),
    wrapText(`-> ${problem.remedy}`, '  '),
    '',
  ].join('\n');

const place = (step: StepId): string =>
  `[${`${stepIds.indexOf(step) + 1}`.padStart(2)}/${stepIds.length}] ${step.padEnd(9)}`;
