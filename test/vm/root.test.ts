// The root as it is shipped, with its dictionary, on a machine of 1.5 GiB; then filled in three ways: programs meet ENOSPC and never EIO, and the node still
// answers. In place overwriting: test/nightly/root-overwritten.test.ts.
import { expect, test } from 'vitest';
import { readManifest } from '../../src/image/boot-image.ts';
import { fullRoot, mib } from '../helpers/full-root.ts';
import { builtImage, type VmOptions, whyNoVm, withVm } from '../helpers/vm.ts';

const root = fullRoot('full-01');
const slow = 240_000;

test.skipIf(whyNoVm() !== undefined)(
  'the root has its dictionary and leaves 700 MiB of 1.5 GiB; full, it answers, says so, and loses nothing',
  { timeout: 1_500_000 },
  async () => {
    const manifest = await readManifest(builtImage);
    if (!manifest.ok) throw new Error(manifest.problem.summary);
    const { dictionary, zramBytes = {} } = manifest.value;
    if (dictionary === undefined) throw new Error('the image has no dictionary');
    const smaller = (zramBytes['zstd-dict'] ?? Number.POSITIVE_INFINITY) < (zramBytes.zstd ?? 0);
    const options: VmOptions = {
      ...(await root.options(
        // An image that nobody measured has to be asked.
        ...(smaller ? [] : ['mayfly.zram.dictionary=yes']),
      )),
      compression: 'as shipped',
      memory: '1536MiB',
    };
    await withVm('root', options, async (vm) => {
      await root.configure(vm);
      const inUse = { bytes: dictionary.bytes, level: dictionary.level };
      const record = await root.must('cat /run/mayfly/boot.json');
      expect(JSON.parse(record)).toMatchObject({ image: { dictionary: inUse }, zram: { dictionary: inUse } });
      expect(record).not.toContain('no dictionary');
      expect(JSON.parse((await root.run('mayfly status --json')).out)).toMatchObject({
        zram: { value: { dictionary: inUse } },
      });
      const free = await root.must('free -m');
      console.log(`free -m after log-in, with 1.5 GiB:\n${free}`);
      expect(Number(/^Mem:.*?(\d+)$/m.exec(free)?.[1])).toBeGreaterThanOrEqual(700);
      await root.look(vm);
      await vm.waitForScreen(/zstd, dictionary \S+ \S+, disk/, slow);

      const { out: mounts } = await root.run('findmnt -rno TARGET,FSTYPE,OPTIONS');
      expect(mounts).toMatch(/^\/ ext4 rw/m);
      expect(mounts).not.toMatch(/^\/ ext4 .*errors=/m);
      for (const target of ['/tmp', '/var/tmp', '/var/log'])
        expect(mounts).toMatch(new RegExp(`^${target} tmpfs .*size=\\d+k,nr_inodes=\\d+`, 'm'));
      await root.expectWhole('booted', 0);

      // Incompressible data to the last block.
      await root.fillUp();
      await root.expectWhole('filled with random data', 1);
      const codes = async () => (await root.status('and then')).problems.map(({ code }) => code);
      await expect.poll(codes, { timeout: 120_000 }).toContain('root/critical');
      await root.must('rm /filled; sync -f /');

      // Every inode.
      const many = await root.run('mkdir /many && seq "$(($(stat -f -c %d /) + 3))" | xargs ln -s -t /many');
      expect(many.out).toMatch(/No space left on device/);
      const crowded = await root.expectWhole('no inode left', 2);
      expect(crowded.root.value.inodesFree).toBe(0);
      await root.must('rm -r /many; sync -f /');

      // A limit that a full filesystem would exceed, while daemons need the rest of the memory.
      await root.needs(1e12);
      const { used } = (await root.status('emptied')).zram.value;
      await root.must(`mayfly zram limit ${Math.ceil(used / mib) + 80}MiB`);
      await root.fillUp();
      const held = await root.expectWhole('filled under a lowered limit', 3);
      // What the guard says of it is as old as its last look.
      await expect
        .poll(async () => (await root.status('and held back')).guard.value.heldBack, {
          timeout: 60_000,
          interval: 2_000,
        })
        .toBeGreaterThan(0);
      expect(held.zram.value.limit).toBe((Math.ceil(used / mib) + 80) * mib);
      await root.must('rm /filled; sync -f /');
    });
  },
);
