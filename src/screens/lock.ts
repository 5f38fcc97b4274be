// The locked console: which node this is and how it is, for whoever stands before it, and nothing that could be changed or read in detail.
import { blank, fitted, type Line, labelled, line, paragraph, span } from '../components/line.ts';
import type { LockState } from '../state/console-lock.ts';
import { clockText } from '../state/now.ts';
import type { Session } from '../state/session.ts';
import { factsOf } from '../state/session-facts.ts';
import { healthSpan } from './header.ts';
import { durationText } from './words.ts';

type Locked = Extract<LockState, { kind: 'locked' }>;

const column = 15;

const addressesOf = (session: Session): readonly string[] =>
  (factsOf(session)?.links ?? [])
    .filter(({ kind }) => kind !== 'loopback')
    .flatMap(({ name, addresses }) =>
      addresses.filter((address) => !address.startsWith('fe80')).map((address) => `${address} on ${name}`),
    );

const workLines = ({ work, failures, said, typed }: Locked, width: number): readonly Line[] => {
  const wrong = said === undefined ? [] : paragraph(said, width, 1, 'bad');
  const count = failures === 0 ? '' : ` ${failures} wrong so far.`;
  switch (work.kind) {
    case 'checking':
      return [line(span(' Checking…', 'accent'))];
    case 'delayed':
      return [...wrong, line(' ', span(`Wait ${work.left} s before the next try.${count}`, 'warn'))];
    case 'idle':
      return [
        ...wrong,
        // Not one mark a character: how long it is, is part of a password.
        line(span(typed === '' ? ' Characters are not shown.' : ' Something is typed; Enter checks it.', 'dim'), count),
      ];
  }
};

export const lockLines = (session: Session, lock: Locked, width: number, height: number): readonly Line[] => {
  const status = session.statuses.at(-1);
  const facts = factsOf(session);
  const uptime = status?.uptime.kind === 'live' ? durationText(status.uptime.value) : 'n/a';
  const addresses = addressesOf(session);
  const room = Math.max(1, height - 12);
  const shown = addresses.slice(0, room);
  const rows = shown.length === 0 ? ['none'] : shown;
  return [
    blank,
    labelled('Node', column, span(status?.hostname ?? facts?.hostname ?? 'no name yet', 'strong')),
    labelled('Health', column, status === undefined ? span('n/a: not read yet', 'dim') : healthSpan(status)),
    labelled('Uptime', column, uptime),
    ...rows.map((text, index) => labelled(index === 0 ? 'Addresses' : '', column, fitted(text, width - column))),
    ...(addresses.length > shown.length ? [labelled('', column, `and ${addresses.length - shown.length} more`)] : []),
    blank,
    line(
      span(` Locked since ${clockText(lock.sinceMs)}.`, 'strong'),
      " Enter root's password:",
      span(' '),
      span(' ', 'caret'),
    ),
    blank,
    ...workLines(lock, width),
  ];
};
