// The question for a size of an operation on the zram root.
import { sizeHint } from '../screens/zram-operations.ts';
import type { Session, SessionEvent } from '../state/session.ts';
import type { ZramOverlay } from '../state/zram-overlay.ts';
import { type Ask, accepted, rejected, sessionAfter } from './ask.ts';
import { sentence } from './plain-text.ts';
import { promptLine } from './prompt-line.ts';

const typing = (typed: string): readonly SessionEvent[] => [
  { type: 'edit', edit: { kind: 'erase', what: 'all' } },
  ...(typed === '' ? [] : [{ type: 'edit', edit: { kind: 'insert', text: typed } } as const]),
  { type: 'next' },
];

/** Undefined where no size is asked for. */
export const zramSizeAsk = (session: Session, { chosen }: ZramOverlay): Ask | undefined => {
  if (chosen?.stage.kind !== 'typing' || (chosen.name !== 'grow' && chosen.name !== 'limit')) return undefined;
  const { name, stage } = chosen;
  return {
    id: `zram/${name}/${chosen.typed}/${stage.why ?? ''}`,
    intro: stage.why === undefined ? sentence(sizeHint[name]) : sentence(`! ${stage.why}`),
    prompt: promptLine('Size', name === 'grow' ? 'as far as possible' : ''),
    secret: false,
    fresh: false,
    reply: (typed) => {
      const events = typing(typed);
      const { overlay } = sessionAfter(session, events);
      const isTaken = overlay.kind === 'zram' && overlay.chosen?.stage.kind === 'looking';
      return isTaken ? accepted(events) : rejected([], events);
    },
  };
};
