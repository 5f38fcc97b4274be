// What the keys of the console do, as an operator meets them: press, wait, look.
import { describe, expect, test } from 'vitest';
import { emptyDraft, setValue } from '../../src/state/draft.ts';
import { RehearsalRefusal } from '../../src/system/rehearsal.ts';
import { type Console, openConsole } from './console-driver.tsx';
import {
  blockedPlan,
  bootMs,
  failedJournal,
  healthyAt,
  journalOf,
  noPartition,
  onTrialAt,
  planFor,
  profile,
  provisional,
  returned,
  sshKey,
} from './node-data.ts';

const served = { inForce: profile, statusAt: healthyAt, journal: journalOf(planFor(profile), 'a0') } as const;

const toNetwork = async (console: Console): Promise<void> => {
  await console.press('enter', 'enter');
  await console.waitFor('Hostname');
};

describe('going back', () => {
  test('Esc leads from the review to the first screen, keeps what was typed, and never quits', async () => {
    const console = await openConsole();
    await toNetwork(console);
    await console.type('stor-01');
    await console.press('pagedown', 'pagedown', 'pagedown', 'pagedown');
    await console.waitFor('changes in');
    for (const title of ['Access and time', 'zram root', 'Cluster filesystem', 'Network', 'Role', 'Welcome']) {
      await console.press('escape');
      await console.waitFor(`── ${title}`);
    }
    await console.press('escape', 'escape');
    await console.waitFor('This is the first screen');
    await toNetwork(console);
    await console.waitFor('Hostname          stor-01');
  });

  test('Ctrl-C ends nothing and says so', async () => {
    const console = await openConsole();
    await toNetwork(console);
    await console.press('ctrl-c');
    await console.waitFor('Ctrl-C stops nothing here');
    await console.type('x');
    await console.waitFor('Hostname          x_');
  });
});

describe('typing', () => {
  test('arrows, Home, End, Backspace, Delete and Ctrl-U edit where the cursor is', async () => {
    const console = await openConsole();
    await toNetwork(console);
    await console.type('tor-02');
    await console.press('home');
    await console.type('s');
    await console.press('end', 'left', 'delete');
    await console.type('1');
    await console.waitFor('stor-01_');
    await console.press('backspace', 'backspace');
    await console.waitFor('stor-_');
    await console.press('ctrl-u');
    await console.waitFor('_ (e.g. stor-01)');
  });

  test('letters that are keys elsewhere are text in a field', async () => {
    const console = await openConsole();
    await toNetwork(console);
    await console.type('?pscw');
    await console.waitFor('?pscw_');
  });

  test('several keys are pasted at once, and one without bracketed paste is ended by Enter', async () => {
    const console = await openConsole();
    await toNetwork(console);
    await console.type('stor-01');
    await console.press('pagedown', 'pagedown', 'pagedown', 'tab', 'tab', 'tab');
    await console.paste(`${sshKey}\n${sshKey.replace('operator@desk', 'second@desk')}\n`);
    await console.waitFor('second@desk');
    await console.press('enter');
    await console.waitFor('▸ Time zone');
    expect(console.loop.current().draft.values['access.keys']?.split('\n')).toHaveLength(3);
  });

  test('a name that is too long for its field scrolls with the cursor', async () => {
    const console = await openConsole();
    await toNetwork(console);
    await console.paste('a'.repeat(90));
    await console.waitFor('…aaaa');
    await console.press('tab');
    await console.waitFor(/write a host name/);
    expect(console.loop.current().draft.values['node.hostname']).toHaveLength(90);
  });
});

