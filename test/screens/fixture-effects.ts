// A node that answers with data: what was asked of it is kept, so that a test can say what the console did to the world.
import type { ConsoleEffects } from '../../src/app/console-effects.ts';
import type { Effects } from '../../src/app/effects.ts';
import type { Draft } from '../../src/state/draft.ts';
import type { Facts } from '../../src/state/facts.ts';
import type { Joined } from '../../src/state/join-offer.ts';
import type { JournalEvent } from '../../src/state/journal-event.ts';
import type { Plan } from '../../src/state/plan.ts';
import { fail, ok, type Problem } from '../../src/state/problem.ts';
import type { Profile } from '../../src/state/profile.ts';
import { live } from '../../src/state/reading.ts';
import type { ResolvedSummary } from '../../src/state/resolved-summary.ts';
import type { Opening, PowerChoice } from '../../src/state/session.ts';
import type { Status } from '../../src/state/status.ts';
import { operationArguments } from '../../src/state/zram-operation.ts';
import {
  bareFacts,
  bootMs,
  healthyAt,
  joinBundle,
  joinCode,
  journalOf,
  madeSecret,
  passwordHash,
  planFor,
  unknownAt,
  zramForecasts,
} from './node-data.ts';

export type NodeData = {
  readonly facts: Facts;
  readonly statusAt: (atMs: number) => Status;
  readonly inForce: Profile | undefined;
  readonly attempted: Profile | undefined;
  readonly journal: readonly JournalEvent[];
  readonly applyRuns: boolean;
  readonly draft: Draft | undefined;
  readonly planFor: (profile: Profile) => Plan;
  readonly committed: string;
  readonly refuses: Problem | undefined;
  /** This console is on the machine's own keyboard. */
  readonly onVideo: boolean;
  /** Takes the question of a joining node and never answers. */
  readonly memberIsSilent: boolean;
  /** What becomes of an offer; undefined while it is open. */
  readonly joins: Joined | undefined;
  /** Why what decides the first screen cannot be read. */
  readonly unreadable: string | undefined;
};

export const bareNode: NodeData = {
  facts: bareFacts,
  statusAt: (atMs) => ({ ...unknownAt(atMs), hostname: 'mayfly', uptime: healthyAt(atMs).uptime }),
  inForce: undefined,
  attempted: undefined,
  journal: [],
  applyRuns: false,
  draft: undefined,
  planFor,
  committed: '',
  refuses: undefined,
  onVideo: false,
  memberIsSilent: false,
  joins: undefined,
  unreadable: undefined,
};

export type FixtureNode = {
  readonly effects: Effects;
  /** In the order in which they happened. */
  readonly done: string[];
  /** The last of each. */
  readonly kept: {
    draft: Draft | undefined;
    applied: Profile | undefined;
    committed: Profile | undefined;
    hashed: string | undefined;
    ended: PowerChoice | undefined;
  };
  /** Writes to the journal of the node. */
  tell(events: readonly JournalEvent[]): void;
};

/** Consoles that meet, and their lock: sharing.test.ts. */
export const aloneOnItsNode: ConsoleEffects = {
  joinConsoles: async () => ({ console: 'ttyS0', place: 'serial line', pid: 1, started: '1' }),
  takeTurn: async () => ({ kind: 'taken' }),
  shareScreen: async () => {},
  followConsoles: () => {},
  readLock: async () => undefined,
  keepLock: async () => {},
  mayLock: async () => ok(undefined),
  checkPassword: async () => ({ kind: 'right' }),
};

