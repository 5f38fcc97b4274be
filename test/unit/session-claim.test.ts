// Who may write: every key in every seat, the turns of the claim, and that nothing of a password is ever shown to another console.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  asking,
  begun,
  type Claim,
  ended,
  handed,
  noClaim,
  secondsToAnswer,
  takeOver,
  unasked,
} from '../../src/state/claim.ts';
import { needOf } from '../../src/state/claim-need.ts';
import { claimNews } from '../../src/state/claim-news.ts';
import { delayAfter, lockAfterMs } from '../../src/state/console-lock.ts';
import { reduceConsole } from '../../src/state/console-reducer.ts';
import type { Now } from '../../src/state/now.ts';
import { type Party, placeOf, startOf } from '../../src/state/party.ts';
import { live } from '../../src/state/reading.ts';
import type { Session, SessionEvent } from '../../src/state/session.ts';
import { fieldsHere, openStep } from '../../src/state/session-editing.ts';
import { reduceSession } from '../../src/state/session-reducer.ts';
import { startingSession } from '../../src/state/session-start.ts';
import { sharedScreen, sharedScreenSchema } from '../../src/state/shared-screen.ts';
import { bareFacts, bootMs, planFor, profile } from '../screens/node-data.ts';

const at = (seconds: number): Now => ({ wallMs: bootMs + seconds * 1000, monoMs: 5_000_000 + seconds * 1000 });
const party = (console: string, pid: number): Party => ({ console, place: 'serial line', pid, started: `${pid}` });
const me = party('ttyS0', 10);
const other = party('tty1', 11);
const third = party('pts/0', 12);

const opening = {
  facts: live(bareFacts, bootMs),
  resolved: live({ found: false, text: 'no profile was found', notes: [] }, bootMs),
  inForce: undefined,
  attempted: undefined,
  journal: [],
  applyRuns: false,
  draft: undefined,
} as const;
const fresh = reduceSession(startingSession(false), { type: 'opened', opening }).session;
const served: Session = { ...fresh, inForce: profile, view: { kind: 'console' } };
const views: Readonly<Record<string, Session>> = {
  welcome: openStep(fresh, 'welcome'),
  network: openStep(fresh, 'network'),
  reviewing: { ...fresh, view: { kind: 'reviewing', profile, plan: planFor(profile), scroll: 0, apply: 'idle' } },
  dashboard: served,
  'power over the dashboard': { ...served, overlay: { kind: 'power', choice: undefined } },
  'help over network': { ...openStep(fresh, 'network'), overlay: { kind: 'help', scroll: 0 } },
};

describe('what a key needs', () => {
  const table: readonly (readonly [keyof typeof views, SessionEvent, 'write' | 'look'])[] = [
    ['welcome', { type: 'next' }, 'write'],
    ['welcome', { type: 'back' }, 'look'],
    ['network', { type: 'edit', edit: { kind: 'insert', text: 'a' } }, 'write'],
    ['network', { type: 'focus', by: 1 }, 'write'],
    ['network', { type: 'back' }, 'write'],
    ['network', { type: 'help' }, 'look'],
    ['help over network', { type: 'back' }, 'look'],
    ['help over network', { type: 'scroll', by: 1, max: 3 }, 'look'],
    ['reviewing', { type: 'next' }, 'write'],
    ['reviewing', { type: 'scroll', by: 1, max: 3 }, 'write'],
    ['dashboard', { type: 'change' }, 'write'],
    ['dashboard', { type: 'compare' }, 'look'],
    ['dashboard', { type: 'export' }, 'look'],
    ['dashboard', { type: 'show-apply' }, 'look'],
    ['dashboard', { type: 'shell' }, 'look'],
    ['dashboard', { type: 'power' }, 'write'],
    ['dashboard', { type: 'decide-network', verdict: 'keep' }, 'write'],
    ['power over the dashboard', { type: 'back' }, 'write'],
    ['power over the dashboard', { type: 'confirm' }, 'write'],
  ];
  test.each(table)('%s: %j → %s', (view, event, need) => expect(needOf(views[view] ?? fresh, event)).toBe(need));
});

