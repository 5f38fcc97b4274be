// The draft: what is typed becomes a profile or problems at their fields, a profile becomes a draft, and the two agree.
import { describe, expect, test } from 'vitest';
import { type Draft, emptyDraft, parseDraft, renderDraft, setValue } from '../../src/state/draft.ts';
import { matchesOf } from '../../src/state/draft-fields.ts';
import { draftToProfile } from '../../src/state/draft-to-profile.ts';
import type { Profile } from '../../src/state/profile.ts';
import { profileToDraft } from '../../src/state/profile-to-draft.ts';
import { secretProblems } from '../../src/state/secret-problems.ts';
import { editText } from '../../src/state/text-edit.ts';
import { bareFacts, profile, sshKey } from '../screens/node-data.ts';

const named = setValue(emptyDraft, 'node.hostname', 'stor-01');
const withValue = (field: string, value: string): Draft => setValue(named, field, value);

describe('draft to profile', () => {
  test('a name is enough: the port with a carrier gets DHCP', () => {
    const made = draftToProfile(named, bareFacts);
    expect(made).toMatchObject({
      ok: true,
      value: {
        version: 1,
        role: 'storage',
        node: { hostname: 'stor-01' },
        network: { links: [{ match: { name: 'ens3' }, dhcp4: true }] },
        cluster: { filesystem: 'none' },
      },
    });
  });

  const wrong: readonly (readonly [string, string, string])[] = [
    ['node.hostname', 'stor_01', 'stor-01'],
    ['node.domain', 'rack_7', 'rack7.example'],
    ['link/ens3/mtu', '9k', '9000'],
    ['network.gateway', '10.0.0.300', '10.0.0.1'],
    ['network.dns', 'dns', '10.0.0.1'],
    ['network.search', 'a b_c', 'rack7.example'],
    ['zram.limit', 'lots', '1GiB'],
    ['zram.size', 'much', '2GiB'],
    ['access.keys', 'ssh-ed25519 nonsense', 'ssh-ed25519'],
    ['node.timezone', 'Europe Berlin', 'Europe/Berlin'],
    ['node.keyboard', 'de deadkeys', 'e.g. de'],
    ['node.keyboard', 'de-nodedkeys', 'de-nodeadkeys'],
    ['node.ntp', 'ntp_1', 'e.g.'],
  ];
  test.each(wrong)('%s = %j is refused at its field, with an example, and stays as typed', (field, value, example) => {
    const draft = setValue(withValue(field, value), 'zram.choice', 'custom');
    const made = draftToProfile(draft, bareFacts);
    const found = made.ok ? [] : made.problem.filter((problem) => problem.field === field);
    expect(found).not.toEqual([]);
    expect(found.map(({ problem }) => `${problem.summary} ${problem.remedy}`).join(' ')).toContain(example);
    expect(draft.values[field]).toBe(value);
  });

  test('a static port wants an address with its prefix length', () => {
    const draft = withValue('link/ens3/use', 'static');
    expect(draftToProfile(draft, bareFacts)).toMatchObject({ ok: false, problem: [{ field: 'link/ens3/addresses' }] });
    const bare = draftToProfile(setValue(draft, 'link/ens3/addresses', '10.0.0.11'), bareFacts);
    expect(bare).toMatchObject({ ok: false, problem: [{ field: 'link/ens3/addresses' }] });
  });

  test('a cluster filesystem that cannot be chosen is said at its field', () => {
    const made = draftToProfile(withValue('cluster.filesystem', 'ceph'), bareFacts);
    expect(made).toMatchObject({ ok: false, problem: [{ step: 'cluster', field: 'cluster.filesystem' }] });
  });
});

describe('a profile under change', () => {
  const rich: Profile = {
    ...profile,
    network: {
      ...profile.network,
      links: [
        { match: { name: 'ens3' }, addresses: ['10.0.2.15/24'], acceptRa: false },
        { match: { mac: '52:54:00:12:34:57' }, dhcp4: true, dhcp6: true, mtu: 9000 },
      ],
      vlans: [{ name: 'stor', link: 'ens3', id: 120, addresses: ['10.30.0.11/24'] }],
      routes: [
        { to: 'default', via: '10.0.2.2', metric: 50 },
        { to: '10.99.0.0/16', via: '10.0.2.9' },
      ],
    },
    logs: { forward: [{ host: 'logs.rack7.example', port: 6514, protocol: 'tls' }] },
    wipe: ['VBOX-77'],
  };

  test('comes back as it was when nothing is typed', () => {
    expect(draftToProfile(profileToDraft(rich), undefined)).toEqual({ ok: true, value: rich });
    expect(draftToProfile(profileToDraft(profile), bareFacts)).toEqual({ ok: true, value: profile });
  });
  test('keeps what has no field when something is typed', () => {
    const made = draftToProfile(setValue(profileToDraft(rich), 'node.hostname', 'stor-02'), undefined);
    expect(made).toEqual({ ok: true, value: { ...rich, node: { ...rich.node, hostname: 'stor-02' } } });
  });
});

test('a saved draft comes back, and a foreign file is not taken for one', () => {
  const draft = withValue('access.keys', `${sshKey}\nhalf`);
  expect(parseDraft(renderDraft(draft))).toEqual(draft);
  for (const text of ['', '{}', 'null', '{"version":2,"step":"role","values":{}}'])
    expect(parseDraft(text)).toBeUndefined();
});

test.each([
  ['', '', undefined],
  ['short', 'short', 'access.password'],
  ['long enough', '', 'access.repeat'],
  ['long enough', 'long enougH', 'access.repeat'],
  ['long\u0007enough', 'long\u0007enough', 'access.password'],
  ['long enough', 'long enough', undefined],
])('the passwords %j and %j', (password, repeat, field) => {
  expect(secretProblems({ 'access.password': password, 'access.repeat': repeat })[0]?.field).toBe(field);
});

test.each([
  ['berl', ['Europe/Berlin']],
  ['EUROPE', ['Europe/Berlin', 'Europe/Bern', 'Europe/Dublin']],
  ['Etc/UTC', []],
  ['', []],
  ['nowhere', []],
])('the zones for %j', (typed, found) => expect(matchesOf(typed, bareFacts.timezones)).toEqual(found));

describe('editing a line', () => {
  const cases = [
    ['abc', 1, { kind: 'insert', text: 'xy' }, 'axybc', 3],
    ['abc', 0, { kind: 'erase', what: 'before' }, 'abc', 0],
    ['abc', 2, { kind: 'erase', what: 'before' }, 'ac', 1],
    ['abc', 2, { kind: 'erase', what: 'after' }, 'ab', 2],
    ['abc', 3, { kind: 'erase', what: 'after' }, 'abc', 3],
    ['one two  ', 9, { kind: 'erase', what: 'word' }, 'one ', 4],
    ['abc', 1, { kind: 'erase', what: 'all' }, '', 0],
    ['abc', 9, { kind: 'move', to: 'left' }, 'abc', 2],
    ['abc', 3, { kind: 'move', to: 'right' }, 'abc', 3],
    ['abc', 3, { kind: 'move', to: 'home' }, 'abc', 0],
    ['äöü', 1, { kind: 'insert', text: '€' }, 'ä€öü', 2],
  ] as const;
  test.each(cases)('%j at %i, %o', (text, caret, edit, after, at) => {
    expect(editText(text, caret, edit)).toEqual({ text: after, caret: at });
  });
});
