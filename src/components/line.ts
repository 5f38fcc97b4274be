// A screen's body as data: lines of spans with a tone each, so that every screen knows its height and a test can read it.
import { columnsOf } from '../terminal/columns-of.ts';

export type Tone = 'plain' | 'dim' | 'strong' | 'accent' | 'good' | 'warn' | 'bad' | 'caret';
export type Span = { readonly text: string; readonly tone: Tone };
export type Line = readonly Span[];

export const blank: Line = [];

export const span = (text: string, tone: Tone = 'plain'): Span => ({ text, tone });

export const line = (...spans: readonly (Span | string)[]): Line =>
  spans.map((part) => (typeof part === 'string' ? span(part) : part));

export const widthOf = (content: Line): number => content.reduce((sum, { text }) => sum + columnsOf(text), 0);

export const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columnsOf(text)));

/** Cut with an ellipsis where it is too long, padded where it is too short. */
export const fitted = (text: string, width: number): string => {
  if (columnsOf(text) <= width) return padded(text, width);
  const points = [...text];
  while (points.length > 0 && columnsOf(points.join('')) > width - 1) points.pop();
  return padded(`${points.join('')}…`, width);
};

/** As much of a word as `room` columns hold; at least one character, so that cutting comes to an end. */
const beginningOf = (word: string, room: number): string => {
  const [first = '', ...others] = [...word];
  let fits = first;
  for (const character of others) {
    if (columnsOf(fits + character) > room) break;
    fits += character;
  }
  return fits;
};

/** At line ends, and at spaces where there are any; a longer word is cut. Never empty. */
export const wrapWords = (text: string, width: number): readonly string[] =>
  text
    .trimEnd()
    .split(/\r?\n/)
    .flatMap((row) => wrapRow(row, width));

const wrapRow = (text: string, width: number): readonly string[] => {
  const room = Math.max(8, width);
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    let rest = word;
    while (columnsOf(rest) > room) {
      if (current !== '') lines.push(current);
      current = '';
      const fits = beginningOf(rest, room);
      lines.push(fits);
      rest = rest.slice(fits.length);
    }
    const joined = current === '' ? rest : `${current} ${rest}`;
    if (columnsOf(joined) > room) {
      lines.push(current);
      current = rest;
    } else current = joined;
  }
  return [...lines, current];
};

/** Longer lines of prose lose the reader on the way back, however wide the terminal is. */
export const proseWidth = 100;

/** Prose over several lines, each of them behind the same number of blanks. */
export const paragraph = (text: string, width: number, indent: number, tone: Tone = 'plain'): readonly Line[] =>
  wrapWords(text, Math.min(width - indent, proseWidth)).map((part) => line(' '.repeat(indent), span(part, tone)));

/** Exactly so wide: cut with an ellipsis or padded. */
const fittedLine = (content: Line, width: number): Line => {
  let left = width;
  const kept = content.flatMap((part): readonly Span[] => {
    if (left <= 0) return [];
    const room = left;
    const needed = columnsOf(part.text);
    left -= needed;
    return needed <= room ? [part] : [{ ...part, text: fitted(part.text, room) }];
  });
  return left > 0 ? [...kept, span(' '.repeat(left))] : kept;
};

/** Two columns; the first is so wide that the second begins at `column`. */
export const besides = (left: readonly Line[], right: readonly Line[], column: number): readonly Line[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, row) => [
    ...fittedLine(left[row] ?? blank, column - 1),
    span(' '),
    ...(right[row] ?? blank),
  ]);

/** A label in its column, then the spans. */
export const labelled = (label: string, width: number, ...spans: readonly (Span | string)[]): Line => [
  span(` ${padded(label, width - 1)}`, 'dim'),
  ...line(...spans),
];
