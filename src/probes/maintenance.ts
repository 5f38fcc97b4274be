// Reads why this boot left the node in maintenance; undefined when it did not.
import { type Maintenance, maintenancePath, maintenanceSchema } from '../state/maintenance.ts';
import type { Reader } from '../system/system.ts';
import { parseJsonAs } from './json.ts';
import { parseOnce } from './parse-once.ts';

export const createMaintenance = (reader: Reader): (() => Promise<Maintenance | undefined>) => {
  const parse = parseOnce((text): Maintenance | undefined => parseJsonAs(maintenanceSchema, text));
  return async () => {
    const text = await reader.readText(maintenancePath);
    return text === undefined ? undefined : parse(text);
  };
};
