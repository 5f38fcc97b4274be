// What the dashboard shows besides where the terminal is large: the disks, and the last apply step by step.
import { fitted, type Line, labelled, type Span, span } from '../components/line.ts';
import { renderBytes } from '../state/bytes.ts';
import type { DiskFact } from '../state/facts.ts';
import type { Reading } from '../state/reading.ts';
import type { Session } from '../state/session.ts';
import { factsOf } from '../state/session-facts.ts';
import type { ApplyStatus } from '../state/status.ts';
import { stepLine } from './apply.ts';
import { column } from './column.ts';

/** What a disk is and what is on it; what firmware does not say is left out. */
export const diskSpans = ({ name, size, model, serial, contents, mountedAt }: DiskFact): readonly Span[] => {
  const mounted = mountedAt.length === 0 ? '' : `, at ${mountedAt.join(' ')}`;
  const known = [model, serial].filter((part) => part !== undefined).join(' ');
  return [
    span(fitted(name, 9), 'strong'),
    span(`${fitted(renderBytes(size), 11)}${fitted(known === '' ? 'n/a: it does not say' : known, 30)}  `),
    span(`${contents.length === 0 ? 'nothing recognised on it' : contents.join(', ')}${mounted}`),
  ];
};

const cutTo = (lines: readonly Line[], most: number, what: string): readonly Line[] =>
  lines.length <= most
    ? lines
    : [
        ...lines.slice(0, Math.max(0, most - 1)),
        labelled('', column, span(`and ${lines.length - most + 1} more ${what}`, 'dim')),
      ];

export const diskLines = (session: Session, most: number): readonly Line[] => {
  const disks = factsOf(session)?.disks;
  if (disks === undefined || most < 1) return [];
  const lines = disks.map((disk, index) => labelled(index === 0 ? 'Disks' : '', column, ...diskSpans(disk)));
  return lines.length === 0 ? [labelled('Disks', column, span('none', 'dim'))] : cutTo(lines, most, 'disks');
};

/** Of the apply that the dashboard names; all of the steps or none, since a part of them would say something else. */
export const stepLines = (session: Session, apply: Reading<ApplyStatus>, most: number): readonly Line[] => {
  const steps = session.progress?.steps ?? [];
  const isSame = apply.kind === 'live' && apply.value.apply === session.progress?.apply;
  if (!isSame || steps.length === 0 || steps.length > most) return [];
  return steps.map((step, index) => [span(fitted(index === 0 ? ' Steps' : '', column - 3), 'dim'), ...stepLine(step)]);
};
