// What the loop owes to whoever types: drafts are written in their order, nobody who waits for the end loses the last one, a machine that
// cannot be read is read again, and what was asked for before something else has nothing to say any more.
import { afterEach, expect, test, vi } from 'vitest';
import type { Effects } from '../../src/app/effects.ts';
import { createSessionLoop } from '../../src/app/session-loop.ts';
import type { Facts } from '../../src/state/facts.ts';
import type { Plan } from '../../src/state/plan.ts';
import { pending } from '../../src/state/reading.ts';
import type { ResolvedSummary } from '../../src/state/resolved-summary.ts';
import type { OperationName } from '../../src/state/zram-operation.ts';
import type { Forecast } from '../../src/state/zram-overlay.ts';
import { bareNode, fixtureNode, type NodeData } from '../screens/fixture-effects.ts';
import { bootMs, healthyAt, planFor, profile, sshKey } from '../screens/node-data.ts';

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

/** A console whose world answers when the test says so. */
const started = async (data: Partial<NodeData>, late: Partial<Effects>) => {
  const bugs: unknown[] = [];
  const loop = createSessionLoop({
    rehearsal: false,
    statusEveryMs: 3_600_000,
    openingEveryMs: 1,
    onBug: (error) => bugs.push(error),
    effects: { ...fixtureNode({ ...bareNode, ...data }).effects, ...late },
  });
  await loop.start();
  return { loop, bugs };
};

const served = { inForce: profile, statusAt: healthyAt } as const;

/** Requests that wait, the oldest first. */
const requests = <T>() => {
  const waiting: PromiseWithResolvers<T>[] = [];
  return {
    waiting,
    ask: (): Promise<T> => {
      const request = Promise.withResolvers<T>();
      waiting.push(request);
      return request.promise;
    },
  };
};

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('a node without a profile opens at once, and says what was found when its sources have answered, asked once', async () => {
  const { effects } = fixtureNode(bareNode);
  const asked = requests<ResolvedSummary>();
  const { loop, bugs } = await started(
    {},
    {
      readOpening: async () => ({ ...(await effects.readOpening()), resolved: pending }),
      readResolved: asked.ask,
    },
  );
  await turns();
  expect([loop.current().view.kind, loop.current().resolved.kind, asked.waiting.length]).toEqual([
    'editing',
    'pending',
    1,
  ]);
  asked.waiting[0]?.resolve({ found: false, text: 'no profile was found', notes: [] });
  await turns();
  expect(loop.current().resolved).toMatchObject({ kind: 'live', value: { text: 'no profile was found' } });
  expect(bugs).toEqual([]);
  await loop.stop();
});

test('a machine that cannot be read says why, is read again, and opens', async () => {
  const { effects } = fixtureNode({ ...bareNode, ...served });
  const said: string[] = [];
  const bugs: unknown[] = [];
  let tries = 0;
  const loop = createSessionLoop({
    rehearsal: false,
    statusEveryMs: 3_600_000,
    openingEveryMs: 1,
    onBug: (error) => bugs.push(error),
    effects: {
      ...effects,
      readOpening: async () => {
        tries += 1;
        if (tries < 4) throw new Error(tries < 3 ? 'EIO: i/o error, read' : 'EACCES: permission denied');
        return effects.readOpening();
      },
    },
  });
  loop.subscribe(() => {
    const { view } = loop.current();
    if (view.kind === 'starting' && view.problem !== undefined) said.push(view.problem.summary);
  });
  await loop.start();
  expect(tries).toBe(4);
  expect([...new Set(said)]).toEqual(['EIO: i/o error, read', 'EACCES: permission denied']);
  // The same trouble is logged once.
  expect(bugs).toHaveLength(2);
  expect(loop.current().view.kind).toBe('console');
  await loop.stop();
});

test('a console that is closed while its machine cannot be read comes to an end', async () => {
  const loop = createSessionLoop({
    rehearsal: false,
    openingEveryMs: 3_600_000,
    onBug: () => {},
    effects: fixtureNode({ ...bareNode, unreadable: 'EIO: i/o error' }).effects,
  });
  const opened = loop.start();
  await expect.poll(() => loop.current().view).toMatchObject({ problem: { summary: 'EIO: i/o error' } });
  await loop.stop();
  await opened;
});

test('before the machine is read no shell opens without a password', async () => {
  const { effects, done } = fixtureNode({ ...bareNode, unreadable: 'EIO: i/o error' });
  const loop = createSessionLoop({ rehearsal: false, openingEveryMs: 3_600_000, onBug: () => {}, effects });
  const opened = loop.start();
  await expect.poll(() => loop.current().view).toMatchObject({ problem: { summary: 'EIO: i/o error' } });
  loop.send({ type: 'shell' });
  expect(done).toEqual(['shell']);
  await loop.stop();
  await opened;
});

