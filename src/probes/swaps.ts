// Reads where the kernel swaps to, and how much of it is in use.
import { type Bytes, bytes } from '../state/bytes.ts';

/** `/proc/swaps`: Filename Type Size Used Priority, sizes in KiB. */
export const parseSwaps = (text: string): ReadonlyMap<string, Bytes> =>
  new Map(
    text
      .split('\n')
      .slice(1)
      .flatMap((row): [string, Bytes][] => {
        const [device, , , used] = row.trim().split(/\s+/);
        return device?.startsWith('/') === true && /^\d+$/.test(used ?? '')
          ? [[device, bytes(Number(used) * 1024)]]
          : [];
      }),
  );
