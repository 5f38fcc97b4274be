// A profile as lines that survive a serial line, a mail or a telephone: numbered, each with a checksum, so that the first bad one can be named.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { fail, ok, type Problem, type Result } from './problem.ts';

/** 13 for number and checksum, 60 of text: with room to spare on 80 columns. */
const bytesPerLine = 45;
const begin = '-----BEGIN MAYFLY PROFILE-----';
const end = '-----END MAYFLY PROFILE';

export const renderPaste = (text: string): string => {
  const bytes = Buffer.from(text, 'utf8');
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += bytesPerLine) {
    const data = bytes.subarray(at, at + bytesPerLine).toString('base64');
    const number = numberOf(lines.length + 1);
    lines.push(`${number} ${checksumOf(number, data)} ${data}`);
  }
  return `${[begin, ...lines, `${end} ${lines.length} ${sumOf(bytes)}-----`].join('\n')}\n`;
};

/** What stands before and after the marks does not count; spaces around a line and empty lines neither. */
export const parsePaste = (pasted: string): Result<{ readonly text: string; readonly lines: number }> => {
  const all = pasted.split(/\r\n|\r|\n/).map((line) => line.trim());
  const first = all.findIndex((line) => line.includes(begin));
  if (first < 0) return fail(noBegin);
  const parts: Buffer[] = [];
  for (const line of all.slice(first + 1)) {
    if (line === '') continue;
    const wanted = numberOf(parts.length + 1);
    const ending = /^-----END MAYFLY PROFILE (\d+) ([0-9a-f]{32})-----$/.exec(line);
    if (ending !== null) {
      const bytes = Buffer.concat(parts);
      if (Number(ending[1]) !== parts.length)
        return fail(damaged(wanted, `is missing: the END line counts ${ending[1]} lines`));
      return ending[2] === sumOf(bytes)
        ? ok({ text: bytes.toString('utf8'), lines: parts.length })
        : fail(damaged('END', 'has the checksum of another text'));
    }
    const [, number, sum, data] = /^(\d{4,}) ([0-9a-f]{8}) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
    if (number === undefined || sum === undefined || data === undefined)
      return fail(damaged(wanted, `is damaged: it reads ${JSON.stringify(line.slice(0, 20))}…`));
    if (sum !== checksumOf(number, data)) return fail(damaged(wanted, 'is damaged: its checksum does not fit'));
    if (number !== wanted) return fail(damaged(wanted, `is missing or in the wrong place: ${number} came instead`));
    parts.push(Buffer.from(data, 'base64'));
  }
  return fail(damaged(numberOf(parts.length + 1), 'is missing: the text ends before its END line'));
};

const numberOf = (index: number): string => String(index).padStart(4, '0');

const checksumOf = (number: string, data: string): string => crc32(`${number} ${data}`).toString(16).padStart(8, '0');

const sumOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32);

const noBegin: Problem = {
  code: 'paste/no-begin',
  summary: `there is no line ${begin} in what was pasted`,
  remedy: 'Paste the whole output of `mayfly profile export --paste`; YAML as it is goes to `mayfly profile commit`',
};

const damaged = (line: string, why: string): Problem => ({
  code: 'paste/damaged',
  summary: `line ${line} ${why}; nothing of it was used`,
  remedy: 'Paste it again from its BEGIN line on, more slowly where the line drops characters',
});
