// What is said of an uptime that ended in mid-apply.
import { describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../src/state/journal-event.ts';
import { judgeUptimeBefore, uptimeBeforeWords } from '../../src/state/uptime-before.ts';

const stamp = { atMs: Date.UTC(2026, 10, 23, 17, 40), apply: 'a1' };
const plan: JournalEvent = {
  event: 'plan',
  ...stamp,
  plan: {
    version: 1,
    profileDigest: 'x',
    steps: [
      { id: 'identity', title: 'Set hostname and hosts file', verdict: { kind: 'converged' } },
      { id: 'network', title: 'Configure network', verdict: { kind: 'converged' } },
    ],
  },
};
const begun: readonly JournalEvent[] = [
  plan,
  { event: 'started', ...stamp, step: 'identity' },
  { event: 'converged', ...stamp, step: 'identity', changed: true },
  { event: 'started', ...stamp, step: 'network' },
];
const problem = { code: 'network/x', summary: 'x', remedy: 'y' };

describe('the uptime before', () => {
  it.each([
    [[], undefined],
    [begun, 'its apply was cut off in “Configure network”, 1 of 2 steps done, 2026-11-23T17:40:00Z'],
    [begun.slice(0, 3), 'its apply was cut off, 1 of 2 steps done, 2026-11-23T17:40:00Z'],
    [
      [
        ...begun,
        { event: 'failed', ...stamp, step: 'network', problem },
        { event: 'finished', ...stamp, outcome: 'failed', problem },
      ],
      'its apply failed in “Configure network”, 1 of 2 steps done, 2026-11-23T17:40:00Z',
    ],
    [[...begun, { event: 'finished', ...stamp, outcome: 'converged' }], undefined],
  ] as const)('%#', (events, words) => {
    const before = judgeUptimeBefore(events);
    expect(before === undefined ? undefined : uptimeBeforeWords(before)).toBe(words);
  });
});
