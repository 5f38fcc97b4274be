// The cluster screen's form: what is typed becomes the cluster part of a profile and back, problems stand at their fields, keys stay out of the draft.
import { describe, expect, test } from 'vitest';
import { clusterNotes } from '../../src/state/cluster-problems.ts';
import { type Draft, emptyDraft, parseDraft, renderDraft, setValue } from '../../src/state/draft.ts';
import { draftToProfile } from '../../src/state/draft-to-profile.ts';
import type { Facts } from '../../src/state/facts.ts';
import type { Profile } from '../../src/state/profile.ts';
import { profileToDraft } from '../../src/state/profile-to-draft.ts';
import { live } from '../../src/state/reading.ts';
import type { Session, SessionEvent } from '../../src/state/session.ts';
import { fieldsHere, openStep } from '../../src/state/session-editing.ts';
import { reduceSession } from '../../src/state/session-reducer.ts';
import { openSession, startingSession } from '../../src/state/session-start.ts';
import { validateProfile } from '../../src/state/validate-profile.ts';
import { exampleProfiles } from '../helpers/example-profiles.ts';
import { bootMs, ceph, diskFacts, madeSecret, profile } from '../screens/node-data.ts';

const possible = { available: true } as const;
const facts: Facts = {
  ...diskFacts,
  filesystems: { ceph: possible, gluster: possible, beegfs: possible, lustre: possible },
};

const typed = (values: Readonly<Record<string, string>>): Draft =>
  Object.entries({ 'node.hostname': 'stor-01', ...values }).reduce(
    (draft, [field, value]) => setValue(draft, field, value),
    emptyDraft,
  );

const gluster = {
  'cluster.filesystem': 'gluster',
  'cluster.peers': 'stor-01 stor-02, stor-03',
  'cluster.volume.name': 'tank',
  'disk/ZL2A0001/use': 'brick',
  'disk/ZL2A0002/use': 'brick',
  'cluster.mount': '/srv/tank',
} as const;

