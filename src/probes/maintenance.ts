// Reads why this boot left the node in maintenance; undefined when it did not.
import { type Maintenance, maintenancePath, maintenanceSchema } from '../state/maintenance.ts';
import type { Reader } from '../system/system.ts';
import { parseJsonAs } from './json.ts';

export const readMaintenance = async (reader: Reader): Promise<Maintenance | undefined> => {
  const text = await reader.readText(maintenancePath);
  return text === undefined ? undefined : parseJsonAs(maintenanceSchema, text);
};
