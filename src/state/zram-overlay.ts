// The operations on the zram root over the dashboard: which can be done and what each would come to, then one of them, asked for with a yes.
import type { Session, SessionEvent, Transition } from './session.ts';
import { editText } from './text-edit.ts';
import { type OperationName, parseOperation, takesSize, type ZramOperation } from './zram-operation.ts';

/** `possible: false`: why not, and what to do instead. */
export type Forecast = { readonly possible: boolean; readonly words: string };

type Stage =
  /** A size is typed; `why` the last one was not taken. */
  | { readonly kind: 'typing'; readonly why: string | undefined }
  /** What the typed size would come to is being read. */
  | { readonly kind: 'looking' }
  /** Waits for a yes. */
  | { readonly kind: 'ready'; readonly operation: ZramOperation; readonly words: string }
  | { readonly kind: 'working' };

export type ZramOverlay = {
  readonly kind: 'zram';
  /** Undefined while they are read. */
  readonly forecasts: Readonly<Record<OperationName, Forecast>> | undefined;
  /** Undefined: the list. */
  readonly chosen:
    | { readonly name: OperationName; readonly typed: string; readonly caret: number; readonly stage: Stage }
    | undefined;
};

export type ZramEvent =
  | { readonly type: 'zram' }
  | { readonly type: 'zram-choose'; readonly name: OperationName }
  // what effects answered
  | { readonly type: 'zram-forecasts'; readonly forecasts: Readonly<Record<OperationName, Forecast>> }
  | { readonly type: 'zram-forecast'; readonly operation: ZramOperation; readonly forecast: Forecast }
  | { readonly type: 'zram-done'; readonly said: string };

export type ZramCommand =
  | { readonly type: 'forecast-all-zram' }
  | { readonly type: 'forecast-zram'; readonly operation: ZramOperation }
  | { readonly type: 'change-zram'; readonly operation: ZramOperation };

const zramOf = ({ overlay }: Session): ZramOverlay | undefined => (overlay.kind === 'zram' ? overlay : undefined);

const stay = (session: Session): Transition => ({ session, commands: [] });

const opened: ZramOverlay = { kind: 'zram', forecasts: undefined, chosen: undefined };

const openZram = (session: Session): Transition =>
  session.view.kind === 'console'
    ? { session: { ...session, overlay: opened }, commands: [{ type: 'forecast-all-zram' }] }
    : stay(session);

const withChosen = (session: Session, overlay: ZramOverlay, chosen: ZramOverlay['chosen']): Session => ({
  ...session,
  overlay: { ...overlay, chosen },
});

const choose = (session: Session, overlay: ZramOverlay, name: OperationName): Transition => {
  const forecast = overlay.forecasts?.[name];
  if (overlay.chosen !== undefined || forecast?.possible !== true) return stay(session);
  if (takesSize(name))
    return stay(withChosen(session, overlay, { name, typed: '', caret: 0, stage: { kind: 'typing', why: undefined } }));
  const stage: Stage = { kind: 'ready', operation: { kind: name }, words: forecast.words };
  return stay(withChosen(session, overlay, { name, typed: '', caret: 0, stage }));
};

/** Enter behind a size: what it would come to is looked up first. */
const look = (session: Session, overlay: ZramOverlay): Transition => {
  const { chosen } = overlay;
  if (chosen?.stage.kind !== 'typing') return stay(session);
  const typed = chosen.typed.trim();
  const operation = parseOperation([chosen.name, ...(typed === '' ? [] : [typed])]);
  if (typeof operation === 'string')
    return stay(withChosen(session, overlay, { ...chosen, stage: { kind: 'typing', why: operation } }));
  return {
    session: withChosen(session, overlay, { ...chosen, stage: { kind: 'looking' } }),
    commands: [{ type: 'forecast-zram', operation }],
  };
};

/** Keys and answers while the operations are open; undefined for what is none of theirs. */
export const reduceZram = (session: Session, event: SessionEvent): Transition | undefined => {
  if (event.type === 'zram') return openZram(session);
  const overlay = zramOf(session);
  if (overlay === undefined) return event.type === 'zram-done' ? stay(say(session, 'good', event.said)) : undefined;
  const { chosen } = overlay;
  switch (event.type) {
    case 'zram-choose':
      return choose(session, overlay, event.name);
    case 'edit': {
      if (chosen?.stage.kind !== 'typing') return stay(session);
      const { text, caret } = editText(chosen.typed, chosen.caret, event.edit);
      return stay(
        withChosen(session, overlay, { ...chosen, typed: text, caret, stage: { kind: 'typing', why: undefined } }),
      );
    }
    case 'next':
      return look(session, overlay);
    case 'confirm':
      return chosen?.stage.kind === 'ready'
        ? {
            session: withChosen(session, overlay, { ...chosen, stage: { kind: 'working' } }),
            commands: [{ type: 'change-zram', operation: chosen.stage.operation }],
          }
        : stay(session);
    case 'back':
      if (chosen === undefined) return stay({ ...session, overlay: { kind: 'none' } });
      // What is under way is not stopped by looking away.
      return chosen.stage.kind === 'working'
        ? stay(say({ ...session, overlay: { kind: 'none' } }, 'plain', 'It goes on; how it ended is told here'))
        : stay(withChosen(session, overlay, undefined));
    case 'zram-forecasts':
      return stay({ ...session, overlay: { ...overlay, forecasts: event.forecasts } });
    case 'zram-forecast': {
      if (chosen?.stage.kind !== 'looking') return stay(session);
      const { possible, words } = event.forecast;
      const stage: Stage = possible
        ? { kind: 'ready', operation: event.operation, words }
        : { kind: 'typing', why: words };
      return stay(withChosen(session, overlay, { ...chosen, stage }));
    }
    case 'zram-done':
      return {
        session: say({ ...session, overlay: opened }, 'good', event.said),
        commands: [{ type: 'forecast-all-zram' }],
      };
    default:
      return undefined;
  }
};

/** A forecast does not come: back to the dashboard, or to the size that was typed; `before` where nobody waits for it. */
export const zramUnread = (before: Session, said: Session, of: 'forecast-all-zram' | 'forecast-zram'): Session => {
  const overlay = zramOf(before);
  if (overlay === undefined) return before;
  const { chosen } = overlay;
  if (of === 'forecast-all-zram')
    return overlay.forecasts === undefined ? { ...said, overlay: { kind: 'none' } } : before;
  return chosen?.stage.kind === 'looking'
    ? withChosen(said, overlay, { ...chosen, stage: { kind: 'typing', why: undefined } })
    : before;
};

/** It was not done: back to the list, where somebody waits for it. */
export const zramUnchanged = (said: Session): Session => {
  const overlay = zramOf(said);
  return overlay?.chosen?.stage.kind === 'working' ? withChosen(said, overlay, undefined) : said;
};

const say = (session: Session, tone: 'plain' | 'good', text: string): Session => ({
  ...session,
  notice: { tone, text },
});
