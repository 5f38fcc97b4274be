// A small storage node as data: what its probes would have read, healthy, degraded and unknown.
import { bytes, gib, kib, mib } from '../../src/state/bytes.ts';
import { change } from '../../src/state/change.ts';
import { type ClusterStatus, noCluster } from '../../src/state/cluster-status.ts';
import type { Facts, LinkFact } from '../../src/state/facts.ts';
import type { GlusterHealth } from '../../src/state/gluster-health.ts';
import { glusterStatus } from '../../src/state/gluster-status.ts';
import type { JoinBundle } from '../../src/state/join-bundle.ts';
import { clusterMark } from '../../src/state/join-cluster.ts';
import { joinPort, renderJoinCode } from '../../src/state/join-code.ts';
import type { JournalEvent } from '../../src/state/journal-event.ts';
import { judgeStatus } from '../../src/state/judge-status.ts';
import type { NetworkTrial } from '../../src/state/network-trial.ts';
import type { Plan, PlannedStep } from '../../src/state/plan.ts';
import type { Problem } from '../../src/state/problem.ts';
import type { Profile } from '../../src/state/profile.ts';
import type { ClusterOf } from '../../src/state/profile-cluster.ts';
import { age, live, pending, type Reading, unavailable } from '../../src/state/reading.ts';
import { profileDigest } from '../../src/state/render-profile.ts';
import type { Status } from '../../src/state/status.ts';
import type { OperationName } from '../../src/state/zram-operation.ts';
import type { Forecast } from '../../src/state/zram-overlay.ts';
import { recordedGluster } from '../helpers/gluster-answers.ts';

export const bootMs = Date.UTC(2026, 10, 22, 8, 0, 0);
export const sshKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK7/8Yuu5RgswAOnRed/tKH+Mq60EC4wr77ODhj1Vv3c operator@desk';
export const madeSecret = 'bWFkZSBoZXJlIGZvciBhIG5ldyBjbHVzdGVyIGFueXc=';
export const passwordHash = '$y$j9T$kkFNmGaCXdnIxWDi8iCc61$y1r4B7SDPo.hgmPpUdOXHsKtzbGIhgLgZQhcNHmfCU8';

const link = (name: string, last: string, more: Partial<LinkFact>): LinkFact => ({
  name,
  kind: 'ethernet',
  mac: `52:54:00:12:34:${last}`,
  carrier: true,
  up: true,
  speedMbps: 10_000,
  driver: 'virtio_net',
  model: '1af4:1041',
  mtu: 1500,
  addresses: [],
  received: mib(12),
  sent: mib(3),
  ...more,
});

const ens3 = link('ens3', '56', { addresses: ['10.0.2.15/24', 'fe80::5054:ff:fe12:3456/64'] });
const ens4 = link('ens4', '57', { carrier: false, speedMbps: undefined });
const loopback = link('lo', '00', { kind: 'loopback', mac: undefined, addresses: ['127.0.0.1/8'] });

const absent = (why: string) => ({ available: false, why }) as const;

