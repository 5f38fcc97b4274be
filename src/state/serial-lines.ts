// A file as lines for a serial line that loses some: each carries its number and a checksum, so that only what was lost is sent again.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { fail, ok, type Problem, type Result } from './problem.ts';

/** With number and checksum 78 columns. */
const bytesPerLine = 45;

/** From and to, both sent; counted from 1. */
export type LineRange = { readonly from: number; readonly to: number };

export const countLines = (bytes: number): number => Math.ceil(bytes / bytesPerLine);

/** `118-240,300` or undefined when it does not read so. */
export const parseRanges = (text: string): readonly LineRange[] | undefined => {
  const ranges = text.split(',').map((part) => {
    const [, from, to] = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(part) ?? [];
    return { from: Number(from), to: Number(to ?? from) };
  });
  return ranges.every(({ from, to }) => from >= 1 && to >= from) ? ranges : undefined;
};

export const renderRanges = (ranges: readonly LineRange[]): string =>
  ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(',');

/** The heads name the file, so that lines of two never mix. Without ranges all of it. */
export const renderSerialLines = (bytes: Buffer, ranges?: readonly LineRange[]): readonly string[] => {
  const id = idOf(bytes);
  const count = countLines(bytes.length);
  const lines: string[] = [];
  for (const { from, to } of ranges ?? [{ from: 1, to: count }])
    for (let line = from; line <= Math.min(to, count); line += 1)
      lines.push(renderLine(id, line, bytes.subarray((line - 1) * bytesPerLine, line * bytesPerLine)));
  // At both ends: one of them may be what is lost.
  const head = `MAYFLY BUNDLE ${id} ${count} ${bytes.length} ${checksumOf(id, `${count}`, `${bytes.length}`)}-----`;
  return [`-----BEGIN ${head}`, ...lines, `-----END ${head}`];
};

const renderLine = (id: string, line: number, part: Uint8Array): string => {
  const number = String(line).padStart(6, '0');
  const data = Buffer.from(part).toString('base64');
  return `${number} ${checksumOf(id, number, data)} ${data}`;
};

/** The first half of the sum of all its bytes: who has it can tell that what was put together is whole. */
const idOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32);

const checksumOf = (id: string, number: string, data: string): string =>
  crc32(`${id} ${number} ${data}`).toString(16).padStart(8, '0');

export type Joined =
  | { readonly kind: 'whole'; readonly bytes: Buffer; readonly lines: number }
  | { readonly kind: 'missing'; readonly ranges: readonly LineRange[]; readonly lines: number };

/** From captures of a terminal, whatever else they hold and in whatever order; the last bundle that is named in them. */
export const joinSerialLines = (captures: readonly string[]): Result<Joined> => {
  const text = captures.join('\n');
  const head = [...text.matchAll(/(?:BEGIN|END) MAYFLY BUNDLE ([0-9a-f]{32}) (\d{1,7}) (\d{1,10}) ([0-9a-f]{8})-----/g)]
    .filter(([, name = '', count = '', size = '', sum]) => sum === checksumOf(name, count, size))
    .at(-1);
  const [, id, lines, size] = head ?? [];
  if (id === undefined) return fail(noBegin);
  const count = Number(lines);
  const parts = new Map<number, Buffer>();
  for (const [, number = '', sum, data = ''] of text.matchAll(/(\d{6}) ([0-9a-f]{8}) ([A-Za-z0-9+/]{1,60}={0,2})/g))
    if (sum === checksumOf(id, number, data)) parts.set(Number(number), Buffer.from(data, 'base64'));
  const missing = rangesOf(Array.from({ length: count }, (_, at) => at + 1).filter((line) => !parts.has(line)));
  if (missing.length > 0) return ok({ kind: 'missing', ranges: missing, lines: count });
  const bytes = Buffer.concat(Array.from({ length: count }, (_, at) => parts.get(at + 1) ?? Buffer.alloc(0)));
  return bytes.length === Number(size) && idOf(bytes) === id
    ? ok({ kind: 'whole', bytes, lines: count })
    : fail(notWhole);
};

const rangesOf = (numbers: readonly number[]): readonly LineRange[] => {
  const ranges: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last.to === number - 1) last.to = number;
    else ranges.push({ from: number, to: number });
  }
  return ranges;
};

const noBegin: Problem = {
  code: 'bundle/no-begin',
  summary: 'there is neither a line BEGIN MAYFLY BUNDLE nor END MAYFLY BUNDLE in what was captured',
  remedy:
    'Capture the whole output of `mayfly bundle --serial`; where both were lost, also that of `mayfly bundle --lines 1`',
};

const notWhole: Problem = {
  code: 'bundle/not-whole',
  summary: 'every line is there, and together they are another file than the one that was sent',
  remedy: 'Capture it again from its BEGIN line on: `mayfly bundle --serial`',
};
