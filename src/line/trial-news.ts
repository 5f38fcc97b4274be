// A network change on trial, told when it begins, when its evidence or its fate changes, and before its time is up.
import { networkTrialLines } from '../screens/network-trial.ts';
import type { Session } from '../state/session.ts';
import { type KnownTrial, secondsLeft, trialOf } from '../state/session-trial.ts';
import { textsOf, textWidth } from './plain-text.ts';

/** Seconds before the end at which it is told once more. */
const reminders = [10, 30, 60] as const;

const stageOfTrial = (session: Session, trial: KnownTrial): string => {
  if (trial.kind === 'returned') return `${trial.kind} ${trial.atMs} ${trial.state}`;
  const left = secondsLeft(session, trial);
  const due = left === undefined ? undefined : reminders.find((seconds) => left <= seconds);
  const missing = trial.evidence.flatMap((evidence) => evidence.missing?.code ?? []);
  return [trial.kind, trial.untilUptime, session.verdict, missing.join(), left === 0 ? 'over' : due].join(' ');
};

/** `told` is what this answered last, kept by whoever calls; nothing is said when nothing is new. */
export const trialNews = (
  session: Session,
  told: string | undefined,
): { readonly told: string | undefined; readonly said: readonly string[] } => {
  const trial = trialOf(session);
  const stage = trial === undefined ? undefined : stageOfTrial(session, trial);
  if (stage === undefined || stage === told) return { told: stage, said: [] };
  return { told: stage, said: textsOf(networkTrialLines(session, textWidth)).map((text) => text.trim()) };
};
