// What lines mean: pastes, exports, drafts, ends, and any sequence of answers at all.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answersBlock } from '../../src/line/answers-block.ts';
import { emptyDraft, setValue } from '../../src/state/draft.ts';
import { applyAsAsked } from './fixture-effects.ts';
import { type Line, openLine } from './line-driver.ts';
import { blockedPlan, healthyAt, journalOf, noPartition, planFor, profile, sshKey } from './node-data.ts';

const network = ['stor-01', 'rack7.example', 'static', '10.0.2.15/24', '9000', 'not used', '10.0.2.2', '10.0.2.3', '-'];
const access = ['de', 'four words of mine', 'four words of mine', sshKey, '-', 'Europe/Berlin', '10.0.0.1'];
const whole = ['begin', 'client', ...network, 'none', 'custom', '-', '1GiB', 'lz4', ...access];
const block = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

describe('a pasted block', () => {
  test('answers the whole wizard, and comments are ignored', async () => {
    const line = await openLine();
    line.paste(block(whole.flatMap((answer, index) => [`# question ${index}`, answer])));
    await line.waitFor('Apply exactly what is shown?');
    expect(line.node.kept.hashed).toBe('four words of mine');
    expect(line.text()).not.toContain('four words of mine');
    expect(line.text()).not.toContain('# question');
    expect(line.node.done).toEqual([]);
    expect(line.loop.current().draft.values).toMatchObject({
      role: 'client',
      'link/ens3/use': 'static',
      'zram.algorithm': 'lz4',
    });
  });

  test('applies when it says yes in its own line', async () => {
    const line = await openLine();
    line.paste(block([...whole, 'yes', 'dashboard', 'profile']));
    await expect.poll(() => line.node.kept.applied?.node?.hostname).toBe('stor-01');
    applyAsAsked(line.node);
    await line.waitFor('hostname: stor-01');
  });

  test('stops at the first answer that does not fit, and says how much of it was not used', async () => {
    const line = await openLine();
    line.paste(block(['begin', 'client', 'stor-01', 'rack_7', 'dhcp', '9000']));
    await line.waitFor('2 more lines of the paste were not used.');
    await line.prompted();
    expect(line.text()).toMatch(/Domain \[rack_7\]: $/);
    expect(line.loop.current().draft.values['node.hostname']).toBe('stor-01');
  });

  test('ends where something that it asked for fails', async () => {
    const refuses = { code: 'apply/locked', summary: 'another apply runs', remedy: 'wait for it' };
    const line = await openLine({ refuses });
    line.paste(block([...whole, 'yes', 'yes', 'yes']));
    await line.waitFor('2 more lines of the paste were not used.');
    expect(line.node.done).toEqual(['apply']);
  });

  test('never ends the uptime: that question wants an answer of its own', async () => {
    const line = await openLine({ inForce: profile, statusAt: healthyAt });
    line.paste(block(['power', 'restart', 'yes', 'yes']));
    await line.waitFor('Restart this node now? yes or no [no]: ');
    await line.prompted();
    expect(line.node.kept.ended).toBeUndefined();
    await line.answer('yes');
    expect(line.node.kept.ended).toBe('reboot');
  });

  test('of keys with their Windows line ends is read like any other', async () => {
    const line = await openLine();
    line.paste('begin\r\nclient\r\nstor-01\r\n');
    await line.prompted();
    expect(line.loop.current().draft.values['node.hostname']).toBe('stor-01');
  });
});

describe('an exported block', () => {
  const cuts = whole.map((_, index) => index + 1);
  test.each(cuts)('after %i answers makes the same draft in a fresh session', async (count) => {
    const first = await openLine();
    first.paste(block(whole.slice(0, count)));
    await first.prompted();
    const exported = answersBlock(first.loop.current());
    const second = await openLine();
    second.paste(block(exported));
    await second.prompted();
    await expect.poll(() => second.loop.current().view.kind).not.toBe('planning');
    expect(second.text()).not.toContain('! ');
    expect(second.loop.current().draft.values).toEqual(first.loop.current().draft.values);
    expect(exported.join('\n')).not.toContain('four words');
  });

  test('of a profile in force begins at the dashboard', async () => {
    const served = { inForce: profile, statusAt: healthyAt, journal: journalOf(planFor(profile), 'a0') } as const;
    const first = await openLine(served);
    const exported = answersBlock(first.loop.current());
    expect(exported.slice(0, 3)).toEqual([expect.stringContaining('# Answers'), '# Dashboard', 'change']);
    const second = await openLine(served);
    second.paste(block(exported));
    await second.waitFor('Apply exactly');
    await second.answer('');
    expect(second.loop.current().inForce).toEqual(profile);
  });

  test('holds no secret and names every question', async () => {
    const line = await openLine();
    line.paste(block(whole));
    await line.waitFor('Apply exactly');
    line.forget();
    await line.answer('!export');
    expect(line.text()).toContain('Root password, a secret: left out\n-\n');
    expect(line.text()).not.toContain('four words');
    expect(line.text()).not.toContain('$y$');
  });
});

