// The question before data is lost: nothing is applied until the serial number of every such disk was typed.
import { expect, test } from 'vitest';
import type { Plan } from '../../src/state/plan.ts';
import type { Profile } from '../../src/state/profile.ts';
import type { Session, SessionEvent, Transition } from '../../src/state/session.ts';
import { reduceSession } from '../../src/state/session-reducer.ts';
import { startingSession } from '../../src/state/session-start.ts';
import { destroyingPlan, profile } from '../screens/node-data.ts';

const twoDisks = (wanted: Profile): Plan => {
  const plan = destroyingPlan(wanted);
  return {
    ...plan,
    steps: plan.steps.map((step) =>
      step.verdict.kind === 'drifted' && step.id === 'storage'
        ? {
            ...step,
            verdict: {
              kind: 'drifted',
              changes: [
                ...step.verdict.changes,
                { op: 'create', subject: 'disk ZL2A 4', before: 'ntfs', after: 'xfs', destroysData: true },
              ],
            },
          }
        : step,
    ),
  };
};

const reviewing = (wanted: Profile, plan: Plan): Session => ({
  ...startingSession(false),
  view: { kind: 'reviewing', profile: wanted, plan, scroll: 0, apply: 'idle' },
});

const next: SessionEvent = { type: 'next' };
const type = (text: string): SessionEvent => ({ type: 'edit', edit: { kind: 'insert', text } });
const clear: SessionEvent = { type: 'edit', edit: { kind: 'erase', what: 'all' } };

const after = (session: Session, ...events: readonly SessionEvent[]): Transition => {
  const start: Transition = { session, commands: [] };
  return events.reduce((now, event) => reduceSession(now.session, event), start);
};

test('each disk is asked for by itself, and only then Apply applies', () => {
  const start = reviewing(profile, twoDisks(profile));
  const asked = after(start, next);
  expect(asked.session.overlay).toMatchObject({ kind: 'consent', serial: 'ZL2A0003' });
  expect(asked.commands).toEqual([]);
  const wrong = after(asked.session, next, type('ZL2A0001'), next);
  expect(wrong.session.overlay).toMatchObject({ serial: 'ZL2A0003', why: 'that is another serial number' });
  const second = after(wrong.session, clear, type('ZL2A0003'), next);
  expect(second.session.overlay).toMatchObject({ kind: 'consent', serial: 'ZL2A 4', typed: '' });
  const agreed = after(second.session, type('ZL2A 4'), next);
  expect(agreed.session.overlay.kind).toBe('none');
  expect(agreed.commands).toEqual([]);
  const applied = after(agreed.session, next);
  expect(applied.commands).toMatchObject([{ type: 'apply', profile, plan: { consented: ['ZL2A0003', 'ZL2A 4'] } }]);
});

test('Esc leaves the review as it was, and the next Apply asks again', () => {
  const left = after(reviewing(profile, destroyingPlan(profile)), next, type('ZL2A0003'), { type: 'back' });
  expect(left.session.view).toMatchObject({ kind: 'reviewing', apply: 'idle' });
  expect(left.session.overlay.kind).toBe('none');
  expect(after(left.session, next).session.overlay).toMatchObject({ kind: 'consent', typed: '' });
});

test('a disk that the profile names under wipe is not asked for', () => {
  const wanted: Profile = { ...profile, wipe: ['ZL2A0003'] };
  expect(after(reviewing(wanted, destroyingPlan(wanted)), next).commands).toMatchObject([{ type: 'apply' }]);
});
