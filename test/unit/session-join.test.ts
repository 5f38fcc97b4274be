// Joining by a code in the wizard: what is heard of the code, who is asked and when, and what its answer makes of the draft.
import { describe, expect, test } from 'vitest';
import { type Draft, emptyDraft, parseDraft, renderDraft } from '../../src/state/draft.ts';
import { draftToProfile } from '../../src/state/draft-to-profile.ts';
import type { JoinBundle } from '../../src/state/join-bundle.ts';
import { heardWords, judgeHeard, soundGroups } from '../../src/state/join-heard.ts';
import type { Profile } from '../../src/state/profile.ts';
import { profileToDraft } from '../../src/state/profile-to-draft.ts';
import { live } from '../../src/state/reading.ts';
import type { Command, Session, SessionEvent } from '../../src/state/session.ts';
import { openStep } from '../../src/state/session-editing.ts';
import { reduceSession } from '../../src/state/session-reducer.ts';
import { startingSession } from '../../src/state/session-start.ts';
import { bootMs, cephClient, diskFacts, joinBundle, joinCode, profile } from '../screens/node-data.ts';

const possible = { available: true } as const;
const facts = { ...diskFacts, filesystems: { ceph: possible, gluster: possible, beegfs: possible, lustre: possible } };
const secret = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

const at = (draft: Draft): Session =>
  openStep({ ...startingSession(false), facts: live(facts, bootMs), draft }, 'cluster');
const named = (values: Readonly<Record<string, string>> = {}): Draft => ({
  ...emptyDraft,
  values: { 'node.hostname': 'stor-04', ...values },
});

const type = (text: string): SessionEvent => ({ type: 'edit', edit: { kind: 'insert', text } });
const next: SessionEvent = { type: 'next' };
const back: SessionEvent = { type: 'back' };

const pressed = (session: Session, ...events: readonly SessionEvent[]) => {
  const commands: Command[] = [];
  let now = session;
  for (const event of events) {
    const moved = reduceSession(now, event);
    now = moved.session;
    commands.push(...moved.commands.filter(({ type }) => type !== 'save-draft'));
  }
  return { session: now, commands };
};
const asking = (draft: Draft): Session => pressed(at(draft), { type: 'join' }, type(joinCode.join('\n')), next).session;
const given = (draft: Draft, bundle: JoinBundle): Session =>
  pressed(asking(draft), { type: 'join-given', bundle }).session;

const profileOf = (session: Session, draft = session.draft): Profile => {
  const made = draftToProfile(draft, facts, session.secrets);
  if (!made.ok) throw new Error(made.problem.map(({ problem }) => problem.summary).join('; '));
  return made.value;
};

describe('what is heard of a code', () => {
  const [first = '', second = '', third = '', ...rest] = joinCode;
  test.each([
    ['', ''],
    [first.slice(0, 3), ''],
    [first, '1 group is right, 8 to go'],
    [`${first}-${second.toLowerCase()} ${third.slice(0, 2)}`, '2 groups are right, 7 to go'],
    [`${first} ${second} 8${third.slice(1)}`, `group 3 (8${third.slice(1)}) does not fit its check digit`],
    [`${first} ${second.slice(1)} ${third}`, `group 2 (${second.slice(1)}) has 4 digits instead of 5`],
    [`${first} ${second.slice(0, 2)}U`, `group 2 (${second.slice(0, 2)}U) has a U, which no code has`],
    [joinCode.join(''), 'all 9 groups are right'],
  ])('%s: %s', (typed, words) => {
    expect(heardWords(judgeHeard(typed))).toBe(words);
  });

  test('what stands before a misheard group need not be typed again', () => {
    expect(soundGroups([first, second, `8${third.slice(1)}`, ...rest].join(' '))).toEqual([first, second]);
  });

  test('more than it has is said', () => {
    // A group of zeros has its own number as check digit.
    expect(heardWords(judgeHeard([...joinCode, '00009'].join(' ')))).toBe('the code has 9 groups, and these are 10');
  });
});