describe('what does not fit', () => {
  const onNetwork: readonly (readonly [string, number, string, RegExp])[] = [
    ['hostname', 0, 'stor_01', /e\.g\. stor-01/],
    ['domain', 1, 'rack_7', /e\.g\. rack7\.example/],
    ['MTU', 3, '9k', /e\.g\. 9000/],
    ['gateway', 5, '10.0.0.300', /e\.g\. 10\.0\.0\.1/],
    ['DNS', 6, 'dns', /e\.g\. 10\.0\.0\.1/],
    ['search', 7, 'a_b', /e\.g\. rack7\.example/],
  ];
  test.each(onNetwork)(
    '%s: the problem stands under the field with an example, the text stays',
    async (_name, tabs, text, example) => {
      const console = await openConsole();
      await toNetwork(console);
      for (let count = 0; count < tabs; count += 1) await console.press('tab');
      await console.type(text);
      await console.press('pagedown');
      await console.waitFor(/values? (does|do) not fit yet/);
      expect(console.text().replaceAll(/\s+/g, ' ')).toMatch(example);
      expect(console.text()).toContain(text);
      expect(console.loop.current().view).toMatchObject({ kind: 'editing', step: 'network' });
    },
  );

  test('passwords: too short, then different, then accepted', async () => {
    const console = await openConsole();
    await toNetwork(console);
    await console.type('stor-01');
    await console.press('pagedown', 'pagedown', 'pagedown', 'tab');
    await console.type('short');
    await console.press('pagedown');
    await console.waitFor('5 characters are too few');
    await console.type(' words here');
    await console.press('tab');
    await console.type('short words');
    await console.press('pagedown');
    await console.waitFor('the two differ');
    await console.type(' here');
    await console.press('pagedown');
    await console.waitFor('changes in');
    expect(console.node.kept.hashed).toBe('short words here');
    expect(console.loop.current().secrets).toEqual({});
    expect(JSON.stringify(console.node.kept.draft)).not.toContain('short words');
  });

  test('a blocked plan cannot be applied and says why', async () => {
    const console = await openConsole({ planFor: blockedPlan });
    await toNetwork(console);
    await console.type('stor-01');
    await console.press('pagedown', 'pagedown', 'pagedown', 'pagedown');
    await console.waitFor('1 step blocked');
    await console.press('enter');
    await console.waitFor('nothing is applied until that is solved');
    expect(console.node.done).not.toContain('apply');
  });
});

describe('the draft', () => {
  test('is saved while somebody types, and is there again in the next console', async () => {
    const first = await openConsole();
    await toNetwork(first);
    await first.type('half-typed');
    await expect.poll(() => first.node.kept.draft?.values['node.hostname']).toBe('half-typed');
    const second = await openConsole({ draft: first.node.kept.draft });
    await second.waitFor('Your draft is as you left it');
    await second.waitFor('half-typed');
  });
});

describe('the dashboard', () => {
  test('F2, or c, opens the wizard with the profile in force; Esc leads back', async () => {
    const console = await openConsole(served);
    await console.waitFor('Last apply');
    await console.type('c');
    await console.waitFor('What is this node for?');
    await console.press('pagedown');
    await console.waitFor('Hostname          stor-01');
    await console.waitFor('static');
    await console.press('escape', 'escape', 'escape');
    await console.waitFor('Last apply');
  });

  test('F1, or ?, explains the screen and lists its keys; Esc closes', async () => {
    const console = await openConsole(served);
    await console.waitFor('Last apply');
    await console.type('?');
    await console.waitFor('kept compressed in RAM');
    await console.press('escape');
    await console.waitFor('── Dashboard');
    await console.send('\u001B1');
    await console.waitFor('Help: Dashboard');
  });

  test('F5 shows the last apply', async () => {
    const console = await openConsole(served);
    await console.waitFor('Last apply');
    await console.press('f5');
    await console.waitFor('11 of 11 steps');
  });

  test('power asks twice, says what is lost, and Esc means no', async () => {
    const console = await openConsole(served);
    await console.waitFor('Last apply');
    await console.press('f10');
    await console.waitFor('is lost');
    await console.type('r');
    await console.waitFor('Restart this node now?');
    await console.press('escape', 'escape');
    await console.waitFor('── Dashboard');
    expect(console.node.kept.ended).toBeUndefined();
    await console.press('f10');
    await console.type('o');
    await console.type('y');
    await expect.poll(() => console.node.kept.ended).toBe('poweroff');
  });

  test('a pasted line runs no commands', async () => {
    const console = await openConsole(served);
    await console.waitFor('Last apply');
    await console.paste('p r y\n');
    await console.press('ctrl-l');
    expect(console.text()).toContain('── Dashboard');
    expect(console.node.done).toEqual([]);
  });

  test('saving without a config partition makes a disk one, after its serial number was typed', async () => {
    const console = await openConsole({ ...served, facts: noPartition });
    await console.waitFor('Last apply');
    await console.press('f3');
    await console.waitFor('VBOX-77');
    await console.press('enter');
    await console.waitFor('Everything on this disk will be lost');
    await console.press('enter');
    await console.waitFor('nothing was typed');
    await console.type('VBOX-78');
    await console.press('enter');
    await console.waitFor('another serial number');
    await console.press('escape');
    await console.waitFor('A config partition keeps');
    await console.press('escape');
    await console.waitFor('Uptime');
    expect(console.node.done).toEqual([]);
    await console.press('f3');
    await console.waitFor('VBOX-77');
    await console.press('enter');
    await console.waitFor('Everything on this disk will be lost');
    await console.type('VBOX-77');
    await console.press('enter');
    await console.waitFor('is the config partition now');
    expect(console.node.done).toEqual(['prepare VBOX-77']);
  });

  test('a disk that cannot be made the config partition is told, and another can be chosen', async () => {
    const refuses = { code: 'prepare/in-use', summary: 'disk VBOX-77 is in use', remedy: 'Name another disk' };
    const console = await openConsole({ ...served, facts: noPartition, refuses });
    await console.waitFor('Last apply');
    await console.press('f3');
    await console.waitFor('VBOX-77');
    await console.press('enter');
    await console.waitFor('Everything on this disk will be lost');
    await console.type('VBOX-77');
    await console.press('enter');
    await console.waitFor('disk VBOX-77 is in use: Name another disk');
    await console.waitFor('A config partition keeps');
  });

  test('disks that nobody could read are not called absent where one is to be chosen', async () => {
    const unread = [{ code: 'facts/disks', summary: 'disks: no answer in 40 s', remedy: '' }];
    const console = await openConsole({ ...served, facts: { ...noPartition, disks: [], unread } });
    await console.waitFor('Last apply');
    await console.press('f3');
    await console.waitFor('could not be read yet');
  });

  test('without a disk to take it says so, and Enter does nothing', async () => {
    const console = await openConsole({ ...served, facts: { ...noPartition, disks: [] } });
    await console.waitFor('Last apply');
    await console.press('f3');
    await console.waitFor('This node has no disk at all');
    await console.press('enter');
    await console.waitFor('No disk here can be taken');
  });

  test('F12 asks for a shell; a refusal is shown with its remedy', async () => {
    const refuses = { code: 'shell/no-password', summary: 'root has no password', remedy: 'set one with F2' };
    const console = await openConsole({ ...served, refuses });
    await console.waitFor('Last apply');
    await console.press('f12');
    await console.waitFor('root has no password: set one with F2');
    expect(console.node.done).toEqual(['shell']);
  });
});

