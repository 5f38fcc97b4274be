// What holds in every state of the console and between any two of them, whatever was pressed: each law answers with what is wrong.
import { footerLine } from '../../../src/app/footer.ts';
import { helpContent } from '../../../src/app/help-content.ts';
import { bindingsOf, eventOf } from '../../../src/app/keymap.ts';
import { type Line, widthOf } from '../../../src/components/line.ts';
import { scrolled } from '../../../src/components/scrolled.ts';
import { bodyLines } from '../../../src/screens/body.ts';
import { headerLine, ruleLine } from '../../../src/screens/header.ts';
import { bodyHeight, type Size, titleOf } from '../../../src/screens/layout.ts';
import { noticeLines } from '../../../src/screens/notice.ts';
import type { ConsoleEvent } from '../../../src/state/console-event.ts';
import { reduceConsole } from '../../../src/state/console-reducer.ts';
import type { Now } from '../../../src/state/now.ts';
import { isUntouched } from '../../../src/state/profile-to-draft.ts';
import { profileDigest } from '../../../src/state/render-profile.ts';
import type { Session } from '../../../src/state/session.ts';
import { fieldsHere } from '../../../src/state/session-editing.ts';
import { isClosed } from '../../../src/state/session-lock.ts';
import { key } from '../../../src/terminal/key.ts';
import { secretMark } from './random-bytes.ts';
import { committedOf, type RandomNode } from './random-node.ts';

/** Whose turn it was: a key's event, or the world's. */
export type Cause = ConsoleEvent | 'world' | 'line';

const textOf = (line: Line): string => line.map(({ text }) => text).join('');

const secretsIn = (text: string, { secrets }: Session): boolean =>
  text.includes(secretMark) &&
  Object.values(secrets).some((secret) => secret.includes(secretMark) && secret.length > 12 && text.includes(secret));

/** The lists draw themselves: undefined. */
const bodyOf = (session: Session, size: Size): readonly Line[] | undefined => {
  if (session.overlay.kind !== 'help') return bodyLines(session, size);
  const beneath = bindingsOf({ ...session, overlay: { kind: 'none' } }, size);
  return scrolled(helpContent(session, beneath, size), session.overlay.scroll, bodyHeight(session, size));
};

/** Header, rule, body, notice and footer fill the screen exactly, and say where one is and how to go on. */
export const frameFault = (session: Session, size: Size): string | undefined => {
  const height = bodyHeight(session, size);
  const rule = ruleLine(titleOf(session), size.columns);
  const footer = footerLine(bindingsOf(session, size), size.columns);
  const notice = noticeLines(session, size.columns);
  const body = bodyOf(session, size) ?? [];
  const whole = [headerLine(session, size.columns), rule, ...notice, footer];
  const wide = whole.find((line) => widthOf(line) > size.columns);
  if (wide !== undefined) return `wider than ${size.columns}: ${textOf(wide)}`;
  if (2 + height + notice.length + 1 !== size.rows) return `${height} rows of body, ${notice.length} of notice`;
  if (!textOf(rule).includes(titleOf(session))) return 'the title is not in its place';
  // Before the lock is read, and once the line has ended, no key does anything.
  if (textOf(footer).trim() === '' && session.lock.kind !== 'unread') return 'the footer is empty';
  const typed = session.view.kind === 'editing' && session.overlay.kind === 'none' ? session.view : undefined;
  const field = typed === undefined ? undefined : fieldsHere(session, typed.step)[typed.focus];
  if (field !== undefined && field.kind !== 'choice') {
    const at = body.slice(0, height).find((line) => line.some(({ tone }) => tone === 'caret'));
    if (at === undefined) return `the cursor in ${field.id} is not on the screen`;
    const caret = at.findIndex(({ tone }) => tone === 'caret');
    if (widthOf(at.slice(0, caret + 1)) > size.columns) return `the cursor in ${field.id} is outside the screen`;
  }
  if (secretsIn([...whole, ...body].map(textOf).join('\n'), session)) return 'a password is on the screen';
  return undefined;
};

/** Views in which the world owes an answer that has a deadline of its own. */
const waits = ({ view }: Session): boolean =>
  view.kind === 'starting' ||
  (view.kind === 'editing' && view.work === 'hashing') ||
  (view.kind === 'comparing' && view.saving);

const mostSteps = 12;

const now: Now = { wallMs: 0, monoMs: 0 };