export const bareFacts: Facts = {
  hostname: 'mayfly',
  machineId: '6f0c1d5f6d0a4c2c8a3b0e0c6a1d2b3c',
  uuid: '4c4c4544-0042-3510-8053-b7c04f564433',
  serial: 'SRV-0042',
  vendor: 'QEMU',
  model: 'Standard PC (Q35 + ICH9, 2009)',
  cpuModel: 'QEMU Virtual CPU version 2.5+',
  cpus: 2,
  memory: gib(2),
  kernel: '6.12.48+deb13-amd64',
  links: [loopback, ens3, ens4],
  disks: [
    {
      name: 'vdb',
      path: '/dev/vdb',
      size: gib(10),
      serial: 'VBOX-77',
      model: undefined,
      rotational: false,
      contents: [],
      mountedAt: [],
    },
  ],
  timezones: [
    'Africa/Abidjan',
    'America/New_York',
    'Asia/Tokyo',
    'Etc/UTC',
    'Europe/Berlin',
    'Europe/Bern',
    'Europe/Dublin',
  ],
  keyboard: {
    layouts: ['cz', 'de', 'de-nodeadkeys', 'dk', 'fr', 'fr-bepo', 'gb', 'uk', 'us', 'us-dvorak'],
    inUse: 'us',
  },
  filesystems: {
    ceph: absent('no Ceph packages in this image'),
    gluster: { available: true },
    beegfs: { ...absent('no BeeGFS packages in this image'), addable: true },
    lustre: { ...absent('kernel 6.12 has no Lustre modules'), addable: true },
  },
  root: {
    device: '/dev/zram0',
    filesystem: 'ext4',
    kind: 'zram',
    image: {
      version: '0.1.0',
      source: 'LABEL=MAYFLYIMG',
      uncompressed: mib(262),
      inodes: 12_345,
      zramBytes: { zstd: mib(132) },
    },
    algorithms: ['zstd', 'lz4', 'lz4hc', 'deflate'],
  },
  configPartition: { kind: 'found', device: '/dev/vdc', mountpoint: '/config', readOnly: true },
  unread: [],
};

/** Six adapters of four ports; every third port has a cable. */
const manyLinks = Array.from({ length: 24 }, (_, index) =>
  link(`enp${65 + Math.floor(index / 4)}s0f${index % 4}np${index % 4}`, (0x60 + index).toString(16), {
    driver: index < 16 ? 'mlx5_core' : 'ixgbe',
    carrier: index % 3 === 0,
    speedMbps: index % 3 === 0 ? 25_000 : undefined,
    addresses: index === 18 ? ['10.40.0.18/24'] : [],
  }),
);

/** A storage server with 24 ports, and all the time zones that the tz database has. */
export const manyFacts: Facts = {
  ...bareFacts,
  links: [loopback, ...manyLinks],
  timezones: Array.from({ length: 600 }, (_, index) => `Area${Math.floor(index / 60)}/City_${index}`),
};

/** Two ports of one adapter, with names as long as names can be, that differ in their last character. */
export const longNames = ['0', '1'].map((last) =>
  link(`enP2p65s0f1np1${last}`, `7${last}`, { speedMbps: 100_000, addresses: last === '0' ? ['10.0.2.15/24'] : [] }),
);

const disk = (
  name: string,
  serial: string | undefined,
  more: Partial<Facts['disks'][number]>,
): Facts['disks'][number] => ({
  name,
  path: `/dev/${name}`,
  size: gib(3726),
  serial,
  model: 'ST4000NM000A-2HZ100',
  rotational: true,
  contents: [],
  mountedAt: [],
  ...more,
});

/** A server with disks of every kind: empty, with somebody's data, with this node's configuration, and one that no profile can name. */
export const diskFacts: Facts = {
  ...bareFacts,
  memory: gib(64),
  filesystems: { ...bareFacts.filesystems, ceph: { available: true } },
  disks: [
    disk('sda', 'ZL2A0001', {}),
    disk('sdb', 'ZL2A0002', {}),
    disk('sdc', 'ZL2A0003', { contents: ['GPT with 2 partitions', 'ext4 label data', 'swap'] }),
    disk('nvme0n1', 'S4EMNX0R500123', { size: gib(447), model: 'SAMSUNG MZ1LB480', rotational: false }),
    disk('sdd', undefined, { size: gib(1), model: 'USB DISK' }),
  ],
};

export const gluster: ClusterOf<'gluster'> = {
  filesystem: 'gluster',
  volume: { name: 'tank', type: 'replicate', replica: 3 },
  peers: ['stor-01', 'stor-02', 'stor-03'],
  bricks: [{ device: { serial: 'ZL2A0001' }, path: '/bricks/b1' }],
  mount: '/srv/tank',
};