describe('what is typed', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, string>>, object])[] = [
    [
      'GlusterFS: three copies and paths unless told',
      gluster,
      {
        filesystem: 'gluster',
        volume: { name: 'tank', type: 'replicate', replica: 3 },
        peers: ['stor-01', 'stor-02', 'stor-03'],
        bricks: [
          { device: { serial: 'ZL2A0001' }, path: '/bricks/b1' },
          { device: { serial: 'ZL2A0002' }, path: '/bricks/b2' },
        ],
        mount: '/srv/tank',
      },
    ],
    [
      'a path that was typed is not given to another disk',
      { ...gluster, 'disk/ZL2A0002/path': '/bricks/b1' },
      {
        bricks: [
          { device: { serial: 'ZL2A0001' }, path: '/bricks/b2' },
          { device: { serial: 'ZL2A0002' }, path: '/bricks/b1' },
        ],
      },
    ],
    [
      'what was typed for another layout is left out',
      {
        ...gluster,
        'cluster.volume.replica': '2',
        'cluster.volume.type': 'disperse',
        'cluster.volume.redundancy': '1',
      },
      { volume: { name: 'tank', type: 'disperse', disperse: 3, redundancy: 1 } },
    ],
    [
      'an arbiter comes with its copies',
      { ...gluster, 'cluster.volume.type': 'arbiter' },
      { volume: { name: 'tank', type: 'arbiter', replica: 3, arbiter: 1 } },
    ],
    [
      'Ceph, with a disk for the state',
      {
        'cluster.filesystem': 'ceph',
        'cluster.monitors': 'stor-01 stor-02 stor-03',
        'cluster.publicNetwork': '10.0.2.0/24',
        'cluster.mds': 'yes',
        'cluster.pool.size': '2',
        'disk/ZL2A0001/use': 'osd',
        'disk/S4EMNX0R500123/use': 'state',
      },
      {
        filesystem: 'ceph',
        monitors: ['stor-01', 'stor-02', 'stor-03'],
        publicNetwork: '10.0.2.0/24',
        mds: true,
        pool: { size: 2 },
        osds: [{ device: { serial: 'ZL2A0001' } }],
        state: { device: { serial: 'S4EMNX0R500123' } },
      },
    ],
    [
      'BeeGFS, of release 8 unless told',
      {
        'cluster.filesystem': 'beegfs',
        'cluster.management': 'stor-01',
        'disk/ZL2A0001/use': 'target',
        'disk/ZL2A0002/use': 'state',
        'disk/S4EMNX0R500123/use': 'metadata',
      },
      {
        filesystem: 'beegfs',
        management: 'stor-01',
        release: '8',
        state: { device: { serial: 'ZL2A0002' } },
        metadata: [{ device: { serial: 'S4EMNX0R500123' }, path: '/data/meta1' }],
        targets: [{ device: { serial: 'ZL2A0001' }, path: '/data/target1' }],
      },
    ],
    [
      'Lustre, each kind of target numbered by itself',
      {
        'cluster.filesystem': 'lustre',
        'cluster.fsname': 'lfs0',
        'cluster.mgs': '10.40.0.5',
        'cluster.networks': 'tcp(ens3,ens4) o2ib0(ib0)',
        'disk/S4EMNX0R500123/use': 'mdt',
        'disk/ZL2A0001/use': 'ost',
        'disk/ZL2A0002/use': 'ost',
        'disk/ZL2A0002/servers': '10.40.0.5@tcp 10.40.0.6@tcp',
      },
      {
        filesystem: 'lustre',
        networks: [
          { net: 'tcp', interfaces: ['ens3', 'ens4'] },
          { net: 'o2ib0', interfaces: ['ib0'] },
        ],
        targets: [
          { kind: 'ost', index: 0, device: { serial: 'ZL2A0001' } },
          {
            kind: 'ost',
            index: 1,
            device: { serial: 'ZL2A0002' },
            serviceNodes: ['10.40.0.5@tcp', '10.40.0.6@tcp'],
          },
          { kind: 'mdt', index: 0, device: { serial: 'S4EMNX0R500123' } },
        ],
      },
    ],
  ];
  test.each(cases)('%s', (_, values, cluster) => {
    const made = draftToProfile(typed(values), facts, { 'cluster.secret': madeSecret });
    expect(made.ok ? made.value.cluster : made.problem).toMatchObject(cluster);
  });

  test('names other machines for the hosts file', () => {
    const made = draftToProfile(typed({ ...gluster, 'node.hosts': 'stor-02=10.0.0.12 stor-03=fd00::13' }), facts);
    expect(made).toMatchObject({
      ok: true,
      value: {
        node: {
          hosts: [
            { name: 'stor-02', address: '10.0.0.12' },
            { name: 'stor-03', address: 'fd00::13' },
          ],
        },
      },
    });
  });
});

