// What the loop owes to whoever types: drafts are written in their order, and nobody who waits for the end loses the last one.
import { expect, test } from 'vitest';
import { createSessionLoop } from '../../src/app/session-loop.ts';
import { fixtureNode } from '../screens/fixture-effects.ts';

const insert = (text: string) => ({ type: 'edit', edit: { kind: 'insert', text } }) as const;

/** A console on the network screen whose disk takes its time, the first write longer than the others. */
const slowDisk = async () => {
  const { effects } = fixtureNode();
  const begun: string[] = [];
  const written: string[] = [];
  const release: (() => void)[] = [];
  const loop = createSessionLoop({
    rehearsal: false,
    statusEveryMs: 3_600_000,
    draftAfterMs: 0,
    onBug: (error) => {
      throw error;
    },
    effects: {
      ...effects,
      saveDraft: async ({ values }) => {
        const name = values['node.hostname'] ?? '';
        begun.push(name);
        await new Promise<void>((resolve) => release.push(resolve));
        written.push(name);
      },
    },
  });
  await loop.start();
  loop.send({ type: 'next' });
  loop.send({ type: 'leave' });
  return { loop, begun, written, release };
};

test('a draft is written after the one before it, and the end waits for the last', async () => {
  const { loop, begun, written, release } = await slowDisk();
  loop.send(insert('a'));
  await expect.poll(() => begun).toEqual(['a']);
  loop.send(insert('b'));
  const ends = [loop.stop(), loop.stop()].map((end) => end.then(() => written.push('the end')));
  expect(begun).toEqual(['a']);
  release.shift()?.();
  await expect.poll(() => begun).toEqual(['a', 'ab']);
  release.shift()?.();
  await Promise.all(ends);
  expect(written).toEqual(['a', 'ab', 'the end', 'the end']);
});