test('the member is asked once the whole code is right, and not before', () => {
  const opened = pressed(at(named()), { type: 'join' });
  expect(opened.session.overlay).toMatchObject({ kind: 'join', typed: '', problem: undefined });
  const half = pressed(opened.session, type(joinCode.slice(0, 4).join(' ')), next);
  expect(half.commands).toEqual([]);
  expect(half.session.overlay).toMatchObject({ asking: undefined, problem: { code: 'join/code-length' } });
  const asked = pressed(half.session, type(` ${joinCode.slice(4).join('\n')}\n`), next);
  expect(asked.session.overlay).toMatchObject({ asking: '10.0.2.11', problem: undefined });
  expect(asked.commands).toMatchObject([
    { type: 'take-join', code: { address: '10.0.2.11', secret: '0123ABCD' }, hostname: 'stor-04', own: undefined },
  ]);
  // Meanwhile the text stands still.
  expect(pressed(asked.session, type('x'), next)).toEqual({ session: asked.session, commands: [] });
});

test.each(['', 'mayfly', 'stor_04'])('a node called "%s" uses no code up', (name) => {
  const asked = pressed(at(named({ 'node.hostname': name })), { type: 'join' }, type(joinCode.join(' ')), next);
  expect(asked.commands).toEqual([]);
  expect(asked.session.overlay).toMatchObject({ asking: undefined, problem: { code: 'join/no-name' } });
});

test('Esc asks no longer and keeps what was typed; what is answered then changes nothing', () => {
  const stopped = pressed(asking(named()), back);
  expect(stopped.commands).toEqual([{ type: 'stop-join' }]);
  expect(stopped.session.overlay).toMatchObject({ kind: 'join', typed: joinCode.join(' '), asking: undefined });
  const late = pressed(stopped.session, { type: 'join-given', bundle: joinBundle });
  expect(late.session).toEqual(stopped.session);
  const problem = { code: 'join/stopped', summary: 'asked no longer', remedy: 'look there' };
  expect(pressed(late.session, { type: 'failed', of: 'take-join', problem }).session).toEqual(stopped.session);
  expect(pressed(late.session, back).session.overlay).toEqual({ kind: 'none' });
});

test('a refusal is shown with what to do here, what was typed stays, and help does not hide it', () => {
  const problem = { code: 'join/same-name', summary: 'it is called so too', remedy: '`mayfly join --name NAME`' };
  const helped = pressed(asking(named()), { type: 'help' }, { type: 'failed', of: 'take-join', problem });
  expect(helped.session.overlay.kind).toBe('help');
  const { overlay } = pressed(helped.session, back).session;
  expect(overlay).toMatchObject({ kind: 'join', typed: joinCode.join(' '), asking: undefined });
  expect(overlay).toMatchObject({ problem: { remedy: 'Give this node a name of its own on the screen Network' } });
});

test('a server of GlusterFS has everything but its disks', () => {
  const draft = named({
    'cluster.volume.type': 'disperse',
    'cluster.volume.redundancy': '1',
    'node.hosts': 'ntp-01=10.0.2.2 STOR-01=10.9.9.9',
  });
  const joined = given(draft, joinBundle);
  expect(joined.view).toMatchObject({ kind: 'editing', step: 'cluster-form' });
  expect(joined.overlay.kind).toBe('none');
  expect(joined.notice?.text).toBe(
    'stor-01 lets this node join GlusterFS tank as a server. Nothing is changed here yet. Left to choose: the disks of its bricks.',
  );
  // Each port is used as it was before.
  expect(joined.draft.base).toBeUndefined();
  expect(profileOf(joined)).toMatchObject({
    role: 'storage',
    node: { hostname: 'stor-04', hosts: [{ name: 'ntp-01', address: '10.0.2.2' }, ...joinBundle.hosts] },
    network: { links: [{ match: { name: 'ens3' }, dhcp4: true }] },
    cluster: joinBundle.cluster,
  });
});

