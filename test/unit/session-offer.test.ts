// Offering a join code on the dashboard: who may, what is shown of it, and that it goes on while nobody looks.
import { expect, test } from 'vitest';
import { reduceConsole } from '../../src/state/console-reducer.ts';
import type { OfferEvent } from '../../src/state/join-offer.ts';
import type { Profile } from '../../src/state/profile.ts';
import type { Command, Session, SessionEvent } from '../../src/state/session.ts';
import { reduceSession } from '../../src/state/session-reducer.ts';
import { startingSession } from '../../src/state/session-start.ts';
import { ceph, joinCode, profile } from '../screens/node-data.ts';

const member: Profile = { ...profile, cluster: ceph };
const dashboard = (inForce: Profile | undefined = member): Session => ({
  ...startingSession(false),
  view: { kind: 'console' },
  inForce,
});

const told: Extract<OfferEvent, { event: 'offered' }> = {
  event: 'offered',
  groups: joinCode,
  address: '10.0.2.11',
  port: 26333,
  ends: '2026-01-01T14:35:00.000Z',
  kind: 'client',
};
const problem = { code: 'join/expired', summary: 'nobody has joined in 15 minutes', remedy: 'Make a new offer' };
const joined = { kind: 'client', hostname: 'stor-04', address: '10.0.2.15' } as const;

const open: SessionEvent = { type: 'offer' };
const forClient: SessionEvent = { type: 'offer-for', joins: 'client' };
const back: SessionEvent = { type: 'back' };
const next: SessionEvent = { type: 'next' };

const pressed = (session: Session, ...events: readonly SessionEvent[]) => {
  const commands: Command[] = [];
  let now = session;
  for (const event of events) {
    const moved = reduceSession(now, event);
    now = moved.session;
    commands.push(...moved.commands);
  }
  return { session: now, commands };
};
const offering = (): Session => pressed(dashboard(), open, forClient, { type: 'offer-told', told }).session;

test('a member offers, and makes one code however often it is asked for', () => {
  const asked = pressed(dashboard(), open, forClient, forClient);
  expect(asked.commands).toEqual([{ type: 'offer-join', joins: 'client', profile: member }]);
  expect(asked.session.offer).toEqual({ kind: 'making' });
  expect(pressed(asked.session, { type: 'offer-told', told }).session.offer).toEqual({
    kind: 'open',
    for: 'client',
    groups: joinCode,
    address: '10.0.2.11',
    port: 26333,
    endsMs: Date.UTC(2026, 0, 1, 14, 35),
  });
});

test.each([undefined, profile])('a node of no cluster offers nothing', (inForce) => {
  expect(pressed({ ...dashboard(), inForce }, open, forClient)).toMatchObject({
    session: { overlay: { kind: 'none' }, offer: undefined },
    commands: [],
  });
});

test('Esc withdraws it once, and what has ended is put away', () => {
  const withdrawn = pressed(offering(), back);
  expect(withdrawn.commands).toEqual([{ type: 'withdraw-offer' }]);
  expect(withdrawn.session).toMatchObject({ overlay: { kind: 'offer' }, offer: { kind: 'withdrawing' } });
  // A code that comes now is good no more.
  expect(pressed(withdrawn.session, { type: 'offer-told', told }).session.offer).toEqual({ kind: 'withdrawing' });
  const ended = pressed(withdrawn.session, { type: 'failed', of: 'offer-join', problem });
  expect(ended.session).toMatchObject({ offer: { kind: 'ended', problem }, notice: undefined });
  expect(pressed(ended.session, back).session).toMatchObject({ overlay: { kind: 'none' }, offer: undefined });
});

test('it goes on while the dashboard is looked at, and says there what became of it', () => {
  const aside = pressed(offering(), next);
  expect(aside.commands).toEqual([]);
  expect(aside.session).toMatchObject({ overlay: { kind: 'none' }, offer: { kind: 'open' } });
  const wrong = pressed(aside.session, {
    type: 'offer-told',
    told: { event: 'wrong-secret', from: '10.0.2.66', triesLeft: 4 },
  });
  expect(wrong.session.notice).toEqual({
    tone: 'bad',
    text: 'A wrong secret came from 10.0.2.66; 4 more and the offer closes.',
  });
  const taken = pressed(wrong.session, { type: 'offer-taken', joined, named: undefined });
  expect(taken.session.notice?.text).toContain('stor-04 (10.0.2.15) has joined as a client.');
  expect(pressed(taken.session, open).session).toMatchObject({ overlay: { kind: 'offer' }, offer: { kind: 'joined' } });
  const over = pressed(aside.session, { type: 'failed', of: 'offer-join', problem });
  expect(over.session.notice?.text).toBe('The offer of a join code has ended: nobody has joined in 15 minutes');
});

test('where another console writes, the offer still hears how it ended', () => {
  const party = (console: string, pid: number) => ({ console, place: 'serial line', pid, started: '1' });
  const watching: Session = {
    ...offering(),
    sharing: {
      ...offering().sharing,
      me: party('ttyS0', 1),
      claim: { version: 1, turn: 1, writer: party('tty1', 2), how: 'began', sinceMs: 0 },
      lives: true,
      seat: { kind: 'watching', look: 'away' },
    },
  };
  const now = { wallMs: 0, monoMs: 0 };
  const ended = reduceConsole(watching, { type: 'failed', of: 'offer-join', problem }, now);
  expect(ended.session.offer).toMatchObject({ kind: 'ended' });
  const withdrawn = reduceConsole(watching, back, now);
  expect(withdrawn.commands).toContainEqual({ type: 'withdraw-offer' });
});