const cephSecret = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
export const ceph: ClusterOf<'ceph'> = {
  filesystem: 'ceph',
  secret: cephSecret,
  monitors: ['stor-01', 'stor-02', 'stor-03'],
  publicNetwork: '10.0.2.0/24',
  state: { device: { serial: 'S4EMNX0R500123' } },
  osds: [{ device: { serial: 'ZL2A0001' } }, { device: { serial: 'ZL2A0002' } }],
  mds: true,
  mount: '/srv/cephfs',
};

export const cephClient: ClusterOf<'ceph'> = {
  filesystem: 'ceph',
  monitors: ['stor-01', 'stor-02', 'stor-03'],
  key: 'AQBoJ1NoAAAAABAAMDEyMzQ1Njc4OWFiY2RlZg==',
  mount: '/srv/cephfs',
};

/** As `mayfly join offer` shows it on stor-01. */
export const joinCode = renderJoinCode({
  address: '10.0.2.11',
  port: joinPort,
  cluster: clusterMark(gluster),
  endsAt: 14 * 60 + 35,
  fingerprint: '0123456789abcdef0123',
  secret: '0123ABCD',
});

/** What its member gives to a server that joins. */
export const joinBundle: JoinBundle = {
  kind: 'server',
  from: { hostname: 'stor-01', address: '10.0.2.11' },
  you: { hostname: 'stor-04', address: '10.0.2.15' },
  cluster: {
    filesystem: 'gluster',
    volume: { name: 'tank', type: 'replicate', replica: 3 },
    peers: ['stor-01', 'stor-02', 'stor-03', 'stor-04'],
    mount: '/srv/tank',
  },
  hosts: [
    { name: 'stor-01', address: '10.0.2.11' },
    { name: 'stor-02', address: '10.0.2.12' },
    { name: 'stor-03', address: '10.0.2.13' },
    { name: 'stor-04', address: '10.0.2.15' },
  ],
};

/** Recorded with real daemons, under the names of this rack. */
const recorded = recordedGluster((xml) =>
  xml
    .replaceAll(/\bg([123])\b/g, 'stor-0$1')
    .replaceAll('vol3', 'tank')
    .replaceAll('/data/b1/brick', '/bricks/b1/brick'),
);

const statusOf = (health: GlusterHealth): ClusterStatus => ({
  ...glusterStatus(gluster, health),
  mount: { kind: 'answers', path: '/srv/tank', milliseconds: 4 },
});

const tank = statusOf(recorded.whole);

const quorumLost: Problem = {
  code: 'ceph/no-quorum',
  summary: 'Monitors stor-02 and stor-03 are gone: 1 of 3 is no majority, and nothing is served',
  remedy: 'Bring one of them back; no data is lost meanwhile',
};

/** A cluster in each of its states. */
export const clusters = {
  healthy: tank,
  degraded: statusOf(recorded.down),
  waiting: {
    ...statusOf({
      ...recorded.whole,
      peers: recorded.peersAre('not in the pool', 'not in the pool').map((peer) => ({ ...peer, peer: undefined })),
      volume: undefined,
    }),
    mount: { kind: 'absent', path: '/srv/tank' },
  },
  failed: {
    filesystem: 'ceph',
    name: 'cephfs',
    health: 'failed',
    summary: quorumLost.summary,
    rows: [
      { label: 'Monitors', text: '1 of 3, NO QUORUM', tone: 'bad' },
      { label: 'OSDs', text: 'not known without a quorum', tone: 'plain' },
    ],
    mount: { kind: 'hung', path: '/srv/cephfs', seconds: 252 },
    problems: [quorumLost],
  },
  hung: { ...tank, mount: { kind: 'hung', path: '/srv/tank', seconds: 42 } },
} satisfies Readonly<Record<string, ClusterStatus>>;

