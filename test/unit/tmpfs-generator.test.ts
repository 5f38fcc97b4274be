// How large /tmp, /var/tmp and /var/log are: the generator run as systemd runs it, on machines of several sizes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const generator = join(
  import.meta.dirname,
  '../../assets/root/usr/lib/systemd/system-generators/mayfly-tmpfs-generator',
);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mayfly-tmpfs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const generate = (memoryMib: number, fstab = ''): string => {
  const units = join(folder, 'units');
  execFileSync('mkdir', ['-p', units]);
  writeFileSync(join(folder, 'meminfo'), `MemTotal:   ${memoryMib * 1024} kB\nMemFree: 1 kB\n`);
  writeFileSync(join(folder, 'fstab'), fstab);
  execFileSync(generator, [units, units, units], {
    env: { PATH: '/usr/bin:/bin', MAYFLY_MEMINFO: join(folder, 'meminfo'), MAYFLY_FSTAB: join(folder, 'fstab') },
  });
  return units;
};
const optionsOf = (units: string, unit: string): string =>
  /^Options=(.*)$/m.exec(readFileSync(join(units, unit), 'utf8'))?.[1] ?? '';

test.each([
  [512, 64, 64, 32],
  [2000, 200, 200, 40],
  [16_000, 1600, 1600, 256],
  [512_000, 2048, 2048, 256],
])('%i MiB of RAM', (memory, tmp, varTmp, log) => {
  const units = generate(memory);
  expect(optionsOf(units, 'tmp.mount')).toBe(`size=${tmp}M,nr_inodes=${tmp * 64},mode=1777,nosuid,nodev`);
  expect(optionsOf(units, 'var-tmp.mount')).toContain(`size=${varTmp}M`);
  expect(optionsOf(units, 'var-log.mount')).toBe(`size=${log}M,nr_inodes=${log * 64},mode=0755,nosuid,nodev,noexec`);
  for (const unit of readdirSync(units).filter((name) => name.endsWith('.mount')))
    expect(readlinkSync(join(units, 'local-fs.target.requires', unit))).toBe(`../${unit}`);
});

test('a line of fstab is stronger', () => {
  const units = generate(2000, '# comment\n/dev/vdb1 /var/log ext4 defaults 0 2\n');
  expect(readdirSync(units).sort()).toEqual(['local-fs.target.requires', 'tmp.mount', 'var-tmp.mount']);
});
