// What is wrong with a node and what is not: one healthy reading and every way in which it can stop being one.
import { describe, expect, test } from 'vitest';
import { bytes, gib, mib } from '../../src/state/bytes.ts';
import { type ClusterStatus, noCluster } from '../../src/state/cluster-status.ts';
import { renderDuration } from '../../src/state/duration.ts';
import type { GuardStatus } from '../../src/state/guard-status.ts';
import { healthOf, judgeStatus, type Readings } from '../../src/state/judge-status.ts';
import { linkRates } from '../../src/state/link-rates.ts';
import type { Profile } from '../../src/state/profile.ts';
import { age, live, pending, unavailable } from '../../src/state/reading.ts';
import { renderStatus } from '../../src/state/render-status.ts';
import type { ProfileStatus, RootStatus, Status, ZramStatus } from '../../src/state/status.ts';

const profile: Profile = {
  version: 1,
  role: 'storage',
  network: { links: [{ match: { name: 'ens3' }, dhcp4: true }] },
};

const root: RootStatus = {
  kind: 'zram',
  device: '/dev/zram0',
  filesystem: 'ext4',
  size: gib(2),
  free: gib(1),
  inodes: 1000,
  inodesFree: 900,
  errors: 0,
  lastError: undefined,
  writable: true,
};
const guard: GuardStatus = { uptime: 93_780, level: 'ok', why: '', heldBack: bytes(0), last: undefined };
const zram: ZramStatus = {
  device: '/dev/zram0',
  algorithm: 'zstd',
  disksize: gib(4),
  original: mib(900),
  compressed: mib(400),
  used: mib(420),
  usedMax: mib(430),
  limit: gib(1),
  samePages: 10,
  hugePages: 20,
  failedReads: 0,
  failedWrites: 0,
};
const link = {
  name: 'ens3',
  kind: 'ethernet',
  mac: '52:54:00:12:34:57',
  carrier: true,
  up: true,
  speedMbps: 1000,
  driver: 'virtio_net',
  model: undefined,
  mtu: 1500,
  addresses: ['10.0.0.11/24'],
  received: bytes(1000),
  sent: bytes(500),
} as const;

const healthy: Readings = {
  version: 1,
  atMs: 10_000,
  hostname: 'stor-01',
  role: 'storage',
  uptime: live(93_784.2, 10_000),
  load: live([0.1, 0.2, 0.3], 10_000),
  memory: live({ total: gib(4), available: gib(3), pressure: undefined }, 10_000),
  zram: live(zram, 10_000),
  root: live(root, 10_000),
  guard: live(guard, 10_000),
  links: live([link], 10_000),
  time: live({ synchronised: true, source: '10.0.0.1', offsetMs: 0.1 }, 10_000),
  services: live([{ unit: 'ssh.service', state: 'active (running)', wanted: 'active', healthy: true }], 10_000),
  profile: live({ transport: 'config partition', revision: 'ab12', persisted: true }, 10_000),
  cluster: unavailable(noCluster),
  lastApply: live({ apply: 'a1', outcome: 'converged', atMs: 0, done: 10, total: 10, problem: undefined }, 10_000),
  network: live({ kind: 'none' }, 10_000),
};

const overlay: RootStatus = {
  ...root,
  kind: 'overlay',
  overlay: { squashfs: mib(121), why: 'asked for' },
  device: 'none',
  filesystem: 'overlay',
  errors: undefined,
};
const noZram = {
  zram: unavailable('the root filesystem is not on zram'),
  guard: unavailable('the guard does not run here'),
} as const;

const problem = { code: 'network/no-carrier', summary: 'ens4 has no carrier', remedy: 'Check the cable' };
const applied = (outcome: 'failed' | 'refused' | 'interrupted' | 'running', why?: typeof problem) =>
  live({ apply: 'a1', outcome, atMs: 0, done: 3, total: 10, problem: why }, 10_000);

