// Says who holds the apply lock, from the journal of that apply.
import { foldProgress } from '../state/apply-progress.ts';
import type { Reader } from '../system/system.ts';
import { readJournal } from './journal.ts';

/** `: 20261122T…-3fa2c1, at network`, or nothing when the journal does not tell. */
export const describeRunning = async (reader: Reader): Promise<string> => {
  const progress = foldProgress(await readJournal(reader));
  if (progress === undefined || progress.outcome !== 'running') return '';
  const step = progress.steps.find((candidate) => candidate.state === 'running');
  return step === undefined ? `: ${progress.apply}` : `: ${progress.apply}, at ${step.id}`;
};
