// An apply as text for whoever follows it without a screen: how it ended is said as it was.
import { describe, expect, test } from 'vitest';
import type { JournalEvent } from '../../src/state/journal-event.ts';
import { renderEvent } from '../../src/state/render-event.ts';

const at = { atMs: 1, apply: 'a1' } as const;
const finished = (outcome: 'converged' | 'failed' | 'refused', code?: string): JournalEvent => ({
  event: 'finished',
  ...at,
  outcome,
  ...(code === undefined ? {} : { problem: { code, summary: 'what happened', remedy: 'What to do' } }),
});

describe('an apply as text', () => {
  test.each([
    [finished('converged'), 'Converged: this node is as its profile says.\n'],
    [
      finished('failed', 'packages/script'),
      'Stopped: this node is not yet as its profile says.\n  packages/script: what happened\n  -> What to do\n',
    ],
    [finished('failed', 'apply/taken-back'), 'Taken back.\n  apply/taken-back: what happened\n  -> What to do\n'],
    [finished('refused'), 'Refused: nothing was changed.\n'],
  ])('%o', (event, text) => expect(renderEvent(event)).toBe(text));

  test('names each step with its place among all', () => {
    expect(renderEvent({ event: 'started', ...at, step: 'identity' })).toMatch(/^\[ \d\/\d\d\] identity {2}\.\.\.\n$/);
  });
});