const cluster: ClusterStatus = {
  filesystem: 'gluster',
  name: 'tank',
  health: 'healthy',
  summary: '3 of 3 bricks up',
  rows: [{ label: 'Peers', text: '2 of 2 connected', tone: 'good' }],
  mount: { kind: 'answers', path: '/srv/tank', milliseconds: 4 },
  problems: [],
};
const absent = { kind: 'absent', path: '/srv/tank' } as const;
const hung = { kind: 'hung', path: '/srv/tank', seconds: 42 } as const;
const waiting: ClusterStatus = { ...cluster, health: 'waiting', mount: absent };
const brickDown = { code: 'gluster/brick-down', summary: 'a brick is down', remedy: 'start it' };
const mountHung = { code: 'cluster/mount-hung', summary: 'it hangs', remedy: 'wait' };

const source = { transport: 'config partition', revision: 'ab12', persisted: true };
const gone = { code: 'sources/unreachable', summary: 'http://boot/x cannot be fetched', remedy: 'Check cable' };

const cases: readonly (readonly [string, Partial<Readings>, readonly string[]])[] = [
  ['nothing wrong', {}, []],
  ['failed writes', { zram: live({ ...zram, failedWrites: 1 }, 0) }, ['root/untrusted']],
  ['ext4 errors', { root: live({ ...root, errors: 2 }, 0) }, ['root/untrusted']],
  ['ext4 errors unknown', { root: live({ ...root, errors: undefined }, 0) }, []],
  [
    'an old reading of failed writes still counts',
    { zram: age(live({ ...zram, failedWrites: 1 }, 0), 'x') },
    ['root/untrusted'],
  ],
  ['read-only without a counted error', { root: live({ ...root, writable: false }, 0) }, ['root/untrusted']],
  [
    'read-only off zram',
    { root: live({ ...root, device: '/dev/vda1', writable: false }, 0), zram: unavailable('not on zram') },
    [],
  ],
  [
    'a critical guard tells it for all',
    {
      root: live({ ...root, free: bytes(0) }, 0),
      guard: live({ ...guard, level: 'critical', why: 'blocks 100 % used' }, 0),
    },
    ['root/critical'],
  ],
  [
    'a guard that acts is no problem',
    { guard: live({ ...guard, level: 'act', why: 'memory limit 91 % used' }, 0) },
    [],
  ],
  ['a silent guard', { guard: live({ ...guard, uptime: 93_600 }, 0) }, ['guard/silent']],
  ['a guard that was busy for a while', { guard: live({ ...guard, uptime: 93_700 }, 0) }, []],
  ['no guard on zram', { guard: unavailable('the guard does not run here') }, ['guard/silent']],
  ['no guard yet, at boot', { guard: unavailable('the guard does not run here'), uptime: live(30, 0) }, []],
  [
    'no guard on another disk',
    { guard: unavailable('the guard does not run here'), root: live({ ...root, device: '/dev/vda1' }, 0) },
    [],
  ],
  ['14 % of blocks free', { root: live({ ...root, size: bytes(100), free: bytes(14) }, 0) }, ['root/low-space']],
  ['15 % of blocks free', { root: live({ ...root, size: bytes(100), free: bytes(15) }, 0) }, []],
  ['14 % of inodes free', { root: live({ ...root, inodesFree: 140 }, 0) }, ['root/low-inodes']],
  ['a filesystem without inodes', { root: live({ ...root, inodes: 0, inodesFree: 0 }, 0) }, []],
  ['80 % of the limit', { zram: live({ ...zram, used: bytes(80), limit: bytes(100) }, 0) }, ['zram/near-limit']],
  ['79 % of the limit', { zram: live({ ...zram, used: bytes(79), limit: bytes(100) }, 0) }, []],
  ['no limit', { zram: live({ ...zram, limit: undefined }, 0) }, []],
  ['the fallback root', { root: live(overlay, 0), ...noZram }, []],
  ['its tmpfs is full', { root: live({ ...overlay, free: bytes(0) }, 0), ...noZram }, ['root/low-space']],
  ['its inodes are used up', { root: live({ ...overlay, inodesFree: 0 }, 0), ...noZram }, ['root/low-inodes']],
  [
    'memory is short beside it',
    { root: live(overlay, 0), ...noZram, memory: live({ total: gib(1), available: mib(102), pressure: 0 }, 0) },
    ['root/low-memory'],
  ],
  [
    'memory is short beside a zram root, which the guard sees to',
    { memory: live({ total: gib(1), available: mib(50), pressure: 0 }, 0) },
    [],
  ],
  ['apply failed', { lastApply: applied('failed', problem) }, ['network/no-carrier']],
  ['apply refused', { lastApply: applied('refused') }, ['apply/refused']],
  ['apply interrupted', { lastApply: applied('interrupted') }, ['apply/interrupted']],
  ['apply running', { lastApply: applied('running') }, []],
  ['never applied', { lastApply: unavailable('nothing was applied since boot') }, []],
  ['no carrier', { links: live([{ ...link, carrier: false }], 0) }, ['network/no-carrier']],
  ['link down', { links: live([{ ...link, carrier: undefined, up: false }], 0) }, ['network/no-carrier']],
  ['link gone', { links: live([], 0) }, ['network/no-link']],
  ['links unknown', { links: pending }, []],
  [
    'clock',
    { time: live({ synchronised: false, source: undefined, offsetMs: undefined }, 0) },
    ['time/not-synchronised'],
  ],
  [
    'service',
    { services: live([{ unit: 'a', state: 'failed', wanted: 'active', healthy: false }], 0) },
    ['services/failed'],
  ],
  ['a healthy cluster', { cluster: live(cluster, 0) }, []],
  ['a degraded one', { cluster: live({ ...cluster, health: 'degraded' }, 0) }, ['cluster/degraded']],
  ['one that waits, and is not mounted yet', { cluster: live(waiting, 0) }, ['cluster/waiting']],
  ['one that is not mounted', { cluster: live({ ...cluster, mount: absent }, 0) }, ['cluster/not-mounted']],
  ['one whose mount hangs', { cluster: live({ ...cluster, mount: hung }, 0) }, ['cluster/mount-hung']],
  [
    'one whose probe knows more, and says so once',
    { cluster: live({ ...cluster, health: 'failed', mount: hung, problems: [brickDown, mountHung] }, 0) },
    ['gluster/brick-down', 'cluster/mount-hung'],
  ],
  [
    'one that has failed is above low space',
    { cluster: live({ ...cluster, health: 'failed' }, 0), root: live({ ...root, free: bytes(0) }, 0) },
    ['cluster/failed', 'root/low-space'],
  ],
  [
    'one that is degraded is below low space',
    { cluster: live({ ...cluster, health: 'degraded' }, 0), root: live({ ...root, free: bytes(0) }, 0) },
    ['root/low-space', 'cluster/degraded'],
  ],
  [
    'an old reading of a degraded cluster',
    { cluster: age(live({ ...cluster, health: 'degraded' }, 0), 'x') },
    ['cluster/degraded'],
  ],
  ['a cluster of which nothing is known', { cluster: unavailable('glusterd does not answer') }, []],
  ['no profile', { profile: unavailable('no profile is in force') }, ['profile/none']],
  ['a second choice', { profile: live({ ...source, missed: [gone] }, 0) }, ['sources/unreachable']],
  [
    'the last good copy',
    { profile: live({ ...source, stale: { keptAtMs: 0 }, missed: [gone] }, 0) },
    ['profile/stale', 'sources/unreachable'],
  ],
];

