// Runs a session: events in, one reducer, commands out to the effects, whose answers are events again.
// Longer than most: everything in it is one closure over one session, its timers and what waits to be written.
import type { Claim } from '../state/claim.ts';
import type { ConsoleCommand, ConsoleEvent } from '../state/console-event.ts';
import { reduceConsole } from '../state/console-reducer.ts';
import type { Now } from '../state/now.ts';
import type { Result } from '../state/problem.ts';
import type { Session } from '../state/session.ts';
import { startingSession } from '../state/session-start.ts';
import { RehearsalRefusal } from '../system/rehearsal.ts';
import type { Effects } from './effects.ts';
import { failureEvent, problemOfThrown } from './failure-event.ts';
import { carryOutLock } from './lock-commands.ts';
import { countRequests } from './newest-request.ts';
import { readOpening } from './read-opening.ts';
import { createScreenSharing } from './screen-sharing.ts';

export type SessionLoop = {
  current(): Session;
  subscribe(listener: () => void): () => void;
  send(event: ConsoleEvent): void;
  /** Resolves when everything that decides the first screen was read. */
  start(): Promise<void>;
  /** Saves what is still to be saved. */
  stop(): Promise<void>;
};

export type LoopOptions = {
  readonly effects: Effects;
  readonly rehearsal: boolean;
  /** Milliseconds between readings; 1,000 unless told. */
  readonly statusEveryMs?: number;
  /** How long typing may rest before the draft is written; 400 unless told. */
  readonly draftAfterMs?: number;
  /** How often time is looked at, for what happens by itself; 1,000 unless told. */
  readonly clockEveryMs?: number;
  /** After how long it is tried again to read what decides the first screen; 5,000 unless told. */
  readonly openingEveryMs?: number;
  readonly now?: () => Now;
  /** For what nobody foresaw: the console goes on, the log knows. */
  readonly onBug: (error: unknown) => void;
};

/** Takes what a command comes to, where somebody still waits for it. */
type Tell = (event: ConsoleEvent | undefined) => void;

/** Only the wizard looks at them: whoever opens it finds them too old, and has them read again at the next reading. */
const factsEveryMs = { editing: 10_000, otherwise: 600_000 } as const;

/** CLOCK_MONOTONIC, the same in all consoles of a node. */
const realNow = (): Now => ({ wallMs: Date.now(), monoMs: Number(process.hrtime.bigint() / 1_000_000n) });