export const fixtureNode = (data: NodeData = bareNode): FixtureNode => {
  const done: string[] = [];
  const kept: FixtureNode['kept'] = {
    draft: undefined,
    applied: undefined,
    committed: undefined,
    hashed: undefined,
    ended: undefined,
  };
  let hear: (events: readonly JournalEvent[]) => void = () => {};
  let readings = 0;
  let inForce = data.inForce;
  const answer = async (what: string) => {
    done.push(what);
    return data.refuses === undefined ? ok(undefined) : fail(data.refuses);
  };
  const tell = (events: readonly JournalEvent[]) => {
    if (events.some((event) => event.event === 'finished' && event.outcome === 'converged'))
      inForce = kept.applied ?? inForce;
    hear(events);
  };

  const resolved: ResolvedSummary =
    data.inForce === undefined
      ? {
          found: false,
          text: 'no profile was found',
          notes: [
            {
              code: 'x',
              summary: 'the kernel command line names no profile',
              remedy: 'add mayfly.profile=http://server/{uuid}.yaml',
            },
          ],
        }
      : { found: true, text: 'config partition, /dev/vdc at /config', notes: [] };

  const effects: Effects = {
    ...aloneOnItsNode,
    readOpening: async (): Promise<Opening> => {
      if (data.unreadable !== undefined) throw new Error(data.unreadable);
      return {
        facts: live(data.facts, bootMs),
        resolved: live(resolved, bootMs),
        inForce: data.inForce,
        attempted: data.attempted,
        journal: data.journal,
        applyRuns: data.applyRuns,
        draft: data.draft,
      };
    },
    readFacts: async () => data.facts,
    readResolved: async () => resolved,
    readStatus: async () => {
      readings += 1;
      const status = data.statusAt(bootMs + readings * 1000);
      return inForce === undefined || data.inForce !== undefined ? status : healthyAt(bootMs + readings * 1000);
    },
    readInForce: async () => ({ inForce, attempted: data.attempted }),
    plan: async (profile) => data.planFor(profile),
    requestApply: async (profile) => {
      const asked = await answer('apply');
      if (asked.ok) kept.applied = profile;
      return asked;
    },
    followJournal: async (onEvents, signal) => {
      hear = onEvents;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    },
    decideNetwork: (verdict) => answer(`network: ${verdict}`),
    tryKeyboard: async (layout) => {
      if (!data.onVideo) return ok(false);
      const asked = await answer(`keyboard: ${layout}`);
      return asked.ok ? ok(true) : asked;
    },
    hashPassword: async (password) => {
      kept.hashed = password;
      return ok(passwordHash);
    },
    makeSecret: () => madeSecret,
    undoApply: () => answer('undo'),
    prepareConfig: async (serial) => {
      const asked = await answer(`prepare ${serial}`);
      return asked.ok ? ok({ device: '/dev/vdb', path: '/config/node/profile.yaml' }) : asked;
    },
    makeBundle: async () => {
      const asked = await answer('bundle');
      return asked.ok ? ok({ path: '/run/mayfly/bundle/bundle.tar.gz', bytes: 312_000 }) : asked;
    },
    diffCommitted: async () => data.committed,
    commitProfile: async (profile) => {
      const asked = await answer('commit');
      if (!asked.ok) return asked;
      kept.committed = profile;
      return ok({ path: '/config/node/profile.yaml' });
    },
    saveDraft: async (draft) => {
      kept.draft = draft;
    },
    discardDraft: async () => {
      kept.draft = undefined;
      done.push('discard-draft');
    },
    forecastAllZram: async () => zramForecasts,
    forecastZram: async (operation) =>
      operation.kind === 'limit' && operation.limit !== 'none'
        ? { possible: false, words: 'too close to the 400 MiB that /dev/zram0 uses. Choose at least 440 MiB' }
        : { possible: true, words: 'Growing the root filesystem from 1.27 GiB to 2 GiB' },
    changeZram: async (operation) => {
      const asked = await answer(`zram ${operationArguments(operation).join(' ')}`);
      return asked.ok ? ok('200 MiB freed: 220 MiB used, was 420 MiB') : asked;
    },
    takeJoin: async ({ code, hostname }) => {
      const asked = await answer(`join ${code.address} as ${hostname}`);
      if (data.memberIsSilent) return new Promise(() => {});
      return asked.ok ? ok({ ...joinBundle, you: { ...joinBundle.you, hostname } }) : asked;
    },
    stopJoin: () => void done.push('stop-join'),
    offerJoin: async (kind, _profile, told) => {
      const asked = await answer(`offer ${kind}`);
      if (!asked.ok) return asked;
      const ends = new Date(bootMs + 15 * 60_000).toISOString();
      told({ event: 'offered', groups: joinCode, address: '10.0.2.11', port: 26333, ends, kind });
      if (data.joins === undefined) return new Promise(() => {});
      return ok({
        joined: data.joins,
        named: { path: '/run/mayfly/join/member.yaml', others: ['stor-02', 'stor-03'] },
      });
    },
    withdrawOffer: () => void done.push('withdraw-offer'),
    openShell: (maintenance) => answer(maintenance ? 'shell in maintenance' : 'shell'),
    endUptime: (choice) => {
      kept.ended = choice;
      return answer(choice);
    },
  };
  return { effects, done, kept, tell };
};

/** As if systemd had applied it: all of the journal at once. */
export const applyAsAsked = (node: FixtureNode, apply = 'a1'): void => {
  const { applied } = node.kept;
  if (applied === undefined) throw new Error('nothing was asked to be applied');
  node.tell(journalOf(planFor(applied), apply));
};
