// Several consoles, one node: one writes, the others look on, and it changes hands only by a word, by silence or by death.
import { expect, test } from 'vitest';
import { change } from '../../src/state/change.ts';
import type { Plan } from '../../src/state/plan.ts';
import type { Profile } from '../../src/state/profile.ts';
import { planFor } from './node-data.ts';
import { inForce } from './scenes.ts';
import { password, type SharedConsole, serial, sharedNode, video } from './two-consoles.tsx';

const toNetwork = async (console: SharedConsole): Promise<void> => {
  await console.press('enter', 'enter');
  await console.waitFor('Hostname');
};

test('what is typed at one is seen at the other, which cannot change it', async () => {
  const node = sharedNode();
  const writer = await node.console(serial);
  const watcher = await node.console(video);
  await watcher.waitFor('Press Enter');
  await toNetwork(writer);
  await writer.type('stor-0');
  await watcher.waitFor('Looking on at ttyS0: Network');
  await watcher.waitFor('stor-0', 500);
  await watcher.waitFor('ttyS0 (serial line) is changing this node since 14:02 · F6 takes over');
  await watcher.type('xyz');
  await watcher.press('enter', 'pagedown', 'backspace');
  await writer.type('1');
  await watcher.waitFor(/Hostname +stor-01/);
  expect(writer.text()).toContain('stor-01_');
  await watcher.press('f10');
  await watcher.waitFor('changes this node (since 14:02); F6');
  expect(watcher.loop.current().overlay.kind).toBe('none');
  expect([...writer.bugs, ...watcher.bugs]).toEqual([]);
});

test('the list that the writer moves in moves at the other', async () => {
  const node = sharedNode();
  const writer = await node.console(serial);
  const watcher = await node.console(video);
  await writer.press('enter');
  await writer.waitFor('What is this node for?');
  await writer.press('down', 'down');
  await writer.waitFor(/▸ +monitor/);
  await watcher.waitFor(/▸ +monitor/);
});

test('Esc leads to a dashboard of its own and back', async () => {
  const node = sharedNode();
  const writer = await node.console(serial, inForce());
  const watcher = await node.console(video, inForce());
  await writer.press('f2');
  await watcher.waitFor('Looking on at ttyS0: Role');
  await watcher.press('escape');
  await watcher.waitFor('── Dashboard');
  await watcher.waitFor('F6 takes over');
  await watcher.press('f2');
  await watcher.waitFor('changes this node (since 14:02); F6');
  expect(watcher.loop.current().view.kind).toBe('console');
  await watcher.press('f4');
  await watcher.waitFor('version: 1');
  await watcher.press('escape', 'escape');
  await watcher.waitFor('Looking on at ttyS0: Role');
  await writer.press('escape', 'escape');
  await writer.waitFor('── Dashboard');
  await watcher.waitFor('ttyS0 (serial line) was done at 14:02');
  await watcher.waitFor('── Dashboard');
  await watcher.press('f2');
  await watcher.waitFor('What is this node for?');
  await writer.waitFor('Looking on at tty1: Role');
});

const longPlan = (wanted: Profile): Plan => {
  const plan = planFor(wanted);
  const lines = Array.from({ length: 40 }, (_, at) => change('create', `/etc/mayfly.d/${at + 1}`, undefined, 'a file'));
  const [first = change('create', 'x', undefined, 'y'), ...rest] = lines;
  return {
    ...plan,
    steps: plan.steps.map((step) =>
      step.id === 'logs' ? { ...step, verdict: { kind: 'drifted', changes: [first, ...rest] } } : step,
    ),
  };
};

test('a long text is scrolled at each console by itself, until the writer shows something else', async () => {
  const node = sharedNode();
  const data = { ...inForce(), planFor: longPlan };
  const writer = await node.console(serial, data);
  const watcher = await node.console(video, data);
  await writer.press('f2', 'pagedown', 'pagedown', 'pagedown', 'pagedown', 'pagedown');
  await writer.waitFor('changes in');
  await watcher.waitFor('Looking on at ttyS0: Review');
  await watcher.waitFor('/etc/mayfly.d/1:');
  await watcher.press('end');
  await watcher.waitFor('/etc/mayfly.d/40:');
  expect(writer.text()).toContain('/etc/mayfly.d/1:');
  expect(watcher.loop.current().sharing.claim.writer?.console).toBe('ttyS0');
  // What the writer does there is seen, the place in the text stays.
  await writer.press('down');
  await writer.waitFor('lines 2 to');
  await expect.poll(() => watcher.loop.current().sharing.screen?.view).toMatchObject({ scroll: 1 });
  expect(watcher.text()).toContain('/etc/mayfly.d/40:');
  await writer.press('escape');
  await watcher.waitFor('Looking on at ttyS0: Access');
  await writer.press('pagedown');
  await watcher.waitFor('Looking on at ttyS0: Review');
  await watcher.waitFor('/etc/mayfly.d/1:');
  expect([...writer.bugs, ...watcher.bugs]).toEqual([]);
});

