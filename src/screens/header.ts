// The line on top of every screen: which node this is, what it is for, how it is, and for how long it lives.
import { fitted, type Line, line, type Span, span, widthOf } from '../components/line.ts';
import { healthOf } from '../state/judge-status.ts';
import type { Session } from '../state/session.ts';
import type { Status } from '../state/status.ts';
import { durationText } from './words.ts';

const stateSpan = (session: Session): Span => {
  if (session.progress?.outcome === 'running') return span('applying', 'accent');
  if (session.inForce === undefined) return span('maintenance', 'warn');
  const status = session.statuses.at(-1);
  return status === undefined ? span('reading…', 'dim') : healthSpan(status);
};

export const healthSpan = (status: Status): Span => {
  const count = status.problems.length;
  if (count > 0) return span(count === 1 ? '1 problem' : `${count} problems`, 'bad');
  return healthOf(status) === 'healthy' ? span('healthy', 'good') : span('not all known', 'warn');
};

/** Until the machine is read, nothing is said of it: no guess, and no `maintenance` that is none. */
const starting: Line = line(span(' Mayfly', 'accent'), ' · ', span('reading this machine…', 'dim'));

export const headerLine = (session: Session, width: number): Line => {
  const status = session.statuses.at(-1);
  const facts = session.facts.kind === 'live' ? session.facts.value : undefined;
  const name = status?.hostname ?? facts?.hostname ?? '';
  const role = status?.role ?? session.inForce?.role ?? 'no role yet';
  const uptime = status?.uptime.kind === 'live' ? `up ${durationText(status.uptime.value)}` : '';
  const rehearsal = session.rehearsal ? [span(' REHEARSAL ', 'caret'), span(' ')] : [];
  const known = line(
    span(' Mayfly', 'accent'),
    ' · ',
    span(name === '' ? 'no name yet' : name, 'strong'),
    ` · ${role} · `,
    stateSpan(session),
  );
  const left = session.view.kind === 'starting' ? starting : known;
  const right = [...rehearsal, span(`${uptime} `, 'dim')];
  const gap = width - widthOf(left) - widthOf(right);
  return gap >= 1
    ? [...left, span(' '.repeat(gap)), ...right]
    : [span(fitted(` Mayfly · ${name}`, width - widthOf(right))), ...right];
};

export const ruleLine = (title: string, width: number): Line => {
  const shown = title === '' ? '' : `── ${title} `;
  return line(span(shown + '─'.repeat(Math.max(0, width - shown.length)), 'dim'));
};
