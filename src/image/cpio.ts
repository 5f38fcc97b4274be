// Writes a cpio archive, which the kernel unpacks over an initramfs that it follows (Documentation/driver-api/early-userspace/buffer-format.rst).

export type CpioFile = { readonly path: string; readonly content: Buffer };

/** Folders first, each file readable by all, no times: the same files give the same bytes. */
export const renderCpio = (files: readonly CpioFile[]): Buffer => {
  const folders = [...new Set(files.flatMap(({ path }) => parents(path)))].sort();
  const entries = [
    ...folders.map((path, index) => entry(path, 0o40755, index + 1, Buffer.alloc(0))),
    ...files.map(({ path, content }, index) => entry(path, 0o100644, folders.length + index + 1, content)),
    entry('TRAILER!!!', 0, 0, Buffer.alloc(0)),
  ];
  return padded(Buffer.concat(entries), 512);
};

const parents = (path: string): readonly string[] => {
  const words = path.split('/').slice(0, -1);
  return words.map((_, index) => words.slice(0, index + 1).join('/'));
};

/** `newc`: magic and 13 fields of 8 hexadecimal digits; name and content each padded to 4 bytes. */
const entry = (path: string, mode: number, inode: number, content: Buffer): Buffer => {
  const name = Buffer.from(`${path}\0`);
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0];
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
  return Buffer.concat([padded(Buffer.concat([header, name]), 4), padded(content, 4)]);
};

const padded = (data: Buffer, unit: number): Buffer =>
  Buffer.concat([data, Buffer.alloc((unit - (data.length % unit)) % unit)]);

/** Behind an initramfs: archives start at a multiple of 4. */
export const appendCpio = (initramfs: Buffer, files: readonly CpioFile[]): readonly Buffer[] => [
  padded(initramfs, 4),
  renderCpio(files),
];