/** At the question for the plan, having gone back and corrected the profile once. */
const planTwice = async () => {
  const { waiting, ask } = requests<Plan>();
  const { loop } = await started({}, { plan: ask });
  loop.send({ type: 'next' });
  loop.send({ type: 'leave' });
  loop.send(insert('stor-01'));
  for (let step = 0; step < 4; step += 1) loop.send({ type: 'leave' });
  expect(loop.current().view.kind).toBe('planning');
  loop.send({ type: 'back' });
  for (let field = 0; field < 3; field += 1) loop.send({ type: 'focus', by: 1 });
  loop.send(insert(sshKey));
  loop.send({ type: 'leave' });
  const { view } = loop.current();
  if (view.kind !== 'planning') throw new Error(`it is at ${view.kind}`);
  // The claim is taken first.
  await turns();
  const [older, newer] = waiting;
  if (older === undefined || newer === undefined) throw new Error('two plans were to be asked for');
  return { loop, older, newer, wanted: view.profile };
};

test('an older plan that fails late neither ends the newer one nor is told', async () => {
  const { loop, older, newer, wanted } = await planTwice();
  older.reject(new Error('the older one failed'));
  await turns();
  expect(loop.current()).toMatchObject({ view: { kind: 'planning' }, notice: undefined });
  newer.resolve(planFor(wanted));
  await expect.poll(() => loop.current().view.kind).toBe('reviewing');
  await loop.stop();
});

test('an older plan that fails after the newer one has come is not told', async () => {
  const { loop, older, newer, wanted } = await planTwice();
  newer.resolve(planFor(wanted));
  await expect.poll(() => loop.current().view.kind).toBe('reviewing');
  older.reject(new Error('the older one failed'));
  await turns();
  expect(loop.current()).toMatchObject({ view: { kind: 'reviewing' }, notice: undefined });
  await loop.stop();
});

test('the newest plan that fails is told, and leads back', async () => {
  const { loop, newer } = await planTwice();
  newer.reject(new Error('no lsblk'));
  await expect.poll(() => loop.current().notice?.text).toContain('no lsblk');
  expect(loop.current().view.kind).toBe('editing');
  await loop.stop();
});

test('a comparison that was left fails unheard, and its answer is not that of the next one', async () => {
  const { waiting, ask } = requests<string>();
  const { loop } = await started(served, { diffCommitted: ask });
  loop.send({ type: 'compare' });
  loop.send({ type: 'back' });
  loop.send({ type: 'compare' });
  loop.send({ type: 'back' });
  loop.send({ type: 'compare' });
  waiting[0]?.reject(new Error('the first one failed'));
  waiting[1]?.resolve('+the second one');
  await turns();
  expect(loop.current()).toMatchObject({ view: { kind: 'comparing', diff: undefined }, notice: undefined });
  waiting[2]?.resolve('+the third one');
  await expect.poll(() => loop.current().view).toMatchObject({ diff: '+the third one' });
  loop.send({ type: 'back' });
  loop.send({ type: 'compare' });
  loop.send({ type: 'back' });
  waiting[3]?.reject(new Error('nobody waits for it'));
  await turns();
  expect(loop.current()).toMatchObject({ view: { kind: 'console' }, notice: undefined });
  await loop.stop();
});

test('what a size would come to is not answered by the forecast of another one', async () => {
  const { waiting, ask } = requests<Forecast>();
  const { loop } = await started(served, { forecastZram: ask });
  const typeSize = (size: string): void => {
    loop.send({ type: 'zram-choose', name: 'grow' satisfies OperationName });
    loop.send(insert(size));
    loop.send({ type: 'next' });
  };
  loop.send({ type: 'zram' });
  await turns();
  typeSize('2GiB');
  loop.send({ type: 'back' });
  typeSize('4GiB');
  waiting[0]?.resolve({ possible: true, words: 'to 2 GiB' });
  await turns();
  expect(loop.current().overlay).toMatchObject({ chosen: { stage: { kind: 'looking' } } });
  waiting[1]?.resolve({ possible: true, words: 'to 4 GiB' });
  await turns();
  expect(loop.current().overlay).toMatchObject({ chosen: { stage: { kind: 'ready', words: 'to 4 GiB' } } });
  await loop.stop();
});

afterEach(() => {
  vi.useRealTimers();
});

test('a slow machine is read again only once the reading before has come to its end', async () => {
  let nowMs = bootMs;
  const later = (): void => {
    nowMs += 60_000;
    vi.setSystemTime(nowMs);
  };
  vi.useFakeTimers({ toFake: ['Date'] });
  later();
  const facts = requests<Facts>();
  let looks = 0;
  const { effects } = fixtureNode(bareNode);
  const loop = createSessionLoop({
    rehearsal: false,
    statusEveryMs: 1,
    onBug: (error) => {
      throw error;
    },
    effects: {
      ...effects,
      readFacts: facts.ask,
      readStatus: () => {
        looks += 1;
        return effects.readStatus();
      },
    },
  });
  await loop.start();
  await expect.poll(() => facts.waiting.length).toBe(1);
  later();
  const before = looks;
  await expect.poll(() => looks).toBeGreaterThan(before + 5);
  expect(facts.waiting).toHaveLength(1);
  facts.waiting[0]?.resolve(bareNode.facts);
  await expect
    .poll(() => {
      later();
      return facts.waiting.length;
    })
    .toBeGreaterThan(1);
  await loop.stop();
});
