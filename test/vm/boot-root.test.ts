// The image boots: to the console's prompt on a zram root, and with an algorithm that this kernel does not have.
import { describe, expect, it } from 'vitest';
import { type BootFacts, parseBootFacts } from '../../src/probes/boot-facts.ts';
import { whyNoVm, withVm } from '../helpers/vm.ts';

const missing = whyNoVm();

/** Filling takes half a minute of two quiet processors in software emulation; these machines are not always quiet. */
const fillMs = 400_000;

describe.skipIf(missing !== undefined)(
  `booting${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 900_000 },
  () => {
    it('comes up to the console with 1.5 GiB', () =>
      withVm('boot-console', { memory: '1536MiB', append: ['mayfly.zram.algorithm=lz4'] }, async (vm) => {
        await vm.waitForLog('Root is ready', fillMs);
        await vm.waitForScreen(/Mayfly \S+ - press Enter for the console/, fillMs);
        vm.press('enter');
        await vm.waitForScreen(/F1|Help/, 120_000);
      }));

    it('falls back to what the kernel offers when the algorithm is unknown, and leaves a record of it', () =>
      withVm('boot-algorithm', { append: ['mayfly.zram.algorithm=squeeze9000 init=/bin/bash'] }, async (vm) => {
        await vm.waitForLog('squeeze9000 is not offered by this kernel, using zstd', fillMs);
        await vm.waitForLog(/Root is ready/, fillMs);
        const shell = await vm.waitForLog(/root@\S+#|bash-[\d.]+#/, 60_000);
        // The emulated line was seen to send a character twice, once; a record that does not parse is asked for again.
        let end = shell;
        let facts: BootFacts | undefined;
        for (let attempt = 0; attempt < 3 && facts === undefined; attempt++) {
          const from = end;
          vm.type('cat /run/mayfly/boot.json; echo "end of"" record"\r');
          end = await vm.waitForLog('end of record', 30_000, from);
          const text = vm.log().slice(from, end);
          facts = parseBootFacts(text.slice(text.indexOf('\r{') + 1, text.lastIndexOf('}') + 1));
        }
        expect(facts?.zram).toMatchObject({ device: '/dev/zram0', algorithm: 'zstd', algorithmWanted: 'squeeze9000' });
        expect(facts?.zram.notes.join()).toContain('squeeze9000');
        vm.type('stat -f -c %S:%b / ; cat /sys/block/zram0/mm_stat; grep " / " /proc/mounts\r');
        await vm.waitForLog(/\/dev\/zram0 \/ ext4 rw,noatime/, 30_000, end);
        const filesystem = facts?.zram.filesystemBytes ?? 0;
        const blocks = /4096:(\d+)/.exec(vm.log().slice(end))?.[1];
        // What ext4 keeps for its own tables is not in statfs.
        expect(Number(blocks) * 4096).toBeGreaterThan(filesystem * 0.94);
        expect(Number(blocks) * 4096).toBeLessThanOrEqual(filesystem);
      }));
  },
);
