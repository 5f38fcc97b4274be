// `mayfly.term=` on the kernel command line: what an operator knows of a serial line and no program can find out by itself.
import { kernelWords } from '../state/kernel-command-line.ts';
import type { Size } from './cells.ts';
import { isKnownTerm } from './terminal-profile.ts';

export type LineOverrides = {
  readonly term?: string;
  readonly glyphs?: 'ascii' | 'unicode';
  readonly colour?: 'always' | 'never';
  readonly baud?: number;
  readonly size?: Size;
};

export type TermParameter = {
  readonly overrides: LineOverrides;
  /** One sentence for each word that is not understood: said to the operator, never fatal. */
  readonly ignored: readonly string[];
};

const parameter = 'mayfly.term';

const fixed: ReadonlyMap<string, LineOverrides> = new Map<string, LineOverrides>([
  ['ascii', { glyphs: 'ascii' }],
  ['unicode', { glyphs: 'unicode' }],
  ['mono', { colour: 'never' }],
  ['colour', { colour: 'always' }],
  ['color', { colour: 'always' }],
]);

const sizeOf = (word: string): Size | undefined => {
  const [, columns, rows] = /^(\d{1,3})x(\d{1,3})$/.exec(word) ?? [];
  const size = { columns: Number(columns), rows: Number(rows) };
  return size.columns >= 20 && size.rows >= 5 ? size : undefined;
};

/** What one word of the list says; a string says why it says nothing. */
const readWord = (word: string): LineOverrides | string => {
  const known = fixed.get(word);
  if (known !== undefined) return known;
  if (/^\d+$/.test(word)) {
    const baud = Number(word);
    return baud >= 110 && baud <= 4_000_000 ? { baud } : `${word} is no speed of a line, e.g. 9600`;
  }
  if (/^\d+x\d+$/.test(word)) {
    const size = sizeOf(word);
    return size === undefined ? `${word} is no size from 20x5 to 999x999, e.g. 132x43` : { size };
  }
  return isKnownTerm(word)
    ? { term: word }
    : `${word === '' ? 'an empty word' : word} is no terminal (vt100, vt220, linux, ansi, xterm), nor ascii, unicode, mono, colour, a speed or a size`;
};

/** A kernel's name of a line where nobody can see the difference between it and a terminal on a desk. */
const isVirtual = (device: string): boolean => /^(tty\d*$|pts\/)/.test(device);

/**
 * `mayfly.term=vt220,ascii` holds for every serial line, `mayfly.term=ttyS1:vt100,mono,9600` for that one, and is stronger.
 * `device` is the kernel's name of the line, without `/dev/`.
 */
export const parseTermParameter = (commandLine: string, device: string | undefined): TermParameter => {
  const general: string[] = [];
  const own: string[] = [];
  for (const word of kernelWords(commandLine)) {
    if (!word.startsWith(`${parameter}=`)) continue;
    const [, line, list = ''] = /^(?:([^:,]*):)?(.*)$/.exec(word.slice(parameter.length + 1)) ?? [];
    if (line === undefined) general.push(...list.split(','));
    else if (line === device) own.push(...list.split(','));
  }
  let overrides: LineOverrides = {};
  const ignored: string[] = [];
  for (const word of [...(device === undefined || isVirtual(device) ? [] : general), ...own]) {
    const said = readWord(word);
    if (typeof said === 'string') ignored.push(`${parameter}= on the kernel command line: ${said}`);
    else overrides = { ...overrides, ...said };
  }
  return { overrides, ignored };
};
