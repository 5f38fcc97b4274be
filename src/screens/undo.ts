// The question before an apply is taken back: what goes back, what may stay; and how far it is.
import { blank, type Line, line, paragraph, span } from '../components/line.ts';
import { leftSteps } from '../state/apply-progress.ts';
import type { Session } from '../state/session.ts';
import type { UndoOverlay } from '../state/undo-overlay.ts';
import { stepLine } from './apply.ts';

export const undoQuestion = 'Take this apply back now?';
export const undoingWords = 'Taking it back, the newest step first…';

/** What a yes would do, in words. */
export const undoWords = ({ progress }: Session, width: number): readonly Line[] => [
  ...paragraph('Each of these steps goes back to what was there before this apply, the newest first:', width, 1),
  blank,
  ...(progress === undefined ? [] : leftSteps(progress).toReversed().map(stepLine)),
  blank,
  ...paragraph(
    'A step without a way back (disks, clusters, packages that ran) stays as it is, and is named. Nothing that a disk holds is touched.',
    width,
    1,
  ),
];

export const undoLines = (
  session: Session,
  { working }: UndoOverlay,
  width: number,
  height: number,
): readonly Line[] => {
  if (!working)
    return [
      blank,
      ...undoWords(session, width),
      blank,
      line(' ', span(undoQuestion, 'bad')),
      blank,
      line('   ', span('y', 'accent'), '  yes, now'),
      line('   ', span('Esc', 'accent'), '  no, back; what was done so far stays done'),
    ];
  const steps = session.progress?.steps.filter(({ state }) => state !== 'skipped' && state !== 'blocked') ?? [];
  return [blank, line(' ', span(undoingWords, 'accent')), blank, ...steps.map(stepLine)].slice(0, height);
};
