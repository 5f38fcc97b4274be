// What the initramfs needs of a profile before it can read one: plain KEY=VALUE lines beside the marker of the config partition.
import { formatBytes, parseBytes } from './bytes.ts';
import type { Profile } from './profile.ts';

const head = '# Written with the profile of this node; the initramfs reads it at the next boot.';
const ours = ['ROOT', 'ZRAM_SIZE', 'ZRAM_ALGORITHM', 'ZRAM_LIMIT', 'ZRAM_DICTIONARY'];

/** Lines of others in the old text stay; the initramfs knows sizes as whole numbers with a unit, and `max`. */
export const renderBootEnv = ({ zram }: Profile, before = ''): string => {
  const { kind, size, algorithm, memoryLimit, dictionary } = zram?.root ?? {};
  const kept = before
    .split('\n')
    .filter((line) => line.trim() !== '' && line !== head && !ours.includes(line.split('=')[0]?.trim() ?? ''));
  const lines = [
    ['ROOT', kind],
    ['ZRAM_SIZE', size === undefined ? undefined : wholeSize(size)],
    ['ZRAM_ALGORITHM', algorithm],
    ['ZRAM_LIMIT', memoryLimit === 'none' ? 'max' : memoryLimit === undefined ? undefined : wholeSize(memoryLimit)],
    ['ZRAM_DICTIONARY', dictionary === undefined ? undefined : yesOrNo(dictionary)],
  ].flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
  return `${[head, ...kept, ...lines].join('\n')}\n`;
};

/** As the boot module writes and reads a flag. */
export const yesOrNo = (flag: boolean): 'yes' | 'no' => (flag ? 'yes' : 'no');

const wholeSize = (text: string): string | undefined => {
  const size = parseBytes(text);
  return size === undefined ? undefined : formatBytes(size);
};