describe('what is wrong stands at its field', () => {
  const lustre = { 'cluster.filesystem': 'lustre', 'cluster.fsname': 'lfs0', 'cluster.mgs': '10.40.0.5' };
  const beegfs = { 'cluster.filesystem': 'beegfs', 'cluster.management': 'stor-01' };
  const monitors = {
    'cluster.filesystem': 'ceph',
    'cluster.monitors': 'stor-01 stor-02 stor-03',
    'disk/S4EMNX0R500123/use': 'state',
  };
  const wrong: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
    ['cluster.peers', '', gluster],
    ['cluster.peers', 'stor_01 stor-02', gluster],
    ['cluster.peers', 'stor-01 stor-01 stor-03', gluster],
    ['cluster.peers', 'stor-02 stor-03 stor-04', gluster],
    ['cluster.volume.name', 'my tank', gluster],
    ['cluster.volume.replica', '4', gluster],
    ['cluster.volume.replica', 'three', gluster],
    ['cluster.volume.redundancy', '2', { ...gluster, 'cluster.volume.type': 'disperse' }],
    ['cluster.mount', 'srv/tank', gluster],
    ['disk/ZL2A0002/path', 'bricks', gluster],
    ['disk/ZL2A0002/path', '/srv/tank/b1', gluster],
    ['node.hosts', 'stor-02', gluster],
    ['node.hosts', 'stor-02=10.0.0.300', gluster],
    ['cluster.monitors', '', monitors],
    ['cluster.publicNetwork', '10.0.2.15', monitors],
    ['cluster.clusterNetwork', '10.0.2.15/24', monitors],
    ['cluster.pool.size', '11', monitors],
    ['cluster.pool.minSize', 'x', monitors],
    ['cluster.fsName', 'a b', monitors],
    ['cluster.secret', '', monitors],
    ['disk/S4EMNX0R500123/use', 'off', monitors],
    ['cluster.management', '', beegfs],
    ['cluster.management', 'stor-01', beegfs],
    ['cluster.node', '70000', beegfs],
    ['cluster.interfaces', 'ens3/1', beegfs],
    ['cluster.fsname', 'much-too-long', lustre],
    ['cluster.mgs', '', lustre],
    ['cluster.networks', 'tcp', lustre],
    ['disk/ZL2A0001/index', 'first', { ...lustre, 'disk/ZL2A0001/use': 'ost' }],
    ['disk/ZL2A0001/servers', '10.40.0.5', { ...lustre, 'disk/ZL2A0001/use': 'ost' }],
    ['disk/ZL2A0002/use', 'state', { ...monitors, 'disk/ZL2A0001/use': 'state' }],
  ];
  test.each(wrong)('%s = %j', (field, value, values) => {
    const draft = setValue(typed(values), field, value);
    const made = draftToProfile(draft, facts);
    const found = made.ok ? [] : made.problem;
    expect(found.map((problem) => problem.field)).toContain(field);
    expect(found.every(({ step }) => step === 'cluster-form')).toBe(true);
    expect(found.every(({ problem }) => problem.remedy !== '')).toBe(true);
    expect(draft.values[field]).toBe(value);
  });

  test.each([
    ['cluster.volume.replica', 'come apart', { ...gluster, 'cluster.volume.replica': '2' }],
    ['cluster.monitors', 'odd number', { ...monitors, 'cluster.monitors': 'stor-02 stor-03' }],
    ['cluster.pool.minSize', 'single copy', { ...monitors, 'cluster.pool.minSize': '1' }],
    ['cluster.pool.size', 'stops writing', { ...monitors, 'cluster.pool.size': '2' }],
    ['cluster.peers', 'has no disk here', { ...gluster, 'disk/ZL2A0001/use': 'off', 'disk/ZL2A0002/use': 'off' }],
  ])('%s warns that it %s, and stops nobody', (field, words, values) => {
    const notes = clusterNotes(typed(values), facts).filter((note) => note.field === field);
    expect(notes.map(({ problem }) => `${problem.summary}: ${problem.remedy}`).join()).toContain(words);
    expect(draftToProfile(typed(values), facts, { 'cluster.secret': madeSecret }).ok).toBe(true);
  });
});

describe('packages that Debian does not carry', () => {
  const absent: Facts = {
    ...facts,
    filesystems: {
      ...facts.filesystems,
      lustre: { available: false, why: 'no Lustre packages in this image', addable: true },
    },
  };
  const lustre = { 'cluster.filesystem': 'lustre', 'cluster.fsname': 'lfs0', 'cluster.mgs': '10.40.0.5' };
  const made = (values: Readonly<Record<string, string>>, on: Facts = absent) =>
    draftToProfile(typed({ ...lustre, ...values }), on);

  test('are asked for where they are missing, and in nobody’s way where they are not', () => {
    expect(made({})).toMatchObject({ ok: false, problem: [{ field: 'cluster.repository.url' }] });
    const here = made({}, facts);
    expect(here.ok && here.value.cluster).toEqual({ filesystem: 'lustre', fsname: 'lfs0', mgs: ['10.40.0.5'] });
  });

  test('come from the repository that is typed, each of its keys at its field', () => {
    const repository = {
      'cluster.repository.url': 'https://packages.example/lustre',
      'cluster.repository.suite': 'trixie',
      'cluster.repository.components': 'non-free, main',
      'cluster.repository.key': '/config/global/lustre.asc',
    };
    expect(made(repository)).toMatchObject({
      value: {
        cluster: {
          repository: {
            url: 'https://packages.example/lustre',
            suite: 'trixie',
            components: ['non-free', 'main'],
            key: '/config/global/lustre.asc',
          },
        },
      },
    });
    const wrong = made({ ...repository, 'cluster.repository.suite': '', 'cluster.repository.key': '' });
    expect(wrong.ok ? [] : wrong.problem.map(({ field }) => field).sort()).toEqual([
      'cluster.repository.key',
      'cluster.repository.suite',
    ]);
  });

  test('or the configuration is written only; that they are here is not believed', () => {
    const only = made({ 'cluster.packages': 'only', 'cluster.repository.url': 'typed before' });
    expect(only.ok && only.value.cluster).toMatchObject({ configureOnly: true });
    expect(JSON.stringify(only)).not.toContain('typed before');
    expect(made({ 'cluster.packages': 'here' })).toMatchObject({
      ok: false,
      problem: [
        {
          field: 'cluster.packages',
          problem: { summary: expect.stringContaining('no Lustre packages in this image') },
        },
      ],
    });
  });

  test('that a repository shall have is no repository without its URL, where nothing is missing either', () => {
    expect(made({ 'cluster.packages': 'repository' }, facts)).toMatchObject({
      ok: false,
      problem: [{ field: 'cluster.repository.url' }],
    });
  });
});

