// Walks through the console by random keys under a clock of its own: everything but Ink, so that a million keys take minutes.
// Longer than most files because one session shares its clock, its node and its findings with everything that is checked on it.
import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { eventOf } from '../../../src/app/keymap.ts';
import { createSessionLoop, type SessionLoop } from '../../../src/app/session-loop.ts';
import { converse } from '../../../src/line/converse.ts';
import { keysIn } from '../../../src/line/edit-line.ts';
import type { Size } from '../../../src/screens/layout.ts';
import { isTooSmall } from '../../../src/screens/too-small.ts';
import { unagreed } from '../../../src/state/consent.ts';
import type { ConsoleEvent } from '../../../src/state/console-event.ts';
import { isUntouched } from '../../../src/state/profile-to-draft.ts';
import type { Session, SessionEvent } from '../../../src/state/session.ts';
import type { KeyPress } from '../../../src/terminal/key.ts';
import { createKeyboard } from '../../../src/terminal/keyboard.ts';
import { bootMs } from '../../screens/node-data.ts';
import { createRandom, type Random, seedOf } from './random.ts';
import { inSecret, randomBytes, secretMark } from './random-bytes.ts';
import { type Asked, PlannedFailure, type RandomNode, randomNode } from './random-node.ts';
import { type Cause, changeFault, frameFault, wayOutFault } from './session-laws.ts';

export type Walk = {
  readonly keys: number;
  readonly frames: number;
  readonly disconnects: number;
  readonly places: ReadonlyMap<string, number>;
  /** Empty when all was well. */
  readonly findings: readonly string[];
};

export type WalkOptions = {
  readonly seed: number;
  /** Which of the walks of this seed. */
  readonly part: number;
  readonly keys: number;
  /** Draws every so many keys; each change of the view is drawn in any case. */
  readonly drawEvery?: number;
};

const roles = ['storage', 'client', 'monitor'] as const;
const clusters = ['none', 'ceph', 'gluster', 'lustre'] as const;

/** What the two lists do with the keys that the keymap leaves to them. */
const listEvents = (random: Random, { view, overlay }: Session, key: KeyPress): readonly SessionEvent[] => {
  if (view.kind !== 'editing' || overlay.kind !== 'none' || (view.step !== 'role' && view.step !== 'cluster'))
    return [];
  if (!['enter', 'up', 'down'].includes(key.name)) return [];
  const field = view.step === 'role' ? 'role' : 'cluster.filesystem';
  const value = random.happens(0.5) && field !== 'role' ? 'none' : random.pick(field === 'role' ? roles : clusters);
  return [{ type: 'choose', field, value }, ...(key.name === 'enter' ? [{ type: 'leave' } as const] : [])];
};

const placeOf = ({ view, overlay }: Session): string =>
  `${view.kind}${view.kind === 'editing' ? ` ${view.step}${view.work === 'none' ? '' : ' hashing'}` : ''}${overlay.kind === 'none' ? '' : ` + ${overlay.kind}`}`;

/** An input of the keyboard that a test writes to. */
const createLine = () => {
  let listen: ((chunk: Buffer) => void) | undefined;
  return {
    on: (_event: 'data', listener: (chunk: Buffer) => void) => {
      listen = listener;
    },
    off: () => {
      listen = undefined;
    },
    resume: () => {},
    pause: () => {},
    arrive: (bytes: Buffer) => listen?.(bytes),
  };
};

const sizeOf = (random: Random): Size =>
  random.happens(0.6) ? { columns: 80, rows: 24 } : { columns: 80 + random.below(121), rows: 24 + random.below(40) };

