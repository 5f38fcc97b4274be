// The image boots: to the console's prompt on a zram root, and with an algorithm that this kernel does not have.
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { whyNoVm, withVm } from '../helpers/vm.ts';
import { bootSettings, rawPartition, serveImage } from '../helpers/vm-media.ts';
import { readBootRecord } from '../helpers/vm-record.ts';

const missing = whyNoVm();

/** Filling takes half a minute of two quiet processors in software emulation; these machines are not always quiet. */
const fillMs = 400_000;

describe.skipIf(missing !== undefined)(
  `booting${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  { timeout: 900_000 },
  () => {
    it('comes up to the console with 1.5 GiB, from a web server that stopped in mid-image at first', async () => {
      const server = await serveImage();
      const append = [`mayfly.image=${server.url}/root.ext4.zst mayfly.zram.algorithm=lz4`];
      await withVm('boot-web', { memory: '1536MiB', append }, async (vm) => {
        await vm.waitForLog(/M-122 .*Reading the image stopped.* Trying http:/, fillMs);
        await vm.waitForLog('Root is ready', fillMs);
        await vm.waitForScreen(/Mayfly \S+ - press Enter for the console/, fillMs);
        vm.press('enter');
        await vm.waitForScreen(/F1|Help/, 120_000);
      }).finally(server.close);
    });

    it('boots from a raw partition with an algorithm unknown to the kernel, and leaves a record of it', async () => {
      const name = 'boot-partition';
      const image = await rawPartition(name, 'MAYFLY-ROOT');
      const config = bootSettings('# next boot\nZRAM_ALGORITHM=squeeze9000\nZRAM_SIZE="3GiB"\n');
      const options = {
        disk: [`${image.sizeMib}MiB,serial=IMAGE`],
        keepDisks: true,
        'config-disk': config,
        append: [
          `mayfly.image=PARTLABEL=MAYFLY-ROOT mayfly.bytes=${image.bytes} mayfly.sha256=${image.sha256}`,
          'mayfly.readback=full init=/bin/bash',
        ],
      };
      await withVm(name, options, async (vm) => {
        await vm.waitForLog('Read back', fillMs);
        await vm.waitForLog('squeeze9000 is not offered by this kernel, using zstd', fillMs);
        const { facts, end } = await readBootRecord(vm, fillMs);
        expect(facts?.image.source).toBe('PARTLABEL=MAYFLY-ROOT');
        expect(facts?.zram).toMatchObject({
          device: '/dev/zram0',
          algorithm: 'zstd',
          algorithmWanted: 'squeeze9000',
          dictionary: null,
        });
        expect(facts?.zram?.disksize).toBe(3 * 1024 ** 3);
        expect(facts?.zram?.notes.join()).toContain('squeeze9000');
        vm.type('stat -f -c %S:%b / ; cat /sys/block/zram0/mm_stat; grep " / " /proc/mounts\r');
        await vm.waitForLog(/\/dev\/zram0 \/ ext4 rw,noatime/, 30_000, end);
        const filesystem = facts?.zram?.filesystemBytes ?? 0;
        const blocks = /4096:(\d+)/.exec(vm.log().slice(end))?.[1];
        // What ext4 keeps for its own tables is not in statfs.
        expect(Number(blocks) * 4096).toBeGreaterThan(filesystem * 0.94);
        expect(Number(blocks) * 4096).toBeLessThanOrEqual(filesystem);
      }).finally(() => rmSync(config, { recursive: true }));
    });
  },
);
