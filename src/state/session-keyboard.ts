// The keyboard at the machine itself: a layout that was chosen is asked for as soon as its field is left, so that the next password is typed with it.
import { keyboardField } from './draft-fields.ts';
import type { Facts } from './facts.ts';
import type { Reading } from './reading.ts';
import type { Command, Session } from './session.ts';
import { fieldsHere } from './session-editing.ts';
import { factsOf } from './session-facts.ts';
import { withNotice } from './session-moves.ts';

const isInField = (session: Session): boolean =>
  session.view.kind === 'editing' && fieldsHere(session, session.view.step)[session.view.focus]?.id === keyboardField;

/** Only what this image has: the field itself says what is wrong with anything else. Empty leaves the keyboard as it is. */
export const keyboardCommands = (before: Session, after: Session): readonly Command[] => {
  if (!isInField(before) || isInField(after)) return [];
  const layout = (after.draft.values[keyboardField] ?? '').trim();
  const keyboard = factsOf(after)?.keyboard;
  return keyboard !== undefined && layout !== keyboard.inUse && keyboard.layouts.includes(layout)
    ? [{ type: 'try-keyboard', layout }]
    : [];
};

const withLayout = (facts: Reading<Facts>, inUse: string): Reading<Facts> =>
  facts.kind === 'live' || facts.kind === 'stale'
    ? { ...facts, value: { ...facts.value, keyboard: { ...facts.value.keyboard, inUse } } }
    : facts;

/** `here`: this console's own keyboard has it now. */
export const keyboardTried = (session: Session, layout: string, here: boolean): Session =>
  here
    ? withNotice(
        { ...session, facts: withLayout(session.facts, layout) },
        'good',
        `This keyboard has the layout ${layout} from now on`,
      )
    : session;