/** A healthy node, but for its cluster; its problems are judged as on a node. */
export const clusterAt =
  (reading: (atMs: number) => Reading<ClusterStatus>) =>
  (atMs: number): Status => {
    const status = { ...healthyAt(atMs), cluster: reading(atMs) };
    return { ...status, problems: judgeStatus(status, { ...profile, cluster: gluster }) };
  };

export const noPartition: Facts = { ...bareFacts, configPartition: { kind: 'none' } };

export const profile: Profile = {
  version: 1,
  role: 'storage',
  node: { hostname: 'stor-01', timezone: 'Europe/Berlin', ntp: ['10.0.0.1'] },
  network: {
    links: [{ match: { name: 'ens3' }, addresses: ['10.0.2.15/24'] }],
    routes: [{ to: 'default', via: '10.0.2.2' }],
    dns: { servers: ['10.0.2.3'] },
  },
  cluster: { filesystem: 'none' },
  access: { rootPasswordHash: passwordHash, sshKeys: [sshKey] },
};

const uptime = 11_532;

export const healthyAt = (atMs: number): Status => {
  const now = <T>(value: T): Reading<T> => live(value, atMs);
  const seconds = Math.round((atMs - bootMs) / 1000);
  return {
    version: 1,
    atMs,
    hostname: 'stor-01',
    role: 'storage',
    uptime: now(uptime + seconds),
    load: now([0.12, 0.1, 0.05]),
    memory: now({ total: gib(2), available: mib(1387), pressure: 0.3 }),
    zram: now({
      device: '/dev/zram0',
      algorithm: 'zstd',
      dictionary: { bytes: mib(1), level: 6 },
      disksize: gib(2),
      original: mib(301.4),
      compressed: mib(128.2),
      used: mib(139.7),
      usedMax: mib(141),
      limit: gib(1),
      samePages: 812,
      hugePages: 3021,
      failedReads: 0,
      failedWrites: 0,
    }),
    root: now({
      kind: 'zram',
      device: '/dev/zram0',
      filesystem: 'ext4',
      size: mib(1301),
      free: mib(972),
      inodes: 166_528,
      inodesFree: 154_101,
      errors: 0,
      lastError: undefined,
      writable: true,
    }),
    guard: now({
      uptime: uptime + seconds,
      level: 'ok',
      why: '',
      heldBack: bytes(0),
      last: {
        atMs: atMs - 3_600_000,
        level: 'act',
        why: 'memory limit 91 % used',
        did: ['trimmed'],
        freed: mib(245),
        limit: gib(1),
      },
    }),
    links: now([
      { ...ens3, received: mib(12 + seconds * 0.4), sent: kib(3000 + seconds * 21) },
      { ...ens4, carrier: false },
    ]),
    time: now({ synchronised: true, source: '10.0.0.1', offsetMs: 0.31 }),
    services: now([
      { unit: 'ssh.service', state: 'active', wanted: 'active', healthy: true },
      { unit: 'systemd-networkd.service', state: 'active', wanted: 'active', healthy: true },
      { unit: 'systemd-resolved.service', state: 'active', wanted: 'active', healthy: true },
      { unit: 'chrony.service', state: 'active', wanted: 'active', healthy: true },
    ]),
    cluster: unavailable(noCluster),
    profile: now({ transport: 'config partition', revision: '3f2a9c0d11e2', persisted: true }),
    lastApply: now({
      apply: 'a1',
      outcome: 'converged',
      atMs: atMs - 720_000,
      done: 11,
      total: 11,
      problem: undefined,
    }),
    network: now({ kind: 'none' }),
    problems: [],
  };
};

