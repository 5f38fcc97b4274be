// Where a session is, as a heading and what is told there once: the screens' own lines, before the first question of the place.
import { blank, type Line, line, paragraph } from '../components/line.ts';
import { accessIntro, hashingWords } from '../screens/access.ts';
import { appliedLines, belongsWords } from '../screens/apply.ts';
import { bodyLines } from '../screens/body.ts';
import { consentRule, lossOfDisk } from '../screens/consent.ts';
import { documentOf } from '../screens/document.ts';
import { exportIntro } from '../screens/documents.ts';
import { headerLine } from '../screens/header.ts';
import { askingWords, joinIntro } from '../screens/join.ts';
import { titleOf } from '../screens/layout.ts';
import { lockLines } from '../screens/lock.ts';
import { offerLines } from '../screens/offer.ts';
import { lossLines } from '../screens/power.ts';
import { prepareIntro, preparingStage, questionLines } from '../screens/prepare.ts';
import { undoingWords, undoWords } from '../screens/undo.ts';
import { welcomeLines } from '../screens/welcome.ts';
import { sizingLines } from '../screens/zram.ts';
import { zramOverlayLines } from '../screens/zram-operations.ts';
import type { PrepareOverlay } from '../state/prepare-overlay.ts';
import { redactClusterSecrets } from '../state/redact-profile.ts';
import { renderProfile } from '../state/render-profile.ts';
import type { Session } from '../state/session.ts';
import type { Editing } from '../state/session-editing.ts';
import { isClosed } from '../state/session-lock.ts';
import type { ZramOverlay } from '../state/zram-overlay.ts';
import { lockStage } from './lock-ask.ts';
import { columns, keyName, textOf, textsOf, textWidth } from './plain-text.ts';

const size = { columns: textWidth, rows: 10_000 } as const;

export type Place = {
  readonly lines: readonly string[];
  /** Text to be copied, under the lines. */
  readonly copy: readonly string[];
};

/** The same while nothing of it has to be told again. */
export const placeId = ({ view, overlay, lock, offer }: Session): string => {
  if (lock.kind !== 'open') return `lock ${lock.kind}`;
  if (overlay.kind === 'power') return `power ${overlay.choice ?? ''}`;
  if (overlay.kind === 'consent') return `consent ${overlay.serial}`;
  if (overlay.kind === 'join') return 'join';
  if (overlay.kind === 'offer') return `offer ${offer?.kind ?? ''}`;
  if (overlay.kind === 'undo') return `undo ${overlay.working}`;
  if (overlay.kind === 'prepare') return `prepare ${overlay.stage.kind}`;
  if (overlay.kind === 'zram') return `zram ${isSilent(overlay) ? 'between' : (overlay.chosen?.name ?? 'list')}`;
  if (view.kind === 'editing') return `editing ${view.step}`;
  if (view.kind === 'starting') return view.problem === undefined ? 'starting' : `starting: ${view.problem.summary}`;
  return view.kind === 'comparing' && view.diff === undefined ? 'reading what is saved' : view.kind;
};

const stepLines = (session: Session, { step }: Editing): readonly Line[] => {
  switch (step) {
    case 'welcome':
      return welcomeLines(session, textWidth, size.rows);
    case 'zram':
      return sizingLines(session, textWidth, size.rows);
    case 'access':
      return accessIntro(textWidth);
    default:
      return [];
  }
};

const leaveWords = `${keyName('Esc')} goes to the dashboard; the apply goes on.`;

/** A size is its own question, and nothing is there to be told while something is read or done. */
const isSilent = ({ forecasts, chosen }: ZramOverlay): boolean =>
  chosen === undefined ? forecasts === undefined : chosen.stage.kind !== 'ready';

/** The list of what can be done, then what the chosen one would come to. */
const zramPlace = (session: Session, overlay: ZramOverlay): readonly Line[] => {
  if (overlay.chosen?.stage.kind === 'ready') return [line(` ${overlay.chosen.stage.words}`)];
  return zramOverlayLines(session, { ...overlay, chosen: undefined }, textWidth);
};

