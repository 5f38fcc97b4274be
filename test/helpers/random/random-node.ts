// A node that cannot be relied upon: its effects answer at once, late, with a problem, with an exception or never, and things happen on it by themselves.
// Longer than most files because its effects share one journal, as those of a node do.
import type { Effects } from '../../../src/app/effects.ts';
import type { Draft } from '../../../src/state/draft.ts';
import type { Facts } from '../../../src/state/facts.ts';
import type { JournalEvent } from '../../../src/state/journal-event.ts';
import type { Plan } from '../../../src/state/plan.ts';
import { fail, ok, type Result } from '../../../src/state/problem.ts';
import type { Profile } from '../../../src/state/profile.ts';
import { live, pending } from '../../../src/state/reading.ts';
import { profileDigest } from '../../../src/state/render-profile.ts';
import type { Opening, PowerChoice, SessionEvent } from '../../../src/state/session.ts';
import type { ZramOperation } from '../../../src/state/zram-operation.ts';
import { aloneOnItsNode } from '../../screens/fixture-effects.ts';
import {
  bareFacts,
  blockedPlan,
  bootMs,
  ceph,
  clusterAt,
  clusters,
  degradedAt,
  destroyingPlan,
  diskFacts,
  failedJournal,
  healthyAt,
  joinBundle,
  joinCode,
  journalOf,
  madeSecret,
  noPartition,
  onTrialAt,
  passwordHash,
  planFor,
  profile,
  provisional,
  returned,
  unconfirmedJournal,
  unknownAt,
  zramForecasts,
} from '../../screens/node-data.ts';
import type { Random } from './random.ts';

/** Thrown by an effect: what the console makes of it is tested, that it was thrown is no finding. */
export class PlannedFailure extends Error {}

export type Asked =
  | { readonly what: 'apply'; readonly profile: Profile; readonly plan: Plan }
  | { readonly what: 'commit'; readonly profile: Profile }
  | { readonly what: 'end'; readonly choice: PowerChoice }
  | { readonly what: 'zram'; readonly operation: ZramOperation }
  | { readonly what: 'network' };

export type RandomNode = {
  readonly effects: Effects;
  /** What would be in /run/mayfly. */
  readonly kept: { draft: Draft | undefined; inForce: Profile | undefined; attempted: Profile | undefined };
  /** By hash, so that it can be told whose hash an answer is. */
  passwordOf(hash: string): string | undefined;
  /** Something that happened on the node; undefined when nothing did. */
  happening(): SessionEvent | undefined;
  /** Never answers from now on, so that nothing is left behind. */
  end(): void;
};

type Options = {
  readonly random: Random;
  /** 0: everything answers at once. 1: the worst of days. */
  readonly trouble: number;
  readonly onAsked: (asked: Asked) => void;
};

const problem = { code: 'x/failed', summary: 'it did not work\r\nat \u001B[31mall', remedy: 'try it once more' };
const names = ['stor-01', '', 'x'.repeat(300), '漢字'.repeat(30), 'a\u001B[2Jb', 'mayfly\nmayfly'] as const;

export const committedOf = (wanted: Profile): string =>
  `--- committed\n+++ this\n-role: client\n+${profileDigest(wanted)}`;