describe('a profile under change', () => {
  const every: readonly (readonly [string, Profile])[] = [
    ...exampleProfiles.map(({ name, profile: example }) => [name, example] as const),
    [
      'Ceph with all its keys',
      {
        ...profile,
        cluster: {
          ...ceph,
          fsName: 'data',
          pool: { size: 3, minSize: 2, failureDomain: 'host' },
          client: 'kernel',
          mds: false,
        },
      },
    ],
    [
      'what the form has no field for',
      {
        ...profile,
        node: { ...profile.node, hosts: [{ name: 'stor-02', address: 'fd00::12' }] },
        cluster: {
          filesystem: 'beegfs',
          management: 'stor-02',
          release: '7.4',
          interfaces: ['ib0', 'ens3'],
          node: 3,
          targets: [{ device: { serial: 'A/B use' }, path: '/data/x' }],
          repository: { url: 'https://packages.example/beegfs', suite: 'trixie', key: '/config/global/beegfs.asc' },
        },
      },
    ],
    [
      'BeeGFS with the key of its repository in it',
      {
        ...profile,
        cluster: {
          filesystem: 'beegfs',
          management: 'stor-02',
          release: '8',
          repository: {
            url: 'https://packages.example/beegfs',
            suite: 'trixie',
            components: ['non-free', 'main'],
            key: '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ==\n-----END PGP PUBLIC KEY BLOCK-----\n',
          },
          configureOnly: false,
        },
      },
    ],
    [
      'Lustre, the configuration only, with a repository for later',
      {
        ...profile,
        cluster: {
          filesystem: 'lustre',
          fsname: 'lfs0',
          mgs: ['10.40.0.5'],
          repository: { url: 'https://packages.example/lustre', suite: 'el9', key: '/config/global/lustre.asc' },
          configureOnly: true,
        },
      },
    ],
    [
      'Lustre with a pair of servers',
      {
        ...profile,
        cluster: {
          filesystem: 'lustre',
          fsname: 'lfs0',
          mgs: ['10.40.0.5', '10.40.0.6'],
          networks: [{ net: 'o2ib0', interfaces: ['ib0', 'ib1'] }],
          targets: [
            { kind: 'ost', index: 7, device: { serial: 'S1' }, serviceNodes: ['10.40.0.5@tcp', '10.40.0.6@tcp'] },
            { kind: 'mgs', index: 0, device: { serial: 'S0' } },
          ],
          mount: '/srv/lfs',
        },
      },
    ],
  ];
  test.each(every)('%s comes back as it was', (_, wanted) => {
    expect(validateProfile(wanted).ok).toBe(true);
    expect(draftToProfile(profileToDraft(wanted), undefined)).toEqual({ ok: true, value: wanted });
  });

  test('keeps the settings of its volume, and gives them to no other', () => {
    const volume = {
      name: 'tank',
      type: 'replicate',
      replica: 3,
      settings: [{ name: 'performance.readdir-ahead', value: 'on' }],
    };
    const peers = ['stor-01', 'stor-02', 'stor-03'];
    const wanted = validateProfile({ ...profile, cluster: { filesystem: 'gluster', peers, volume } });
    if (!wanted.ok) throw new Error(JSON.stringify(wanted.problem));
    const draft = profileToDraft(wanted.value);
    expect(draftToProfile(draft, undefined)).toEqual({ ok: true, value: wanted.value });
    const { settings, ...plain } = volume;
    const renamed = draftToProfile(setValue(draft, 'cluster.volume.name', 'pond'), undefined);
    expect(renamed).toMatchObject({ ok: true, value: { cluster: { volume: { ...plain, name: 'pond' } } } });
    expect(JSON.stringify(renamed)).not.toContain(settings[0]?.name);
  });

  test('has nothing left of its cluster once another filesystem is chosen, and all of it once it is chosen again', () => {
    const wanted: Profile = { ...profile, cluster: ceph };
    const other = setValue(profileToDraft(wanted), 'cluster.filesystem', 'none');
    expect(draftToProfile(other, facts)).toMatchObject({ ok: true, value: { cluster: { filesystem: 'none' } } });
    expect(draftToProfile(setValue(other, 'cluster.filesystem', 'ceph'), facts)).toEqual({ ok: true, value: wanted });
  });
});

