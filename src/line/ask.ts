// One question of the line mode, and what an answer to it means: data made from a session, so that there is no state beside it.

import type { ConsoleEvent } from '../state/console-event.ts';
import type { FieldProblem } from '../state/field-problem.ts';
import type { Session, SessionEvent } from '../state/session.ts';
import { reduceSession } from '../state/session-reducer.ts';

export type Reply = {
  readonly events: readonly ConsoleEvent[];
  /** What is said about it before the next question. */
  readonly said: readonly string[];
  /** Text to be copied: shown as it is, however long its lines are. */
  readonly copy?: readonly string[];
  /** True when the same question is asked again because of this answer: the rest of a paste is then not meant for it. */
  readonly rejected: boolean;
};

export type Ask = {
  /** The same question has the same name, whatever the answer to it was so far. */
  readonly id: string;
  /** What stands above the prompt when it is asked anew. */
  readonly intro: readonly string[];
  readonly prompt: string;
  /** Not echoed. */
  readonly secret: boolean;
  /** An answer counts only when it was typed after the question. */
  readonly fresh: boolean;
  readonly reply: (typed: string) => Reply;
};

export const accepted = (events: readonly ConsoleEvent[], said: readonly string[] = []): Reply => ({
  events,
  said,
  rejected: false,
});

export const rejected = (said: readonly string[], events: readonly ConsoleEvent[] = []): Reply => ({
  events,
  said,
  rejected: true,
});

/** The session after these events; what they would set going is left to whoever sends them. */
export const sessionAfter = (session: Session, events: readonly SessionEvent[]): Session =>
  events.reduce((now, event) => reduceSession(now, event).session, session);

/** The same words as on the screen, behind the same mark. */
export const problemText = ({ problem }: FieldProblem): string => `! ${problem.summary}: ${problem.remedy}`;
