// How a conversation ends: with which status, and what was still to be said.
import { problemsOf } from '../state/plan.ts';
import { isUntouched } from '../state/profile-to-draft.ts';
import type { Session } from '../state/session.ts';
import type { Ask } from './ask.ts';

export type Ending = {
  /** 0 left, or nothing was missing; 1 an answer is missing or what was asked for failed; 3 only a yes is missing. */
  readonly status: number;
  /** For whoever reads the output. */
  readonly said: string;
  /** For whoever reads the errors. */
  readonly missing: string | undefined;
};

const keptWords = ({ rehearsal, draft }: Session): string => {
  if (isUntouched(draft)) return '';
  return rehearsal
    ? 'This was a rehearsal: nothing is kept.'
    : 'Your answers are kept: `mayfly console` goes on where you were, with --line and without.';
};

const statusOf = ({ view, overlay }: Session): number => {
  if (view.kind === 'reviewing' && problemsOf(view.plan).length > 0) return 1;
  if (
    overlay.kind === 'power' ||
    overlay.kind === 'undo' ||
    overlay.kind === 'prepare' ||
    view.kind === 'reviewing' ||
    view.kind === 'comparing'
  )
    return 3;
  if (view.kind === 'applied') return view.progress.outcome === 'converged' ? 0 : 1;
  return view.kind === 'editing' ? 1 : 0;
};

const missingWords = (ask: Ask): string =>
  `the answers end before "${ask.prompt.trim()}". Give one line for it; \`mayfly console --line\` on a terminal explains each`;

/** Somebody who leaves has missed nothing; a file that ends has. */
export const ending = (session: Session, ask: Ask | undefined, attended: boolean): Ending => {
  const said = keptWords(session);
  if (attended) return { status: 0, said, missing: undefined };
  const status = statusOf(session);
  return { status, said, missing: status === 0 || ask === undefined ? undefined : missingWords(ask) };
};

/** A file of answers is not kept waiting for a machine that cannot be read. */
export const notRead = ({ view }: Session): Ending | undefined =>
  view.kind !== 'starting' || view.problem === undefined
    ? undefined
    : {
        status: 1,
        said: '',
        missing: `this machine cannot be read: ${view.problem.summary}. ${view.problem.remedy}`,
      };
