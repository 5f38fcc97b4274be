// The question before data is lost, in lines: the serial number of the disk, typed after the question.
import type { ConsentOverlay, Session, SessionEvent } from '../state/session.ts';
import { type Ask, accepted, rejected, sessionAfter } from './ask.ts';
import { promptLine } from './prompt-line.ts';

const typing = (typed: string): readonly SessionEvent[] => [
  { type: 'edit', edit: { kind: 'erase', what: 'all' } },
  { type: 'edit', edit: { kind: 'insert', text: typed } },
  { type: 'next' },
];

export const consentAsk = (session: Session, { serial }: ConsentOverlay): Ask => ({
  id: `consent ${serial}`,
  intro: [],
  prompt: promptLine('Serial number of the disk', 'no'),
  secret: false,
  fresh: true,
  reply: (typed) => {
    if (typed === '' || /^no?$/i.test(typed)) return accepted([{ type: 'back' }], ['  Nothing is changed.']);
    const events = typing(typed);
    const { overlay } = sessionAfter(session, events);
    const isTaken = overlay.kind !== 'consent' || overlay.serial !== serial;
    if (isTaken) return accepted(events);
    const why = overlay.kind === 'consent' ? (overlay.why ?? '') : '';
    return rejected([`! ${why}: type it as it stands above, or no`]);
  },
});