describe('the draft', () => {
  test('is the one of the screens: begun here, it is there again', async () => {
    const first = await openLine();
    await first.answer('', '', 'half-typed', 'rack_7');
    await expect.poll(() => first.node.kept.draft?.values['node.domain']).toBe('rack_7');
    const second = await openLine({ draft: first.node.kept.draft });
    await second.waitFor('Your draft is as you left it');
    await second.waitFor('Hostname [half-typed]: ');
  });
  test('of a half typed key of the other console offers it', async () => {
    const line = await openLine({
      draft: setValue({ ...emptyDraft, step: 'access' }, 'access.keys', 'ssh-ed25519 half'),
    });
    await line.answer('', '');
    await line.waitFor('SSH key 1 [ssh-ed25519 half]: ');
  });
});

describe('the end of the input', () => {
  const fed = async (lines: readonly string[], data = {}): Promise<Line> => {
    const line = await openLine(data, { attended: false });
    line.paste(block(lines));
    line.end();
    return line;
  };
  test('says why the machine cannot be read, and waits for nothing', async () => {
    const line = await openLine({ unreadable: 'EIO: i/o error, read' }, { attended: false, asks: false });
    line.paste(block(['begin', 'client']));
    line.end();
    const { status, missing } = await line.ended;
    expect(status).toBe(1);
    expect(missing).toContain('this machine cannot be read: EIO: i/o error, read. ');
  });
  test('a person is told why the machine cannot be read, and can have a shell', async () => {
    const line = await openLine({ unreadable: 'EIO: i/o error, read' }, { asks: false });
    await line.waitFor('! This machine cannot be read: EIO: i/o error, read');
    await line.waitFor('!shell opens a shell');
    line.paste('!shell\n');
    await expect.poll(() => line.node.done).toEqual(['shell']);
  });
  test('says which answer is missing', async () => {
    const line = await fed(['begin', 'client']);
    const { status, missing } = await line.ended;
    expect(status).toBe(1);
    expect(missing).toContain('Hostname (e.g. stor-01):');
  });
  test('stops at what does not fit', async () => {
    const line = await fed(['begin', 'client', 'stor_01', '-', '-']);
    expect(await line.ended).toMatchObject({ status: 1, missing: expect.stringContaining('Hostname [stor_01]:') });
    expect(line.text()).toContain('2 more lines');
  });
  test('with everything but the yes is no failure of the answers', async () => {
    const line = await fed(whole);
    expect(await line.ended).toMatchObject({ status: 3 });
    expect(line.node.done).toEqual([]);
  });
  test('at a blocked plan is one', async () => {
    expect(await (await fed(whole, { planFor: blockedPlan })).ended).toMatchObject({ status: 1 });
  });
  test('waits for the apply that it asked for', async () => {
    const line = await fed([...whole, 'yes'], { facts: noPartition });
    await expect.poll(() => line.node.done).toContain('apply');
    applyAsAsked(line.node);
    expect(await line.ended).toMatchObject({ status: 0 });
  });
  test('of a person, Ctrl-D on an empty line, is no failure and says what is kept', async () => {
    const line = await openLine();
    await line.answer('', '', 'stor-01');
    line.paste('half');
    line.press('ctrl-d');
    line.press('ctrl-u');
    line.press('ctrl-d');
    expect(await line.ended).toMatchObject({ status: 0, said: expect.stringContaining('are kept') });
  });
});

test('erasing, and a password that nobody sees', async () => {
  const line = await openLine();
  await line.answer('', '');
  line.paste('stor-02');
  line.press('backspace');
  line.paste('1 x');
  line.press('ctrl-w');
  line.paste('\n');
  await line.prompted();
  expect(line.loop.current().draft.values['node.hostname']).toBe('stor-01');
  const secret = await openLine({ draft: setValue({ ...emptyDraft, step: 'access' }, 'node.hostname', 'stor-01') });
  secret.forget();
  secret.paste('#four!words');
  secret.press('ctrl-l');
  expect(secret.text()).not.toContain('four');
});

test('any answers in any order: nothing is lost, nothing throws, every line fits', async () => {
  const words = [
    '',
    '-',
    '-1',
    '<',
    'back',
    '?',
    '1',
    '2',
    '3',
    '4',
    '9',
    'no',
    'begin',
    '!export',
    '!again',
    '!power',
    '!next-screen',
    '!report',
    'stor-01',
    'stor_01',
    'static',
    'dhcp',
    'none',
    '10.0.0.11/24',
    '9k',
    'ber',
    'berlin',
    sshKey,
    'ssh-ed25519 x',
    'a'.repeat(200),
    'änderung',
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...words), { maxLength: 40 }), async (answers) => {
      const line = await openLine();
      for (const answer of answers) {
        const { view, draft } = line.loop.current();
        line.paste(`${answer}\n`);
        await line.prompted();
        const after = line.loop.current().draft.values;
        // Only the question that was answered may have changed its own text.
        const changed = Object.keys(draft.values).filter((field) => after[field] !== draft.values[field]);
        expect(changed.length, `${view.kind}: ${answer}`).toBeLessThanOrEqual(1);
        if (['<', 'back', '?'].includes(answer)) expect(after).toEqual(draft.values);
      }
      const long = line
        .text()
        .split('\n')
        .filter((text) => text.length > 80 && !/^# |ssh-ed25519|a{60}/.test(text));
      expect(long).toEqual([]);
      expect(line.bugs).toEqual([]);
      expect(line.node.kept.ended).toBeUndefined();
      await line.loop.stop();
    }),
    { numRuns: 25 },
  );
});
