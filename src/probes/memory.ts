// Reads memory and its pressure (Documentation/accounting/psi.rst).
import { type Bytes, kib } from '../state/bytes.ts';
import type { MemoryStatus } from '../state/status.ts';
import type { Reader } from '../system/system.ts';

/** MemTotal and MemAvailable of /proc/meminfo. */
export const parseMeminfo = (text: string): { readonly total: Bytes; readonly available: Bytes } | undefined => {
  const total = /^MemTotal:\s+(\d+) kB$/m.exec(text)?.[1];
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  if (total === undefined || available === undefined) return undefined;
  return { total: kib(Number(total)), available: kib(Number(available)) };
};

/** Percent of the last 10 s in which some task waited for memory. */
export const parsePressure = (text: string): number | undefined => {
  const average = /^some avg10=(\d+(?:\.\d+)?) /m.exec(text)?.[1];
  return average === undefined ? undefined : Number(average);
};

export const readMemory = async (reader: Reader): Promise<MemoryStatus | undefined> => {
  const [meminfo, pressure] = await Promise.all([
    reader.readText('/proc/meminfo'),
    reader.readText('/proc/pressure/memory'),
  ]);
  const memory = parseMeminfo(meminfo ?? '');
  return memory === undefined ? undefined : { ...memory, pressure: parsePressure(pressure ?? '') };
};