const preparePlace = (session: Session, overlay: PrepareOverlay): readonly Line[] =>
  overlay.stage.kind === 'choosing'
    ? paragraph(prepareIntro, textWidth, 1)
    : overlay.stage.kind === 'typing'
      ? questionLines(session, overlay, textWidth)
      : [];

const linesOf = (session: Session, toldSteps: boolean): readonly Line[] => {
  const { view, overlay, lock } = session;
  if (lock.kind === 'locked') return lockLines(session, lock, textWidth, size.rows);
  if (overlay.kind === 'power') return overlay.choice === undefined ? lossLines(session, textWidth) : [];
  if (overlay.kind === 'consent') return [...lossOfDisk(session, overlay, textWidth), blank, line(` ${consentRule}`)];
  if (overlay.kind === 'join') return paragraph(joinIntro, textWidth, 1);
  if (overlay.kind === 'offer') return offerLines(session, textWidth);
  if (overlay.kind === 'undo') return overlay.working ? [] : undoWords(session, textWidth);
  if (overlay.kind === 'prepare') return preparePlace(session, overlay);
  if (overlay.kind === 'zram') return zramPlace(session, overlay);
  const document = view.kind === 'exporting' ? undefined : documentOf(session, size);
  if (document !== undefined) return [...document.head, ...document.lines];
  switch (view.kind) {
    case 'editing':
      return stepLines(session, view);
    case 'applying':
      return [line(` ${belongsWords}`), line(` ${leaveWords}`)];
    case 'applied':
      return appliedLines(session, view.progress, textWidth, toldSteps ? 0 : size.rows);
    case 'exporting':
      return [line(` ${exportIntro}`), blank];
    case 'console':
      return [line(nodeLine(session))];
    default:
      return bodyLines(session, size) ?? [];
  }
};

/** Neither blank at an end nor twice. */
const withoutEnds = (lines: readonly string[]): readonly string[] => {
  const first = lines.findIndex((text) => text !== '');
  const last = lines.findLastIndex((text) => text !== '');
  return first < 0
    ? []
    : lines.slice(first, last + 1).filter((text, index, all) => text !== '' || all[index - 1] !== '');
};

const copyOf = (session: Session): readonly string[] =>
  !isClosed(session) && session.overlay.kind === 'none' && session.view.kind === 'exporting'
    ? renderProfile(redactClusterSecrets(session.view.profile)).trimEnd().split('\n')
    : [];

/** `toldSteps`: the steps of the apply were told one by one as they happened. */
export const placeOf = (session: Session, toldSteps: boolean): Place => {
  if (session.overlay.kind === 'zram' && isSilent(session.overlay)) return { lines: [], copy: [] };
  const title = titleOf(session);
  return {
    lines: [...(title === '' ? [] : ['', `-- ${title} --`]), ...withoutEnds(textsOf(linesOf(session, toldSteps)))],
    copy: copyOf(session),
  };
};

/** What the session waits for in the middle of a place, told once each time; empty where it waits for an answer. */
export const stageOf = (session: Session): string => {
  const { view, overlay } = session;
  if (isClosed(session)) return lockStage(session);
  if (overlay.kind === 'zram' && overlay.chosen?.stage.kind === 'working') return 'At work…';
  if (overlay.kind === 'undo' && overlay.working) return undoingWords;
  if (overlay.kind === 'prepare') return preparingStage(overlay);
  if (overlay.kind === 'join' && overlay.asking !== undefined) return askingWords(overlay.asking);
  if (view.kind === 'editing' && view.work === 'hashing') return hashingWords;
  const isBusy = (view.kind === 'reviewing' && view.apply === 'asked') || (view.kind === 'comparing' && view.saving);
  if (!isBusy) return '';
  return view.kind === 'comparing' ? 'Writing…' : 'Asked for; waiting for it to begin…';
};

/** Which node this is and how it is, on one line. */
export const nodeLine = (session: Session): string =>
  textOf(headerLine(session, columns))
    .trim()
    .replaceAll(/ · | {2,}/g, ', ');
