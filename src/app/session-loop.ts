// Runs a session: events in, one reducer, commands out to the effects, whose answers are events again.
import type { Problem, Result } from '../state/problem.ts';
import type { Command, Session, SessionEvent } from '../state/session.ts';
import { reduceSession } from '../state/session-reducer.ts';
import { startingSession } from '../state/session-start.ts';
import { RehearsalRefusal } from '../system/rehearsal.ts';
import type { Effects } from './effects.ts';

export type SessionLoop = {
  current(): Session;
  subscribe(listener: () => void): () => void;
  send(event: SessionEvent): void;
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
  /** For what nobody foresaw: the console goes on, the log knows. */
  readonly onBug: (error: unknown) => void;
};

/** Only the wizard looks at them: whoever opens it finds them too old, and has them read again at the next reading. */
const factsEveryMs = { editing: 10_000, otherwise: 600_000 } as const;

const problemOf = (error: unknown, command: Command): Problem => {
  if (error instanceof RehearsalRefusal) return error.problem;
  const words = error instanceof Error ? error.message : String(error);
  return {
    code: `console/${command.type}`,
    summary: words.split('\n')[0] ?? words,
    remedy: 'try again; the journal of mayfly-console has the whole text',
  };
};

export const createSessionLoop = (options: LoopOptions): SessionLoop => {
  const { effects, onBug, statusEveryMs = 1_000, draftAfterMs = 400 } = options;
  const listeners = new Set<() => void>();
  const ending = new AbortController();
  let session = startingSession(options.rehearsal);
  let statusTimer: NodeJS.Timeout | undefined;
  let draftTimer: NodeJS.Timeout | undefined;
  let unsaved: (() => Promise<void>) | undefined;
  /** One after the other, so that the newest is what stays; resolves when nothing is being written. */
  let saved: Promise<void> = Promise.resolve();
  let factsAtMs = 0;

  const send = (event: SessionEvent): void => {
    if (ending.signal.aborted) return;
    const { session: after, commands } = reduceSession(session, event);
    if (after !== session) {
      session = after;
      for (const listener of [...listeners]) listener();
    }
    for (const command of commands) carryOut(command).catch((error: unknown) => failed(command, error));
  };

  const failed = (command: Command, error: unknown): void => {
    if (!(error instanceof RehearsalRefusal)) onBug(error);
    send({ type: 'failed', of: command.type, problem: problemOf(error, command) });
  };

  const answer = <T>(command: Command, result: Result<T>, event: (value: T) => SessionEvent): void =>
    send(result.ok ? event(result.value) : { type: 'failed', of: command.type, problem: result.problem });

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

  const carryOut = async (command: Command): Promise<void> => {
    switch (command.type) {
      case 'save-draft':
        return saveSoon(() => effects.saveDraft(command.draft));
      case 'discard-draft':
        return saveSoon(() => effects.discardDraft());
      case 'hash-password':
        return answer(command, await effects.hashPassword(command.password), (hash) => ({ type: 'hashed', hash }));
      case 'plan':
        return send({ type: 'planned', plan: await effects.plan(command.profile) });
      case 'apply':
        await flushDraft();
        return answer(command, await effects.requestApply(command.profile, command.plan), () => ({
          type: 'apply-accepted',
        }));
      case 'decide-network':
        return answer(command, await effects.decideNetwork(command.verdict), () => ({
          type: 'network-decided',
          verdict: command.verdict,
        }));
      case 'compare':
        return send({
          type: 'compared',
          profile: command.profile,
          diff: await effects.diffCommitted(command.profile),
        });
      case 'commit':
        return answer(command, await effects.commitProfile(command.profile), ({ path }) => ({
          type: 'committed',
          path,
        }));
      case 'read-in-force': {
        const { inForce, attempted } = await effects.readInForce();
        send({ type: 'in-force', profile: inForce, attempted });
        return readFacts();
      }
      case 'shell':
        return answer(command, await effects.openShell(command.maintenance), () => ({ type: 'shell-closed' }));
      case 'end-uptime':
        await flushDraft();
        return answer(command, await effects.endUptime(command.choice), () => ({
          type: 'refused',
          why: 'systemd ends this uptime now',
        }));
    }
  };

  const readFacts = async (): Promise<void> => {
    factsAtMs = Date.now();
    send({ type: 'facts', facts: await effects.readFacts(), atMs: Date.now() });
  };

  const readSurroundings = async (): Promise<void> => {
    await readFacts();
    if (session.resolved.kind === 'pending')
      send({ type: 'resolved', resolved: await effects.readResolved(), atMs: Date.now() });
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

  return {
    current: () => session,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send,
    start: async () => {
      tick();
      const opening = await effects.readOpening();
      // What is still pending follows the first readings, so that the first picture does not wait for a dozen commands.
      if (opening.facts.kind === 'live') factsAtMs = opening.facts.atMs;
      send({ type: 'opened', opening });
      effects.followJournal((events) => send({ type: 'journal', events }), ending.signal).catch(onBug);
    },
    stop: async () => {
      clearTimeout(statusTimer);
      await flushDraft();
      ending.abort();
      listeners.clear();
    },
  };
};