const isConfirmed = (asked: Asked, before: Session): string | undefined => {
  const { view, overlay } = before;
  switch (asked.what) {
    case 'apply':
      return view.kind === 'reviewing' && view.profile === asked.profile && view.plan === asked.plan
        ? view.plan.steps.some(({ verdict }) => verdict.kind === 'blocked')
          ? 'a blocked plan is applied'
          : unagreed(view.profile, view.plan).length > 0
            ? 'data is destroyed that nobody agreed to lose'
            : undefined
        : `an apply is asked for in ${placeOf(before)}`;
    case 'commit':
      return view.kind === 'comparing' && view.profile === asked.profile && (view.diff ?? '') !== ''
        ? undefined
        : `a commit is asked for in ${placeOf(before)}`;
    case 'end':
      return overlay.kind === 'power' && overlay.choice === asked.choice
        ? undefined
        : `the uptime is ended in ${placeOf(before)}`;
    case 'zram': {
      const stage = overlay.kind === 'zram' ? overlay.chosen?.stage : undefined;
      return stage?.kind === 'ready' && stage.operation === asked.operation
        ? undefined
        : `the zram root is changed in ${placeOf(before)}`;
    }
    case 'network':
      return undefined;
  }
};

const isAtWork = ({ overlay }: Session): boolean => overlay.kind === 'zram' && overlay.chosen?.stage.kind === 'working';