test.each(cases)('%s', (_, change, codes) => {
  expect(judgeStatus({ ...healthy, ...change }, profile).map(({ code }) => code)).toEqual(codes);
});

test('where its profile comes from instead, and how old that is', () => {
  const told = (profileStatus: Partial<ProfileStatus>): string => {
    const readings = { ...healthy, profile: live({ ...source, ...profileStatus }, 10_000), atMs: 7_384_000 };
    return renderStatus({ ...readings, problems: judgeStatus(readings, profile) });
  };
  expect(told({ missed: [gone] })).toContain('http://boot/x cannot be fetched; in force instead: config\npartition');
  const stale = told({ stale: { keptAtMs: 0 }, missed: [gone] });
  expect(stale).toContain('STALE: kept 02:03:04 ago');
  expect(stale).toContain('no source has a newer one');
  expect(stale).not.toContain('in force instead');
  expect(told({ stale: {} })).toContain('STALE: nobody knows when it was kept');
  expect(told({ stale: { keptAtMs: 8_000_000 } })).toContain('STALE: nobody knows when it was kept');
});

test('a node that found no profile says which source was asked for one, and why that had none', () => {
  const bare = { ...healthy, profile: unavailable('no profile is in force') };
  const note = { version: 1 as const, reason: 'no-profile' as const, problems: [gone, problem], missed: [gone] };
  expect(judgeStatus(bare, undefined, note).map(({ code }) => code)).toEqual(['profile/none', 'sources/unreachable']);
});

