// What level and dictionary size cost and save in zram: one virtual machine writes the same pages once with each, and reads them back.
// `node bench/zram-dictionary.ts [ROUNDS]` prints a Markdown table; the best of the rounds counts for times. It needs a built image.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifest } from '../src/image/boot-image.ts';
import { appendCpio, type CpioFile } from '../src/image/cpio.ts';
import { type Manifest, renderShellManifest } from '../src/image/manifest.ts';
import { measuringBoot } from '../src/image/measure-image.ts';
import { trainDictionary } from '../src/image/train-dictionary.ts';
import { bytes, mib } from '../src/state/bytes.ts';
import { copyTo, fileSha256, fileSize, makeFolder, runStreaming, writeTextWhole } from '../src/system/workstation.ts';
import { pickPages, readBytes, writeBytesWhole } from '../src/system/workstation-pages.ts';

const levels = [1, 3, 6, 9];
const sizes = [64, 112, 256, 1024];
const rounds = Number(process.argv[2] ?? 2);
const image = join(import.meta.dirname, '../build/image');
const folder = mkdtempSync(join(tmpdir(), 'mayfly-dictionary-'));

const orThrow = <T>(result: { ok: true; value: T } | { ok: false; problem: { summary: string } }): T => {
  if (!result.ok) throw new Error(result.problem.summary);
  return result.value;
};

type Row = {
  readonly variant: string;
  readonly used: number;
  readonly empty: number;
  readonly write: number;
  readonly read: number;
};

/** A copy of the image whose root is one page in eight, of those that no dictionary was trained on. */
const makeSample = async (): Promise<Manifest> => {
  const manifest = orThrow(await readManifest(image));
  const plain = join(folder, 'pages');
  const root = join(folder, 'root.ext4.zst');
  await pickPages(['zstd', '-dcq', join(image, 'root.ext4.zst')], plain, { every: 8, from: 4 });
  await runStreaming(['zstd', '-q', '-1', plain, '-o', root]);
  const files: CpioFile[] = [];
  for (const kib of sizes) {
    const path = join(folder, `d${kib}`);
    orThrow(await trainDictionary(join(image, 'root.ext4.zst'), path, kib));
    files.push({ path: `usr/lib/mayfly/d${kib}`, content: await readBytes(path) });
  }
  await copyTo(join(image, 'vmlinuz'), join(folder, 'vmlinuz'));
  await writeBytesWhole(
    join(folder, 'initramfs.img'),
    appendCpio(await readBytes(join(image, 'initramfs.img')), files),
  );
  const sample: Manifest = {
    ...manifest,
    root: {
      ...manifest.root,
      sha256: await fileSha256(root),
      compressedBytes: await fileSize(root),
      uncompressedBytes: await fileSize(plain),
      contentBytes: await fileSize(plain),
    },
  };
  await writeTextWhole(join(folder, 'root.manifest'), renderShellManifest(sample));
  await writeTextWhole(join(folder, 'manifest.json'), `${JSON.stringify(sample)}\n`);
  return sample;
};

const parseRows = (console: string): readonly Row[] =>
  [...console.matchAll(/MAYFLY-MEASURE (\S+) (\d+) (-?\d+) (\d+) (\d+)/g)].map(([, variant = '', ...numbers]) => {
    const [used = Number.NaN, empty = Number.NaN, write = Number.NaN, read = Number.NaN] = numbers.map(Number);
    return { variant, used, empty, write, read };
  });

try {
  makeFolder(join(folder, 'cache'));
  const manifest = await makeSample();
  const variants = [
    'lz4',
    ...levels.flatMap((level) => [`zstd:${level}`, ...sizes.map((kib) => `zstd:${level}:d${kib}`)]),
  ];
  const wanted = Array.from({ length: rounds }, () => variants).flat();
  const said = orThrow(
    await measuringBoot(folder, manifest, {
      logPath: join(image, 'logs/zram-dictionary.log'),
      append: `mayfly.measure.times mayfly.measure=${wanted.join(',')}`,
      memory: bytes(mib(512) + 3 * manifest.root.contentBytes),
      deadlineMs: 3_600_000,
    }),
  );
  const rows = parseRows(said);
  const best = (name: string): Row | undefined => {
    const mine = rows.filter(({ variant }) => variant === name);
    const [first] = mine;
    const least = (key: 'empty' | 'write' | 'read'): number => Math.min(...mine.map((row) => row[key]));
    return first && { ...first, empty: least('empty'), write: least('write'), read: least('read') };
  };
  const usual = best('zstd:3');
  if (!said.includes('MAYFLY-MEASURE done') || usual === undefined)
    throw new Error('the machine did not come to its end');
  const whole = manifest.root.contentBytes;
  process.stdout.write(
    `${(whole / mib(1)).toFixed(1)} MiB of pages, one in eight of those that are not zero; ${rounds} rounds, the best time of each.\n\n`,
  );
  process.stdout.write(
    '| algorithm | level | dictionary KiB | MiB in zram | : 1 | × level 3 | writing | reading | empty KiB |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n',
  );
  for (const variant of variants) {
    const row = best(variant);
    if (row === undefined) continue;
    const [name = '', level = '–', file] = variant.split(':');
    const cells = [
      (row.used / mib(1)).toFixed(1),
      (whole / row.used).toFixed(2),
      (row.used / usual.used).toFixed(3),
      `${(row.write / usual.write).toFixed(2)} ×`,
      `${(row.read / usual.read).toFixed(2)} ×`,
      String(row.empty),
    ];
    process.stdout.write(`| ${name} | ${level} | ${file?.slice(1) ?? '–'} | ${cells.join(' | ')} |\n`);
  }
  process.stdout.write(`\nLevel 3 without a dictionary wrote in ${usual.write} ms and read in ${usual.read} ms.\n`);
} finally {
  rmSync(folder, { recursive: true });
}
