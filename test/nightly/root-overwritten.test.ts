// A root whose files are overwritten in place with what does not compress: with memory and time the limit goes up ahead of them, and nothing is lost.
// Where memory does not permit that: test/system/guard.test.ts; filled: test/vm/root.test.ts.
import { expect, test } from 'vitest';
import { fullRoot, mib } from '../helpers/full-root.ts';
import { whyNoVm, withVm } from '../helpers/vm.ts';

const root = fullRoot('overwritten-01');

/** Nothing of these is needed by what answers. */
const files = "find /usr/lib/modules /usr/share -xdev -type f -size +8k -size -4M | sort | awk 'NR % 2 == 0'";

/** Overwrites them in place with random data, so that no block is taken or freed; a pause after every 4 MiB. Answers how many bytes. */
const overwrite = async (bytes: number, pauseS: number): Promise<number> =>
  Number(
    await root.must(`${files} >/tmp/files; : >/tmp/overwritten; total=0 rest=0
while read -r file; do
  [ $total -lt ${bytes} ] || break
  size=$(stat -c %s "$file")
  head -c "$size" /tmp/random | dd of="$file" bs=1M conv=notrunc status=none
  echo "$file" >>/tmp/overwritten
  total=$((total + size)) rest=$((rest + size))
  if [ $rest -ge 4194304 ]; then sleep ${pauseS}; rest=0; fi
done </tmp/files
echo $total`),
  );

/** How many of the files, as read from the device, are not what was written to them. */
const lostFiles = async (): Promise<number> =>
  Number(
    await root.must(`sync -f / || :; echo 3 >/proc/sys/vm/drop_caches; lost=0
while read -r file; do
  head -c "$(stat -c %s "$file")" /tmp/random | cmp -s - "$file" || lost=$((lost + 1))
done </tmp/overwritten
echo $lost`),
  );

test.skipIf(whyNoVm() !== undefined)(
  'a root that is overwritten grows in memory ahead of it, and loses nothing',
  { timeout: 1_500_000 },
  async () => {
    await withVm('overwritten', await root.options(), async (vm) => {
      await root.settle(vm);
      await root.must('dd if=/dev/urandom of=/tmp/random bs=1M count=4 iflag=fullblock status=none');

      // /usr overwritten in place: takes memory and no block. The guard has memory to raise the limit with, and time.
      const booted = (await root.status('booted')).zram.value.used;
      // Nothing is raised before it is looked at.
      await root.needs(1e12);
      await root.must(`mayfly zram limit ${Math.ceil((booted * 1.1) / mib) + 33}MiB`);
      const before = await root.status('limit lowered further');
      await root.needs(0);
      const written = await overwrite(84 * mib, 2);
      expect(written).toBeGreaterThanOrEqual(84 * mib);
      expect(await lostFiles()).toBe(0);
      const raised = await root.expectWhole('/usr overwritten', 4);
      // The data was written, did not compress, and would not have fitted.
      expect(raised.zram.value.hugePages - before.zram.value.hugePages).toBeGreaterThan((written / 4096) * 0.9);
      expect(raised.zram.value.used).toBeGreaterThan(before.zram.value.limit);
    });
  },
);