const halfTyped = async () => {
  const node = sharedNode();
  const writer = await node.console(serial);
  const watcher = await node.console(video);
  await toNetwork(writer);
  await writer.type('stor-01');
  await watcher.waitFor(/Hostname +stor-01/);
  return { node, writer, watcher };
};

test('F6 asks; F6 at the other one gives: the same screen, the same text', async () => {
  const { writer, watcher } = await halfTyped();
  await watcher.press('f6');
  await watcher.waitFor('ttyS0 (serial line) is asked; unanswered it is yours in 30 s');
  await writer.waitFor('tty1 (video console) wants to go on with this: F6 gives it, any other key');
  await writer.press('f6');
  await watcher.waitFor('ttyS0 (serial line) gave it to you at 14:02: go on here');
  await writer.waitFor('You gave it to tty1 (video console) at 14:02');
  await watcher.type('x');
  await watcher.waitFor('stor-01x_');
  await writer.waitFor('Looking on at tty1: Network');
  await writer.waitFor('stor-01x');
  await writer.type('nothing');
  await watcher.type('y');
  await writer.waitFor('stor-01xy');
});

test('any other key keeps it, and is not lost', async () => {
  const { writer, watcher } = await halfTyped();
  await watcher.press('f6');
  await writer.waitFor('F6 gives it');
  await writer.type('z');
  await watcher.waitFor('ttyS0 (serial line) goes on there and does not give it');
  await watcher.waitFor('stor-01z');
  await expect.poll(() => writer.text()).not.toContain('F6 gives it');
});

test('who asked can think better of it', async () => {
  const { writer, watcher } = await halfTyped();
  await watcher.press('f6');
  await writer.waitFor('F6 gives it');
  await watcher.press('escape');
  await expect.poll(() => writer.text()).not.toContain('F6 gives it');
  await watcher.waitFor('F6 takes over');
});

test('without an answer for 30 s it is given', async () => {
  const { node, writer, watcher } = await halfTyped();
  await watcher.press('f6');
  await writer.waitFor('F6 gives it');
  node.pass(12_000);
  await writer.waitFor('it is given in 18 s');
  await watcher.waitFor('it is yours in 18 s');
  node.pass(18_000);
  await watcher.waitFor('Nobody answered at ttyS0 (serial line) for 30 s');
  await writer.waitFor('tty1 (video console) took over at 14:02: no key had answered here for 30 s');
  await watcher.type('x');
  await writer.waitFor('stor-01x');
});

test('a console without a key for 2 min is not asked', async () => {
  const { node, writer, watcher } = await halfTyped();
  node.pass(125_000);
  await watcher.press('f6');
  await watcher.waitFor('No key had come at ttyS0 (serial line) for 2 min: it is yours since 14:04');
  await writer.waitFor('tty1 (video console) took over at 14:04');
});

test('a console that died leaves its screen to whoever presses a key', async () => {
  const { node, writer, watcher } = await halfTyped();
  node.kill(serial, writer);
  await watcher.waitFor('The console on ttyS0 (serial line) ended without a word');
  await watcher.type('x');
  await watcher.waitFor('stor-01x_');
  const again = await node.console({ ...serial, pid: 402 });
  await again.waitFor('Looking on at tty1: Network');
});

test('a password that is being typed stays with the console that it was typed at', async () => {
  const { node, writer, watcher } = await halfTyped();
  await writer.press('pagedown', 'pagedown', 'pagedown');
  await writer.waitFor('Root password');
  await writer.press('tab');
  await writer.type('planted secret');
  await watcher.waitFor('Root password');
  await writer.press('pagedown');
  await writer.waitFor('it has to be typed twice');
  await watcher.press('f6');
  await writer.waitFor('F6 gives it');
  await writer.press('f6');
  await watcher.waitFor('handed over: their fields are empty');
  expect(watcher.loop.current().secrets).toEqual({});
  expect(writer.loop.current().secrets).toEqual({});
  expect(watcher.text()).not.toContain('•');
  for (const file of await node.system.list('/run/mayfly/consoles'))
    expect(node.system.text(`/run/mayfly/consoles/${file}`)).not.toContain('planted');
});