/** Esc leads back to the first screen, and F1 tells what can be done. */
export const wayOutFault = (session: Session, size: Size): string | undefined => {
  // The way out of a closed console is its password.
  if (isClosed(session)) return undefined;
  if (session.overlay.kind !== 'power') {
    const event = eventOf(session, size, key('f1'));
    const helped = event === undefined ? session : reduceConsole(session, event, now).session;
    if (helped.overlay.kind === session.overlay.kind) return 'F1 does not open the help';
  }
  if (waits(session)) return undefined;
  let here = session;
  for (let step = 0; step < mostSteps; step++) {
    const { view, overlay } = here;
    if (overlay.kind === 'none' && (view.kind === 'console' || (view.kind === 'editing' && view.step === 'welcome')))
      return undefined;
    const event = eventOf(here, size, key('escape'));
    if (event === undefined) return `Esc means nothing in ${view.kind}`;
    here = reduceConsole(here, event, now).session;
  }
  return `${mostSteps} times Esc do not lead out`;
};

const sameValues = (one: Session, other: Session, but: readonly string[] = []): string | undefined =>
  [...new Set([...Object.keys(one.draft.values), ...Object.keys(other.draft.values)])].find(
    (field) => one.draft.values[field] !== other.draft.values[field] && !but.includes(field),
  );

/** Only these may change what was typed, and only in the field with the focus. */
const edits: readonly ConsoleEvent['type'][] = ['edit', 'option', 'choose', 'next'];

const focusedField = (session: Session): string => {
  const { view } = session;
  return view.kind === 'editing' ? (fieldsHere(session, view.step)[view.focus]?.id ?? '') : '';
};

/** The member that is being asked by a join code: its answer fills the wizard. */
const askingOf = ({ overlay }: Session): string | undefined => {
  const under = overlay.kind === 'help' ? overlay.over : overlay;
  return under?.kind === 'join' ? under.asking : undefined;
};

const typedFault = (before: Session, after: Session, cause: Cause): string | undefined => {
  if (before.draft.values === after.draft.values && before.secrets === after.secrets) return undefined;
  if (cause === 'line') return undefined;
  if (cause === 'world') {
    const lost = sameValues(before, after);
    const isHash = before.draft.passwordHash !== after.draft.passwordHash;
    const isKept = Object.entries(before.secrets).every(
      ([field, secret]) => field.startsWith('cluster.') || after.secrets[field] === secret,
    );
    if (!isKept && !isHash) return 'a typed password went away by itself';
    if (lost === undefined || before.view.kind === 'starting') return undefined;
    const wasJoining = askingOf(before) !== undefined && askingOf(after) === undefined;
    if (wasJoining) return undefined;
    if (before.view.kind === 'editing') return `${lost} changed while it was edited`;
    return after.inForce !== undefined && isUntouched(after.draft) ? undefined : `${lost} changed by itself`;
  }
  if (before.secrets !== after.secrets && cause.type !== 'edit') return `${cause.type} changed a password`;
  if (cause.type === 'change') return isUntouched(before.draft) ? undefined : `${sameValues(before, after)} was lost`;
  // An apply fixes how the ports are used; nothing that was typed is another for it.
  if (cause.type === 'next' && before.view.kind === 'reviewing')
    return Object.entries(before.draft.values).every(([field, value]) => after.draft.values[field] === value)
      ? undefined
      : 'the apply changed what was typed';
  const focused = focusedField(before);
  const own = cause.type === 'choose' ? cause.field : focused;
  const lost = sameValues(before, after, [own, own.replace(/[^/]+$/, 'use')]);
  return edits.includes(cause.type) && lost === undefined ? undefined : `${cause.type} changed ${lost ?? own}`;
};

const answerFault = (before: Session, after: Session, node: RandomNode): string | undefined => {
  const { view } = after;
  if (view.kind === 'reviewing' && view.plan.profileDigest !== profileDigest(view.profile))
    return 'the review shows the plan of another profile';
  if (view.kind === 'comparing' && (view.diff ?? '') !== '' && view.diff !== committedOf(view.profile))
    return 'what is shown to be saved belongs to another profile';
  const hash = after.draft.passwordHash;
  if (before.view.kind === 'editing' && hash !== undefined && hash !== before.draft.passwordHash) {
    const password = node.passwordOf(hash);
    if (password !== undefined && password !== before.secrets['access.password'])
      return 'the hash is that of another password';
  }
  return undefined;
};

export const changeFault = (before: Session, after: Session, cause: Cause, node: RandomNode): string | undefined => {
  const { view } = after;
  if (view.kind === 'editing') {
    const fields = fieldsHere(after, view.step);
    if (view.focus < 0 || (view.focus >= fields.length && fields.length > 0)) return 'the focus is on no field';
  }
  if (view.kind === 'starting' && before.view.kind !== 'starting') return 'it starts anew by itself';
  if (secretsIn(JSON.stringify(after.draft), after)) return 'a password is in the draft';
  return answerFault(before, after, node) ?? typedFault(before, after, cause);
};