export const degradedAt = (atMs: number): Status => {
  const healthy = healthyAt(atMs);
  const links = healthy.links.kind === 'live' ? healthy.links.value : [];
  return {
    ...healthy,
    zram:
      healthy.zram.kind === 'live'
        ? live({ ...healthy.zram.value, used: mib(905), failedWrites: 3 }, atMs)
        : healthy.zram,
    root:
      healthy.root.kind === 'live'
        ? live({ ...healthy.root.value, free: mib(48), inodesFree: 9_000, errors: 2 }, atMs)
        : healthy.root,
    memory: live({ total: gib(2), available: mib(211), pressure: 23.4 }, atMs),
    guard: live(
      { uptime: 11_532, level: 'critical', why: 'writes were lost', heldBack: mib(412), last: undefined },
      atMs,
    ),
    links: live(
      links.map((each) => (each.name === 'ens3' ? { ...each, carrier: false, addresses: [] } : each)),
      atMs,
    ),
    time: age(live({ synchronised: true, source: '10.0.0.1', offsetMs: 0.4 }, atMs - 95_000), 'chrony does not answer'),
    services: live(
      [
        { unit: 'ssh.service', state: 'active', wanted: 'active', healthy: true },
        { unit: 'chrony.service', state: 'failed', wanted: 'active', healthy: false },
      ],
      atMs,
    ),
    profile: live({ transport: 'applied by hand', revision: undefined, persisted: false }, atMs),
    lastApply: live(
      { apply: 'a1', outcome: 'failed', atMs: atMs - 60_000, done: 4, total: 11, problem: undefined },
      atMs,
    ),
    problems: [
      {
        code: 'root/untrusted',
        summary:
          'The root filesystem cannot be trusted: 3 failed writes on /dev/zram0 (memory limit reached), 2 ext4 errors',
        remedy: 'Save what matters elsewhere, then restart: that makes the root anew; the cause: `journalctl -kg zram`',
      },
      {
        code: 'network/no-carrier',
        summary: 'Network: ens3 has no carrier',
        remedy: 'Check the cable and the switch port',
      },
    ],
  };
};

/** A machine that is too small for a zram root, and fell back. */
const tooSmall =
  'a zram root is 65 MiB short: RAM 959 MiB, image 508 MiB (178 MiB compressed), kernel and services 519 MiB';

export const overlayAt = (atMs: number): Status => {
  const healthy = healthyAt(atMs);
  return {
    ...healthy,
    memory: live({ total: mib(959), available: mib(412), pressure: 0.3 }, atMs),
    zram: unavailable('the root filesystem is not on zram'),
    guard: unavailable('the guard does not run here'),
    root: live(
      {
        kind: 'overlay',
        overlay: { squashfs: mib(121), why: tooSmall },
        device: 'none',
        filesystem: 'overlay',
        size: mib(306),
        free: mib(287),
        inodes: 19_584,
        inodesFree: 18_911,
        errors: undefined,
        lastError: undefined,
        writable: true,
      },
      atMs,
    ),
  };
};

export const overlayFacts: Facts = {
  ...bareFacts,
  memory: mib(959),
  root: {
    device: undefined,
    filesystem: 'overlay',
    kind: 'overlay',
    why: tooSmall,
    image: {
      version: '0.1.0',
      source: 'LABEL=MAYFLYIMG',
      uncompressed: mib(508),
      inodes: 12_345,
      zramBytes: { zstd: mib(178) },
      squashfs: mib(121),
    },
    algorithms: ['zstd', 'lz4'],
  },
};

export const unknownAt = (atMs: number): Status => ({
  ...healthyAt(atMs),
  hostname: 'unknown',
  role: undefined,
  uptime: pending,
  load: unavailable('no /proc/loadavg'),
  memory: unavailable('no /proc/meminfo'),
  zram: unavailable('the root filesystem is not on zram'),
  root: unavailable('the kernel does not say'),
  guard: unavailable('the guard does not run here'),
  links: unavailable('`ip address` does not answer'),
  time: unavailable('neither chrony nor systemd tells'),
  services: unavailable('systemd does not answer'),
  profile: unavailable('no profile is in force'),
  lastApply: unavailable('nothing was applied since boot'),
  problems: [],
});

