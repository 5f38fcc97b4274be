// The whole way of a bare node, with nothing but keys: from Welcome to the dashboard and the saved profile.
import { expect, test } from 'vitest';
import { unavailable } from '../../src/state/reading.ts';
import { openConsole } from './console-driver.tsx';
import { applyAsAsked, bareNode } from './fixture-effects.ts';
import { bareFacts, noPartition, passwordHash, sshKey } from './node-data.ts';

test('a bare node is set up with keys only, applied, and its profile saved', async () => {
  const console = await openConsole({ committed: '+role: storage' });
  await console.waitFor('Press Enter');
  await console.press('enter');
  await console.waitFor('What is this node for?');
  await console.press('enter');
  await console.waitFor('Hostname');
  await console.type('stor-01');
  await console.press('tab', 'tab', 'right');
  await console.waitFor('static');
  await console.press('tab');
  await console.type('10.0.2.15/24');
  await console.press('down', 'down', 'down');
  await console.type('10.0.2.2');
  await console.press('enter');
  await console.type('10.0.2.3');
  await console.press('pagedown');
  await console.waitFor('Which cluster filesystem');
  await console.press('enter');
  await console.waitFor('Algorithm');
  await console.press('pagedown');
  await console.waitFor('Root password');
  await console.type('d');
  await console.press('enter');
  await console.paste('four words of mine');
  await console.press('enter');
  await console.paste('four words of mine');
  await console.press('enter');
  await console.paste(sshKey);
  await console.press('enter', 'enter');
  await console.type('berlin');
  await console.press('enter');
  await console.type('10.0.0.1');
  await console.press('enter');
  await console.waitFor('7 changes in 4 steps');
  expect(console.text()).not.toContain('four words');
  expect(console.node.kept.hashed).toBe('four words of mine');
  await console.press('enter');
  await console.waitFor('asked for');
  applyAsAsked(console.node);
  await console.waitFor('This node is what its profile says.');
  expect(console.node.kept.applied).toMatchObject({
    role: 'storage',
    node: { hostname: 'stor-01', keyboard: 'de', timezone: 'Europe/Berlin', ntp: ['10.0.0.1'] },
    network: {
      links: [{ match: { name: 'ens3' }, addresses: ['10.0.2.15/24'] }],
      routes: [{ to: 'default', via: '10.0.2.2' }],
      dns: { servers: ['10.0.2.3'] },
    },
    cluster: { filesystem: 'none' },
    access: { rootPasswordHash: passwordHash, sshKeys: [sshKey] },
  });
  await console.press('f3');
  await console.waitFor('+role: storage');
  expect(console.node.done).not.toContain('commit');
  await console.press('f3');
  await console.waitFor('Saved as /config/node/profile.yaml');
  expect(console.node.kept.committed).toEqual(console.node.kept.applied);
  expect(console.node.done).toContain('discard-draft');
  expect(console.bugs).toEqual([]);
});

test('without a config partition the console says that the profile lasts for this uptime, and shows it', async () => {
  const console = await openConsole({ facts: noPartition });
  await console.press('enter', 'enter');
  await console.type('stor-01');
  await console.press('pagedown', 'pagedown', 'pagedown', 'pagedown');
  await console.waitFor('changes in');
  await console.press('enter');
  await console.waitFor('asked for');
  applyAsAsked(console.node);
  await console.waitFor('lasts for this uptime only');
  await console.press('f3');
  await console.waitFor('VBOX-77');
  await console.press('escape');
  await console.waitFor('lasts for this uptime only');
  await console.press('f4');
  await console.waitFor('hostname: stor-01');
  expect(console.bugs).toEqual([]);
});

test('ports and disks that nobody could read are not called absent', async () => {
  const silent = (what: string) => ({ code: `facts/${what}`, summary: `${what}: no answer in 40 s`, remedy: '' });
  const console = await openConsole({
    facts: { ...bareFacts, links: [], disks: [], unread: [silent('links'), silent('disks')] },
    statusAt: (atMs) => ({ ...bareNode.statusAt(atMs), links: unavailable('no answer in 40 s') }),
  });
  await console.waitFor('Press Enter');
  expect(console.text()).toMatch(/Disks +n\/a: they are read again[\s\S]*Links +n\/a: they are read again/);
  await console.press('enter', 'enter');
  await console.waitFor('Hostname');
  expect(console.text()).toContain('are not known yet');
  expect(console.text()).not.toContain('No network port was found');
});