test('the root comes first', () => {
  const bad = { ...healthy, time: live({ synchronised: false, source: undefined, offsetMs: undefined }, 0) };
  expect(
    judgeStatus({ ...bad, root: live({ ...root, errors: 1, free: bytes(0) }, 0) }, profile).map(({ code }) => code),
  ).toEqual(['root/untrusted', 'root/low-space', 'time/not-synchronised']);
});

test.each([
  ['by MAC, in any case', { match: { mac: '52:54:00:12:34:57' } }, true],
  ['by MAC that is not there', { match: { mac: '52:54:00:00:00:00' } }, false],
  ['primary', { match: 'primary' as const }, true],
])('a link %s', (_, wanted, found) => {
  const problems = judgeStatus(healthy, { version: 1, role: 'client', network: { links: [wanted] } });
  expect(problems.length === 0).toBe(found);
});

test('bonds and their members are wanted too', () => {
  const bonded: Profile = {
    version: 1,
    role: 'storage',
    network: { bonds: [{ name: 'bond0', members: ['ens3', 'ens4'], mode: '802.3ad' }] },
  };
  expect(judgeStatus(healthy, bonded).map(({ summary }) => summary)).toEqual([
    'Network: bond0 is not there',
    'Network: ens4 is not there',
  ]);
});

const withProblems = (readings: Readings): Status => ({ ...readings, problems: judgeStatus(readings, profile) });

test.each([
  ['active', 'odd.service is inactive (dead), wanted active'],
  [undefined, 'odd.service is inactive (dead)'],
] as const)('a service that is wanted %s', (wanted, summary) => {
  const service = {
    unit: 'odd.service',
    state: 'inactive (dead)',
    healthy: false,
    ...(wanted === undefined ? {} : { wanted }),
  };
  const problems = judgeStatus({ ...healthy, services: live([service], 0) }, profile);
  expect(problems.map((problem) => problem.summary)).toEqual([summary]);
});

describe('health', () => {
  test.each([
    ['healthy', {}, 'healthy'],
    ['a problem', { time: live({ synchronised: false, source: undefined, offsetMs: undefined }, 0) }, 'unhealthy'],
    ['services unknown', { services: unavailable('systemd does not answer') }, 'unknown'],
    ['time stale', { time: age(healthy.time, 'no answer') }, 'unknown'],
    ['zram unknown on a zram root', { zram: unavailable('x') }, 'unknown'],
    ['not on zram', { root: live({ ...root, device: '/dev/vda' }, 0), zram: unavailable('x') }, 'healthy'],
  ] satisfies readonly (readonly [string, Partial<Readings>, string])[])('%s', (_, change, expected) => {
    expect(healthOf(withProblems({ ...healthy, ...change }))).toBe(expected);
  });
});