export const createSessionLoop = (options: LoopOptions): SessionLoop => {
  const { effects, onBug, now = realNow } = options;
  const { statusEveryMs = 1_000, draftAfterMs = 400, clockEveryMs = 1_000, openingEveryMs = 5_000 } = options;
  const listeners = new Set<() => void>();
  const ending = new AbortController();
  // Whether this console was locked when it ended last is read first of all.
  let session: Session = { ...startingSession(options.rehearsal), lock: { kind: 'unread' } };
  let clockTimer: NodeJS.Timeout | undefined;
  // Turns of the claim are written in the order in which they were decided.
  let turns: Promise<void> = Promise.resolve();
  const screens = createScreenSharing(effects, onBug);
  const countRequest = countRequests();
  let statusTimer: NodeJS.Timeout | undefined;
  let draftTimer: NodeJS.Timeout | undefined;
  let unsaved: (() => Promise<void>) | undefined;
  /** One after the other, so that the newest is what stays; resolves when nothing is being written. */
  let saved: Promise<void> = Promise.resolve();
  let factsAtMs = 0;
  let resolving = false;

  const send = (event: ConsoleEvent): void => {
    if (ending.signal.aborted) return;
    const { session: after, commands } = reduceConsole(session, event, now());
    if (after !== session) {
      screens.changed(session, after);
      session = after;
      for (const listener of [...listeners]) listener();
    }
    for (const command of commands) request(command);
  };

  const request = (command: ConsoleCommand): void => {
    const isNewest = countRequest(command.type);
    const tell: Tell = (event) => {
      if (event !== undefined && isNewest()) send(event);
    };
    carryOut(command, tell).catch((error: unknown) => {
      if (!(error instanceof RehearsalRefusal)) onBug(error);
      tell(failureEvent(command, problemOfThrown(error, command.type)));
    });
  };

  const saveSoon = (save: () => Promise<void>): void => {
    unsaved = save;
    clearTimeout(draftTimer);
    draftTimer = setTimeout(() => flushDraft(), draftAfterMs);
  };

  const flushDraft = (): Promise<void> => {
    clearTimeout(draftTimer);
    const save = unsaved;
    unsaved = undefined;
    // A rehearsal cannot save; the typing goes on all the same.
    if (save !== undefined)
      saved = saved
        .then(save)
        .catch((error: unknown) => (error instanceof RehearsalRefusal ? undefined : onBug(error)));
    return saved;
  };

  /** What was typed up to here goes first: whoever writes next begins with it. */
  const writeTurn = async (claim: Claim): Promise<void> => {
    await flushDraft();
    await screens.flush();
    const turn = await effects.takeTurn(claim);
    send(turn.kind === 'taken' ? { type: 'turn-taken', claim } : { type: 'turn-missed', ...turn.news });
  };

  const carryOut = async (command: ConsoleCommand, tell: Tell): Promise<void> => {
    const answer = <T>(result: Result<T>, event: (value: T) => ConsoleEvent): void =>
      tell(result.ok ? event(result.value) : failureEvent(command, result.problem));
    switch (command.type) {
      case 'take-turn': {
        const turn = turns.then(() => writeTurn(command.claim));
        turns = turn.catch(() => {});
        return turn;
      }
      case 'keep-lock':
      case 'may-lock':
      case 'check-password':
        return tell(await carryOutLock(effects, command, onBug));
      case 'save-draft':
        return saveSoon(() => effects.saveDraft(command.draft));
      case 'discard-draft':
        return saveSoon(() => effects.discardDraft());
      case 'try-keyboard':
        return answer(await effects.tryKeyboard(command.layout), (here) => ({
          type: 'keyboard-tried',
          layout: command.layout,
          here,
        }));
      case 'hash-password':
        return answer(await effects.hashPassword(command.password), (hash) => ({ type: 'hashed', hash }));
      case 'make-secret':
        return tell({ type: 'secret-made', field: command.field, secret: effects.makeSecret() });
      case 'plan':
        return tell({ type: 'planned', plan: await effects.plan(command.profile) });
      case 'apply':
        await flushDraft();
        return answer(await effects.requestApply(command.profile, command.plan), () => ({
          type: 'apply-accepted',
        }));
      case 'decide-network':
        return answer(await effects.decideNetwork(command.verdict), () => ({
          type: 'network-decided',
          verdict: command.verdict,
        }));
      case 'compare':
        return tell({
          type: 'compared',
          profile: command.profile,
          diff: await effects.diffCommitted(command.profile),
        });
      case 'commit':
        return answer(await effects.commitProfile(command.profile), ({ path }) => ({
          type: 'committed',
          path,
        }));
      case 'read-in-force': {
        const { inForce, attempted } = await effects.readInForce();
        tell({ type: 'in-force', profile: inForce, attempted });
        return readFacts();
      }
      case 'shell':
        return answer(await effects.openShell(command.maintenance), () => ({ type: 'shell-closed' }));
      case 'undo-apply':
        return answer(await effects.undoApply(), () => ({ type: 'apply-undone' }));
      case 'prepare-config':
        return answer(await effects.prepareConfig(command.serial), (made) => ({ type: 'config-prepared', ...made }));
      case 'make-bundle':
        return answer(await effects.makeBundle(), (made) => ({ type: 'bundle-made', ...made }));
      case 'forecast-all-zram':
        return tell({ type: 'zram-forecasts', forecasts: await effects.forecastAllZram() });
      case 'forecast-zram': {
        const { operation } = command;
        return tell({ type: 'zram-forecast', operation, forecast: await effects.forecastZram(operation) });
      }
      case 'change-zram':
        return answer(await effects.changeZram(command.operation), (said) => ({ type: 'zram-done', said }));
      case 'take-join': {
        const { code, hostname, own } = command;
        return answer(await effects.takeJoin({ code, hostname, own }), (bundle) => ({ type: 'join-given', bundle }));
      }
      case 'stop-join':
        return effects.stopJoin();
      case 'offer-join': {
        const { joins, profile } = command;
        const offered = effects.offerJoin(joins, profile, (told) => tell({ type: 'offer-told', told }));
        return answer(await offered, (taken) => ({ type: 'offer-taken', ...taken }));
      }
      case 'withdraw-offer':
        return effects.withdrawOffer();
      case 'end-uptime':
        await flushDraft();
        return answer(await effects.endUptime(command.choice), () => ({
          type: 'refused',
          why: 'systemd ends this uptime now',
        }));
    }
  };

  const readFacts = async (): Promise<void> => {
    // Never one beside another: where a reading takes longer than the time between two, they would pile up, and none would come to its end.
    factsAtMs = Number.POSITIVE_INFINITY;
    try {
      send({ type: 'facts', facts: await effects.readFacts(), atMs: Date.now() });
    } finally {
      factsAtMs = Date.now();
    }
  };

  const readResolved = async (): Promise<void> => {
    if (resolving || session.resolved.kind !== 'pending') return;
    resolving = true;
    try {
      send({ type: 'resolved', resolved: await effects.readResolved(), atMs: Date.now() });
    } finally {
      resolving = false;
    }
  };

  const readSurroundings = async (): Promise<void> => {
    await readFacts();
    await readResolved();
  };

  const readStatus = async (): Promise<void> => {
    send({ type: 'status', status: await effects.readStatus() });
    // The opening reads for itself.
    if (session.view.kind === 'starting') return;
    const patience = session.view.kind === 'editing' ? factsEveryMs.editing : factsEveryMs.otherwise;
    // Never while an apply runs: a new inventory would only get into its way.
    if (session.view.kind !== 'applying' && Date.now() - factsAtMs > patience) readSurroundings().catch(onBug);
  };

  const tick = (): void => {
    readStatus()
      .catch(onBug)
      .finally(() => {
        if (!ending.signal.aborted) statusTimer = setTimeout(tick, statusEveryMs);
      });
  };

  const clock = (): void => {
    send({ type: 'clock' });
    if (!ending.signal.aborted) clockTimer = setTimeout(clock, clockEveryMs);
  };

  const join = async (): Promise<void> => {
    const kept = await effects.readLock().catch(onBug);
    send({ type: 'lock-read', kept: kept ?? undefined });
    try {
      send({ type: 'joined', me: await effects.joinConsoles() });
    } catch (error) {
      const problem = error instanceof RehearsalRefusal ? undefined : problemOfThrown(error, 'join');
      send({ type: 'unshared', problem });
    }
  };

  return {
    current: () => session,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send,
    start: async () => {
      await join();
      clock();
      tick();
      const opening = await readOpening(effects, {
        signal: ending.signal,
        everyMs: openingEveryMs,
        onProblem: (problem) => send({ type: 'opening-failed', problem }),
        onBug,
      });
      if (opening === undefined) return;
      // What is still pending follows the first readings, so that the first picture does not wait for a dozen commands.
      if (opening.facts.kind === 'live') factsAtMs = opening.facts.atMs;
      send({ type: 'opened', opening });
      // A server may take a minute to say nothing.
      if (opening.inForce === undefined) readResolved().catch(onBug);
      if (session.sharing.seat.kind !== 'alone')
        effects.followConsoles((news) => send({ type: 'heard', ...news }), ending.signal, onBug);
      effects.followJournal((events) => send({ type: 'journal', events }), ending.signal).catch(onBug);
    },
    stop: async () => {
      clearTimeout(statusTimer);
      clearTimeout(clockTimer);
      send({ type: 'leaving' });
      effects.stopJoin();
      effects.withdrawOffer();
      await turns;
      await flushDraft();
      ending.abort();
      screens.close();
      listeners.clear();
    },
  };
};
