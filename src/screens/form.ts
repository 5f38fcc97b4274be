// Draws the fields of a wizard screen as lines: a mark at the focus, the text with its cursor, and under a field what is wrong with it.
import {
  fitted,
  type Line,
  line,
  paragraph,
  proseWidth,
  type Span,
  span,
  widthOf,
  wrapWords,
} from '../components/line.ts';
import { shortNames } from '../components/short-names.ts';
import { clipped, textWindow } from '../components/text-window.ts';
import type { FieldId } from '../state/draft.ts';
import type { Field } from '../state/field.ts';
import type { FieldProblem } from '../state/field-problem.ts';
import type { Editing } from '../state/session-editing.ts';

export type FormInput = {
  readonly fields: readonly Field[];
  readonly view: Editing;
  readonly problems: readonly FieldProblem[];
  readonly width: number;
  /** The heading of a table among the fields: it stays on top of the table's rows when it would be scrolled away. */
  readonly heading?: Line;
  /** `port 7 of 24`, said where not all is seen. */
  readonly place?: string;
  /** What else is known of a field: spans behind its value, lines under it. */
  readonly extra?: (field: Field) => Extra;
};

export type Extra = {
  readonly above: readonly Line[];
  readonly beside: readonly Span[];
  readonly under: readonly Line[];
};

const labelWidth = 18;

/** The names of ports have up to 15 characters (IFNAMSIZ); in 80 columns there is room for 13 of them. */
const portColumn = (width: number): number => (width < 120 ? 14 : 16);

/** Ports and disks are rows of a table; what else is asked of one is a part of it. */
const isRow = ({ id }: Field): boolean => id.startsWith('link/') || id.startsWith('disk/');
const isPort = (field: Field): boolean => isRow(field) && field.kind === 'choice';

type Ports = { readonly column: number; readonly names: ReadonlyMap<FieldId, string> };

/** Below 120 columns longer names are cut, but never so that two of them are the same. */
const portsOf = ({ fields, width }: FormInput): Ports => {
  const ports = fields.filter(isPort);
  const names = shortNames(
    ports.map(({ label }) => label),
    portColumn(width) - 1,
  );
  return {
    column: Math.max(portColumn(width), ...names.map((name) => [...name].length + 1)),
    names: new Map(ports.map(({ id, label }, index) => [id, names[index] ?? label])),
  };
};

/** How much of a list is shown at once: what the other fields leave, 5 matches and 3 keys at 24 rows. */
const mostOf = (height: number): { readonly matches: number; readonly keys: number } => ({
  matches: Math.max(5, Math.min(24, height - 14)),
  keys: Math.max(3, Math.min(12, height - 22)),
});

export const keyWords = (text: string): string => {
  const [kind = '', blob = '', ...comment] = text.split(' ');
  return `${kind} …${blob.slice(-12)}${comment.length === 0 ? '' : ` ${comment.join(' ')}`}`;
};

const placeholderSpan = (text: string): Span => span(text === '' ? '' : `(${text})`, 'dim');

const textSpans = (text: string, placeholder: string, focused: boolean, caret: number, room: number): Line => {
  if (focused)
    return [...textWindow(text, caret, room), ...(text === '' ? [span(' '), placeholderSpan(placeholder)] : [])];
  return text === '' ? [placeholderSpan(placeholder)] : [span(clipped(text, room))];
};

const whenColumn = 24;

export const whenWords = (when: 'live' | 'next boot'): string =>
  when === 'live' ? 'takes effect at once' : 'takes effect at the next boot';

/** What a field is for, and the keys by which it is filled on a screen. */
const hintOf = (field: Field): string => {
  switch (field.kind) {
    case 'choice':
      return `Left and right choose ${field.hint}`;
    case 'filter':
      return `${field.hint}; up and down choose, Enter takes it`;
    case 'lines':
      return `${field.hint}; Enter ends a line`;
    default:
      return field.hint;
  }
};

/** The value, and in a column of its own when a change of it takes effect. */
const beforeWhen = (value: Line, when: 'live' | 'next boot' | undefined): Line =>
  when === undefined
    ? value
    : [...value, span(' '.repeat(Math.max(1, whenColumn - widthOf(value)))), span(whenWords(when), 'dim')];

const choiceSpans = (field: Extract<Field, { kind: 'choice' }>, focused: boolean): Line => {
  const label = field.options.find(({ value }) => value === field.value)?.label ?? field.value;
  const widest = Math.max(...field.options.map((option) => option.label.length));
  const shown = fitted(label, widest);
  return focused ? [span('◂ ', 'accent'), span(shown, 'strong'), span(' ▸', 'accent')] : [span(`  ${shown}  `)];
};

const valueSpans = (field: Field, focused: boolean, caret: number, room: number): Line => {
  switch (field.kind) {
    case 'choice':
      return beforeWhen(choiceSpans(field, focused), field.when);
    case 'text': {
      const short = field.when === undefined ? room : Math.min(room, whenColumn - 2);
      return beforeWhen(textSpans(field.value, field.placeholder, focused, caret, short), field.when);
    }
    case 'filter':
      return textSpans(field.value, field.placeholder, focused, caret, room);
    case 'secret':
      return textSpans('•'.repeat([...field.value].length), field.placeholder, focused, caret, room);
    case 'lines': {
      const last = field.value.slice(field.value.lastIndexOf('\n') + 1);
      if (focused) return textSpans(last, 'paste a key', true, caret, room);
      return last === ''
        ? [placeholderSpan(field.value === '' ? 'none' : 'one more')]
        : [span(clipped(keyWords(last), room))];
    }
  }
};

