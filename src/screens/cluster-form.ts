// The cluster screen's second part: members, volume or pools, and this node's disks with what is on them.
import { blank, fitted, type Line, line, paragraph, type Span, span } from '../components/line.ts';
import { renderBytes } from '../state/bytes.ts';
import {
  type DiskRow,
  diskField,
  diskOfField,
  diskRows,
  disksWithoutSerial,
  holdsData,
} from '../state/cluster-disks.ts';
import { chosenFilesystem } from '../state/cluster-form.ts';
import { clusterNotes } from '../state/cluster-problems.ts';
import type { FieldId } from '../state/draft.ts';
import type { Facts } from '../state/facts.ts';
import type { Field } from '../state/field.ts';
import type { FieldProblem } from '../state/field-problem.ts';
import type { Session } from '../state/session.ts';
import { allProblems, type Editing, fieldsHere } from '../state/session-editing.ts';
import { factsOf } from '../state/session-facts.ts';
import { type Extra, formLines } from './form.ts';

const contentsOf = ({ fact }: DiskRow): string => {
  if (fact === undefined) return 'not on this machine';
  const mounted = fact.mountedAt.length === 0 ? '' : `, in use at ${fact.mountedAt.join(' ')}`;
  return `${fact.contents.length === 0 ? 'nothing on it' : fact.contents.join(', ')}${mounted}`;
};

/** From this width on a model has all the room that it takes. */
const wide = 120;

/** What a disk is and what is on it now. */
export const diskBeside = (row: DiskRow, width: number): readonly Span[] => {
  const { fact } = row;
  if (fact === undefined) return [span('  not on this machine', 'warn')];
  const model = fitted(fact.model ?? 'n/a', width < wide ? 11 : 28);
  return [
    span(` ${fitted(renderBytes(fact.size), 9)} ${model} `),
    span(contentsOf(row), holdsData(fact) ? 'strong' : 'plain'),
  ];
};

/** What somebody has to know who takes this disk. */
export const diskNote = ({ fact, use }: DiskRow): string | undefined =>
  fact !== undefined && use !== 'off' && holdsData(fact)
    ? `holds ${contentsOf({ serial: '', fact, use })}: unless that is this cluster's own, the review asks for its serial number`
    : undefined;

const heading = (width: number): Line =>
  line(
    span(
      `   ${fitted('Disk', width < wide ? 14 : 16)}${fitted('Use', 14)} ${fitted('Size', 9)} ${fitted('Model', width < wide ? 11 : 28)} On it now`,
      'dim',
    ),
  );

const noteLines = (text: string, width: number): readonly Line[] =>
  paragraph(text, width, 21, 'warn').map((words, index) =>
    index === 0 ? line(' '.repeat(19), span('~ ', 'warn'), ...words.slice(1)) : words,
  );

export const noteText = ({ problem }: FieldProblem): string => `${problem.summary}: ${problem.remedy}`;

/** Disks that are there and that no profile could name. */
const unnamedText = (facts: Facts | undefined): string | undefined => {
  const names = disksWithoutSerial(facts).map(({ name, size }) => `${name} (${renderBytes(size)})`);
  return names.length === 0
    ? undefined
    : `${names.join(', ')}: no serial number, so that no profile can name ${names.length === 1 ? 'it' : 'them'}`;
};

export const clusterFormLines = (session: Session, view: Editing, width: number, height: number): readonly Line[] => {
  const facts = factsOf(session);
  const rows = diskRows(session.draft, facts, chosenFilesystem(session.draft));
  const fields = fieldsHere(session, 'cluster-form');
  const problems = allProblems(session);
  const notes = clusterNotes(session.draft, facts);
  const firstDisk = fields.find(({ id }) => diskOfField(id) !== undefined);
  const lastDisk = fields.findLast(({ id }) => diskOfField(id) !== undefined);
  const head = heading(width);
  const isWrong = (id: FieldId): boolean =>
    view.touched.includes(id) && problems.some((problem) => problem.field === id);
  const unnamed = unnamedText(facts);
  const extra = (field: Field): Extra => {
    const row = rows.find(({ serial }) => diskField(serial, 'use') === field.id);
    const own = isWrong(field.id)
      ? []
      : notes
          .filter((note) => note.field === field.id)
          .slice(0, 1)
          .map(noteText);
    const ofDisk = row === undefined ? undefined : diskNote(row);
    const said = [...(ofDisk === undefined ? [] : [ofDisk]), ...own].flatMap((text) => noteLines(text, width));
    const rest = field === lastDisk && unnamed !== undefined ? paragraph(unnamed, width, 3, 'dim') : [];
    return {
      above: field === firstDisk ? [blank, head] : [],
      beside: row === undefined ? [] : diskBeside(row, width),
      under: [...said, ...rest, ...(field === lastDisk ? [blank] : [])],
    };
  };
  const focused = rows.findIndex(({ serial }) => serial === diskOfField(fields[view.focus]?.id ?? ''));
  return formLines(
    {
      fields,
      view,
      problems,
      width,
      extra,
      heading: head,
      ...(focused < 0 ? {} : { place: `disk ${focused + 1} of ${rows.length}` }),
    },
    height,
  );
};
