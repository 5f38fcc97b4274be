// The question before an apply that stopped half-way is taken back, and the wait until it is.
import { type ApplyProgress, canBeUndone } from './apply-progress.ts';
import type { Session, SessionEvent, Transition } from './session.ts';

/** `working`: somebody said yes. */
export type UndoOverlay = { readonly kind: 'undo'; readonly working: boolean };

/** What there is to take back; undefined where there is nothing. */
const undoable = ({ view, progress }: Session): ApplyProgress | undefined =>
  view.kind === 'applied' && progress !== undefined && canBeUndone(progress) ? progress : undefined;

const closed = (session: Session): Session =>
  session.overlay.kind === 'undo' ? { ...session, overlay: { kind: 'none' } } : session;

/** Undefined for what has nothing to do with it. */
export const reduceUndo = (session: Session, event: SessionEvent): Transition | undefined => {
  const { overlay } = session;
  const stay = (after: Session): Transition => ({ session: after, commands: [] });
  if (event.type === 'undo-apply')
    return stay(
      overlay.kind === 'none' && undoable(session) !== undefined
        ? { ...session, overlay: { kind: 'undo', working: false } }
        : session,
    );
  if (event.type === 'apply-undone')
    return stay({ ...closed(session), notice: { tone: 'good', text: 'The apply was taken back' } });
  if (overlay.kind !== 'undo') return undefined;
  if (event.type === 'confirm')
    return overlay.working
      ? stay(session)
      : { session: { ...session, overlay: { kind: 'undo', working: true } }, commands: [{ type: 'undo-apply' }] };
  if (event.type === 'back' && overlay.working)
    return stay({ ...closed(session), notice: { tone: 'plain', text: 'It goes on; how it ended is told here' } });
  return undefined;
};

/** It could not be taken back, or not all of it. */
export const undoFailed = (said: Session): Session => closed(said);
