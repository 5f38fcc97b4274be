// What the console may ask of the world, as one type: screens know nothing of it, and a test answers with data.

import type { Joining } from '../actions/join/take-join.ts';
import type { PreparedConfig } from '../actions/request-prepare.ts';
import type { Draft } from '../state/draft.ts';
import type { Facts } from '../state/facts.ts';
import type { JoinBundle, JoinKind } from '../state/join-bundle.ts';
import type { Joined, NamedJoiner, OfferEvent } from '../state/join-offer.ts';
import type { JournalEvent } from '../state/journal-event.ts';
import type { Plan } from '../state/plan.ts';
import type { Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import type { ResolvedSummary } from '../state/resolved-summary.ts';
import type { MadeBundle, NetworkVerdict, Opening, PowerChoice } from '../state/session.ts';
import type { Status } from '../state/status.ts';
import type { OperationName, ZramOperation } from '../state/zram-operation.ts';
import type { Forecast } from '../state/zram-overlay.ts';
import type { ConsoleEffects } from './console-effects.ts';

export type Effects = ConsoleEffects & {
  /** Everything that decides where the console opens. */
  readOpening(): Promise<Opening>;
  readFacts(): Promise<Facts>;
  /** Where a profile was looked for, and what was found. */
  readResolved(): Promise<ResolvedSummary>;
  readStatus(): Promise<Status>;
  /** The profile of the last converged apply, and that of one that did not converge. */
  readInForce(): Promise<{ readonly inForce: Profile | undefined; readonly attempted: Profile | undefined }>;
  plan(profile: Profile): Promise<Plan>;
  requestApply(profile: Profile, plan: Plan): Promise<Result<undefined>>;
  /** Hands over what is written from now on, and all of a new apply; ends with the signal. */
  followJournal(onEvents: (events: readonly JournalEvent[]) => void, signal: AbortSignal): Promise<void>;
  /** Keeps a provisional network change or takes it back; resolves when that is done. */
  decideNetwork(verdict: NetworkVerdict): Promise<Result<undefined>>;
  /** False where this console's keyboard is not that of the machine itself: nothing is loaded then. */
  tryKeyboard(layout: string): Promise<Result<boolean>>;
  hashPassword(password: string): Promise<Result<string>>;
  /** A secret for a new cluster, in the form that its profile wants. */
  makeSecret(): string;
  /** Empty when what is saved is this profile already. */
  diffCommitted(profile: Profile): Promise<string>;
  commitProfile(profile: Profile): Promise<Result<{ readonly path: string }>>;
  saveDraft(draft: Draft): Promise<void>;
  discardDraft(): Promise<void>;
  /** Resolves when the shell has ended. */
  openShell(maintenance: boolean): Promise<Result<undefined>>;
  /** Resolves when the last apply, which stopped half-way, was taken back. */
  undoApply(): Promise<Result<undefined>>;
  /** Makes the disk with this serial number the config partition, and saves the profile in force there. */
  prepareConfig(serial: string): Promise<Result<PreparedConfig>>;
  /** One file for whoever helps, without secrets; resolves when it is made. */
  makeBundle(): Promise<Result<MadeBundle>>;
  /** What each operation on the zram root would come to, or why it cannot be done. */
  forecastAllZram(): Promise<Readonly<Record<OperationName, Forecast>>>;
  forecastZram(operation: ZramOperation): Promise<Forecast>;
  /** Resolves with what it came to. */
  changeZram(operation: ZramOperation): Promise<Result<string>>;
  /** Asks the member of a join code, once. */
  takeJoin(joining: Omit<Joining, 'signal'>): Promise<Result<JoinBundle>>;
  /** Hangs up where one is being asked. */
  stopJoin(): void;
  /** Listens until one node has joined. */
  offerJoin(
    kind: JoinKind,
    profile: Profile,
    told: (event: OfferEvent) => void,
  ): Promise<Result<{ readonly joined: Joined; readonly named: NamedJoiner | undefined }>>;
  withdrawOffer(): void;
  endUptime(choice: PowerChoice): Promise<Result<undefined>>;
};
