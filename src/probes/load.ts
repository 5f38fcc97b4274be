// Reads the load averages of 1, 5 and 15 minutes.
import type { Reader } from '../system/system.ts';

export type Load = readonly [number, number, number];

export const parseLoad = (text: string): Load | undefined => {
  const [, one, five, fifteen] = /^([\d.]+) ([\d.]+) ([\d.]+) /.exec(text) ?? [];
  if (one === undefined || five === undefined || fifteen === undefined) return undefined;
  return [Number(one), Number(five), Number(fifteen)];
};

export const readLoad = async (reader: Reader): Promise<Load | undefined> =>
  parseLoad((await reader.readText('/proc/loadavg')) ?? '');