describe('an apply', () => {
  test('that runs is what a console opens with; Esc leaves it running, F5 returns', async () => {
    const console = await openConsole({ journal: journalOf(planFor(profile), 'a1', 'network'), applyRuns: true });
    await console.waitFor('2 of 11 steps');
    await console.press('escape');
    await console.waitFor('The apply goes on');
    await console.press('f5');
    await console.waitFor('2 of 11 steps');
    console.node.tell([{ event: 'finished', atMs: 1, apply: 'a1', outcome: 'converged' }]);
    await console.waitFor('── Dashboard');
  });

  test('that failed says why, and can be retried after a review', async () => {
    const console = await openConsole({ journal: failedJournal(planFor(profile), 'a1'), attempted: profile });
    await console.waitFor('Plug in the cable of ens3');
    await console.press('f5');
    await console.waitFor('changes in');
    await console.press('enter');
    await expect.poll(() => console.node.kept.applied).toEqual(profile);
  });

  test('that failed can be taken back, and the screen tells how it goes', async () => {
    const console = await openConsole({ journal: failedJournal(planFor(profile), 'a1'), attempted: profile });
    await console.waitFor('What was done so far stays done');
    await console.press('f8');
    await console.waitFor('Take this apply back now?');
    await console.press('escape');
    await console.waitFor('What was done so far stays done');
    expect(console.node.done).toEqual([]);
    await console.press('f8');
    await console.waitFor('Take this apply back now?');
    await console.type('y');
    await console.waitFor('The apply was taken back');
    expect(console.node.done).toEqual(['undo']);
    const problem = { code: 'apply/taken-back', summary: 'the apply was taken back', remedy: 'apply again' };
    console.node.tell([
      { event: 'undone', atMs: 1, apply: 'a1', step: 'identity' },
      { event: 'finished', atMs: 2, apply: 'a1', outcome: 'failed', problem },
    ]);
    await console.waitFor('Taken back');
    expect(console.text()).not.toContain('F8');
  });

  test('that failed can be shown to somebody far away', async () => {
    const console = await openConsole({ journal: failedJournal(planFor(profile), 'a1'), attempted: profile });
    await console.waitFor('What was done so far stays done');
    await console.type('u');
    await console.waitFor('/run/mayfly/bundle/bundle.tar.gz, 305 KiB');
    expect(console.node.done).toEqual(['bundle']);
  });

  test('in a rehearsal is planned and refused', async () => {
    const refuses = new RehearsalRefusal('applying').problem;
    const console = await openConsole({ refuses }, { rehearsal: true });
    await console.waitFor('REHEARSAL');
    await toNetwork(console);
    await console.type('stor-01');
    await console.press('pagedown', 'pagedown', 'pagedown', 'pagedown');
    await console.waitFor('changes in');
    await console.press('enter');
    await console.waitFor('Rehearsal: applying was not done');
    await console.waitFor('F1 Help');
  });
});

