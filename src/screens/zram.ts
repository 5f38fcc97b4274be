// The zram screen: the RAM there is, what the policy recommends and why, and which of it can still be changed while the node lives.
import { blank, type Line, labelled, line, paragraph, span } from '../components/line.ts';
import { renderBytes } from '../state/bytes.ts';
import { recommendRoot } from '../state/recommend-root.ts';
import type { Session } from '../state/session.ts';
import { allProblems, type Editing, fieldsHere } from '../state/session-editing.ts';
import { factsOf } from '../state/session-facts.ts';
import { formLines } from './form.ts';
import { noImage, unread } from './words.ts';

const column = 16;

/** The RAM there is, and what the policy recommends. */
export const sizingLines = (session: Session, width: number): readonly Line[] => {
  const facts = factsOf(session);
  const sizing = facts === undefined ? undefined : recommendRoot(session.draft, facts);
  if (facts === undefined) return [line(' Reading this machine…')];
  const { image, isZram, device, filesystem } = facts.root;
  const root = isZram ? `${device ?? ''}, ${filesystem ?? ''}` : `not on zram here: ${device ?? 'unknown device'}`;
  const head = [
    labelled('Memory', column, facts.memory === undefined ? unread(facts, 'memory') : renderBytes(facts.memory)),
    labelled('Root', column, root),
    labelled(
      'Image',
      column,
      image === undefined ? noImage(facts) : `${renderBytes(image.uncompressed)} uncompressed, ${image.version}`,
    ),
  ];
  if (sizing === undefined)
    return [...head, labelled('Recommended', column, 'n/a: image or memory is not known, so there is nothing to size')];
  if (sizing.kind === 'refused')
    return [
      ...head,
      labelled('Recommended', column, span('does not fit', 'bad')),
      ...paragraph(`${sizing.problem.summary}: ${sizing.problem.remedy}`, width, column),
    ];
  const words = `limit ${renderBytes(sizing.limit)}, disk ${renderBytes(sizing.disksize)}, filesystem ${renderBytes(sizing.filesystem)}, ${sizing.algorithm}`;
  return [
    ...head,
    labelled('Recommended', column, span(words, 'strong')),
    ...sizing.why.flatMap((why) => paragraph(why, width, column, 'dim')),
  ];
};

export const zramLines = (session: Session, view: Editing, width: number, height: number): readonly Line[] => {
  const fields = fieldsHere(session, 'zram');
  const sizing = sizingLines(session, width);
  const room = height - 2 - 8;
  const cut =
    sizing.length > room ? [...sizing.slice(0, room - 1), line(span(`${' '.repeat(column)}…`, 'dim'))] : sizing;
  const form = formLines({ fields, view, problems: allProblems(session), width }, height - cut.length - 2);
  return [blank, ...cut, blank, ...form];
};
