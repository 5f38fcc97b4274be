// Answers those who knock at an offer: a wrong secret is counted, the right one is answered with the bundle, once.
import { timingSafeEqual } from 'node:crypto';
import { parseJsonAs } from '../../probes/json.ts';
import {
  type JoinBundle,
  type JoinKind,
  type JoinReply,
  type JoinRequest,
  joinRequestSchema,
  refusal,
} from '../../state/join-bundle.ts';
import { knock, mostTries, openGate, settle, type Verdict } from '../../state/join-gate.ts';
import type { Joined, OfferEvent } from '../../state/join-offer.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { System } from '../../system/system.ts';
import { type Member, makeBundle } from './make-bundle.ts';

type Terms = {
  readonly kind: JoinKind;
  readonly secret: string;
  readonly lastsMs: number;
  readonly told: (event: OfferEvent) => void;
};

type Admission = {
  readonly answer: (request: string, from: string) => Promise<string>;
  /** When somebody has joined, or too many wrong secrets were tried. */
  readonly ended: Promise<Result<Joined>>;
  /** Ends it with this, after whoever was let in has been served. */
  readonly close: (problem: Problem) => void;
};

const monoMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);

export const admit = (system: System, member: Member, { kind, secret, lastsMs, told }: Terms): Admission => {
  let gate = openGate(monoMs() + lastsMs);
  let closing: Problem | undefined;
  const { promise: ended, resolve: end } = Promise.withResolvers<Result<Joined>>();

  const goOn = (): void => {
    gate = settle(gate, false);
    const problem = closing ?? (gate.state === 'closed' ? closedByTries : undefined);
    if (problem !== undefined) end(fail(problem));
  };

  const serve = async (request: JoinRequest, from: string): Promise<JoinReply> => {
    const made = await makeBundle(system, member, kind, request, from).catch((error: unknown) => {
      goOn();
      throw error;
    });
    if (!made.ok) {
      told({ event: 'refused', from, problem: made.problem });
      goOn();
      return refusal(made.problem);
    }
    gate = settle(gate, true);
    const joined = { kind, ...made.value.you };
    told({ event: 'joined', ...joined });
    end(ok(joined));
    return welcome(made.value);
  };

  const reply = async (line: string, from: string): Promise<JoinReply> => {
    const request = parseJsonAs(joinRequestSchema, line);
    if (request === undefined) return refusal(notUnderstood);
    const [next, verdict] = knock(gate, isSame(request.secret, secret), monoMs());
    gate = next;
    if (verdict === 'let-in') return serve(request, from);
    if (verdict === 'wrong') told({ event: 'wrong-secret', from, triesLeft: Math.max(0, mostTries - gate.wrongTries) });
    if (gate.state === 'closed') end(fail(closedByTries));
    return refusal(refusals[verdict]);
  };

  return {
    answer: async (line, from) => JSON.stringify(await reply(line, from)),
    ended,
    close: (problem) => {
      closing = problem;
      if (gate.state !== 'serving') end(fail(problem));
    },
  };
};

const welcome = (bundle: JoinBundle): JoinReply => ({ version: 1, answer: 'welcome', bundle });

/** Of the same length by the schema; in the same time whatever they have in common. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(Buffer.from(one), Buffer.from(other));

const closedByTries: Problem = {
  code: 'join/closed',
  summary: `${mostTries} wrong secrets were tried, so the offer is closed`,
  remedy: 'If nobody mistyped the code, somebody on this network guesses. Make a new offer: `mayfly join offer`',
};

const notUnderstood: Problem = {
  code: 'join/not-understood',
  summary: 'the member does not understand the request: the two nodes run different versions of Mayfly',
  remedy: 'Give both nodes the same image',
};

const refusals: Readonly<Record<Exclude<Verdict, 'let-in'>, Problem>> = {
  wrong: {
    code: 'join/wrong-secret',
    summary: 'the last two groups of the code, its secret, are not those of this offer',
    remedy: 'Read the last two groups out again; an offer closes after five wrong tries',
  },
  expired: {
    code: 'join/expired',
    summary: 'the code is good no more: its time is over by the clock of the offering node',
    remedy: 'Have a new code made there: `mayfly join offer`',
  },
  used: {
    code: 'join/used',
    summary: 'a node has joined with this code already, and a code is good for one',
    remedy:
      'Look at the offering node for who that was; if it was not you, take it out again. Then have a new code made',
  },
  closed: closedByTries,
  busy: {
    code: 'join/busy',
    summary: 'another node is joining with this code right now',
    remedy: 'Look at the offering node for who that is; have a code of your own made',
  },
};
