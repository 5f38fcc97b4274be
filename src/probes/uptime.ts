// Reads for how long this kernel has been running, in seconds.
import type { Reader } from '../system/system.ts';

export const parseUptime = (text: string): number | undefined => {
  const seconds = /^(\d+(?:\.\d+)?) /.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
};

export const readUptime = async (reader: Reader): Promise<number | undefined> =>
  parseUptime((await reader.readText('/proc/uptime')) ?? '');
