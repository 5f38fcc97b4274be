// The zram screen: the RAM there is, the sizes that are offered, what each situation would take with the one that is chosen, and why.
import { blank, fitted, type Line, labelled, line, paragraph, type Span, span } from '../components/line.ts';
import { bytes, renderBytes } from '../state/bytes.ts';
import type { Facts } from '../state/facts.ts';
import type { OverlaySizing } from '../state/overlay-sizing.ts';
import { chosenOverlay, chosenSizing, sizeChoiceLabels, sizeChoiceOf, sizingInput } from '../state/recommend-root.ts';
import { overlayLimits } from '../state/root-kind.ts';
import type { Session } from '../state/session.ts';
import { allProblems, type Editing, fieldsHere } from '../state/session-editing.ts';
import { factsOf } from '../state/session-facts.ts';
import { offeredSizes, rootChoices } from '../state/zram-choices.ts';
import type { FittingRoot, RootSizing, SizingInput } from '../state/zram-sizing.ts';
import { type Situation, situationsOf } from '../state/zram-what-if.ts';
import { formLines } from './form.ts';
import { noImage, unread } from './words.ts';

const column = 16;
const cell = 12;

const rootWords = ({ kind, device, filesystem }: Facts['root']): string =>
  ({
    zram: `${device ?? ''}, ${filesystem ?? ''}`,
    overlay: 'squashfs with an overlay at this boot, not on zram',
    other: `not on zram here: ${device ?? 'unknown device'}`,
  })[kind];

/** What it boots with instead of zram. */
const overlayLines = (overlay: OverlaySizing, width: number): readonly Line[] =>
  overlay.kind === 'refused'
    ? paragraph(`! ${overlay.problem.summary}: ${overlay.problem.remedy}`, width, 1, 'bad')
    : paragraph(
        `Boots as squashfs with an overlay: ${renderBytes(overlay.squashfs)} shipped, ${renderBytes(overlay.writes)} for what is written, ${overlay.inodes} inodes. There ${overlayLimits.join('; ')}.`,
        width,
        1,
        'warn',
      );

const headLines = (facts: Facts, input: SizingInput | undefined): readonly [Line, Line, Line] => {
  const { image } = facts.root;
  const memory = facts.memory === undefined ? unread(facts, 'memory') : renderBytes(facts.memory);
  const role = input === undefined ? '' : `; the role's daemons need ${renderBytes(input.roleNeeds)}`;
  return [
    labelled('Memory', column, `${memory}${role}`),
    labelled('Root', column, rootWords(facts.root)),
    labelled(
      'Image',
      column,
      image === undefined ? noImage(facts) : `${renderBytes(image.uncompressed)} uncompressed, ${image.version}`,
    ),
  ];
};

const row = (label: string, cells: readonly string[], tone: Span['tone'], ...rest: readonly Span[]): Line =>
  line(
    span(` ${fitted(label, column - 1)}`, tone),
    span(cells.map((text) => fitted(text, cell)).join(''), tone),
    ...rest,
  );

const sizeRow = (label: string, sizing: RootSizing, chosen: boolean): Line => {
  if (sizing.kind === 'refused') return row(label, [], chosen ? 'bad' : 'dim', span('does not fit', 'bad'));
  const { filesystem, free, disksize, limit } = sizing;
  const cells = [filesystem, free, disksize, limit].map(renderBytes);
  return row(label, cells, chosen ? 'strong' : 'plain', span(chosen ? sizing.algorithm : '', 'dim'));
};

const offers = (session: Session, input: SizingInput, chosen: RootSizing): readonly Line[] => {
  const choice = sizeChoiceOf(session.draft);
  const offered = offeredSizes(input);
  return [
    row('Sizes', ['Filesystem', 'Free', 'Disk', 'Limit'], 'dim'),
    ...rootChoices.map((name) => sizeRow(sizeChoiceLabels[name], offered[name].sizing, name === choice)),
    ...(choice === 'custom' ? [sizeRow(sizeChoiceLabels.custom, chosen, true)] : []),
  ];
};

const situations: Readonly<Record<Situation['kind'], readonly [string, string]>> = {
  booted: ['As it boots', ''],
  'full-alike': ['Filled up', "with files like the image's"],
  'full-random': ['Filled up', 'with data that does not compress'],
  rewritten: ['All rewritten', 'with data that does not compress'],
};

const situationLine = ({ kind, takes, left, overLimit }: Situation): Line => {
  const [label, words] = situations[kind];
  const rest = left < 0 ? 'none' : renderBytes(bytes(left));
  const trouble = overLimit ? 'over the limit: writes would be lost' : left < 0 ? 'more than there is' : undefined;
  return row(
    label,
    [renderBytes(takes), rest],
    'plain',
    trouble === undefined ? span(words, 'dim') : span(`! ${trouble}`, 'warn'),
  );
};

const whatIf = (input: SizingInput, root: FittingRoot): readonly Line[] => [
  row('What if', ['zram takes', 'RAM left'], 'dim'),
  ...situationsOf(input, root).map(situationLine),
];

const reasons = (root: FittingRoot, width: number): readonly Line[] =>
  root.why.flatMap((why, index) =>
    paragraph(why, width, column, 'dim').map((part, line) =>
      index === 0 && line === 0 ? labelled('Why', column, ...part.slice(1)) : part,
    ),
  );

/** The RAM there is, what is offered, what it would come to, and why. */
export const sizingLines = (session: Session, width: number, height: number): readonly Line[] => {
  const facts = factsOf(session);
  if (facts === undefined) return [line(' Reading this machine…')];
  const input = sizingInput(session.draft, facts);
  const [memory, root, image] = headLines(facts, input);
  const head = [memory, root, image];
  if (input === undefined)
    return [...head, labelled('Recommended', column, 'n/a: image or memory is not known, so there is nothing to size')];
  const chosen = chosenSizing(session.draft, input);
  const table = offers(session, input, chosen);
  const overlay = chosenOverlay(session.draft, input, chosen);
  if (overlay !== undefined) {
    const instead = overlayLines(overlay, width);
    const refusal = chosen.kind === 'refused' ? paragraph(`! ${chosen.problem.summary}`, width, 1, 'bad') : [];
    return [...head, blank, ...table, ...refusal, ...instead];
  }
  if (chosen.kind === 'refused') {
    const { summary, remedy } = chosen.problem;
    return [...head, blank, ...table, ...paragraph(`! ${summary}: ${remedy}`, width, 1, 'bad')];
  }
  const outcome = whatIf(input, chosen);
  const usual = [...head, blank, ...table, blank, ...outcome];
  const whole = [...usual, blank, ...reasons(chosen, width)];
  return [whole, usual].find(({ length }) => length <= height) ?? [memory, image, ...table, ...outcome];
};

export const zramLines = (session: Session, view: Editing, width: number, height: number): readonly Line[] => {
  const fields = fieldsHere(session, 'zram');
  const problems = allProblems(session);
  const asked = formLines({ fields, view, problems, width }, height).length;
  const room = Math.max(0, height - 2 - Math.min(asked, 6));
  const sizing = sizingLines(session, width, room);
  // Where there is too little room for both, the fields are what somebody came for.
  const cut =
    sizing.length > room ? [...sizing.slice(0, room - 1), line(span(`${' '.repeat(column)}…`, 'dim'))] : sizing;
  const form = formLines({ fields, view, problems, width }, height - cut.length - 2);
  return [blank, ...cut, blank, ...form];
};
