// Numbered choices: how they are listed, and which of them an answer means.
import { quote } from '../state/quote.ts';

export type Option = {
  readonly value: string;
  readonly label: string;
  readonly about?: string;
};

export const optionLines = (options: readonly Option[]): readonly string[] => {
  const widest = Math.max(...options.map(({ label }) => label.length));
  return options.map(({ label, about }, index) =>
    `${`${index + 1}`.padStart(3)}  ${about === undefined ? label : `${label.padEnd(widest)}  ${about}`}`.trimEnd(),
  );
};

/** A number, a label or a value; undefined when it is none of these. */
export const optionFor = (typed: string, options: readonly Option[]): Option | undefined => {
  if (/^\d{1,3}$/.test(typed)) return options[Number(typed) - 1];
  const wanted = typed.toLowerCase();
  return options.find(({ label, value }) => label.toLowerCase() === wanted || value.toLowerCase() === wanted);
};

export const notAnOption = (typed: string, options: readonly Option[]): string =>
  `! ${quote(typed)} is none of the choices: type a number from 1 to ${options.length} or a name, e.g. 1 or ${options[0]?.label ?? ''}`;

const mostMatches = 12;

/** Names that fit what was typed. */
export const matchLines = (matches: readonly string[]): readonly string[] => [
  `${matches.length} match; type the number of one, or more of its name`,
  ...optionLines(matches.slice(0, mostMatches).map((value) => ({ value, label: value }))),
  ...(matches.length > mostMatches ? [`      and ${matches.length - mostMatches} more`] : []),
];
