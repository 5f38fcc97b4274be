// The list of ports that is narrowed while somebody types; it lies over the network screen.
import { blank, type Line, line, span } from '../components/line.ts';
import { textWindow } from '../components/text-window.ts';
import { foundPorts } from '../state/find-port.ts';
import type { Session } from '../state/session.ts';
import { besideOf } from './network.ts';

export type Finding = Extract<Session['overlay'], { kind: 'find' }>;

const nameWidth = 18;

export const findLines = (session: Session, finding: Finding, width: number, height: number): readonly Line[] => {
  const { typed, caret, highlight } = finding;
  const found = foundPorts(session, typed);
  const rows = Math.max(1, height - 5);
  const from = Math.max(0, Math.min(highlight - Math.floor(rows / 2), found.length - rows));
  const shown = found.slice(from, from + rows).map(({ match, fact }, index): Line => {
    const isMarked = from + index === highlight;
    const name = span(match.padEnd(nameWidth), isMarked ? 'strong' : 'plain');
    return [span(isMarked ? ' ▸ ' : '   ', 'accent'), name, ...besideOf(fact)];
  });
  const count = found.length === 0 ? span('none matches', 'warn') : span(`${highlight + 1} of ${found.length}`, 'dim');
  return [
    blank,
    line(' ', span('Find a port  ', 'dim'), ...textWindow(typed, caret, Math.min(40, width - 40)), '  ', count),
    line(span(' A part of its name, MAC, driver or address; up, or no carrier', 'dim')),
    blank,
    ...shown,
  ];
};