export const randomNode = ({ random, trouble, onAsked }: Options): RandomNode => {
  const kept: RandomNode['kept'] = { draft: undefined, inForce: undefined, attempted: undefined };
  const passwords = new Map<string, string>();
  let journal: JournalEvent[] = [];
  let untold: JournalEvent[] = [];
  let hear: (events: readonly JournalEvent[]) => void = () => {};
  let applies = 0;
  let atMs = bootMs;
  let ended = false;
  const facts = (): Facts => {
    const base = random.pick([bareFacts, diskFacts, noPartition]);
    const links = base.links.map((link) => ({ ...link, carrier: link.name === 'lo' || random.happens(0.6) }));
    return { ...base, links: links.slice(0, random.happens(0.1) ? 1 + random.below(3) : 3) };
  };

  const answer = async <T>(make: () => T): Promise<T> => {
    const how = random.choose<'now' | 'late' | 'never' | 'throws'>(
      [
        [1, 'now'],
        [trouble * 2, 'late'],
        [trouble * 0.08, 'never'],
        [trouble * 0.2, 'throws'],
      ],
      'now',
    );
    if (how === 'throws') throw new PlannedFailure('a planned failure');
    if (how === 'never' || ended) return new Promise<T>(() => {});
    if (how === 'late') await new Promise((resolve) => setTimeout(resolve, 1 + random.below(4_000)));
    return ended ? new Promise<T>(() => {}) : make();
  };
  const outcome = async <T>(make: () => T): Promise<Result<T>> =>
    answer(() => (random.happens(trouble * 0.2) ? fail(problem) : ok(make())));

  /** Some events of it now, the others with the next happenings. */
  const begin = (wanted: Profile): void => {
    applies += 1;
    const plan = planFor(wanted);
    const id = `apply-${applies}`;
    untold = [...random.pick([journalOf, journalOf, failedJournal, unconfirmedJournal])(plan, id)];
    kept.attempted = wanted;
  };
  const tell = (count: number): SessionEvent | undefined => {
    const events = untold.splice(0, count);
    if (events.length === 0) return undefined;
    journal.push(...events);
    if (events.some((event) => event.event === 'finished' && event.outcome === 'converged')) {
      kept.inForce = kept.attempted;
      kept.attempted = undefined;
    }
    return { type: 'journal', events };
  };

  const status = (): SessionEvent => {
    atMs += 1_000;
    const made = random.pick([
      healthyAt,
      clusterAt((at) => live(random.pick([clusters.healthy, clusters.degraded, clusters.failed, clusters.hung]), at)),
      degradedAt,
      unknownAt,
      onTrialAt(provisional()),
      onTrialAt(provisional('silent')),
      onTrialAt(returned('checked')),
      onTrialAt(returned('unchecked')),
    ])(atMs);
    const { apply = 'a0' } = journal.at(-1) ?? {};
    const died = { apply, outcome: 'interrupted', atMs, done: 1, total: 10, problem: undefined } as const;
    return {
      type: 'status',
      status: {
        ...made,
        ...(random.happens(0.1) ? { hostname: random.pick(names) } : {}),
        ...(random.happens(0.03) ? { lastApply: live(died, atMs) } : {}),
      },
    };
  };

  const effects: Effects = {
    ...aloneOnItsNode,
    readOpening: () =>
      answer((): Opening => {
        const known = random.happens(0.8);
        return {
          facts: known ? live(facts(), atMs) : pending,
          resolved: pending,
          inForce: kept.inForce,
          attempted: kept.attempted,
          journal,
          applyRuns: untold.length > 0,
          draft: kept.draft,
        };
      }),
    readFacts: () => answer(facts),
    readResolved: () => answer(() => ({ found: false, text: 'no profile was found', notes: [] })),
    readStatus: () =>
      answer(() => {
        const made = status();
        return made.type === 'status' ? made.status : healthyAt(atMs);
      }),
    readInForce: () => answer(() => ({ inForce: kept.inForce, attempted: kept.attempted })),
    plan: (wanted) =>
      answer(() => random.pick([blockedPlan, destroyingPlan, planFor, planFor, planFor, planFor])(wanted)),
    requestApply: (wanted, plan) => {
      onAsked({ what: 'apply', profile: wanted, plan });
      return outcome(() => {
        begin(wanted);
        return undefined;
      });
    },
    followJournal: async (onEvents, signal) => {
      hear = onEvents;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      hear = () => {};
    },
    decideNetwork: () => {
      onAsked({ what: 'network' });
      return outcome(() => undefined);
    },
    tryKeyboard: () => outcome(() => random.happens(0.5)),
    hashPassword: (password) =>
      outcome(() => {
        const hash = passwordHash.slice(0, -6) + `${passwords.size}`.padStart(6, '0');
        passwords.set(hash, password);
        return hash;
      }),
    makeSecret: () => madeSecret,
    undoApply: () => outcome(() => undefined),
    prepareConfig: () => outcome(() => ({ device: '/dev/vdb', path: '/config/node/profile.yaml' })),
    makeBundle: () => outcome(() => ({ path: '/run/mayfly/bundle/bundle.tar.gz', bytes: 312_000 })),
    diffCommitted: (wanted) => answer(() => (random.happens(0.2) ? '' : committedOf(wanted))),
    commitProfile: (wanted) => {
      onAsked({ what: 'commit', profile: wanted });
      return outcome(() => ({ path: '/config/node/profile.yaml' }));
    },
    // In memory, as /run is: a draft is always written, and what was written last is what is there.
    saveDraft: async (draft) => {
      kept.draft = draft;
    },
    discardDraft: async () => {
      kept.draft = undefined;
    },
    forecastAllZram: () => answer(() => zramForecasts),
    forecastZram: () => answer(() => ({ possible: random.happens(0.6), words: 'from \u001B[31mone to two' })),
    changeZram: (operation) => {
      onAsked({ what: 'zram', operation });
      return outcome(() => 'done\r\nand well');
    },
    takeJoin: ({ hostname }) => outcome(() => ({ ...joinBundle, you: { ...joinBundle.you, hostname } })),
    stopJoin: () => {},
    offerJoin: (kind, _profile, told) => {
      const ends = new Date(atMs + 900_000).toISOString();
      if (random.happens(0.8))
        told({ event: 'offered', groups: joinCode, address: '10.0.2.11', port: 26333, ends, kind });
      if (random.happens(0.2)) told({ event: 'wrong-secret', from: '10.0.2.66', triesLeft: 4 });
      return outcome(() => ({ joined: { kind, hostname: 'stor-04', address: '10.0.2.15' }, named: undefined }));
    },
    withdrawOffer: () => {},
    openShell: () => outcome(() => undefined),
    endUptime: (choice) => {
      onAsked({ what: 'end', choice });
      return outcome(() => undefined);
    },
  };

  const other: Profile = { ...profile, node: { ...profile.node, hostname: 'stor-99' } };
  if (random.happens(0.4)) kept.inForce = random.pick([profile, { ...profile, cluster: ceph }]);
  if (random.happens(0.5)) {
    begin(random.pick([profile, other]));
    tell(random.below(30));
    if (random.happens(0.3)) untold = [];
  }

  return {
    effects,
    kept,
    passwordOf: (hash) => passwords.get(hash),
    happening: () => {
      if (untold.length > 0 && random.happens(0.6)) {
        const event = tell(1 + random.below(6));
        if (event?.type === 'journal') hear(event.events);
        return undefined;
      }
      if (random.happens(0.04)) {
        begin(random.pick([profile, other]));
        return undefined;
      }
      // The status tells of an apply that died; whoever holds the lock is gone then.
      if (random.happens(0.02)) untold = [];
      if (random.happens(0.1)) return { type: 'facts', facts: facts(), atMs };
      return status();
    },
    end: () => {
      ended = true;
      journal = [];
    },
  };
};
