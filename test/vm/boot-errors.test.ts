// What the boot module says when it cannot boot: each problem has its number, its cause and its remedy on the serial line, and a shell after it.
import { describe, expect, it } from 'vitest';
import { imageWith, type Vm, type VmOptions, whyNoVm, withVm } from '../helpers/vm.ts';

const missing = whyNoVm();

/** Kernel and initramfs on a busy machine in software emulation, and the whole image read through once where the case needs it. */
const deadlineMs = 150_000;
const readingMs = 300_000;

/** The text of the screen with the terminal's line wraps undone. */
const unwrapped = (vm: Vm): string => vm.screen().join('');

const expectProblem = (
  name: string,
  options: VmOptions,
  code: string,
  says: readonly RegExp[],
  withinMs = deadlineMs,
) =>
  withVm(name, { memory: '1GiB', ...options }, async (vm) => {
    await vm.waitForScreen('mayfly-rescue#', withinMs);
    expect(unwrapped(vm)).toContain(code);
    expect(unwrapped(vm)).toContain('Remedy: ');
    for (const text of says) expect(unwrapped(vm)).toMatch(text);
    // A shell that answers, not a machine that hangs.
    const from = vm.log().length;
    vm.type('echo $((40 + 2)) answers\r');
    await vm.waitForLog('42 answers', 20_000, from);
  });

describe.skipIf(missing !== undefined)(
  `boot problems${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 600_000 },
  () => {
    it('says which labels it saw when the image is missing', () =>
      expectProblem('boot-missing', { append: ['mayfly.image=LABEL=NOWHERE:/root.ext4.zst mayfly.wait=2'] }, 'M-103', [
        /LABEL=NOWHERE/,
        /MAYFLY-IMAGE/,
      ]));

    it('says that memory is short before it unpacks, with the numbers', () =>
      expectProblem('boot-memory', { memory: '640MiB' }, 'M-110', [
        /has \d+ MiB/,
        /unpacks to \d+ MiB/,
        /\d+ MiB compressed/,
        /\d+ MiB short/,
        /at least \d+ MiB/,
      ]));

    it('sees a truncated image by its size, before it unpacks', () => {
      const image = imageWith('truncated', (root) => root.subarray(0, Math.floor(root.length / 2)));
      return expectProblem('boot-truncated', { image }, 'M-122', [/not whole: \d+ of \d+ bytes/]);
    });

    it('sees a damaged image by its sha256, with the whole stream read', () => {
      const image = imageWith('damaged', (root) => {
        const copy = Buffer.from(root);
        // Early, so that the decompressor gives up at once and only the sum goes on.
        copy.fill(0x55, 1_000_000, 1_000_400);
        return copy;
      });
      return expectProblem(
        'boot-damaged',
        { image, memory: '2GiB' },
        'M-123',
        [/damaged: its sha256 is [0-9a-f]{64}/],
        readingMs,
      );
    });
  },
);
