// What the image build measures: a boot that fills a zram device with each algorithm, which takes minutes in emulation.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readManifest } from '../../src/image/boot-image.ts';
import { measureImage } from '../../src/image/measure-image.ts';
import { builtImage, needEmulator, whyNoVm } from '../helpers/vm.ts';

test.skipIf(whyNoVm() !== undefined)('the image is measured with each algorithm', { timeout: 1_800_000 }, async () => {
  await needEmulator();
  const manifest = await readManifest(builtImage);
  if (!manifest.ok) throw new Error(manifest.problem.summary);
  const logs = mkdtempSync(join(tmpdir(), 'mayfly-measure-'));
  const measured = await measureImage(builtImage, manifest.value, join(logs, 'measure.log')).finally(() =>
    rmSync(logs, { recursive: true, force: true }),
  );
  if (!measured.ok) throw new Error(`${measured.problem.summary}: ${measured.problem.remedy}`);
  console.log(measured.value);
  const { zstd = 0, lz4 = 0, 'zstd-dict': shipped = 0 } = measured.value;
  expect(Object.keys(measured.value).sort()).toEqual(['lz4', 'zstd', 'zstd-dict']);
  // Each compresses better than the one before it, and none to nothing.
  expect(shipped).toBeGreaterThan(manifest.value.root.contentBytes / 10);
  expect(zstd).toBeGreaterThan(shipped);
  expect(lz4).toBeGreaterThan(zstd);
  expect(manifest.value.root.contentBytes).toBeGreaterThan(lz4);
});
