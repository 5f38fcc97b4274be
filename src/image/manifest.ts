// The image's manifest: what the boot module, the verifier and the console may know of it. One schema; the initramfs gets the same as KEY=VALUE lines.
import * as z from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();

export const manifestSchema = z.strictObject({
  format: z.literal(1),
  /** The product's version. */
  version: z.string().regex(/^[A-Za-z0-9.+~-]+$/),
  suite: z.string(),
  kernel: z.string(),
  sourceDateEpoch: count,
  root: z.strictObject({
    file: z.literal('root.ext4.zst'),
    sha256,
    /** Bytes of the file. */
    compressedBytes: count,
    /** Bytes of the unpacked image. */
    uncompressedBytes: count,
    uncompressedSha256: sha256,
    /** Bytes in use in its filesystem. */
    contentBytes: count,
    /** Inodes in use. */
    inodes: count,
    uuid: z.uuid(),
  }),
  /** The same tree as a squashfs, for the fallback root; absent when it was left out. */
  squashfs: z.strictObject({ file: z.literal('root.squashfs'), sha256, bytes: count }).optional(),
  /** The dictionary in the initramfs that the root is compressed with, at this level of zstd. */
  dictionary: z.strictObject({ bytes: count, sha256, level: count }).optional(),
  /** mem_used_total by algorithm, `zstd-dict` for zstd with the dictionary, measured in a virtual machine; absent when nobody measured. */
  zramBytes: z.record(z.string().regex(/^[a-z0-9-]+$/), count).optional(),
  files: z.strictObject({ vmlinuz: sha256, initramfs: sha256 }),
  packages: z.record(z.string(), z.string()),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** For the boot module, which has a shell and no JSON parser. */
export const renderShellManifest = (manifest: Manifest): string =>
  [
    'format=1',
    `version=${manifest.version}`,
    `sha256=${manifest.root.sha256}`,
    `compressed_bytes=${manifest.root.compressedBytes}`,
    `uncompressed_bytes=${manifest.root.uncompressedBytes}`,
    `uncompressed_sha256=${manifest.root.uncompressedSha256}`,
    `content_bytes=${manifest.root.contentBytes}`,
    `inodes=${manifest.root.inodes}`,
    `uuid=${manifest.root.uuid}`,
    ...(manifest.dictionary === undefined ? [] : [`dictionary_sha256=${manifest.dictionary.sha256}`]),
    ...(manifest.squashfs === undefined
      ? []
      : [`squashfs_sha256=${manifest.squashfs.sha256}`, `squashfs_bytes=${manifest.squashfs.bytes}`]),
    // KEY=VALUE keys know no dash.
    ...Object.entries(manifest.zramBytes ?? {}).map(
      ([algorithm, bytes]) => `zram_${algorithm.replaceAll('-', '_')}=${bytes}`,
    ),
    '',
  ].join('\n');

export type Superblock = {
  readonly contentBytes: number;
  readonly inodes: number;
  readonly uuid: string;
};

/** From `dumpe2fs -h`. */
export const parseSuperblock = (text: string): Superblock | undefined => {
  const field = (name: string): string | undefined => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(text)?.[1];
  const number = (name: string): number => Number(field(name) ?? Number.NaN);
  const contentBytes = (number('Block count') - number('Free blocks')) * number('Block size');
  const inodes = number('Inode count') - number('Free inodes');
  const uuid = field('Filesystem UUID');
  return Number.isNaN(contentBytes) || Number.isNaN(inodes) || uuid === undefined
    ? undefined
    : { contentBytes, inodes, uuid };
};

/** `zstd 187719680` lines that the boot module prints while it measures. */
export const parseMeasurement = (console: string): Readonly<Record<string, number>> | undefined => {
  if (!/MAYFLY-MEASURE done/.test(console)) return undefined;
  const found = [...console.matchAll(/MAYFLY-MEASURE ([a-z0-9-]+) (\d+)/g)];
  return Object.fromEntries(found.flatMap(([, name, bytes]) => (name === undefined ? [] : [[name, Number(bytes)]])));
};
