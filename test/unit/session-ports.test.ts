// The ports of a bare node while somebody fills the form in: a field nobody touched follows its wire, a touched one stays.
import { describe, expect, test } from 'vitest';
import { draftToProfile } from '../../src/state/draft-to-profile.ts';
import type { Facts } from '../../src/state/facts.ts';
import { live } from '../../src/state/reading.ts';
import type { Session, SessionEvent } from '../../src/state/session.ts';
import { fieldsHere, openStep } from '../../src/state/session-editing.ts';
import { factsOf } from '../../src/state/session-facts.ts';
import { reduceSession } from '../../src/state/session-reducer.ts';
import { startingSession } from '../../src/state/session-start.ts';
import { bareFacts, bootMs, planFor, unknownAt } from '../screens/node-data.ts';

type Wires = Readonly<Record<string, boolean | undefined>>;

const linksWith = (wires: Wires): Facts['links'] =>
  bareFacts.links.map((link) => (link.name in wires ? { ...link, carrier: wires[link.name] } : link));

const dark = { ens3: undefined, ens4: undefined } as const;
const facts = (wires: Wires): SessionEvent => ({
  type: 'facts',
  facts: { ...bareFacts, links: linksWith(wires) },
  atMs: bootMs,
});
const status = (wires: Wires): SessionEvent => ({
  type: 'status',
  status: { ...unknownAt(bootMs), links: live(linksWith(wires), bootMs) },
});
const type = (text: string): SessionEvent => ({ type: 'edit', edit: { kind: 'insert', text } });
const down: SessionEvent = { type: 'focus', by: 1 };

const hear = (session: Session, ...events: readonly SessionEvent[]): Session =>
  events.reduce((now, event) => reduceSession(now, event).session, session);

/** The network form, opened before any port had a carrier. */
const dull = openStep(hear(startingSession(false), facts(dark)), 'network');

const uses = (session: Session): Readonly<Record<string, string>> =>
  Object.fromEntries(
    fieldsHere(session, 'network').flatMap(({ id, value }) =>
      id.endsWith('/use') ? [[id.split('/')[1] ?? '', value]] : [],
    ),
  );
const focused = (session: Session): string | undefined =>
  session.view.kind === 'editing' ? fieldsHere(session, 'network')[session.view.focus]?.id : undefined;

describe('a port that nobody touched', () => {
  test.each([
    ['the next inventory', facts({ ens3: true })],
    ['the next status, long before the next inventory', status({ ens3: true })],
  ])('follows a carrier that comes with %s', (_, event) => {
    expect(uses(dull)).toEqual({ ens3: 'off', ens4: 'off' });
    const lit = hear(dull, type('stor-01'), event);
    expect(uses(lit)).toEqual({ ens3: 'dhcp', ens4: 'off' });
    const made = draftToProfile(lit.draft, factsOf(lit));
    expect(made).toMatchObject({ ok: true, value: { network: { links: [{ match: { name: 'ens3' }, dhcp4: true }] } } });
  });

  test('follows it on to another port, and back to none', () => {
    const moved = hear(dull, status({ ens3: true, ens4: false }), status({ ens3: false, ens4: true }));
    expect(uses(moved)).toEqual({ ens3: 'off', ens4: 'dhcp' });
    expect(uses(hear(moved, status(dark)))).toEqual({ ens3: 'off', ens4: 'off' });
  });
});

describe('a port that somebody touched', () => {
  test('keeps the use that was chosen, also when it is the one that it began with', () => {
    const chosen = hear(dull, down, down, { type: 'option', by: 1 }, { type: 'option', by: -1 });
    expect(focused(chosen)).toBe('link/ens3/use');
    expect(uses(hear(chosen, status({ ens3: true })))).toMatchObject({ ens3: 'off' });
  });

  test('keeps its use and its text once a part of it was typed', () => {
    const typed = hear(dull, status({ ens3: true }), down, down, down, type('9000'));
    expect(focused(typed)).toBe('link/ens3/mtu');
    const unplugged = hear(typed, status({ ens3: false, ens4: true }));
    expect(uses(unplugged)).toMatchObject({ ens3: 'dhcp' });
    expect(unplugged.draft.values['link/ens3/mtu']).toBe('9000');
  });
});

describe('the cursor', () => {
  test('stays in its field when a port above it gets one more', () => {
    const inGateway = hear(dull, down, down, down, down, type('10.0.0.1'));
    expect(focused(inGateway)).toBe('network.gateway');
    const lit = hear(inGateway, status({ ens3: true }), type('7'));
    expect(focused(lit)).toBe('network.gateway');
    expect(lit.draft.values['network.gateway']).toBe('10.0.0.17');
  });

  test('goes to the port when its field goes away', () => {
    const inMtu = hear(dull, status({ ens3: true }), down, down, down);
    expect(focused(inMtu)).toBe('link/ens3/mtu');
    expect(focused(hear(inMtu, status(dark)))).toBe('link/ens3/use');
  });
});

test('what was reviewed is what was asked for, though the wire blinks while it is applied', () => {
  const filled = hear(dull, type('stor-01'), status({ ens3: true }));
  const made = draftToProfile(filled.draft, factsOf(filled));
  if (!made.ok) throw new Error('the draft is sound');
  const profile = made.value;
  const plan = planFor(profile);
  const reviewing: Session = { ...filled, view: { kind: 'reviewing', profile, plan, scroll: 0, apply: 'idle' } };
  const blinking = hear(reviewing, { type: 'next' }, status({ ens3: false, ens4: true }));
  expect(draftToProfile(blinking.draft, factsOf(blinking))).toEqual({ ok: true, value: profile });
});
