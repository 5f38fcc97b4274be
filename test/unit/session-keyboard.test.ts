// A layout that was chosen is tried as soon as its field is left, and only then.
import { describe, expect, test } from 'vitest';
import { live } from '../../src/state/reading.ts';
import type { Session, SessionEvent, Transition } from '../../src/state/session.ts';
import { openStep } from '../../src/state/session-editing.ts';
import { reduceSession } from '../../src/state/session-reducer.ts';
import { startingSession } from '../../src/state/session-start.ts';
import { bareFacts, bootMs } from '../screens/node-data.ts';

const start = openStep({ ...startingSession(false), facts: live(bareFacts, bootMs) }, 'access');
const typed = (text: string): SessionEvent => ({ type: 'edit', edit: { kind: 'insert', text } });
const after = (session: Session, ...events: readonly SessionEvent[]): Transition =>
  events.reduce<Transition>(
    (before, event) => {
      const next = reduceSession(before.session, event);
      return { session: next.session, commands: [...before.commands, ...next.commands] };
    },
    { session, commands: [] },
  );
const tried = ({ commands }: Transition): readonly string[] =>
  commands.flatMap((command) => (command.type === 'try-keyboard' ? [command.layout] : []));

describe('leaving the field', () => {
  test.each<readonly [string, readonly SessionEvent[], readonly string[]]>([
    ['Enter takes the marked match', [typed('d'), { type: 'next' }], ['de']],
    [
      'the second match',
      [
        typed('fr'),
        { type: 'edit', edit: { kind: 'erase', what: 'before' } },
        { type: 'highlight', by: 1 },
        { type: 'next' },
      ],
      ['fr-bepo'],
    ],
    ['Tab after the whole name', [typed('de'), { type: 'focus', by: 1 }], ['de']],
    ['the next screen', [typed('de'), { type: 'leave' }], ['de']],
    ['Esc', [typed('de'), { type: 'back' }], ['de']],
    ['typing alone does not', [typed('de')], []],
    ['help does not leave it', [typed('de'), { type: 'help' }], []],
    ['nothing typed', [{ type: 'next' }], []],
    ['what is in use already', [typed('us'), { type: 'focus', by: 1 }], []],
    ['a name that is not there', [typed('xx'), { type: 'focus', by: 1 }], []],
    ['another field', [{ type: 'focus', by: 1 }, typed('de'), { type: 'focus', by: 1 }], []],
  ])('%s', (_what, events, layouts) => {
    expect(tried(after(start, ...events))).toEqual(layouts);
  });
});

test('what was tried is in use from then on, and is not tried again', () => {
  const chosen = after(start, typed('de'), { type: 'next' }).session;
  const here = after(chosen, { type: 'keyboard-tried', layout: 'de', here: true }).session;
  expect(here.notice).toEqual({ tone: 'good', text: 'This keyboard has the layout de from now on' });
  expect(tried(after(here, { type: 'focus', by: -1 }, { type: 'focus', by: 1 }))).toEqual([]);
  const all = { type: 'edit', edit: { kind: 'erase', what: 'all' } } as const;
  expect(tried(after(here, { type: 'focus', by: -1 }, all, typed('us'), { type: 'next' }))).toEqual(['us']);
});

test('elsewhere nothing is said, and a failure is said and loses nothing', () => {
  const chosen = after(start, typed('de'), { type: 'next' }).session;
  expect(after(chosen, { type: 'keyboard-tried', layout: 'de', here: false }).session).toEqual(chosen);
  const problem = { code: 'keyboard/not-loaded', summary: 'it was not loaded', remedy: 'choose another' };
  const failed = after(chosen, { type: 'failed', of: 'try-keyboard', problem }).session;
  expect(failed.notice).toEqual({ tone: 'bad', text: 'it was not loaded: choose another' });
  expect(failed).toMatchObject({ draft: chosen.draft, view: chosen.view, facts: chosen.facts });
});
