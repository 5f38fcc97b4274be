// The journal as it is found after a crash at any byte, and as those who follow it see it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followJournal } from '../../src/actions/follow-journal.ts';
import { appendJournal, parseJournal, readJournal, rotateJournal } from '../../src/actions/journal.ts';
import { runPaths } from '../../src/actions/run-paths.ts';
import { foldProgress, markInterrupted } from '../../src/state/apply-progress.ts';
import type { JournalEvent } from '../../src/state/journal-event.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const stamp = (apply: string) => ({ atMs: 1, apply });
const events = (apply: string): readonly JournalEvent[] => [
  {
    event: 'plan',
    ...stamp(apply),
    plan: {
      version: 1,
      profileDigest: 'd',
      steps: [{ id: 'identity', title: 'Set hostname', verdict: { kind: 'converged' } }],
    },
  },
  { event: 'started', ...stamp(apply), step: 'identity' },
  { event: 'output', ...stamp(apply), step: 'identity', text: 'größer → “quoted”\nline two' },
  { event: 'converged', ...stamp(apply), step: 'identity', changed: true },
  { event: 'finished', ...stamp(apply), outcome: 'converged' },
];
const text = (list: readonly JournalEvent[]): string => list.map((event) => `${JSON.stringify(event)}\n`).join('');

describe('the journal', () => {
  it('gives every whole event, wherever it was torn', () => {
    const whole = Buffer.from(text(events('a')));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length }), (length) => {
        const torn = whole.subarray(0, length);
        const lines = torn.filter((byte) => byte === 10).length;
        expect(parseJournal(torn.toString('utf8'))).toEqual(events('a').slice(0, lines));
      }),
    );
  });

  it('puts the last apply aside without its torn tail', async () => {
    const system = createFakeSystem({ files: { [runPaths.journal]: `${text(events('a'))}{"event":"star` } });
    await rotateJournal(system);
    for (const event of events('b')) await appendJournal(system, event);
    expect(await readJournal(system)).toEqual(events('b'));
    expect(parseJournal(system.text(runPaths.previousJournal))).toEqual(events('a'));
    expect((await system.stat(runPaths.journal))?.mode).toBe(0o600);
  });

  it('is followed event by event, over a rotation', async () => {
    const system = createFakeSystem();
    const seen: JournalEvent[] = [];
    const end = new AbortController();
    const following = followJournal(system, (batch) => seen.push(...batch), { signal: end.signal, everyMs: 2 });
    for (const apply of ['a', 'b']) {
      await rotateJournal(system);
      for (const event of events(apply)) await appendJournal(system, event);
      await waitUntil(() => seen.at(-1)?.apply === apply && seen.at(-1)?.event === 'finished', `apply ${apply}`);
    }
    end.abort();
    await following;
    expect(seen).toEqual([...events('a'), ...events('b')]);
  });
});

describe('the progress of an apply', () => {
  it('is none without a plan', () => {
    expect(foldProgress([])).toBeUndefined();
    expect(foldProgress(events('a').slice(1))).toBeUndefined();
  });

  it.each([
    [1, 'running', 'waiting', 0],
    [2, 'running', 'running', 0],
    [4, 'running', 'converged', 1],
    [5, 'converged', 'converged', 1],
  ])('after %i events is %s, its step %s', (count, outcome, state, done) => {
    expect(foldProgress(events('a').slice(0, count))).toMatchObject({ outcome, done, steps: [{ state }] });
  });

  it('is interrupted when it runs no more and never finished', () => {
    const running = foldProgress(events('a').slice(0, 3));
    expect(running && markInterrupted(running).outcome).toBe('interrupted');
    const ended = foldProgress(events('a'));
    expect(ended && markInterrupted(ended).outcome).toBe('converged');
  });
});
