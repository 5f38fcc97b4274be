// Every event in every state: the session is always legal, nothing throws, Esc always leads back, and nothing typed is lost.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldProgress } from '../../src/state/apply-progress.ts';
import { emptyDraft, setValue, wizardSteps } from '../../src/state/draft.ts';
import { profileToDraft } from '../../src/state/profile-to-draft.ts';
import { live } from '../../src/state/reading.ts';
import type { Session, SessionEvent, View } from '../../src/state/session.ts';
import { fieldsHere, openStep } from '../../src/state/session-editing.ts';
import { reduceSession } from '../../src/state/session-reducer.ts';
import { startingSession } from '../../src/state/session-start.ts';
import {
  bareFacts,
  blockedPlan,
  bootMs,
  degradedAt,
  failedJournal,
  healthyAt,
  journalOf,
  planFor,
  profile,
} from '../screens/node-data.ts';

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
const plan = planFor(profile);
const converged = foldProgress(journalOf(plan, 'a1'));
const stopped = foldProgress(failedJournal(plan, 'a1'));
if (converged === undefined || stopped === undefined) throw new Error('the journals of the fixtures tell nothing');

const served: Session = { ...fresh, inForce: profile, progress: converged, view: { kind: 'console' } };
const reviewing: Session = { ...fresh, view: { kind: 'reviewing', profile, plan, scroll: 0, apply: 'idle' } };
const states: Readonly<Record<string, Session>> = {
  starting: startingSession(false),
  ...Object.fromEntries(wizardSteps.map((step) => [`editing ${step}`, openStep(fresh, step)])),
  planning: { ...fresh, view: { kind: 'planning', profile } },
  reviewing,
  'reviewing, asked': { ...fresh, view: { kind: 'reviewing', profile, plan, scroll: 0, apply: 'asked' } },
  applying: { ...fresh, view: { kind: 'applying', asked: true } },
  applied: { ...served, view: { kind: 'applied', progress: converged } },
  'applied, stopped': { ...fresh, attempted: profile, progress: stopped, view: { kind: 'applied', progress: stopped } },
  comparing: { ...served, view: { kind: 'comparing', profile, diff: '+a', scroll: 0, saving: false } },
  exporting: { ...served, view: { kind: 'exporting', profile, scroll: 0 } },
  console: served,
  'help over console': { ...served, overlay: { kind: 'help', scroll: 0 } },
  'power over editing': { ...openStep(fresh, 'network'), overlay: { kind: 'power', choice: 'reboot' } },
};

const problem = { code: 'x/y', summary: 'it did not', remedy: 'try again' };
const events: readonly SessionEvent[] = [
  { type: 'opened', opening },
  { type: 'facts', facts: bareFacts, atMs: bootMs },
  { type: 'status', status: healthyAt(bootMs) },
  { type: 'status', status: degradedAt(bootMs) },
  { type: 'in-force', profile, attempted: undefined },
  { type: 'in-force', profile: undefined, attempted: profile },
  { type: 'journal', events: journalOf(plan, 'a2', 'network') },
  { type: 'journal', events: journalOf(plan, 'a3') },
  { type: 'journal', events: failedJournal(plan, 'a4') },
  { type: 'next' },
  { type: 'leave' },
  { type: 'back' },
  { type: 'focus', by: 1 },
  { type: 'focus', by: -1 },
  { type: 'option', by: 1 },
  { type: 'option', by: -1 },
  { type: 'highlight', by: 1 },
  { type: 'highlight', by: -1 },
  { type: 'edit', edit: { kind: 'insert', text: 'stor-01' } },
  { type: 'edit', edit: { kind: 'insert', text: 'two\nlines\n' } },
  { type: 'edit', edit: { kind: 'erase', what: 'before' } },
  { type: 'edit', edit: { kind: 'erase', what: 'word' } },
  { type: 'edit', edit: { kind: 'move', to: 'left' } },
  { type: 'choose', field: 'role', value: 'client' },
  { type: 'choose', field: 'cluster.filesystem', value: 'gluster' },
  { type: 'scroll', by: 3, max: 5 },
  { type: 'scroll', by: -9, max: 5 },
  { type: 'change' },
  { type: 'show-apply' },
  { type: 'show-dashboard' },
  { type: 'retry' },
  { type: 'compare' },
  { type: 'commit' },
  { type: 'export' },
  { type: 'help' },
  { type: 'power' },
  { type: 'power-choice', choice: 'poweroff' },
  { type: 'confirm' },
  { type: 'shell' },
  { type: 'bundle' },
  { type: 'undo-apply' },
  { type: 'apply-undone' },
  { type: 'prepare' },
  { type: 'config-prepared', device: '/dev/vdb', path: undefined },
  { type: 'bundle-made', path: '/run/mayfly/bundle/bundle.tar.gz', bytes: 312_000 },
  { type: 'refused', why: 'not now' },
  { type: 'hashed', hash: '$y$x' },
  { type: 'planned', plan },
  { type: 'planned', plan: blockedPlan(profile) },
  { type: 'compared', profile, diff: '' },
  { type: 'committed', path: '/config/node/profile.yaml' },
  { type: 'apply-accepted' },
  { type: 'shell-closed' },
  ...(['hash-password', 'plan', 'apply', 'compare', 'commit', 'shell'] as const).map(
    (of) => ({ type: 'failed', of, problem }) as const,
  ),
];

