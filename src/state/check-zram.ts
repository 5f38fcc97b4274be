// The rules of the zram part that need no machine: a limit that binds, a swap that leaves room, a dictionary that is used.
import { parseBytes } from './bytes.ts';
import { error, type Finding, warning } from './finding.ts';
import type { Profile } from './profile.ts';
import { dictionaryAlgorithm } from './zram-dictionary.ts';

export const checkZram = ({ zram = {} }: Profile): readonly Finding[] => {
  const findings: Finding[] = [];
  const { root, swap } = zram;
  const size = root?.size === undefined ? undefined : parseBytes(root.size);
  const limit = root?.memoryLimit === undefined ? undefined : parseBytes(root.memoryLimit);
  if (size !== undefined && limit !== undefined && limit >= size) {
    findings.push(
      error(
        'zram/limit',
        'zram.root.memoryLimit',
        `${root?.memoryLimit} is not below the size of the device (${root?.size}): such a limit never binds`,
        'write about half of the size, or leave it out: then it follows from size and image',
      ),
    );
  }
  if (root?.memoryLimit === 'none') {
    findings.push(
      warning(
        'zram/no-limit',
        'zram.root.memoryLimit',
        'without a limit the root can take all memory from the daemons',
        'leave memoryLimit out: then it follows from size and image',
      ),
    );
  }
  if (root?.dictionary === true && root.algorithm !== undefined && root.algorithm !== dictionaryAlgorithm) {
    findings.push(
      warning(
        'zram/dictionary',
        'zram.root.dictionary',
        `${root.algorithm} does not use the image's dictionary`,
        `use ${dictionaryAlgorithm}, or leave dictionary out`,
      ),
    );
  }
  const percent = swap?.size.endsWith('%') === true ? Number(swap.size.slice(0, -1)) : undefined;
  if (percent !== undefined && percent > 50) {
    findings.push(
      warning(
        'zram/swap',
        'zram.swap.size',
        `swap of ${percent}% of RAM is kept in that RAM: with data that does not compress little is left`,
        'write 50% or less, e.g. 25%',
      ),
    );
  }
  return findings;
};
