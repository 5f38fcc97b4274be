// The operations on the zram root as somebody meets them: what each would come to, a size that does not fit, a yes, and how it ended.
import { describe, expect, test } from 'vitest';
import { fail } from '../../src/state/problem.ts';
import { type Console, openConsole } from './console-driver.tsx';
import { openLine } from './line-driver.ts';
import { healthyAt, journalOf, planFor, profile, unknownAt } from './node-data.ts';

const served = { inForce: profile, statusAt: healthyAt, journal: journalOf(planFor(profile), 'a0') } as const;

const open = async (console: Console): Promise<void> => {
  await console.press('f9');
  await console.waitFor('Deleted files still hold about 245 MiB');
};

describe('on the screen', () => {
  test('nothing is done before the yes, and then the result is told', async () => {
    const console = await openConsole(served);
    await open(console);
    await console.type('t');
    await console.waitFor('yes, now');
    await console.press('enter');
    expect(console.node.done).toEqual([]);
    await console.type('y');
    await console.waitFor('200 MiB freed: 220 MiB used, was 420 MiB');
    expect(console.node.done).toEqual(['zram trim']);
    await console.press('escape');
    await console.waitFor('── Dashboard');
  });

  test('what the kernel cannot do is said, and its key answers with the reason', async () => {
    const console = await openConsole(served);
    await open(console);
    await console.waitFor('not here. This kernel cannot recompress');
    await console.type('ry');
    await console.waitFor('without CONFIG_ZRAM_MULTI_COMP');
    expect(console.node.done).toEqual([]);
  });

  test('a size is typed, judged before anything is done, and kept when it does not fit', async () => {
    const console = await openConsole(served);
    await open(console);
    await console.type('l');
    await console.type('lots');
    await console.press('enter');
    await console.waitFor('limit needs a size like 1536MiB, or none');
    await console.waitFor('Size  lots_');
    await console.press('ctrl-u');
    await console.type('410MiB');
    await console.press('enter');
    await console.waitFor('too close to the 400 MiB');
    await console.waitFor('Size  410MiB_');
    await console.press('ctrl-u');
    await console.type('none');
    await console.press('enter');
    await console.waitFor('yes, now');
    await console.type('y');
    await expect.poll(() => console.node.done).toEqual(['zram limit none']);
  });

  test('Esc leads back, from a size to the list and from the list to the dashboard', async () => {
    const console = await openConsole(served);
    await open(console);
    await console.type('g');
    await console.type('2GiB');
    await console.press('escape');
    await console.waitFor('Recompress');
    await console.press('escape');
    await console.waitFor('── Dashboard');
    expect(console.node.done).toEqual([]);
  });

  test('what fails is told with its remedy, and the list is there again', async () => {
    const refuses = { code: 'zram/not-trimmed', summary: 'fstrim / failed', remedy: 'Look at `dmesg`' };
    const console = await openConsole({ ...served, refuses });
    await open(console);
    await console.type('ty');
    await console.waitFor('fstrim / failed: Look at `dmesg`');
    await console.waitFor('Recompress');
  });

  test('an answer that comes after Esc is told on the dashboard', async () => {
    const console = await openConsole(served);
    const { effects } = console.node;
    const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<typeof effects.changeZram>>>();
    Object.assign(effects, { changeZram: () => promise });
    await open(console);
    await console.type('ty');
    await console.waitFor('At work');
    await console.press('escape');
    await console.waitFor('It goes on');
    resolve(fail({ code: 'x/late', summary: 'it took too long', remedy: 'try again' }));
    await console.waitFor('it took too long: try again');
    await console.waitFor('── Dashboard');
  });

  test('without a zram root the key says why', async () => {
    const console = await openConsole({ ...served, statusAt: unknownAt });
    await console.press('f9');
    await console.waitFor('There is no zram root here');
  });
});

test('in line mode', async () => {
  const line = await openLine(served);
  await line.waitFor('healthy');
  await line.answer('zram', 'recompress', 'limit', 'lots', '410MiB', 'none', '', 'grow', '2GiB');
  line.paste('yes\n');
  await line.waitFor('200 MiB freed');
  await line.prompted();
  await line.answer('<');
  expect(line.node.done).toEqual(['zram grow 2GiB']);
  await line.expectTranscript('zram-operations');
});