/** What can never be, whatever happened before. */
const illegal = (session: Session): string | undefined => {
  const { view, overlay } = session;
  if (view.kind === 'editing') {
    const fields = fieldsHere(session, view.step);
    if (view.focus !== 0 && view.focus >= fields.length) return `focus ${view.focus} of ${fields.length} fields`;
    if (view.caret < 0) return 'a caret before its text';
  }
  if ('scroll' in view && view.scroll < 0) return 'scrolled before the beginning';
  if (overlay.kind === 'help' && overlay.scroll < 0) return 'help scrolled before the beginning';
  if (JSON.stringify(session.draft).includes('four words')) return 'the password is in the draft';
  return undefined;
};

describe('every event in every state', () => {
  test.each(Object.entries(states))('%s', (_name, state) => {
    for (const event of events) expect(illegal(reduceSession(state, event).session), event.type).toBeUndefined();
  });

  test('random keys never reach an illegal state, never throw, and only Enter on a review asks to apply', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(states)),
        fc.array(fc.constantFrom(...events), { maxLength: 60 }),
        (start, sequence) => {
          let session = start;
          for (const event of sequence) {
            const { session: after, commands } = reduceSession(session, event);
            const asked = commands.some(({ type }) => type === 'apply');
            if (asked && !(session.view.kind === 'reviewing' && event.type === 'next')) return false;
            if (commands.some(({ type }) => type === 'end-uptime') && event.type !== 'confirm') return false;
            session = after;
            if (illegal(session) !== undefined) throw new Error(illegal(session));
          }
          return true;
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('Esc', () => {
  const goesTo: Readonly<Record<string, View['kind']>> = {
    starting: 'starting',
    'editing welcome': 'editing',
    'editing role': 'editing',
    'editing network': 'editing',
    'editing cluster': 'editing',
    'editing cluster-form': 'editing',
    'editing zram': 'editing',
    'editing access': 'editing',
    planning: 'editing',
    reviewing: 'editing',
    'reviewing, asked': 'editing',
    applying: 'console',
    applied: 'console',
    'applied, stopped': 'editing',
    comparing: 'console',
    exporting: 'console',
    console: 'console',
    'help over console': 'console',
    'power over editing': 'editing',
  };
  test.each(Object.entries(states))('from %s goes one step back and keeps every text', (name, state) => {
    const typed = { ...state, draft: setValue(state.draft, 'node.hostname', 'stor-01') };
    const { session, commands } = reduceSession(typed, { type: 'back' });
    expect(session.view.kind).toBe(goesTo[name]);
    expect(session.draft.values).toEqual(typed.draft.values);
    expect(commands.filter(({ type }) => type !== 'save-draft')).toEqual([]);
  });

  test('leads from the last screen of the wizard to the first, one after the other', () => {
    let session = openStep(fresh, 'access');
    const seen: string[] = [];
    for (let count = 0; count < 7; count += 1) {
      if (session.view.kind === 'editing') seen.push(session.view.step);
      session = reduceSession(session, { type: 'back' }).session;
    }
    expect(seen).toEqual(['access', 'zram', 'cluster', 'network', 'role', 'welcome', 'welcome']);
  });
});

describe('where the console opens', () => {
  const draft = setValue({ ...emptyDraft, step: 'network' }, 'node.hostname', 'half-typed');
  const opens = (more: object): Session =>
    reduceSession(startingSession(false), { type: 'opened', opening: { ...opening, ...more } }).session;

  test('a bare node: Welcome', () => expect(fresh.view).toMatchObject({ kind: 'editing', step: 'welcome' }));
  test('a draft: where it was left, as it was', () => {
    const session = opens({ draft });
    expect(session.view).toMatchObject({ kind: 'editing', step: 'network' });
    expect(session.draft.values['node.hostname']).toBe('half-typed');
  });
  test('a profile that was opened for change and not changed: the dashboard', () => {
    const opened = reduceSession(served, { type: 'change' }).session.draft;
    expect(opened.base).toEqual(profile);
    expect(opens({ inForce: profile, draft: opened }).view.kind).toBe('console');
  });
  test('a profile in force: the dashboard', () => expect(opens({ inForce: profile }).view.kind).toBe('console'));
  test('an apply that runs: its steps, whatever else there is', () =>
    expect(
      opens({ draft, inForce: profile, applyRuns: true, journal: journalOf(plan, 'a1', 'network') }).view.kind,
    ).toBe('applying'));
  test('an apply that nobody runs any more: interrupted, with its profile as the draft', () => {
    const session = opens({ attempted: profile, journal: journalOf(plan, 'a1', 'network') });
    expect(session.view).toMatchObject({ kind: 'applied', progress: { outcome: 'interrupted' } });
    expect(session.draft.values['node.hostname']).toBe('stor-01');
  });
});

describe('an apply', () => {
  const asked = reduceSession(reviewing, { type: 'next' });

  test('is asked for with the plan that was reviewed', () => {
    expect(asked.commands).toEqual([{ type: 'apply', profile, plan }]);
    expect(asked.session.view).toMatchObject({ kind: 'reviewing', apply: 'asked' });
    expect(reduceSession(asked.session, { type: 'next' }).commands).toEqual([]);
  });
  test('is not asked for while a step is blocked', () => {
    const blocked: Session = {
      ...fresh,
      view: { kind: 'reviewing', profile, plan: blockedPlan(profile), scroll: 0, apply: 'idle' },
    };
    const { session, commands } = reduceSession(blocked, { type: 'next' });
    expect(commands).toEqual([]);
    expect(session.notice?.text).toContain('is blocked');
  });
  test('that was refused leaves the review where it was', () => {
    const { session } = reduceSession(asked.session, { type: 'failed', of: 'apply', problem });
    expect(session.view).toMatchObject({ kind: 'reviewing', apply: 'idle' });
    expect(session.notice?.text).toContain('try again');
  });
  test('is followed from review to its outcome', () => {
    const running = reduceSession(asked.session, { type: 'journal', events: journalOf(plan, 'a9', 'network') }).session;
    expect(running.view.kind).toBe('applying');
    const ended = reduceSession(running, {
      type: 'journal',
      events: [{ event: 'finished', atMs: 9, apply: 'a9', outcome: 'converged' }],
    });
    expect(ended.session.view).toMatchObject({ kind: 'applied', progress: { outcome: 'converged' } });
    expect(ended.commands).toContainEqual({ type: 'read-in-force' });
  });
  test('of somebody else does not take the screen away', () => {
    const elsewhere = reduceSession(openStep(fresh, 'network'), {
      type: 'journal',
      events: journalOf(plan, 'a9'),
    }).session;
    expect(elsewhere.view).toMatchObject({ kind: 'editing', step: 'network' });
  });
  test('at boot, or of another console, is followed by a console that nobody has used', () => {
    const running = reduceSession(fresh, { type: 'journal', events: journalOf(plan, 'a9', 'network') }).session;
    expect(running.view.kind).toBe('applying');
    const finished = { event: 'finished', atMs: 9, apply: 'a9', outcome: 'converged' } as const;
    expect(reduceSession(running, { type: 'journal', events: [finished] }).session.view.kind).toBe('console');
  });
  test('that died without a word is told by the status', () => {
    const running = reduceSession(asked.session, { type: 'journal', events: journalOf(plan, 'a9', 'network') }).session;
    const status = healthyAt(bootMs);
    const lastApply = {
      kind: 'live',
      atMs: bootMs,
      everyMs: 0,
      value: { apply: 'a9', outcome: 'interrupted', atMs: bootMs, done: 2, total: 10, problem: undefined },
    } as const;
    const { session } = reduceSession(running, { type: 'status', status: { ...status, lastApply } });
    expect(session.view).toMatchObject({ kind: 'applied', progress: { outcome: 'interrupted' } });
  });
});

describe('an answer that comes after somebody went elsewhere', () => {
  const other = { ...profile, node: { ...profile.node, hostname: 'stor-99' } };
  const pressed = (session: Session, ...given: readonly SessionEvent[]): Session =>
    given.reduce((now, event) => reduceSession(now, event).session, session);

  test('the plan of a profile that was corrected meanwhile is never on the review', () => {
    const planning: Session = { ...fresh, view: { kind: 'planning', profile: other } };
    expect(pressed(planning, { type: 'planned', plan: planFor(profile) }).view.kind).toBe('planning');
    expect(pressed(planning, { type: 'planned', plan: planFor(other) }).view.kind).toBe('reviewing');
  });
  test('what would change in the saved profile is shown for the profile that would be saved', () => {
    const comparing: Session = {
      ...served,
      view: { kind: 'comparing', profile: other, diff: undefined, scroll: 0, saving: false },
    };
    expect(pressed(comparing, { type: 'compared', profile, diff: '+a' }).view).toMatchObject({ diff: undefined });
    expect(pressed(comparing, { type: 'compared', profile: other, diff: '+b' }).view).toMatchObject({ diff: '+b' });
  });
  test('nobody leaves a password that is being hashed, so that the hash is that of what stands there', () => {
    const typed: Session = {
      ...openStep(fresh, 'access'),
      secrets: { 'access.password': 'four words of mine', 'access.repeat': 'four words of mine' },
    };
    const hashing = pressed(typed, { type: 'leave' });
    expect(hashing.view).toMatchObject({ work: 'hashing' });
    const back = pressed(hashing, { type: 'back' });
    expect(back.view).toBe(hashing.view);
    expect(back.notice?.text).toContain('one moment');
  });
  test('an apply that converges leaves an open form as it stands, and what it applied is in force', () => {
    const wanted = openStep({ ...fresh, draft: { ...emptyDraft, values: { 'node.hostname': 'stor-07' } } }, 'access');
    const { view } = pressed(wanted, { type: 'leave' });
    if (view.kind !== 'planning') throw new Error(`${view.kind}: nothing is planned`);
    const planned = pressed(
      wanted,
      { type: 'leave' },
      { type: 'planned', plan: planFor(view.profile) },
      { type: 'next' },
    );
    const events = journalOf(planFor(view.profile), 'a9');
    const beside = pressed(
      planned,
      { type: 'journal', events: events.slice(0, 4) },
      { type: 'back' },
      { type: 'change' },
    );
    expect(beside.view).toMatchObject({ kind: 'editing', step: 'access' });
    const ended = reduceSession(beside, { type: 'journal', events: events.slice(4) });
    expect(ended.session.draft).toBe(beside.draft);
    expect(ended.session.inForce).toEqual(view.profile);
    expect(ended.commands).not.toContainEqual({ type: 'discard-draft' });
  });
});

test('what was typed into a profile and taken back again is not in the kept draft either', () => {
  const opened = openStep({ ...served, draft: profileToDraft(profile) }, 'network');
  const typed = reduceSession(opened, { type: 'edit', edit: { kind: 'insert', text: 'x' } });
  expect(typed.commands).toMatchObject([{ type: 'save-draft' }]);
  const erased = reduceSession(typed.session, { type: 'edit', edit: { kind: 'erase', what: 'before' } });
  expect(erased.session.draft.values).toEqual(opened.draft.values);
  expect(erased.commands).toEqual([{ type: 'discard-draft' }]);
});
