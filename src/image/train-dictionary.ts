// Trains the dictionary that the zram root is compressed with on the root image's own pages, and packs it for the initramfs.
// Which pages, how long and at what level: measured, see docs/zram.md.
import { join } from 'node:path';
import { fail, ok, type Result } from '../state/problem.ts';
import { fileSha256, fileSize, removeAll, runStreaming, textSha256 } from '../system/workstation.ts';
import { type PageChoice, pageBytes, pickPages, readBytes } from '../system/workstation-pages.ts';
import type { CpioFile } from './cpio.ts';

export type DictionaryFacts = { readonly bytes: number; readonly sha256: string; readonly level: number };

/** What the image is built with. */
export const shippedDictionary = { kib: 112, level: 6 } as const;

/** One page in eight says as much as all of them, in a fifth of the time. */
const trainedPages: PageChoice = { every: 8, from: 0 };

/** k and d are given, not searched for, which would take forty times as long for a thousandth. */
const training = ['--train-fastcover=k=512,d=8,f=22,accel=2', `-B${pageBytes}`];

/** Another way of training makes another dictionary of the same image. */
export const trainingKey = (kib: number): string =>
  textSha256([kib, trainedPages.every, trainedPages.from, ...training].join(' ')).slice(0, 8);

/** Writes the dictionary of at most `kib` KiB to `path`. The same image and the same zstd(1) give the same bytes. */
export const trainDictionary = async (rootImage: string, path: string, kib: number): Promise<Result<undefined>> => {
  const pages = `${path}.pages`;
  try {
    const picked = await pickPages(['zstd', '-dcq', rootImage], pages, trainedPages);
    if (picked === undefined) return fail(notTrained('the root image does not unpack'));
    const result = await runStreaming(['zstd', ...training, `--maxdict=${kib}KiB`, '-q', '-f', '-o', path, pages]);
    return result.exitCode === 0 ? ok(undefined) : fail(notTrained(result.stderr.trim().split('\n').at(-1) ?? ''));
  } finally {
    await removeAll(pages);
  }
};

export const readDictionary = async (path: string, level: number): Promise<DictionaryFacts> => ({
  bytes: await fileSize(path),
  sha256: await fileSha256(path),
  level,
});

const folder = 'usr/lib/mayfly';

/** As the boot module looks for it: the dictionary, and what is to be known of it. */
export const packDictionary = async (path: string, facts: DictionaryFacts): Promise<readonly CpioFile[]> => [
  { path: join(folder, 'dictionary.zstd'), content: await readBytes(path) },
  {
    path: join(folder, 'dictionary.env'),
    content: Buffer.from(`bytes=${facts.bytes}\nsha256=${facts.sha256}\nlevel=${facts.level}\n`),
  },
];

const notTrained = (cause: string) => ({
  code: 'image/no-dictionary',
  summary: `No dictionary could be trained: ${cause}`,
  remedy: 'Check that zstd(1) works on this machine',
});
