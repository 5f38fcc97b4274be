// The apply as it happens and as it ended: one line a step, read from the journal, so that whoever attaches sees the same.
import { blank, fitted, type Line, line, paragraph, type Span, span } from '../components/line.ts';
import { type ApplyProgress, isTakenBack, leftSteps, type StepProgress } from '../state/apply-progress.ts';
import type { Session } from '../state/session.ts';
import { factsOf } from '../state/session-facts.ts';
import { networkTrialLines } from './network-trial.ts';
import { changeLines } from './review.ts';
import { durationText } from './words.ts';

const stateSpans: Readonly<Record<StepProgress['state'], Span>> = {
  waiting: span('waiting', 'dim'),
  running: span('running', 'accent'),
  converged: span('✓ done', 'good'),
  unchanged: span('✓ was right', 'good'),
  failed: span('✗ failed', 'bad'),
  undone: span('taken back', 'warn'),
  blocked: span('✗ blocked', 'bad'),
  skipped: span('not reached', 'dim'),
};

export const stepLine = (step: StepProgress): Line => {
  const state = stateSpans[step.state];
  const took =
    step.startedMs === undefined || step.endedMs === undefined
      ? ''
      : `  ${((step.endedMs - step.startedMs) / 1000).toFixed(1)} s`;
  return line(
    '   ',
    { ...state, text: fitted(state.text, 14) },
    span(step.title, step.state === 'running' ? 'strong' : 'plain'),
    span(took, 'dim'),
  );
};

/** Of the body: 36 rows of the terminal, less what a notice may take. */
const tall = 30;

/** Under the title of its step. */
const changeColumn = 17;

const someChanges = ({ changes }: StepProgress, most: number, width: number): readonly Line[] => {
  const hidden = changes.length - most;
  const more = hidden > 0 ? [line(' '.repeat(changeColumn), span(`and ${hidden} more`, 'dim'))] : [];
  return [...changes.slice(0, most).flatMap((change) => changeLines(change, width, changeColumn, 'dim')), ...more];
};

/** Each step and, where there is room, what it changes: of every step as many changes as fit. */
const stepLines = (steps: readonly StepProgress[], width: number, height: number, room: number): readonly Line[] => {
  const short = steps.map(stepLine);
  if (height < tall) return short;
  const mostChanges = Math.max(0, ...steps.map(({ changes }) => changes.length));
  for (let most = Math.min(mostChanges, room); most > 0; most -= 1) {
    const lines = steps.flatMap((step) => [stepLine(step), ...someChanges(step, most, width)]);
    if (lines.length <= room) return lines;
  }
  return short;
};

const outputLines = (progress: ApplyProgress, width: number, most: number): readonly Line[] => {
  const talking =
    progress.steps.find(({ state }) => state === 'running') ?? progress.steps.find(({ state }) => state === 'failed');
  return (talking?.output ?? [])
    .slice(-Math.max(0, most))
    .map((text) => line('     ', span(fitted(text, width - 6), 'dim')));
};

export const belongsWords = 'The apply belongs to the node: a lost line does not stop it.';

/** First on the screen: it is what waits for somebody. */
const trialOrNothing = (session: Session, width: number): readonly Line[] => {
  const lines = networkTrialLines(session, width);
  return lines.length === 0 ? [] : [blank, ...lines];
};

export const applyLines = (session: Session, width: number, height: number): readonly Line[] => {
  const { progress } = session;
  if (progress === undefined) return [blank, line(' Waiting for the apply to begin…')];
  const head = line(
    ' ',
    span(`${progress.done} of ${progress.total} steps`, 'strong'),
    span(`  since ${durationText((progress.atMs - progress.startedMs) / 1000)}`, 'dim'),
  );
  const tail: Line = line(span(` ${belongsWords}`, 'dim'));
  const trial = trialOrNothing(session, width);
  const room = height - trial.length - 5;
  const output = outputLines(progress, width, Math.min(room - progress.steps.length - 1, height > tall ? 12 : 6));
  const steps = stepLines(progress.steps, width, height, output.length === 0 ? room + 1 : room - output.length);
  return [...trial, blank, head, ...steps, ...(output.length > 0 ? [blank, ...output] : []), blank, tail];
};

const outcomeHead = (progress: ApplyProgress): Line => {
  const reached = `${progress.done} of ${progress.total}`;
  switch (progress.outcome) {
    case 'converged':
      return line(' ', span('This node is what its profile says.', 'good'), `  ${reached} steps`);
    case 'failed':
      if (isTakenBack(progress))
        return leftSteps(progress).length === 0
          ? line(' ', span('Taken back.', 'warn'), ' This node is as it was before it.')
          : line(' ', span('Taken back in part.', 'warn'), ' What is marked done below has no way back, and stays.');
      return line(' ', span(`Stopped at ${reached}.`, 'bad'), ' What was done so far stays done.');
    case 'refused':
      return line(' ', span('Refused: nothing was changed.', 'bad'));
    case 'interrupted':
      return line(' ', span(`Interrupted at ${reached}.`, 'bad'), ' The apply ended without a word; it can go on.');
    case 'running':
      return line(' ', span(`${reached} steps`, 'strong'));
  }
};

/** Where the profile is kept, in plain words. */
const keepingLines = (session: Session, width: number): readonly Line[] => {
  const partition = factsOf(session)?.configPartition;
  const persisted = session.statuses.at(-1)?.profile;
  if (persisted?.kind === 'live' && persisted.value.persisted)
    return paragraph(
      `Its profile is kept on the ${persisted.value.transport}: the next boot applies it again.`,
      width,
      1,
    );
  if (partition?.kind === 'found')
    return [
      ...paragraph(
        'So far this holds for this uptime only: the next boot starts from the image again.',
        width,
        1,
        'warn',
      ),
      ...paragraph(
        `F3 saves the profile on the config partition ${partition.device}, after showing what changes there.`,
        width,
        1,
      ),
    ];
  const why =
    partition?.kind === 'ambiguous'
      ? `Two config partitions were found (${partition.devices.join(', ')}): take one away to save the profile.`
      : 'This node has no config partition: the profile lasts for this uptime only. F3 makes a disk one, after a question, and saves the profile there.';
  return [...paragraph(why, width, 1, 'warn'), ...paragraph('F4 shows the profile for copying.', width, 1)];
};

export const appliedLines = (
  session: Session,
  progress: ApplyProgress,
  width: number,
  height: number,
): readonly Line[] => {
  const { problem } = progress;
  const cause =
    problem === undefined
      ? []
      : [
          blank,
          ...paragraph(`! ${problem.summary}`, width, 1, 'bad'),
          ...paragraph(`Do this: ${problem.remedy} (${problem.code})`, width, 3),
        ];
  const keeping = progress.outcome === 'converged' ? [blank, ...keepingLines(session, width)] : [];
  const fixed = [...trialOrNothing(session, width), blank, outcomeHead(progress), ...cause, ...keeping, blank];
  const room = Math.max(0, height - fixed.length);
  return [...fixed, ...stepLines(progress.steps, width, height, room).slice(0, room)];
};
