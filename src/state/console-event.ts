// What a console hears and asks beside the session itself: of the other consoles, and of its lock.
import type { Claim } from './claim.ts';
import type { KeptLock } from './console-lock.ts';
import type { Party } from './party.ts';
import type { Problem } from './problem.ts';
import type { Command, Session, SessionEvent } from './session.ts';
import type { SharedScreen } from './shared-screen.ts';
import type { TextEdit } from './text-edit.ts';

/** What there is of the other consoles at one moment. */
export type ConsolesNews = {
  readonly claim: Claim;
  /** False when the writer's process is gone. */
  readonly lives: boolean;
  readonly screen: SharedScreen | undefined;
};

export type SharingEvent =
  | { readonly type: 'joined'; readonly me: Party }
  | ({ readonly type: 'heard' } & ConsolesNews)
  | { readonly type: 'turn-taken'; readonly claim: Claim }
  /** Somebody was faster; this is what there is instead. */
  | ({ readonly type: 'turn-missed' } & ConsolesNews)
  /** Nothing can be shared here: the console goes on by itself. */
  | { readonly type: 'unshared'; readonly problem: Problem | undefined }
  | { readonly type: 'take-over' }
  | { readonly type: 'withdraw' }
  | { readonly type: 'give' }
  | { readonly type: 'keep' }
  | { readonly type: 'look'; readonly where: 'along' | 'away' };

export type LockEvent =
  | { readonly type: 'lock-read'; readonly kept: KeptLock | undefined }
  | { readonly type: 'lock-possible' }
  | { readonly type: 'lock-impossible'; readonly problem: Problem }
  | { readonly type: 'lock-edit'; readonly edit: TextEdit }
  | { readonly type: 'unlock' }
  | { readonly type: 'password-right' }
  | { readonly type: 'password-wrong'; readonly problem: Problem | undefined };

export type ConsoleEvent =
  | SessionEvent
  | SharingEvent
  | LockEvent
  /** A second has passed, more or less. */
  | { readonly type: 'clock' }
  /** The line has ended. */
  | { readonly type: 'leaving' }
  /** A key that means nothing here: somebody is there all the same. */
  | { readonly type: 'pressed' };

export type ConsoleCommand =
  | Command
  | { readonly type: 'take-turn'; readonly claim: Claim }
  /** Whether anybody could unlock it again. */
  | { readonly type: 'may-lock' }
  | { readonly type: 'keep-lock'; readonly kept: KeptLock | undefined }
  /** `kept` is written before the check: who cuts the line in the middle of it does not escape the delay. */
  | { readonly type: 'check-password'; readonly password: string; readonly kept: KeptLock };

export type ConsoleTransition = { readonly session: Session; readonly commands: readonly ConsoleCommand[] };
