// Conversations from beginning to end as transcripts that a person can read in test/frames/line.
import { expect, test } from 'vitest';
import { applyAsAsked } from './fixture-effects.ts';
import { openLine } from './line-driver.ts';
import {
  blockedPlan,
  bootMs,
  degradedAt,
  failedJournal,
  healthyAt,
  journalOf,
  noPartition,
  onTrialAt,
  passwordHash,
  planFor,
  profile,
  provisional,
  returned,
  sshKey,
} from './node-data.ts';

const served = { inForce: profile, statusAt: healthyAt, journal: journalOf(planFor(profile), 'a0') } as const;

test('a bare node from Welcome to the saved profile', async () => {
  const line = await openLine({ committed: '+role: storage' });
  await line.answer('', '', 'stor-01', '', 'static', '10.0.2.15/24', '', '', '10.0.2.2', '10.0.2.3', '');
  await line.answer('', '', '', 'de', 'four words of mine', 'four words of mine', sshKey, '', 'berlin', '10.0.0.1');
  await line.waitFor('Apply exactly what is shown? yes or no [no]: ');
  expect(line.node.kept.hashed).toBe('four words of mine');
  expect(line.text()).not.toContain('four words of mine');
  line.paste('yes\n');
  await expect.poll(() => line.node.done).toContain('apply');
  applyAsAsked(line.node);
  await line.waitFor('This node is what its profile says.');
  expect(line.node.kept.applied).toMatchObject({
    role: 'storage',
    node: { hostname: 'stor-01', keyboard: 'de', timezone: 'Europe/Berlin', ntp: ['10.0.0.1'] },
    network: {
      links: [{ match: { name: 'ens3' }, addresses: ['10.0.2.15/24'] }],
      routes: [{ to: 'default', via: '10.0.2.2' }],
      dns: { servers: ['10.0.2.3'] },
    },
    access: { rootPasswordHash: passwordHash, sshKeys: [sshKey] },
  });
  await line.answer('save');
  await line.waitFor('+role: storage');
  expect(line.node.done).not.toContain('commit');
  await line.answer('yes');
  await line.waitFor('Saved as /config/node/profile.yaml');
  expect(line.node.kept.committed).toEqual(line.node.kept.applied);
  await line.answer('profile', '');
  await line.expectTranscript('wizard');
  expect(line.bugs).toEqual([]);
});

test('wrong answers say which value, why, and an example, and stay', async () => {
  const line = await openLine();
  await line.answer(
    '',
    '7',
    'storage',
    'stor_01',
    'stor-01',
    'rack_7',
    '-',
    'static',
    '10.0.0.300',
    '10.0.0.11/24',
    '9k',
    '-',
  );
  await line.answer('not used', '10.0.9.1', '10.0.0.1', 'dns', '-', '', 'Ceph', 'none');
  await line.answer('lots', 'custom', 'much', '-', 'lots', '', '-', '');
  await line.answer('german', 'd', '2');
  await line.answer('short', 'four words of mine', 'four words of yours', '', 'ssh-ed25519 nonsense', '-');
  await line.answer(sshKey, sshKey, '-7', '-1', '', 'ber', '2', 'ntp_1', '-');
  await line.waitFor('Apply exactly');
  await line.expectTranscript('wrong-answers');
});

test('back, help, export and unknown commands at a question', async () => {
  const line = await openLine({}, { rehearsal: true });
  await line.answer(
    '?',
    '<',
    'begin',
    'client',
    'stor-01',
    '<',
    '',
    'rack7.example',
    '?',
    '<',
    '<',
    '<',
    'back',
    '1',
    '',
  );
  await line.answer('!export', '!nonsense', '!again', '!report');
  line.press('ctrl-c');
  await line.prompted();
  await line.expectTranscript('moving');
});

test('the dashboard, a failed apply and its retry, power', async () => {
  const line = await openLine({ ...served, facts: noPartition });
  await line.waitFor('healthy');
  await line.answer('', 'save', '3', 'last-apply', '1', 'power', '', '!power', 'power-off', 'no', '<', '?');
  line.loop.send({ type: 'status', status: degradedAt(bootMs + 60_000) });
  await line.prompted();
  line.loop.send({ type: 'status', status: degradedAt(bootMs + 61_000) });
  await line.expectTranscript('dashboard');
  expect(line.node.kept.ended).toBeUndefined();
});

test('an apply step by step, left and found again', async () => {
  const events = journalOf(planFor(profile), 'a1');
  const line = await openLine({ journal: events.slice(0, 6), applyRuns: true }, { asks: false });
  await line.waitFor('3 of 11  running');
  for (const event of events.slice(6, 10)) line.node.tell([event]);
  line.paste('<\n');
  await line.prompted();
  line.paste('last-apply\n');
  await line.waitFor('goes to the dashboard');
  for (const event of events.slice(10)) line.node.tell([event]);
  await line.prompted();
  await line.expectTranscript('applying');
});

test('a failed apply says why and can be retried', async () => {
  const line = await openLine({ journal: failedJournal(planFor(profile), 'a1'), attempted: profile });
  await line.answer('retry');
  await line.waitFor('Apply exactly');
  line.paste('yes\n');
  await expect.poll(() => line.node.kept.applied).toEqual(profile);
  await line.expectTranscript('failed');
});

test('a blocked plan cannot be applied and says why', async () => {
  const line = await openLine({ planFor: blockedPlan });
  await line.answer('', '', 'stor-01');
  await line.answer('!next-screen', '', '!next-screen', '', '-', '', '', '');
  await line.waitFor('not now');
  await line.answer('1', 'yes');
  expect(line.node.done).not.toContain('apply');
  await line.expectTranscript('blocked');
});

test('a provisional network change is told, counted down, and kept or taken back by a command', async () => {
  const journal = journalOf(planFor(profile), 'a1', 'network');
  const line = await openLine({ journal, applyRuns: true, statusAt: onTrialAt(provisional()) }, { asks: false });
  const at = (seconds: number, trial = provisional()) =>
    line.loop.send({ type: 'status', status: onTrialAt(trial)(bootMs + seconds * 1000) });
  await line.waitFor('89 s left: !keep keeps them');
  at(5, provisional('silent'));
  await line.waitFor('gateway 10.0.2.2 does not answer on ens3');
  for (const seconds of [6, 29, 31, 32, 61, 62, 81]) at(seconds);
  await line.waitFor('9 s left');
  line.paste('!keep\n');
  await expect.poll(() => line.node.done).toEqual(['network: keep']);
  at(96, returned('checked'));
  await line.waitFor('are back, and checked');
  await line.expectTranscript('network-trial');
});
