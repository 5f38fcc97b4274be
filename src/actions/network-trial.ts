// Writes down how a network change on trial fares, so that every console sees it and no process takes the other's word for a return.
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Evidence,
  evidenceListSchema,
  evidencePath,
  provisionalPath,
  type Returned,
  returnedPath,
  returnedSchema,
} from '../state/network-trial.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Reader, System } from '../system/system.ts';

/** Call before the first change: what an earlier one left is of no interest any more. */
export const forgetTrial = async (system: System): Promise<void> => {
  for (const path of [provisionalPath, evidencePath, returnedPath]) await system.remove(path);
};

export const tellEvidence = (system: System, evidence: readonly Evidence[]): Promise<void> =>
  system.writeText(evidencePath, `${JSON.stringify(evidence)}\n`);

/** Empty when nobody looked. */
export const readEvidence = async (reader: Reader): Promise<readonly Evidence[]> => {
  const text = await reader.readText(evidencePath);
  // Written whole or not at all, by us: anything else is a bug and throws.
  return text === undefined ? [] : evidenceListSchema.parse(JSON.parse(text));
};

/** Call before the old settings are put back. The first who says why is right: an apply that is told so afterwards adds nothing. */
export const tellReturning = async (system: System, why: Problem): Promise<void> => {
  const known = await readReturned(system);
  if (known === undefined) await tellReturned(system, { why, state: 'returning' });
};

/** Call when the old settings were put back and looked at. */
export const tellOutcome = async (system: System, outcome: Result<undefined>): Promise<void> => {
  const known = await readReturned(system);
  if (known === undefined) return;
  if (outcome.ok) await tellReturned(system, { why: known.why, state: 'checked' });
  else await tellReturned(system, { why: known.why, state: 'unchecked', problem: { ...outcome.problem } });
};

/** What another process made of the return that it began; undefined when none did. */
export const awaitOtherReturn = async (reader: Reader, deadlineMs: number): Promise<Result<undefined> | undefined> => {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const known = await readReturned(reader);
    if (known === undefined) return undefined;
    if (known.state === 'checked') return ok(undefined);
    if (known.state === 'unchecked' && known.problem !== undefined) return fail(known.problem);
    if (Date.now() >= deadline) return fail(unknownOutcome);
    await pause(200);
  }
};

export const readReturned = async (reader: Reader): Promise<Returned | undefined> => {
  const text = await reader.readText(returnedPath);
  return text === undefined ? undefined : returnedSchema.parse(JSON.parse(text));
};

const tellReturned = (system: System, returned: Omit<Returned, 'version' | 'atMs'>): Promise<void> => {
  const record: Returned = { version: 1, atMs: Date.now(), ...returned };
  return system.writeText(returnedPath, `${JSON.stringify(record)}\n`);
};

const unknownOutcome: Problem = {
  code: 'network/not-returned',
  summary: 'the old network settings were put back, and nobody has seen whether they work',
  remedy: 'From the console: `networkctl status`, then `mayfly plan`',
};
