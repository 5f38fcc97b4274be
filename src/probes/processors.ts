// Reads how many processors are online and what they are called.
import type { Facts } from '../state/facts.ts';
import type { Reader } from '../system/system.ts';

export type Processors = Pick<Facts, 'cpuModel' | 'cpus'>;

/** `0-3,8` → 5. */
export const parseCpuList = (text: string): number =>
  text
    .trim()
    .split(',')
    .reduce((count, range) => {
      const [first, last = first] = range.split('-').map(Number);
      return first === undefined || last === undefined || Number.isNaN(last - first) ? count : count + last - first + 1;
    }, 0);

/** `model name` of /proc/cpuinfo; ARM kernels give none. */
export const parseCpuModel = (text: string): string | undefined => /^model name\s*:\s*(.+)$/m.exec(text)?.[1]?.trim();

export const readProcessors = async (reader: Reader): Promise<Processors> => {
  const [online, cpuinfo] = await Promise.all([
    reader.readText('/sys/devices/system/cpu/online'),
    reader.readText('/proc/cpuinfo'),
  ]);
  return { cpus: parseCpuList(online ?? ''), cpuModel: parseCpuModel(cpuinfo ?? '') };
};