const step = (id: PlannedStep['id'], title: string, verdict: PlannedStep['verdict']): PlannedStep => ({
  id,
  title,
  verdict,
});
const right = { kind: 'converged' } as const;

export const planFor = (wanted: Profile): Plan => ({
  version: 1,
  profileDigest: profileDigest(wanted),
  steps: [
    step('identity', 'Set hostname and hosts file', {
      kind: 'drifted',
      changes: [
        change('update', 'hostname', 'mayfly', wanted.node?.hostname ?? ''),
        change('create', '/etc/hosts', undefined, `127.0.1.1 ${wanted.node?.hostname ?? ''}`),
      ],
    }),
    step('access', 'Set root password and SSH keys', {
      kind: 'drifted',
      changes: [
        change('create', 'root password', undefined, 'set'),
        change('create', 'SSH key', undefined, 'SHA256:6Zk…operator@desk'),
      ],
    }),
    step('network', 'Set up the network', {
      kind: 'drifted',
      changes: [
        change('update', 'link ens3 addressing', 'DHCP', '10.0.2.15/24'),
        change('create', 'default route', undefined, 'via 10.0.2.2'),
      ],
    }),
    step('time', 'Set time zone and time servers', {
      kind: 'drifted',
      changes: [change('update', 'time zone', 'Etc/UTC', wanted.node?.timezone ?? 'Etc/UTC')],
    }),
    step('logs', 'Forward logs', right),
    step('storage', 'Prepare storage devices', right),
    step('cluster', 'Join the cluster filesystem', right),
    step('zram', 'Set zram limit and growth', right),
    step('packages', 'Run config packages', right),
    step('services', 'Start services', right),
    step('keyboard', 'Set the layout of the keyboard', right),
  ],
});

/** Two disks become bricks; one of them holds somebody's data. */
export const destroyingPlan = (wanted: Profile): Plan => {
  const plan = planFor(wanted);
  const made = 'xfs of 3.64 TiB, brick at';
  return {
    ...plan,
    steps: plan.steps.map((each) =>
      each.id === 'storage'
        ? step('storage', each.title, {
            kind: 'drifted',
            changes: [
              change('create', 'disk ZL2A0001', undefined, `${made} /bricks/b1`),
              {
                ...change(
                  'create',
                  'disk ZL2A0003',
                  'GPT with 2 partitions, ext4 label data, swap',
                  `${made} /bricks/b2`,
                ),
                destroysData: true,
              },
            ],
          })
        : each,
    ),
  };
};

export const blockedPlan = (wanted: Profile): Plan => {
  const plan = planFor(wanted);
  return {
    ...plan,
    steps: plan.steps.map((each) =>
      each.id === 'cluster'
        ? step('cluster', each.title, {
            kind: 'blocked',
            problem: {
              code: 'cluster/not-in-version',
              summary: 'This version cannot set up gluster',
              remedy: 'Choose none, or set it up by hand',
            },
          })
        : each,
    ),
  };
};

/** The journal of an apply: its plan, and the steps up to and without `until`; all of them when absent. */
export const journalOf = (plan: Plan, apply: string, until?: PlannedStep['id']): readonly JournalEvent[] => {
  const at = (second: number) => ({ atMs: bootMs + second * 1000, apply });
  const stop = until === undefined ? plan.steps.length : plan.steps.findIndex(({ id }) => id === until);
  const done = plan.steps.slice(0, stop).flatMap(({ id, verdict }, index): readonly JournalEvent[] => [
    { event: 'started', ...at(index), step: id },
    { event: 'converged', ...at(index + 1), step: id, changed: verdict.kind === 'drifted' },
  ]);
  const finished: readonly JournalEvent[] =
    until === undefined
      ? [{ event: 'finished', ...at(stop), outcome: 'converged' }]
      : [{ event: 'started', ...at(stop), step: until }];
  return [{ event: 'plan', ...at(0), plan }, ...done, ...finished];
};

