// Reads what the boot module left in /run/mayfly/boot.json; absent on a machine that Mayfly did not boot.
import * as z from 'zod';
import { bytes } from '../state/bytes.ts';
import { rootKinds } from '../state/root-kind.ts';
import type { Reader } from '../system/system.ts';
import { parseJsonAs } from './json.ts';

/** Null: none. Absent in the record of an older initramfs. */
const dictionary = z.object({ bytes: z.int().positive().transform(bytes), level: z.int() }).nullish();

const zramFacts = z.object({
  device: z.string(),
  disksize: z.int().nonnegative(),
  algorithm: z.string(),
  algorithmWanted: z.string(),
  /** What the root is compressed with. */
  dictionary,
  memLimit: z.int().nonnegative(),
  filesystemBytes: z.int().nonnegative(),
  notes: z.array(z.string()).default([]),
});

const overlayFacts = z.object({
  /** Why it is no zram root. */
  why: z.string(),
  squashfsBytes: z.int().nonnegative().transform(bytes),
  writesBytes: z.int().nonnegative(),
  writesInodes: z.int().nonnegative(),
  notes: z.array(z.string()).default([]),
});

const bootRecord = z.object({
  version: z.literal(1),
  image: z.object({
    version: z.string().nullish(),
    source: z.string().nullish(),
    sha256: z.string().nullish(),
    /** Null where only the squashfs was read, from a medium that says no more. */
    uncompressedBytes: z.int().nonnegative().nullish(),
    /** Bytes in use in the image's filesystem: what sizing means by the image's size. */
    contentBytes: z.int().nonnegative().nullish(),
    inodes: z.int().nonnegative().nullish(),
    squashfsBytes: z.int().nonnegative().transform(bytes).nullish(),
    /** What the initramfs carries for this image. */
    dictionary,
    zramBytes: z.record(z.string(), z.int().nonnegative()).default({}),
  }),
  /** Absent in the record of an older initramfs. */
  root: z.enum(rootKinds).default('zram'),
  /** Null: this root is none. */
  zram: zramFacts.nullish(),
  overlay: overlayFacts.nullish(),
});

const bootFactsSchema = bootRecord.refine(({ root, zram, overlay }) => (root === 'zram' ? zram : overlay) != null);

export type BootFacts = z.infer<typeof bootFactsSchema>;

/** Undefined when it is no boot record of version 1. */
export const parseBootFacts = (text: string): BootFacts | undefined => parseJsonAs(bootFactsSchema, text);

export const readBootFacts = async (reader: Reader): Promise<BootFacts | undefined> => {
  const text = await reader.readText('/run/mayfly/boot.json');
  return text === undefined ? undefined : parseBootFacts(text);
};