describe('the turns of the claim', () => {
  const held = begun(noClaim, other, at(0));
  const asked = asking(held, me, at(10));

  const answers: readonly (readonly [string, Claim, { lives: boolean; quietMs: number | undefined }, unknown])[] = [
    ['nobody writes', noClaim, { lives: false, quietMs: undefined }, { writer: me, how: 'began' }],
    ['this one writes', begun(noClaim, me, at(0)), { lives: true, quietMs: 0 }, 'mine'],
    ['the writer is there', held, { lives: true, quietMs: 119_999 }, { writer: other, how: 'asked' }],
    ['the writer never showed a key', held, { lives: true, quietMs: undefined }, { writer: other, how: 'asked' }],
    ['the writer is quiet', held, { lives: true, quietMs: 120_000 }, { writer: me, before: other, how: 'idle' }],
    ['the writer is dead', held, { lives: false, quietMs: 0 }, { writer: me, before: other, how: 'dead' }],
    ['a third one asks', asking(held, third, at(10)), { lives: true, quietMs: 0 }, 'another-asks'],
    ['a third one asked and died', asking(held, third, at(-60)), { lives: true, quietMs: 0 }, { how: 'asked' }],
  ];
  test.each(answers)('F6 while %s', (_name, claim, holder, answer) => {
    const next = takeOver(claim, me, holder, at(20));
    if (typeof answer === 'string') expect(next).toBe(answer);
    else expect(next).toMatchObject(answer as object);
  });

  test('each follows the one before', () => {
    for (const next of [asked, unasked(asked, 'kept'), handed(asked, me, 'given', at(11)), ended(held, at(12))])
      expect(next.turn).toBeGreaterThan(held.turn);
    expect(ended(asked, at(12))).toMatchObject({ writer: me, before: other, how: 'given' });
    expect(secondsToAnswer(asked, at(28))).toBe(12);
  });

  test.each([
    ['given', 'gave it to you', 'You gave it to'],
    ['no-answer', 'Nobody answered', 'no key had answered here for 30 s'],
    ['idle', 'No key had come', 'no key had come here for 2 min'],
  ] as const)('%s is said at both', (how, gained, lost) => {
    const after = handed(asked, me, how, at(40));
    expect(claimNews(asked, after, me)?.text).toContain(gained);
    expect(claimNews(asked, after, other)?.text).toContain(lost);
    expect(claimNews(asked, after, third)).toBeUndefined();
  });
});

describe('a console among others', () => {
  const joined = { ...served, sharing: { ...served.sharing, me, seat: { kind: 'free' } as const } };
  const heard = { type: 'heard', claim: begun(noClaim, other, at(0)), lives: true, screen: undefined } as const;

  test('begins at once, and lets nothing happen before it has the claim', () => {
    const reviewing: Session = { ...joined, view: views.reviewing?.view ?? joined.view };
    const begunHere = reduceConsole(reviewing, { type: 'next' }, at(1));
    expect(begunHere.session.view).toMatchObject({ kind: 'reviewing', apply: 'asked' });
    expect(begunHere.commands.map(({ type }) => type)).toEqual(['take-turn']);
    const claim = begunHere.session.sharing.claim;
    const taken = reduceConsole(begunHere.session, { type: 'turn-taken', claim }, at(1));
    expect(taken.commands.map(({ type }) => type)).toEqual(['apply']);
    const missed = reduceConsole(
      begunHere.session,
      { type: 'turn-missed', claim: heard.claim, lives: true, screen: undefined },
      at(1),
    );
    expect(missed.commands).toEqual([]);
    expect(missed.session.notice?.text).toContain('was faster');
  });

  test('tries again where it was late for somebody who is done', () => {
    const begunHere = reduceConsole(joined, { type: 'change' }, at(1)).session;
    const over = ended(heard.claim, at(1));
    const again = reduceConsole(
      begunHere,
      { type: 'turn-missed', claim: over, lives: false, screen: undefined },
      at(1),
    );
    expect(again.commands).toMatchObject([{ type: 'take-turn', claim: { turn: over.turn + 1, writer: me } }]);
  });

  test('lets go where it rests, and gives it to whoever asked', () => {
    const begunHere = reduceConsole(joined, { type: 'power' }, at(1)).session;
    const writing = reduceConsole(begunHere, { type: 'turn-taken', claim: begunHere.sharing.claim }, at(1)).session;
    const asked = asking(writing.sharing.claim, other, at(2));
    const questioned = reduceConsole(writing, { type: 'heard', claim: asked, lives: true, screen: undefined }, at(2));
    const rested = reduceConsole(questioned.session, { type: 'back' }, at(3));
    expect(rested.commands).toContainEqual(
      expect.objectContaining({ type: 'take-turn', claim: expect.objectContaining({ writer: other, how: 'given' }) }),
    );
  });

  test.each(['change', 'retry', 'commit', 'confirm', 'power'] as const)('cannot %s while another writes', (type) => {
    for (const where of ['along', 'away'] as const) {
      const watching = reduceConsole(
        reduceConsole(joined, heard, at(1)).session,
        { type: 'look', where },
        at(1),
      ).session;
      const { session, commands } = reduceConsole(watching, { type }, at(2));
      expect(commands).toEqual([]);
      expect(session.view).toEqual(watching.view);
      expect(session.overlay.kind).toBe('none');
      expect(session.notice?.text).toContain('Not while tty1 (serial line) changes this node');
    }
  });

  test('that shares nothing does everything by itself', () => {
    const alone = reduceConsole(served, { type: 'change' }, at(1));
    expect(alone.commands).toEqual([]);
    expect(alone.session.view).toMatchObject({ kind: 'editing', step: 'role' });
  });
});

