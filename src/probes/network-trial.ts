// Reads how a network change on trial fares, from what the apply and systemd's timer write down.
import {
  evidenceListSchema,
  evidencePath,
  type NetworkTrial,
  provisionalPath,
  provisionalSchema,
  returnedPath,
  returnedSchema,
} from '../state/network-trial.ts';
import type { Reader } from '../system/system.ts';
import { parseJsonAs } from './json.ts';

/** A return that has begun is told before the rest of the trial. */
export const readNetworkTrial = async (reader: Reader): Promise<NetworkTrial> => {
  const [provisional, evidence, returned] = await Promise.all(
    [provisionalPath, evidencePath, returnedPath].map((path) => reader.readText(path)),
  );
  const back = parseJsonAs(returnedSchema, returned ?? '');
  if (back !== undefined) {
    const { version: _, ...rest } = back;
    return { kind: 'returned', ...rest };
  }
  const trial = parseJsonAs(provisionalSchema, provisional ?? '');
  if (trial === undefined) return { kind: 'none' };
  const { untilUptime, settings } = trial;
  return {
    kind: 'provisional',
    untilUptime,
    settings,
    evidence: parseJsonAs(evidenceListSchema, evidence ?? '') ?? [],
  };
};
