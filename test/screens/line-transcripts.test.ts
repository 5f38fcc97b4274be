// Conversations from beginning to end as transcripts that a person can read in test/frames/line.
import { expect, test } from 'vitest';
import { applyAsAsked } from './fixture-effects.ts';
import { openLine } from './line-driver.ts';
import {
  blockedPlan,
  bootMs,
  degradedAt,
  destroyingPlan,
  diskFacts,
  failedJournal,
  gluster,
  healthyAt,
  joinCode,
  journalOf,
  madeSecret,
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

test('a node that joins a cluster by a code, read out over a phone', async () => {
  const line = await openLine({ facts: diskFacts });
  await line.answer('', '', 'stor-04', '', '', '', '', '', '', '');
  await line.waitFor('!join-by-code');
  const [first = '', second = '', third = '', ...rest] = joinCode;
  await line.answer('!join-by-code', `${first} ${second.toLowerCase()} ${third.slice(1)}8`, third, '');
  line.paste(`${rest.join(' ')}\n`);
  await line.waitFor('lets this node join');
  await line.prompted();
  expect(line.node.done).toEqual(['join 10.0.2.11 as stor-04']);
  await line.answer('', '', '');
  await line.expectTranscript('join');
  expect(line.bugs).toEqual([]);
});

test('a member that offers a code, and the node that took it', async () => {
  const member = { ...served, inForce: { ...profile, cluster: gluster } };
  const open = await openLine(member);
  await open.answer('join-code', 'client', '');
  await open.waitFor('The offer stays open');
  await open.answer('join-code');
  open.paste('withdraw\n');
  await expect.poll(() => open.node.done).toEqual(['offer client', 'withdraw-offer']);
  await open.waitFor('Withdrawing it');
  await open.expectTranscript('offer-withdrawn');
  const line = await openLine({ ...member, joins: { kind: 'server', hostname: 'stor-04', address: '10.0.2.15' } });
  await line.answer('join-code', 'server');
  await line.waitFor('has joined as a server');
  await line.answer('');
  await line.expectTranscript('offer-taken');
  expect([...open.bugs, ...line.bugs]).toEqual([]);
});

test('a code that nobody is there for any more, and another one', async () => {
  const refuses = {
    code: 'join/used',
    summary: 'a node has joined with this code already',
    remedy: 'Have a new code made',
  };
  const line = await openLine({ facts: diskFacts, refuses });
  await line.answer('', '', 'stor-04', '', '', '', '', '', '', '', '!join-by-code');
  line.paste(`${joinCode.join('')}\n`);
  await line.waitFor('has joined with this code already. Have a new code made');
  await line.answer('', 'no');
  await line.waitFor('Which cluster');
  expect(line.node.done).toEqual(['join 10.0.2.11 as stor-04', 'join 10.0.2.11 as stor-04']);
  await line.expectTranscript('join-refused');
});

test('a member of a GlusterFS cluster, with a disk on which somebody left data', async () => {
  const line = await openLine({ facts: diskFacts, planFor: destroyingPlan });
  await line.answer('', '', 'stor-01', '', '', '', '', '', '', '', 'GlusterFS');
  await line.answer('stor-01 stor-02', 'stor-02=10.0.2.16', 'tank', '', '2', 'brick', '', '', 'brick', '', 'state');
  await line.answer('/srv/tank', '', '', '', '', '', '', '');
  await line.waitFor('Apply exactly what is shown? yes or no [no]: ');
  await line.answer('yes');
  await line.waitFor('Serial number of the disk [no]: ');
  await line.answer('ZL2A0001');
  expect(line.node.done).toEqual([]);
  await line.answer('ZL2A0003');
  await line.waitFor('Agreed.');
  expect(line.node.done).toEqual([]);
  line.paste('yes\n');
  await expect.poll(() => line.node.done).toContain('apply');
  expect(line.node.kept.applied?.cluster).toEqual({
    filesystem: 'gluster',
    volume: { name: 'tank', type: 'replicate', replica: 2 },
    peers: ['stor-01', 'stor-02'],
    bricks: [
      { device: { serial: 'ZL2A0001' }, path: '/bricks/b1' },
      { device: { serial: 'ZL2A0003' }, path: '/bricks/b2' },
    ],
    state: { device: { serial: 'S4EMNX0R500123' } },
    mount: '/srv/tank',
  });
  expect(line.node.kept.applied?.wipe).toBeUndefined();
  await line.expectTranscript('cluster-gluster');
  expect(line.bugs).toEqual([]);
});

test('the first server of a Ceph cluster makes its secret, and shows it nowhere', async () => {
  const line = await openLine({ facts: diskFacts });
  await line.answer('', '', 'stor-01', '', '', '', '', '', '', '', 'Ceph');
  await line.answer('stor-01', '', '10.0.2.0/24', '', 'not a key', 'new', '', 'osd', '', '', 'state', 'here', '3', '1');
  await line.answer('', '', '/srv/cephfs', '', '', '', '', '', '', '', '');
  await line.waitFor('Apply exactly what is shown? yes or no [no]: ');
  await line.answer('!export');
  expect(line.text()).not.toContain(madeSecret);
  expect(line.text()).not.toContain('not a key');
  line.paste('yes\n');
  await expect
    .poll(() => line.node.kept.applied?.cluster)
    .toMatchObject({
      filesystem: 'ceph',
      secret: madeSecret,
      pool: { minSize: 1 },
    });
  await line.expectTranscript('cluster-ceph');
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
  await line.answer(
    '',
    'save',
    '3',
    '1',
    'VBOX-78',
    'no',
    'last-apply',
    '1',
    'power',
    '',
    '!power',
    'power-off',
    'no',
    '<',
    '?',
  );
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

test('a failed apply can be taken back after a yes', async () => {
  const line = await openLine({ journal: failedJournal(planFor(profile), 'a1'), attempted: profile });
  await line.answer('undo', 'maybe', 'no', 'undo', 'yes');
  await line.waitFor('The apply was taken back');
  expect(line.node.done).toEqual(['undo']);
  await line.expectTranscript('undo');
});

test('a disk is made the config partition by its number and its serial number', async () => {
  const line = await openLine({ inForce: profile, statusAt: healthyAt, facts: noPartition });
  await line.answer('save', 'VBOX-77', '', 'save', '1', 'VBOX-77');
  await line.waitFor('is the config partition now');
  expect(line.node.done).toEqual(['prepare VBOX-77']);
  await line.expectTranscript('prepare');
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