describe('a provisional network change', () => {
  const running = { journal: journalOf(planFor(profile), 'a1', 'network'), applyRuns: true } as const;
  const onTrial = (statusAt = onTrialAt(provisional())) => openConsole({ ...running, statusAt });

  test('counts down, and its keys are in the footer only while it lasts', async () => {
    const console = await onTrial();
    await console.waitFor('89 s left');
    expect(console.lines().at(-1)).toContain('F7 Keep  F8 Take back');
    console.loop.send({ type: 'status', status: onTrialAt(provisional())(bootMs + 61_000) });
    await console.waitFor('29 s left');
    console.loop.send({ type: 'status', status: onTrialAt(provisional())(bootMs + 95_000) });
    await console.waitFor('Time is up');
    console.loop.send({ type: 'status', status: onTrialAt(returned('returning'))(bootMs + 96_000) });
    await console.waitFor('are being put back and checked. Why: nobody confirmed');
    expect(console.lines().at(-1)).not.toContain('F7');
    console.loop.send({ type: 'status', status: healthyAt(bootMs + 97_000) });
    await console.settle();
    expect(console.text()).not.toContain('network settings');
    expect(console.lines().at(-1)).not.toContain('F8');
  });

  test.each([
    ['f7', 'keep'],
    ['k', 'keep'],
    ['f8', 'take-back'],
    ['b', 'take-back'],
  ] as const)('%s asks once: %s', async (key, verdict) => {
    const console = await onTrial();
    await console.waitFor('89 s left');
    const push = () => (key.length === 1 ? console.type(key) : console.press(key === 'f7' ? 'f7' : 'f8'));
    await push();
    await console.waitFor(verdict === 'keep' ? 'The new network settings stay' : 'are back, and checked');
    await push();
    await console.waitFor(verdict === 'keep' ? 'are being kept already' : 'are being taken back already');
    expect(console.node.done).toEqual([`network: ${verdict}`]);
  });

  test('can be decided on the dashboard too', async () => {
    const console = await onTrial();
    await console.waitFor('89 s left');
    await console.press('escape');
    await console.waitFor('── Dashboard');
    await console.press('f7');
    await console.waitFor('The new network settings stay');
  });

  test('cannot be kept while evidence is missing, and says which', async () => {
    const console = await onTrial(onTrialAt(provisional('silent')));
    await console.waitFor('✗ gateway 10.0.2.2 does not answer on ens3');
    expect(console.lines().at(-1)).not.toContain('F7');
    await console.press('f7');
    await console.waitFor('They stay only if they work: gateway 10.0.2.2 does not answer on ens3');
    expect(console.node.done).toEqual([]);
    await console.press('f8');
    await expect.poll(() => console.node.done).toEqual(['network: take-back']);
  });

  test('that could not be decided says why, and can be tried again', async () => {
    const refuses = { code: 'network/x', summary: 'systemd is busy', remedy: 'try again' };
    const console = await openConsole({ ...running, statusAt: onTrialAt(provisional()), refuses });
    await console.waitFor('89 s left');
    await console.press('f7');
    await console.waitFor('systemd is busy: try again');
    await console.press('f7');
    await expect.poll(() => console.node.done).toEqual(['network: keep', 'network: keep']);
  });

  test('that was taken back is told until an apply has converged since', async () => {
    const console = await openConsole({ ...served, statusAt: onTrialAt(returned('checked')) });
    await console.waitFor('The old network settings are back, and checked. Why: nobody confirmed');
    const since = {
      ...onTrialAt(returned('checked'))(bootMs + 20_000),
      lastApply: healthyAt(bootMs + 900_000).lastApply,
    };
    console.loop.send({ type: 'status', status: since });
    await console.settle();
    expect(console.text()).not.toContain('network settings');
  });
});

test('the footer of every screen fits its line and names only keys that work', async () => {
  const console = await openConsole({
    draft: setValue({ ...emptyDraft, step: 'cluster' }, 'node.hostname', 'stor-01'),
  });
  for (const key of ['pagedown', 'pagedown', 'pagedown'] as const) {
    const footer = console.lines().at(-1) ?? '';
    expect(footer).toContain('F1 Help');
    await console.press(key);
  }
});