describe('as text', () => {
  test('80 columns, with what is wrong at the end', () => {
    const text = renderStatus(
      withProblems({
        ...healthy,
        links: live(
          [{ ...link, addresses: ['10.0.0.11/24', 'fd00:20:aaaa:bbbb:cccc::11/64', 'fe80::5054:ff:fe12:3457/64'] }],
          0,
        ),
        services: age(
          live([{ unit: 'a.service', state: 'failed', wanted: 'active', healthy: false }], 4_000),
          'no answer for 9 s',
        ),
      }),
    );
    expect(text).toBe(`node       stor-01, storage
health     NOT HEALTHY
uptime     1 d 02:03:04
load       0.10 0.20 0.30
memory     3 GiB available of 4 GiB, pressure n/a
root       ext4 on /dev/zram0, no errors
           1 GiB of 2 GiB free (50 %)
           900 of 1000 inodes free (90 %)
zram       zstd, disksize 4 GiB, ratio 2.14:1
           900 MiB stored in 420 MiB (compressed 400 MiB, peak 430 MiB)
           limit 1 GiB, 41 % of it used
           10 same-filled pages, 20 incompressible
           failed reads 0, failed writes 0
guard      ok
links      ens3 carrier 1000 Mbit/s mtu 1500 10.0.0.11/24
           fd00:20:aaaa:bbbb:cccc::11/64 fe80::5054:ff:fe12:3457/64
time       synchronised to 10.0.0.1, off by 0.100 ms
services   BAD a.service failed
           STALE by 6 s: no answer for 9 s
profile    config partition, revision ab12
           kept for the next boot
last apply converged, 10 of 10 steps, 1970-01-01T00:00:00Z (a1)

services/failed: a.service is failed, wanted active
 -> See \`journalctl -b -u a.service\` for the cause
`);
  });
  test('the fallback root says why it is none on zram, what takes memory, and what it cannot do', () => {
    const text = renderStatus(withProblems({ ...healthy, root: live({ ...overlay, free: bytes(0) }, 0), ...noZram }));
    expect(text).toContain(`root       squashfs with an overlay, in memory: asked for
           121 MiB shipped and 2 GiB written take memory
           here what is written is not compressed; deleting shipped files frees
           nothing; no trim, compact, limit, recompress; no guard
           overlay on squashfs, errors n/a
           0 B of 2 GiB free (0 %)`);
    expect(text).toContain('`mount -o remount,size=SIZE /run/mayfly/root/writes`');
  });
  test('unknown is n/a with its reason', () => {
    const text = renderStatus(
      withProblems({ ...healthy, time: unavailable('neither chrony nor systemd tells'), load: pending }),
    );
    expect(text).toContain('time       n/a (neither chrony nor systemd tells)');
    expect(text).toContain('load       n/a (not read yet)');
    expect(text).toContain('health     unknown');
  });
  test.each([
    [0, '00:00:00'],
    [3_661.9, '01:01:01'],
    [86_400 * 3, '3 d 00:00:00'],
  ])('%d s', (seconds, expected) => expect(renderDuration(seconds)).toBe(expected));
});

describe('rates', () => {
  const at = (atMs: number, received: number, sent: number) => ({
    atMs,
    links: [{ ...link, received: bytes(received), sent: bytes(sent) }],
  });
  test.each([
    ['over two seconds', at(0, 0, 0), at(2_000, 4_000, 1_000), { received: 2_000, sent: 500 }],
    ['counters that went back', at(0, 9, 0), at(1_000, 1, 0), undefined],
    ['no time passed', at(5, 0, 0), at(5, 9, 9), undefined],
    ['a link that is new', { atMs: 0, links: [] }, at(1_000, 1, 1), undefined],
  ])('%s', (_, before, after, expected) => expect(linkRates(before, after).get('ens3')).toEqual(expected));
});

test('an invalid profile is told with everything that is wrong with it', () => {
  const none = { ...healthy, profile: unavailable('no profile is in force') };
  const wrong = {
    code: 'profile/value',
    summary: 'mtu 12 is too small',
    remedy: 'write 1500',
    path: 'network.links[0].mtu',
  };
  const problems = judgeStatus(none, undefined, {
    version: 1,
    reason: 'invalid-profile',
    transport: 'the config partition',
    problems: [wrong],
  });
  expect(problems.slice(-2)).toEqual([
    expect.objectContaining({ code: 'profile/invalid', summary: expect.stringContaining('the config partition') }),
    wrong,
  ]);
});

test.each([
  ['no cluster in the profile', unavailable(noCluster), 'healthy'],
  ['a cluster that is read', live(cluster, 10_000), 'healthy'],
  ['a cluster that nobody can read', unavailable('glusterd does not answer'), 'unknown'],
  ['a cluster that was read once', age(live(cluster, 0), 'no answer for 55 s'), 'unknown'],
  ['a cluster that is not read yet', pending, 'unknown'],
])('%s: %s', (_, reading, health) => {
  expect(healthOf({ ...healthy, cluster: reading, problems: [] })).toBe(health);
});

test('the report names the cluster, its rows and its mount, and nothing where there is none', () => {
  const text = renderStatus({ ...healthy, cluster: live({ ...cluster, mount: hung }, 10_000), problems: [] });
  expect(text).toContain('cluster    GlusterFS tank: healthy, 3 of 3 bricks up\n');
  expect(text).toContain('           Peers      2 of 2 connected\n');
  expect(text).toContain('           Mount      /srv/tank HUNG for 42 s\n');
  expect(renderStatus({ ...healthy, problems: [] })).not.toContain('cluster');
});