/** What stands above or below the value itself: the keys so far, the names that match. */
const aboveLines = (field: Field, room: number, mostKeys: number): readonly string[] => {
  if (field.kind !== 'lines') return [];
  const keys = field.value
    .split('\n')
    .slice(0, -1)
    .filter((key) => key.trim() !== '');
  const hidden = keys.length - mostKeys;
  const shown = keys
    .slice(-mostKeys)
    .map((key, index) => clipped(`${Math.max(0, hidden) + index + 1}  ${keyWords(key)}`, room));
  return hidden > 0 ? [`(${hidden} more above)`, ...shown] : shown;
};

const matchLines = (field: Field, view: Editing, indent: number, mostMatches: number): readonly Line[] => {
  if (field.kind !== 'filter') return [];
  const from = Math.max(0, Math.min(view.highlight - Math.floor(mostMatches / 2), field.matches.length - mostMatches));
  const lines = field.matches.slice(from, from + mostMatches).map((name, index): Line => {
    const chosen = from + index === view.highlight;
    return line(' '.repeat(indent), span(chosen ? '▸ ' : '  ', 'accent'), span(name, chosen ? 'strong' : 'plain'));
  });
  const rest = field.matches.length - mostMatches;
  return rest > 0
    ? [
        ...lines,
        line(
          ' '.repeat(indent + 2),
          span(`${view.highlight + 1} of ${field.matches.length}; type more to narrow`, 'dim'),
        ),
      ]
    : lines;
};

const problemLines = (problems: readonly FieldProblem[], width: number, indent: number): readonly Line[] => {
  const [first] = problems;
  if (first === undefined) return [];
  const { summary, remedy } = first.problem;
  return wrapWords(`${summary}: ${remedy}`, Math.min(width - indent - 2, proseWidth)).map((text, index) =>
    line(' '.repeat(indent), span(index === 0 ? '! ' : '  ', 'bad'), span(text, 'bad')),
  );
};

const shownProblems = (input: FormInput, field: FieldId): readonly FieldProblem[] =>
  input.view.touched.includes(field) ? input.problems.filter((problem) => problem.field === field) : [];

const fieldLines = (input: FormInput, ports: Ports, field: Field, index: number, height: number): readonly Line[] => {
  const { view, width } = input;
  const focused = index === view.focus;
  const isPart = isRow(field) && field.kind !== 'choice';
  const port = ports.names.get(field.id);
  const labelColumn = port === undefined ? labelWidth : ports.column;
  const room = width - labelColumn - 4;
  const mark = focused ? span(' ▸ ', 'accent') : span('   ');
  const label = span(
    `${fitted(isPart ? `   ${field.label}` : (port ?? field.label), labelColumn - 1)} `,
    focused ? 'strong' : 'plain',
  );
  const extra = input.extra?.(field) ?? { above: [], beside: [], under: [] };
  const indent = labelColumn + 3;
  const wrong = shownProblems(input, field.id);
  const most = mostOf(height);
  const above = aboveLines(field, room, most.keys);
  const value = valueSpans(field, focused, view.caret, room);
  const head: readonly Line[] =
    above.length === 0
      ? [[mark, label, ...value, ...extra.beside]]
      : [
          ...above.map((text, row): Line => (row === 0 ? [mark, label, span(text)] : line(' '.repeat(indent), text))),
          [span(' '.repeat(indent)), ...value],
        ];
  const hint = focused && wrong.length === 0 ? paragraph(hintOf(field), width, indent, 'dim') : [];
  const matches = focused ? matchLines(field, view, indent, most.matches) : [];
  return [
    ...extra.above,
    ...head,
    ...extra.under,
    ...problemLines(wrong, width, indent),
    ...(matches.length > 0 ? matches : hint),
  ];
};

/** As many lines as there is room for, with the focused field always among them. */
export const formLines = (input: FormInput, height: number): readonly Line[] => {
  const ports = portsOf(input);
  const blocks = input.fields.map((field, index) => fieldLines(input, ports, field, index, height));
  const all = blocks.flat();
  if (all.length <= height) return all;
  const start = blocks.slice(0, input.view.focus).flat().length;
  const end = start + (blocks[input.view.focus]?.length ?? 1);
  const headingAt = input.heading === undefined ? -1 : all.indexOf(input.heading);
  const room = height - (headingAt < 0 ? 1 : 2);
  const from = Math.max(
    0,
    Math.min(all.length - room, Math.max(end - room, Math.min(start, Math.floor((start + end - room) / 2)))),
  );
  const isGone = headingAt >= 0 && headingAt < from && input.place !== undefined;
  const shown =
    isGone && input.heading !== undefined
      ? [input.heading, ...all.slice(from, from + room)]
      : all.slice(from, from + height - 1);
  const last = from + shown.length - (isGone ? 1 : 0);
  const more = [input.place, from > 0 ? '↑ more above' : undefined, last < all.length ? '↓ more below' : undefined];
  return [...shown, line(span(`   ${more.filter((part) => part !== undefined).join('  ')}`, 'dim'))];
};