describe('what is shown to the others', () => {
  const keys: fc.Arbitrary<SessionEvent> = fc.constantFrom<SessionEvent>(
    { type: 'focus', by: 1 },
    { type: 'focus', by: -1 },
    { type: 'leave' },
    { type: 'next' },
    { type: 'edit', edit: { kind: 'move', to: 'left' } },
    { type: 'help' },
    { type: 'refused', why: 'not now' },
  );

  // Both too short to be taken: that a password is refused is seen by anybody who sees the form stay.
  test('is the same whatever the password, and however long it is', () => {
    const screenAfter = (secret: string, moves: readonly SessionEvent[]): string => {
      let session = reduceSession(openStep(fresh, 'access'), { type: 'focus', by: 1 }).session;
      const first = fieldsHere(session, 'access')[1];
      expect(first?.kind).toBe('secret');
      const typed: SessionEvent = { type: 'edit', edit: { kind: 'insert', text: secret } };
      for (const event of [typed, ...moves]) {
        // What leaves the form leaves the password, too.
        const { session: after } = reduceSession(session, event);
        if (after.view.kind === 'editing' && after.view.step === 'access') session = after;
      }
      const screen = sharedScreen(session, me, 1_234_567);
      expect(sharedScreenSchema.safeParse(JSON.parse(JSON.stringify(screen))).success).toBe(true);
      return JSON.stringify(screen);
    };
    fc.assert(
      fc.property(
        fc.stringMatching(/^[!-~]{1,6}$/),
        fc.stringMatching(/^[!-~]{1,6}$/),
        fc.array(keys, { maxLength: 8 }),
        (one, two, moves) => {
          const seen = screenAfter(`§${one}`, moves);
          expect(seen).not.toContain('§');
          expect(seen).toBe(screenAfter(`#${two}`, moves));
        },
      ),
    );
  });
});

describe('the lock', () => {
  test.each([
    [0, 0],
    [1, 2_000],
    [2, 4_000],
    [4, 16_000],
    [5, 30_000],
    [40, 30_000],
  ])('after %i wrong passwords waits %i ms', (failures, delay) => expect(delayAfter(failures)).toBe(delay));

  test.each([
    ['90s', 90_000],
    ['5min', 300_000],
    ['2h', 7_200_000],
    ['never', undefined],
    [undefined, 600_000],
  ])('consoleLock %s closes after %s ms', (consoleLock, ms) => {
    const access = consoleLock === undefined ? {} : { consoleLock };
    expect(lockAfterMs({ ...profile, access })).toBe(ms);
  });
  test('without a profile in force nothing locks', () => expect(lockAfterMs(undefined)).toBeUndefined());
});

describe('the names of consoles', () => {
  test.each([
    ['/dev/tty1', undefined, 'tty1', 'video console'],
    ['/dev/ttyS0', undefined, 'ttyS0', 'serial line'],
    ['/dev/ttyUSB0', undefined, 'ttyUSB0', 'serial line'],
    ['/dev/hvc0', undefined, 'hvc0', 'serial line'],
    ['/dev/pts/3', '10.0.0.9 50022 10.0.0.1 22', 'pts/3', 'SSH from 10.0.0.9'],
    ['/dev/pts/3', undefined, 'pts/3', 'terminal'],
    [undefined, undefined, 'a terminal', 'terminal'],
  ])('%s %s', (terminal, ssh, console, place) => expect(placeOf(terminal, ssh)).toEqual({ console, place }));

  test('the start of a process is found behind whatever its name is', () =>
    expect(startOf(`12 (a) b (c) S ${'1 '.repeat(18)}4711 99`)).toBe('4711'));
});