describe('the keys of a cluster', () => {
  const wanted: Profile = { ...profile, cluster: ceph };
  const opening = {
    facts: live(facts, bootMs),
    resolved: live({ found: false, text: '', notes: [] }, bootMs),
    attempted: undefined,
    journal: [],
    applyRuns: false,
  } as const;

  test('are not in the file of a draft, and are there again for the profile that was being changed', () => {
    const draft = setValue(profileToDraft(wanted), 'node.hostname', 'stor-02');
    const file = renderDraft(draft);
    expect(file).not.toContain(ceph.secret);
    const opened = openSession(startingSession(false), { ...opening, inForce: wanted, draft: parseDraft(file) });
    expect(opened.draft).toEqual(draft);
    const elsewhere = openSession(startingSession(false), { ...opening, inForce: profile, draft: parseDraft(file) });
    expect(JSON.stringify(elsewhere.draft)).not.toContain(ceph.secret);
  });

  const noCommands: readonly unknown[] = [];
  const hear = (session: Session, ...events: readonly SessionEvent[]) =>
    events.reduce((now, event) => reduceSession(now.session, event), { session, commands: noCommands });

  const form = (): Session => {
    const start = { ...startingSession(false), facts: opening.facts };
    const values = { 'cluster.filesystem': 'ceph', 'cluster.monitors': 'stor-02', 'disk/ZL2A0001/use': 'osd' };
    return openStep({ ...start, draft: typed(values) }, 'cluster-form');
  };

  test('are made at the press of a key, and go from the session into the profile and nowhere else', () => {
    const asked = hear(form(), { type: 'make-secret', field: 'cluster.secret' });
    expect(asked.commands).toEqual([{ type: 'make-secret', field: 'cluster.secret' }]);
    const made = hear(asked.session, { type: 'secret-made', field: 'cluster.secret', secret: madeSecret });
    expect(made.session.secrets).toEqual({ 'cluster.secret': madeSecret });
    expect(JSON.stringify([made.session.draft, made.session.notice, made.commands])).not.toContain(madeSecret);
    const profileMade = draftToProfile(made.session.draft, facts, made.session.secrets);
    expect(profileMade).toMatchObject({ ok: true, value: { cluster: { secret: madeSecret } } });
  });

  test('outlive the hashing of a password', () => {
    const access = openStep({ ...form(), secrets: { 'cluster.secret': madeSecret, 'access.password': 'x' } }, 'access');
    const hashing: Session =
      access.view.kind === 'editing' ? { ...access, view: { ...access.view, work: 'hashing' } } : access;
    const hashed = hear(hashing, { type: 'hashed', hash: profile.access?.rootPasswordHash ?? '' });
    expect(hashed.session.secrets).toEqual({ 'cluster.secret': madeSecret });
    expect(hashed.commands[0]).toMatchObject({ type: 'plan', profile: { cluster: { secret: madeSecret } } });
  });

  test('that are no keys are refused at their field without being shown', () => {
    const made = draftToProfile(form().draft, facts, { 'cluster.secret': 'not a key at all' });
    expect(made).toMatchObject({ ok: false, problem: [{ field: 'cluster.secret' }] });
    expect(JSON.stringify(made)).not.toContain('not a key at all');
  });

  test('are asked for as secrets', () => {
    const kinds = fieldsHere(form(), 'cluster-form').filter(({ id }) => id === 'cluster.secret');
    expect(kinds).toMatchObject([{ kind: 'secret' }]);
  });
});
