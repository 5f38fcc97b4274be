// A network change on trial in plain words: what is provisional, for how long, what is known of it, and how it was taken back.
import { type Line, paragraph } from '../components/line.ts';
import type { Evidence } from '../state/network-trial.ts';
import type { Problem } from '../state/problem.ts';
import type { NetworkVerdict, Session } from '../state/session.ts';
import { type KnownTrial, secondsLeft, trialOf } from '../state/session-trial.ts';

/** Of evidence: the rest of the screen keeps its place. */
const mostRows = 3;

const asked: Readonly<Record<NetworkVerdict, string>> = {
  keep: 'They are being kept…',
  'take-back': 'The old ones are being put back…',
};

const waitingFor = (session: Session, left: number | undefined, works: boolean): string => {
  if (session.verdict !== undefined) return asked[session.verdict];
  if (left === 0) return 'Time is up: the old ones are being put back…';
  const time = left === undefined ? 'For 90 s at most' : `${left} s left`;
  return works
    ? `${time}: F7 keeps them; F8, or nothing at all, brings the old ones back.`
    : `${time} to put this right; F8, or nothing at all, brings the old ones back.`;
};

const evidenceLines = (evidence: readonly Evidence[], missing: readonly Problem[], width: number): readonly Line[] => {
  if (missing.length > 0)
    return missing.flatMap(({ summary, remedy }) => paragraph(`✗ ${summary}: ${remedy}`, width, 1, 'bad'));
  const words = evidence.map(({ what }) => what).join(', ');
  return words === '' ? [] : paragraph(`✓ They work so far: ${words}`, width, 1, 'good');
};

const returnedLines = (session: Session, trial: Extract<KnownTrial, { kind: 'returned' }>, width: number) => {
  const { state, why, problem } = trial;
  // The outcome of the apply says it already, with its remedy.
  const isSaid = session.view.kind === 'applied' && session.view.progress.problem?.code === why.code;
  const because = isSaid ? '' : ` Why: ${why.summary}.`;
  switch (state) {
    case 'returning':
      return paragraph(`The old network settings are being put back and checked.${because}`, width, 1, 'warn');
    case 'checked':
      return paragraph(`The old network settings are back, and checked.${because}`, width, 1, 'warn');
    case 'unchecked':
      return [
        ...paragraph(
          `! The old network settings were put back, but ${problem?.summary ?? 'nobody saw them work'}.${because}`,
          width,
          1,
          'bad',
        ),
        ...paragraph(`Do this: ${problem?.remedy ?? 'see `mayfly plan`'}`, width, 3),
      ];
  }
};

/** Empty when there is nothing to tell. */
export const networkTrialLines = (session: Session, width: number): readonly Line[] => {
  const trial = trialOf(session);
  if (trial === undefined) return [];
  if (trial.kind === 'returned') return returnedLines(session, trial, width);
  const settings = trial.settings.length === 0 ? 'no port is ours any more' : trial.settings.join('; ');
  const missing = trial.evidence.flatMap((evidence) => evidence.missing ?? []);
  return [
    ...paragraph(`Provisional network settings: ${settings}`, width, 1, 'warn').slice(0, mostRows),
    ...paragraph(waitingFor(session, secondsLeft(session, trial), missing.length === 0), width, 1, 'strong'),
    ...evidenceLines(trial.evidence, missing, width).slice(0, mostRows),
  ];
};
