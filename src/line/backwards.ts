// One step back where a step is a question: the session itself goes back by screens.
import type { Session, SessionEvent } from '../state/session.ts';
import { fieldsHere } from '../state/session-editing.ts';
import { sessionAfter } from './ask.ts';

/** To the question before this one, and from the first of a screen to the last of the screen before. */
export const backwards = (session: Session): readonly SessionEvent[] => {
  const { view, overlay } = session;
  if (view.kind === 'editing' && overlay.kind === 'none' && view.focus > 0) return [{ type: 'focus', by: -1 }];
  const back: SessionEvent = { type: 'back' };
  const after = sessionAfter(session, [back]).view;
  const lands = after.kind === 'editing' && !(view.kind === 'editing' && view.step === after.step);
  const hasFields = lands && overlay.kind === 'none' && fieldsHere(session, after.step).length > 0;
  return hasFields ? [back, { type: 'focus', by: -1 }] : [back];
};