describe('keys of a cluster', () => {
  const server: JoinBundle = {
    ...joinBundle,
    cluster: {
      filesystem: 'ceph',
      secret,
      fsid: '3f1c9a52-7c0e-4a53-9b42-1d0c5a2f8e11',
      monitors: ['stor-01', 'stor-02', 'stor-03'],
      publicNetwork: '10.0.2.0/24',
    },
  };

  test('are in the session, in the profile, and in no file of a draft', () => {
    const joined = given(named({ 'cluster.publicNetwork': '10.9.0.0/16', 'cluster.mds': 'yes' }), server);
    expect(JSON.stringify(joined.draft)).not.toContain(secret);
    expect(renderDraft(joined.draft)).not.toContain(secret);
    expect(profileOf(joined).cluster).toEqual({ ...server.cluster, mds: true });
    // What has no field is there again after the console was started anew; the secret is not.
    const again = parseDraft(renderDraft(joined.draft));
    expect(again).toEqual(joined.draft);
    if (again === undefined) throw new Error('no draft');
    expect(profileOf(joined, again).cluster).toMatchObject({ fsid: '3f1c9a52-7c0e-4a53-9b42-1d0c5a2f8e11' });
    expect(() => profileOf({ ...joined, secrets: {} }, again)).toThrow('needs its secret');
  });

  test('a client gets its own, and its role is said', () => {
    const { mount, ...cluster } = cephClient;
    const joined = given(named(), {
      ...server,
      kind: 'client',
      cluster: { ...cluster, fsid: '3f1c9a52-7c0e-4a53-9b42-1d0c5a2f8e11' },
    });
    expect(joined.notice?.text).toContain('Its role becomes client. Left to choose: where it is mounted.');
    expect(joined.secrets).toEqual({ 'cluster.key': cephClient.key });
    expect(profileOf(joined)).toMatchObject({ role: 'client', cluster: { key: cephClient.key } });
  });

  test('another filesystem that is chosen afterwards gets nothing of them', () => {
    const joined = given(named(), server);
    const { draft } = pressed(joined, { type: 'choose', field: 'cluster.filesystem', value: 'none' }).session;
    expect(profileOf(joined, draft).cluster).toEqual({ filesystem: 'none' });
  });
});

describe('a node that has a profile', () => {
  test('says which cluster it is of, and keeps its disks', () => {
    const base: Profile = {
      ...profile,
      cluster: {
        filesystem: 'gluster',
        peers: ['stor-04'],
        bricks: [{ device: { serial: 'ZL2A0001' }, path: '/bricks/b1' }],
      },
    };
    const draft = { ...profileToDraft(base), step: 'cluster' as const };
    const asked = pressed(at(draft), { type: 'join' }, type(joinCode.join(' ')), next);
    expect(asked.commands).toMatchObject([{ type: 'take-join', own: { cluster: { filesystem: 'gluster' } } }]);
    const joined = pressed(asked.session, { type: 'join-given', bundle: joinBundle }).session;
    expect(joined.notice?.text).not.toContain('Left to choose');
    expect(profileOf(joined).cluster).toEqual({
      ...joinBundle.cluster,
      bricks: [{ device: { serial: 'ZL2A0001' }, path: '/bricks/b1' }],
    });
    const away: SessionEvent = { type: 'choose', field: 'cluster.filesystem', value: 'none' };
    const left = pressed(at(draft), away, { type: 'join' }, type(joinCode.join(' ')), next).commands;
    expect(left[0]?.type === 'take-join' && left[0].own).not.toHaveProperty('cluster');
  });

  test('is told where its new address is not the one that the members know', () => {
    const draft = named({ 'link/ens3/use': 'static', 'link/ens3/addresses': '10.0.2.99/24' });
    expect(given(draft, joinBundle).notice?.text).toContain(
      'The members know this node at 10.0.2.15, and the screen Network gives it 10.0.2.99',
    );
  });
});

test('where the filesystem is not possible, the list says why', () => {
  const here = {
    ...facts,
    filesystems: { ...facts.filesystems, gluster: { available: false, why: 'no glusterd' } as const },
  };
  const session = { ...asking(named()), facts: live(here, bootMs) };
  expect(pressed(session, { type: 'join-given', bundle: joinBundle }).session.view).toMatchObject({ step: 'cluster' });
});