export const failedJournal = (plan: Plan, apply: string): readonly JournalEvent[] => {
  const problem = {
    code: 'network/no-carrier',
    summary: 'ens3 has no carrier',
    remedy: 'Plug in the cable of ens3, then retry',
  };
  const at = { atMs: bootMs + 5000, apply };
  return [
    ...journalOf(plan, apply, 'network'),
    { event: 'output', ...at, step: 'network', text: 'waiting for a carrier on ens3' },
    { event: 'failed', ...at, step: 'network', problem },
    { event: 'finished', ...at, outcome: 'failed', problem },
  ];
};

const silent: Problem = {
  code: 'network/gateway-silent',
  summary: 'gateway 10.0.2.2 does not answer on ens3',
  remedy: 'Check the address of the gateway, the VLAN and the cable',
};
const unconfirmed: Problem = {
  code: 'network/not-confirmed',
  summary: 'nobody confirmed the new network settings within 90 s',
  remedy: 'Apply again and run `mayfly network confirm`, or press the key that the console shows',
};

/** On trial since boot, 90 s long: all of the evidence holds, or the gateway is silent. */
export const provisional = (gateway: 'answers' | 'silent' = 'answers'): NetworkTrial => ({
  kind: 'provisional',
  untilUptime: uptime + 90,
  settings: ['ens3: 10.0.2.15/24, default via 10.0.2.2'],
  evidence: [
    { what: 'ens3 has carrier' },
    { what: 'ens3 has 10.0.2.15/24' },
    { what: 'ens3 has the route to default' },
    gateway === 'answers'
      ? { what: 'gateway 10.0.2.2 answers' }
      : { what: 'gateway 10.0.2.2 answers', missing: silent },
  ],
});

export const returned = (state: 'returning' | 'checked' | 'unchecked', why: Problem = unconfirmed): NetworkTrial => ({
  kind: 'returned',
  atMs: bootMs + 6000,
  why,
  state,
  ...(state === 'unchecked'
    ? {
        problem: {
          code: 'network/not-returned',
          summary: 'the DHCP lease of ens3 did not come back',
          remedy: 'From the console: `networkctl status`, then correct the network in the profile and apply again',
        },
      }
    : {}),
});

/** A healthy node, but for its network change. */
export const onTrialAt =
  (trial: NetworkTrial) =>
  (atMs: number): Status => ({
    ...healthyAt(atMs),
    network: live(trial, atMs),
    lastApply: live({ apply: 'a1', outcome: 'running', atMs, done: 2, total: 11, problem: undefined }, atMs),
  });

/** The journal of an apply whose network step was taken back because nobody confirmed it. */
export const unconfirmedJournal = (plan: Plan, apply: string): readonly JournalEvent[] => {
  const at = { atMs: bootMs + 5000, apply };
  return [
    ...journalOf(plan, apply, 'network'),
    { event: 'failed', ...at, step: 'network', problem: { ...unconfirmed } },
    { event: 'undone', ...at, step: 'network' },
    { event: 'finished', ...at, outcome: 'failed', problem: { ...unconfirmed } },
  ];
};

/** Where the kernel cannot recompress. */
export const zramForecasts: Readonly<Record<OperationName, Forecast>> = {
  trim: { possible: true, words: 'Deleted files still hold about 245 MiB, which takes 120 MiB of RAM' },
  compact: { possible: true, words: 'Packs compressed pages closer: at most 12 MiB of 400 MiB' },
  grow: {
    possible: true,
    words: 'Growing the root filesystem from 1.27 GiB to 2 GiB, memory limit raised to 2.12 GiB first',
  },
  limit: { possible: true, words: 'Memory limit 1.37 GiB; 400 MiB used' },
  recompress: {
    possible: false,
    words:
      'This kernel cannot recompress: it was built without CONFIG_ZRAM_MULTI_COMP. Choose a stronger algorithm for the next boot: zram.root.algorithm in the profile',
  },
};
