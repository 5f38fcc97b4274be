// Every key of the console, as data: the footer, the help and what a key does all come from here.
import { bodyHeight, type Size } from '../screens/layout.ts';
import type { ConsoleEvent } from '../state/console-event.ts';
import type { Session } from '../state/session.ts';
import { fieldsHere } from '../state/session-editing.ts';
import { isClosed } from '../state/session-lock.ts';
import { underHelp } from '../state/session-moves.ts';
import { looksAlong } from '../state/sharing.ts';
import type { KeyPress } from '../terminal/key.ts';
import { type Binding, back, scrolling } from './binding.ts';
import { helpContent } from './help-content.ts';
import { consentKeys } from './keys-consent.ts';
import { everywhere, help, interrupt, repaint } from './keys-everywhere.ts';
import { findingKeys } from './keys-find.ts';
import { joinKeys } from './keys-join.ts';
import { lockKeys } from './keys-lock.ts';
import { offerKey, offerKeys } from './keys-offer.ts';
import { prepareKeys } from './keys-prepare.ts';
import { withOthers } from './keys-sharing.ts';
import { undoKeys } from './keys-undo.ts';
import { bundleKey, viewKeys } from './keys-view.ts';
import { zramKeys } from './keys-zram.ts';

const overlayKeys = (session: Session, size: Size, lineWords: readonly string[]): readonly Binding[] | undefined => {
  const { overlay } = session;
  switch (overlay.kind) {
    case 'none':
      return undefined;
    case 'help':
      return [
        back('Close', 'Close the help'),
        { ...help, label: '' },
        ...scrolling({
          length: helpContent(session, bindingsOf(underHelp(session), size), size, lineWords).length,
          height: bodyHeight(session, size),
        }),
        repaint,
        interrupt,
      ];
    case 'zram':
      return [...zramKeys(overlay), help, repaint, interrupt];
    case 'consent':
      return [...consentKeys, help, repaint, interrupt];
    case 'join':
      return [...joinKeys(overlay), help, repaint, interrupt];
    case 'offer':
      return [...offerKeys(session), help, repaint, interrupt];
    case 'undo':
      return [...undoKeys(overlay), help, repaint, interrupt];
    case 'prepare':
      return [...prepareKeys(session, overlay), help, repaint, interrupt];
    case 'find':
      return [...findingKeys(session, overlay.typed), help, repaint, interrupt];
    case 'power': {
      const leave = back('Back', 'Back; nothing happens');
      if (overlay.choice !== undefined)
        return [
          {
            keys: ['text:y'],
            shown: 'y',
            label: 'Yes, now',
            description: 'End this uptime now',
            does: { type: 'confirm' },
          },
          leave,
          help,
          repaint,
          interrupt,
        ];
      return [
        {
          keys: ['text:r'],
          shown: 'r',
          label: 'Restart',
          description: 'Restart from the image',
          does: { type: 'power-choice', choice: 'reboot' },
        },
        {
          keys: ['text:o'],
          shown: 'o',
          label: 'Power off',
          description: 'Power this node off',
          does: { type: 'power-choice', choice: 'poweroff' },
        },
        leave,
        help,
        repaint,
        interrupt,
      ];
    }
  }
};

/** After those that are always there: a narrow footer has no room for it. */
const seldom = (session: Session): readonly Binding[] => {
  const { view } = session;
  if (view.kind === 'console') return [offerKey(session), bundleKey];
  return view.kind === 'applied' && view.progress.outcome !== 'converged' ? [bundleKey] : [];
};

/** All keys that mean something now, the most useful first. `lineWords` is what the help says about the line. */
export const bindingsOf = (session: Session, size: Size, lineWords: readonly string[] = []): readonly Binding[] =>
  isClosed(session)
    ? lockKeys(session)
    : withOthers(
        session,
        overlayKeys(session, size, lineWords) ?? [...viewKeys(session, size), ...everywhere, ...seldom(session)],
      );

/** True where a typed character is text: letters are then no keys. */
const takesText = (session: Session): boolean => {
  if (looksAlong(session)) return false;
  const { overlay } = session;
  if (
    overlay.kind === 'find' ||
    overlay.kind === 'consent' ||
    (overlay.kind === 'join' && overlay.asking === undefined) ||
    (overlay.kind === 'prepare' && overlay.stage.kind === 'typing') ||
    (overlay.kind === 'zram' && overlay.chosen?.stage.kind === 'typing')
  )
    return true;
  if (session.overlay.kind !== 'none' || session.view.kind !== 'editing') return false;
  const field = fieldsHere(session, session.view.step)[session.view.focus];
  return field !== undefined && field.kind !== 'choice';
};

/** What a key press means now; undefined when it means nothing here. */
export const eventOf = (
  session: Session,
  size: Size,
  key: KeyPress,
  lineWords: readonly string[] = [],
): ConsoleEvent | undefined => {
  if (isClosed(session) && (key.name === 'text' || key.name === 'paste'))
    return { type: 'lock-edit', edit: { kind: 'insert', text: key.text.split('\n', 1).join('') } };
  const typing = takesText(session);
  if (typing && (key.name === 'text' || key.name === 'paste'))
    return { type: 'edit', edit: { kind: 'insert', text: key.text } };
  const name = key.name === 'text' ? (`text:${key.text}` as const) : key.name;
  const binding = bindingsOf(session, size, lineWords).find(({ keys }) => keys.some((candidate) => candidate === name));
  if (binding === undefined || binding.does === 'list' || binding.does === 'terminal') return undefined;
  return binding.disabledReason === undefined ? binding.does : { type: 'refused', why: binding.disabledReason };
};
