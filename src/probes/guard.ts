// Reads how the guard of the zram root stands; undefined where none has ever looked.
import { type GuardStatus, guardFileSchema } from '../state/guard-status.ts';
import type { Reader } from '../system/system.ts';
import { parseJsonAs } from './json.ts';

export const readGuard = async (reader: Reader): Promise<GuardStatus | undefined> => {
  const file = parseJsonAs(guardFileSchema, (await reader.readText('/run/mayfly/guard.json')) ?? '');
  if (file === undefined) return undefined;
  const { version: _, last, ...status } = file;
  return { ...status, last: last ?? undefined };
};