test('of two that begin at the same moment one is told that the other was faster', async () => {
  const node = sharedNode();
  const one = await node.console(serial);
  const other = await node.console(video);
  await Promise.all([one.press('enter'), other.press('enter')]);
  await expect
    .poll(() => [one, other].map(({ loop }) => loop.current().sharing.seat.kind).sort())
    .toEqual(['watching', 'writing']);
});

test('asks for nothing twice: only the one that writes applies', async () => {
  const { writer, watcher } = await halfTyped();
  await writer.press('pagedown', 'pagedown', 'pagedown', 'pagedown');
  await writer.waitFor('changes in');
  await watcher.waitFor('changes in');
  await watcher.press('enter');
  await writer.press('enter');
  await writer.waitFor('asked for');
  await watcher.waitFor('asked for');
  expect(watcher.node.done).toEqual([]);
  expect(writer.node.done).toEqual(['apply']);
});

const served = { ...inForce() };

test('a console without a key locks, and nothing but the password opens it', async () => {
  const node = sharedNode();
  const console = await node.console(serial, served);
  await console.waitFor('── Dashboard');
  node.pass(599_000);
  await console.settle();
  expect(console.text()).toContain('── Dashboard');
  node.pass(2_000);
  await console.waitFor("Locked since 14:12. Enter root's password:");
  await console.press('f12', 'f10', 'f1', 'f2', 'f3', 'escape', 'f6');
  await console.waitFor('Characters are not shown');
  expect(console.node.done).toEqual([]);
  await console.type('wrong');
  expect(console.text()).not.toContain('wrong');
  await console.press('enter');
  await console.waitFor('Wait 2 s before the next try. 1 wrong so far');
  await console.type(password);
  await console.press('enter');
  await console.settle();
  expect(console.text()).toContain('Wait 2 s');
  node.pass(2_000);
  await console.press('enter');
  await console.waitFor('Unlocked; it was locked at 14:12, 1 wrong password since');
  await console.waitFor('── Dashboard');
  await expect.poll(() => node.system.list('/run/mayfly/consoles')).not.toContain('lock-ttyS0.json');
  expect(JSON.stringify(node.system.queried)).not.toContain(password);
});

test('the delay grows and outlives the process, and so does the lock', async () => {
  const node = sharedNode();
  const console = await node.console(serial, served);
  await console.waitFor('── Dashboard');
  node.pass(600_000);
  for (const [left, wait] of [2, 4, 8, 16, 30, 30].entries()) {
    await console.waitFor('Enter root');
    await console.type('no');
    await console.press('enter');
    await console.waitFor(`Wait ${wait} s before the next try. ${left + 1} wrong so far`);
    if (left < 5) node.pass(wait * 1000);
  }
  node.kill(serial, console);
  const again = await node.console({ ...serial, pid: 410 }, served);
  await again.waitFor('Wait 30 s before the next try. 6 wrong so far');
  await again.press('f12', 'enter');
  expect(again.node.done).toEqual([]);
  node.pass(30_000);
  await again.type(password);
  await again.press('enter');
  await again.waitFor('6 wrong passwords since');
});

test('nobody is locked out where root has no password', async () => {
  const node = sharedNode();
  node.system.put('/etc/shadow', 'root:*:20000:0:99999:7:::\n');
  const console = await node.console(serial, served);
  await console.waitFor('── Dashboard');
  node.pass(600_000);
  await console.waitFor('This console cannot lock: root has no password that could unlock it');
  expect(console.loop.current().lock.kind).toBe('open');
});

test('a console that locks lets go of what it was changing', async () => {
  const node = sharedNode();
  const writer = await node.console(serial, served);
  const watcher = await node.console(video, served);
  await writer.press('f2', 'pagedown');
  await watcher.waitFor('Hostname');
  await watcher.press('f1');
  node.pass(300_000);
  await watcher.press('escape');
  node.pass(301_000);
  await writer.waitFor('Enter root');
  await expect.poll(() => watcher.loop.current().sharing.seat.kind).toBe('free');
});
