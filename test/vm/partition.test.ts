// The image boots from a raw partition, with an algorithm that this kernel does not have and a dictionary that is damaged: both are left out, and said.
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { imageWithFiles, type VmOptions, whyNoVm, withVm } from '../helpers/vm.ts';
import { bootSettings, rawPartition } from '../helpers/vm-media.ts';
import { readBootRecord } from '../helpers/vm-record.ts';

/** Filling takes half a minute of two quiet processors in software emulation; these machines are not always quiet. */
const fillMs = 400_000;

test.skipIf(whyNoVm() !== undefined)(
  'boots from a raw partition without what it cannot have, and leaves a record of it',
  { timeout: 900_000 },
  async () => {
    const name = 'boot-partition';
    const image = imageWithFiles('empty-dictionary', [
      { path: 'usr/lib/mayfly/dictionary.zstd', content: Buffer.alloc(0) },
    ]);
    const disk = await rawPartition(name, 'MAYFLY-ROOT');
    const config = bootSettings('# next boot\nZRAM_ALGORITHM=squeeze9000\nZRAM_SIZE="3GiB"\n');
    const options: VmOptions = {
      image,
      compression: 'as shipped',
      disk: [`${disk.sizeMib}MiB,serial=IMAGE`],
      keepDisks: true,
      'config-disk': config,
      append: [
        `mayfly.image=PARTLABEL=MAYFLY-ROOT mayfly.bytes=${disk.bytes} mayfly.sha256=${disk.sha256}`,
        'mayfly.zram.dictionary=yes mayfly.readback=full init=/bin/bash',
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
      expect(facts?.zram?.notes.join()).toMatch(/no dictionary: \S+ is damaged/);
      vm.type('stat -f -c %S:%b / ; cat /sys/block/zram0/mm_stat; grep " / " /proc/mounts\r');
      await vm.waitForLog(/\/dev\/zram0 \/ ext4 rw,noatime/, 30_000, end);
      const filesystem = facts?.zram?.filesystemBytes ?? 0;
      const blocks = /4096:(\d+)/.exec(vm.log().slice(end))?.[1];
      // What ext4 keeps for its own tables is not in statfs.
      expect(Number(blocks) * 4096).toBeGreaterThan(filesystem * 0.94);
      expect(Number(blocks) * 4096).toBeLessThanOrEqual(filesystem);
    }).finally(() => rmSync(config, { recursive: true }));
  },
);