/** Sessions on one node, one after the other as lines come and go, until so many keys were pressed. */
export const walkSessions = async ({ seed, part, keys: wanted, drawEvery = 8 }: WalkOptions): Promise<Walk> => {
  const random = createRandom(seedOf(seed, part));
  const findings: string[] = [];
  const places = new Map<string, number>();
  const recent: string[] = [];
  let keys = 0;
  let frames = 0;
  let disconnects = 0;
  const fault = (what: string | undefined, session: Session): void => {
    if (what === undefined || findings.length > 0) return;
    findings.push(
      `${what}\n  in ${placeOf(session)}, seed ${seed}, part ${part}, key ${keys}; the last keys: ${recent.slice(-50).join(' ')}`,
    );
  };
  const rejected = (error: unknown): void => {
    findings.push(`unhandled: ${error instanceof Error ? error.stack : String(error)}`);
  };
  process.on('unhandledRejection', rejected);
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: bootMs });
  try {
    /** The session in which what is asked for now was decided. */
    let decided: Session | undefined;
    const node: RandomNode = randomNode({
      random,
      trouble: random.pick([0, 0.2, 1]),
      onAsked: (asked) => {
        if (decided !== undefined) fault(isConfirmed(asked, decided), decided);
      },
    });
    while (keys < wanted && findings.length === 0) {
      const begun = keys;
      const left = await sessionOn(node, Math.min(wanted - keys, 20 + random.below(1_200)));
      disconnects += 1;
      if (keys === begun && left === undefined) break;
    }
    node.end();

    async function sessionOn(node: RandomNode, most: number): Promise<Session | undefined> {
      const size = sizeOf(random);
      const inLines = random.happens(0.15);
      const end = keys + most;
      const idle = inLines ? 'line' : 'world';
      let cause: Cause = idle;
      const loop: SessionLoop = createSessionLoop({
        effects: node.effects,
        rehearsal: random.happens(0.2),
        statusEveryMs: 60_000,
        onBug: (error) => {
          if (!(error instanceof PlannedFailure))
            fault(`a bug: ${error instanceof Error ? error.stack : error}`, before);
        },
      });
      let before = loop.current();
      const check = (): void => {
        const after = loop.current();
        fault(changeFault(before, after, cause, node), after);
        const powered = before.overlay.kind === 'power' && after.overlay.kind === 'none';
        const asks = after.view.kind === 'reviewing' && after.view.apply === 'asked' && before.view !== after.view;
        const saves = after.view.kind === 'comparing' && after.view.saving && before.view !== after.view;
        const changes = isAtWork(after) && !isAtWork(before);
        if (powered || asks || saves || changes) decided = before;
        if (before.view.kind !== after.view.kind || before.overlay.kind !== after.overlay.kind) look(after);
        before = after;
      };
      const look = (session: Session): void => {
        frames += 1;
        places.set(placeOf(session), (places.get(placeOf(session)) ?? 0) + 1);
        fault(frameFault(session, size) ?? wayOutFault(session, size), session);
      };
      loop.subscribe(check);
      const send = (event: ConsoleEvent): void => {
        cause = event;
        loop.send(event);
        cause = idle;
      };
      const line = createLine();
      const keyboard = createKeyboard(line);
      keyboard.inkStdin.resume();
      let written = '';
      const spoken = inLines
        ? converse({
            loop,
            glyphs: 'ascii',
            attended: true,
            write: (text) => {
              written += text;
            },
          })
        : undefined;
      let left = false;
      void spoken?.ended.then(() => {
        left = true;
      });
      keyboard.onKey((key) => {
        keys += 1;
        recent.push(key.text === '' ? key.name : JSON.stringify(key.text.slice(0, 60)));
        if (recent.length > 200) recent.splice(0, 100);
        if (spoken !== undefined) {
          for (const part of key.name === 'paste' ? keysIn(key.text) : [key]) spoken.key(part);
          return;
        }
        if (isTooSmall(size.columns, size.rows)) return;
        const session = loop.current();
        if (key.text.includes(secretMark) && !(session.overlay.kind === 'none' && inSecret(session))) return;
        const event = eventOf(session, size, key);
        if (event !== undefined) setImmediate(() => send(event));
        else for (const each of listEvents(random, session, key)) send(each);
        if (keys % drawEvery === 0) look(session);
      });
      loop.start().catch((error: unknown) => fault(`a bug: ${String(error)}`, before));
      for (let chunks = 0; keys < end && chunks < most * 2 && !left && findings.length === 0; chunks++) {
        if (loop.current().view.kind === 'starting') {
          // Nobody goes on pressing keys where nothing comes.
          if (chunks > 20) break;
          mock.timers.tick(2_000);
        }
        const bytes = spoken === undefined ? randomBytes(random, loop.current()) : randomLine(random, loop.current());
        line.arrive(bytes);
        for (let quiet = 0, seen = keys; quiet < 4; seen = keys) {
          await turn();
          quiet = keys === seen ? quiet + 1 : 0;
        }
        if (random.happens(0.3)) mock.timers.tick(random.below(random.happens(0.1) ? 5_000 : 250));
        if (random.happens(0.08)) {
          const happened = node.happening();
          if (happened !== undefined) loop.send(happened);
        }
        if (written.includes('\u001B')) fault('the line mode obeys what it shows', loop.current());
        if (written.includes(secretMark)) fault('a password is in the transcript', loop.current());
        written = '';
      }
      const last = loop.current();
      const stopping = loop.stop();
      await stopping;
      await turn();
      keyboard.close();
      const { draft } = node.kept;
      if (last.view.kind !== 'starting' && !last.rehearsal) {
        const typed = isUntouched(last.draft) ? undefined : last.draft;
        const lost =
          typed === undefined
            ? draft !== undefined && !isUntouched(draft)
            : JSON.stringify(draft) !== JSON.stringify(typed);
        if (lost)
          fault(`the kept draft is not what was typed: ${JSON.stringify(draft)}, typed ${JSON.stringify(typed)}`, last);
      }
      return last;
    }
  } finally {
    mock.timers.reset();
    process.off('unhandledRejection', rejected);
  }
  return { keys, frames, disconnects, places, findings };
};

const answers = [
  '',
  '',
  '',
  '1',
  '2',
  '-',
  '<',
  '?',
  'yes',
  'y',
  '!power',
  '!save',
  '!profile',
  '!change',
  '!again',
] as const;
const more = [
  '!export',
  '!report',
  '!last-apply',
  '!shell',
  '-1',
  'static',
  'dhcp',
  'berlin',
  'stor-07',
  '# a comment',
] as const;

/** A line of answers, now and then one that is cut, pasted with others, or nonsense. */
const randomLine = (random: Random, session: Session): Buffer => {
  // Over a form lies a menu that echoes what is typed into it, as it should.
  const secret = session.overlay.kind === 'none' && inSecret(session);
  if (secret && random.happens(0.7)) return Buffer.from(`${secretMark}-${random.below(3)}12345\r`);
  if (random.happens(0.15))
    return randomBytes(random, { ...session, secrets: {}, view: { kind: 'starting', problem: undefined } });
  const lines = Array.from({ length: random.happens(0.1) ? 1 + random.below(6) : 1 }, () =>
    random.pick([...answers, ...more]),
  );
  return Buffer.from(`${lines.join('\r')}${random.happens(0.95) ? '\r' : ''}`);
};
