// The line mode beside other consoles, and behind the lock: it may say no more and do no more than a screen.
import { expect, test } from 'vitest';
import { inForce } from './scenes.ts';
import { password, serial, sharedNode, video } from './two-consoles.tsx';

const served = inForce();

test('a locked line says nothing, does nothing, and opens with the password', async () => {
  const node = sharedNode();
  const line = await node.line(serial, served);
  await line.waitFor('Choice');
  node.pass(601_000);
  await line.waitFor("Root's password (not shown)");
  line.forget();
  for (const typed of ['!export', '!report', '!shell', '!power']) {
    line.type(typed);
    await line.waitFor('The next try is possible in');
    node.pass(30_000);
    await line.waitFor("Root's password (not shown)");
    expect(line.text()).not.toMatch(/ssh-|role:|links|Choice|!export|!report|!shell/);
    line.forget();
  }
  expect(line.node.done).toEqual([]);
  line.type(password);
  await line.waitFor('Unlocked; it was locked at');
  await line.waitFor('Choice');
  expect(line.text()).not.toContain(password);
  expect(line.bugs).toEqual([]);
});

test('answers that wait while a wrong password has its price are not obeyed', async () => {
  const node = sharedNode();
  const line = await node.line(serial, served);
  await line.waitFor('Choice');
  node.pass(601_000);
  await line.waitFor("Root's password (not shown)");
  line.type('wrong');
  await line.waitFor('The next try is possible in 2 s.');
  line.forget();
  for (const typed of ['!export', '!report', '?', '<', '!shell']) line.type(typed);
  node.pass(2_000);
  await line.waitFor("Root's password (not shown)");
  expect(line.text()).not.toMatch(/role|links|Choice/);
  expect(line.node.done).toEqual([]);
});

test('looks on while another console writes, takes over, and is told when it is asked itself', async () => {
  const node = sharedNode();
  const screen = await node.console(video);
  await screen.waitFor('Press Enter');
  await screen.press('enter');
  await screen.waitFor('What is this node for?');
  const line = await node.line(serial);
  await line.waitFor('tty1 (video console) is changing this node since');
  line.type('!take-over');
  await screen.waitFor('wants to go on with this');
  node.pass(1_000);
  await screen.press('f6');
  await screen.waitFor('You gave it to ttyS0');
  line.forget();
  await screen.press('f6');
  await line.waitFor('wants to go on with this');
  line.type('!give');
  await line.waitFor('is changing this node since');
});
