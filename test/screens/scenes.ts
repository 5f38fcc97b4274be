// The screens of the console as an operator reaches them: what every test of all screens goes through.
import { bytes } from '../../src/state/bytes.ts';
import type { Problem } from '../../src/state/problem.ts';
import { age, live, unavailable } from '../../src/state/reading.ts';
import type { ZramStatus } from '../../src/state/status.ts';
import type { Console } from './console-driver.tsx';
import { applyAsAsked, bareNode, type NodeData } from './fixture-effects.ts';
import {
  bareFacts,
  blockedPlan,
  bootMs,
  cephClient,
  clusterAt,
  clusters,
  degradedAt,
  destroyingPlan,
  diskFacts,
  failedJournal,
  gluster,
  healthyAt,
  joinCode,
  journalOf,
  longNames,
  manyFacts,
  noPartition,
  onTrialAt,
  overlayAt,
  overlayFacts,
  planFor,
  profile,
  provisional,
  returned,
  sshKey,
  unconfirmedJournal,
  unknownAt,
} from './node-data.ts';

export const inForce = (statusAt: NodeData['statusAt'] = healthyAt): Partial<NodeData> => ({
  inForce: profile,
  statusAt,
  // The apply that a healthy node names is the one in its journal; of the others' the journal is gone.
  journal: journalOf(planFor(profile), statusAt === healthyAt ? 'a1' : 'a0'),
});

const takenBack: Problem = {
  code: 'apply/taken-back',
  summary: 'the apply was taken back: Network, Identity; what has no way back stays: Access',
  remedy: 'Correct the profile and apply it, or apply again',
};

/** A member of a cluster whose profile is kept nowhere, with disks of every kind. */
const unkept: Partial<NodeData> = {
  ...inForce(),
  inForce: { ...profile, cluster: gluster },
  facts: { ...diskFacts, configPartition: { kind: 'none' } },
};

const openPrepare = async (console: Console): Promise<void> => {
  await console.waitFor('Uptime');
  await console.press('f3');
  await console.waitFor('A config partition keeps');
};

const wizardTo = async (
  console: Console,
  screen: 'role' | 'network' | 'cluster' | 'zram' | 'access' | 'review',
): Promise<void> => {
  await console.press('enter');
  if (screen === 'role') return console.waitFor('What is this node for?');
  await console.press('enter');
  await console.waitFor('Hostname');
  if (screen === 'network') return;
  await console.type('stor-01');
  await console.press('pagedown');
  await console.waitFor('Which cluster');
  if (screen === 'cluster') return;
  await console.press('pagedown');
  await console.waitFor('Algorithm');
  if (screen === 'zram') return;
  await console.press('pagedown');
  await console.waitFor('Root password');
  if (screen === 'access') return;
  await console.press('pagedown');
  await console.waitFor('changes in');
};

/** To the form of a filesystem, over the list of them. */
const toCluster = async (console: Console, label: string): Promise<void> => {
  await wizardTo(console, 'cluster');
  const at = ['none', 'Ceph', 'GlusterFS', 'BeeGFS', 'Lustre'].indexOf(label);
  for (let row = 0; row < at; row += 1) await console.press('down');
  await console.press('enter');
  await console.waitFor(`${label} (3 of 6)`);
};

/** To the question for a join code, on a node that has a name. */
const toJoin = async (console: Console): Promise<void> => {
  await console.press('enter', 'enter');
  await console.waitFor('Hostname');
  await console.type('stor-04');
  await console.press('pagedown');
  await console.waitFor('Which cluster');
  await console.press('f9');
  await console.waitFor('mayfly join offer');
};

/** A member of a cluster, with its dashboard. */
const memberNode: Partial<NodeData> = { ...inForce(), inForce: { ...profile, cluster: gluster } };

const openOffer = async (console: Console): Promise<void> => {
  await console.waitFor('Uptime');
  await console.press('f11');
  await console.waitFor('What is it to be?');
};

const noOffer: Problem = {
  code: 'join/no-offer',
  summary:
    'nothing listens at 10.0.2.11 port 26333: the code was good until 14:35 UTC at the latest, and it may be used up, closed after wrong tries, or withdrawn',
  remedy: 'Look at the offering node what became of it, and have a new code made there: `mayfly join offer`',
};

const possible = { available: true } as const;
const everyFilesystem: NodeData['facts'] = {
  ...diskFacts,
  filesystems: { ceph: possible, gluster: possible, beegfs: possible, lustre: possible },
};

export const manyNode: Partial<NodeData> = {
  facts: manyFacts,
  statusAt: (atMs) => ({ ...bareNode.statusAt(atMs), links: live(manyFacts.links, atMs) }),
};

const longNode: Partial<NodeData> = {
  facts: { ...bareFacts, links: longNames },
  statusAt: (atMs) => ({ ...healthyAt(atMs), links: live(longNames, atMs) }),
};

const openOperations = async (console: Console): Promise<void> => {
  await console.waitFor('ratio');
  await console.press('f9');
  await console.waitFor('Deleted files');
};

type Scene = {
  readonly data?: Partial<NodeData>;
  readonly rehearsal?: boolean;
  readonly show: (console: Console) => Promise<void>;
};

/** In the middle of an apply, where the network waits for a word. */
const provisionalNode = (): Partial<NodeData> => ({
  journal: journalOf(planFor(profile), 'a1', 'network'),
  applyRuns: true,
});

/** A minute of readings, in which what the root takes goes up and down. */
const dashboard = (statusAt: NodeData['statusAt']): Scene => ({
  data: inForce(statusAt),
  show: async (console) => {
    await console.waitFor('Last apply');
    for (let second = 2; second < 60; second += 1) {
      const status = statusAt(bootMs + second * 1000);
      const used = (zram: ZramStatus) => bytes(Math.round(zram.used * (1 + Math.sin(second / 9) / 20)));
      const zram =
        status.zram.kind === 'live'
          ? live({ ...status.zram.value, used: used(status.zram.value) }, status.atMs)
          : status.zram;
      console.loop.send({ type: 'status', status: { ...status, zram } });
    }
  },
});

/** Every screen of the console, by the name of its frame, and how somebody gets there. */
export const scenes: Readonly<Record<string, Scene>> = {
  welcome: { show: (console) => console.waitFor('Press Enter') },
  'starting-unreadable': {
    data: { unreadable: 'EIO: i/o error, read /run/mayfly/journal.jsonl' },
    show: (console) => console.waitFor('cannot be read'),
  },
  'welcome-rehearsal': { rehearsal: true, show: (console) => console.waitFor('Press Enter') },
  role: { show: (console) => wizardTo(console, 'role') },
  network: { show: (console) => wizardTo(console, 'network') },
  'network-static': {
    show: async (console) => {
      await wizardTo(console, 'network');
      await console.type('stor-01');
      await console.press('tab', 'tab', 'right', 'tab');
      await console.type('10.0.2.15/24');
      await console.press('tab', 'tab', 'tab');
      await console.type('10.0.9.300');
      await console.press('tab');
    },
  },
  'network-24-ports': {
    data: manyNode,
    show: async (console) => {
      await wizardTo(console, 'network');
      for (let field = 0; field < 16; field += 1) await console.press('tab');
      await console.waitFor('port 14 of 24');
    },
  },
  'network-long-names': {
    data: longNode,
    show: async (console) => {
      await wizardTo(console, 'network');
      await console.press('tab', 'tab');
      await console.waitFor('100 Gb/s');
    },
  },
  'find-port': {
    data: manyNode,
    show: async (console) => {
      await wizardTo(console, 'network');
      await console.press('f9');
      await console.type('mlx5 up');
      await console.press('down');
      await console.waitFor('2 of 6');
    },
  },
  cluster: { show: (console) => wizardTo(console, 'cluster') },
  'cluster-not-possible': {
    show: async (console) => {
      await wizardTo(console, 'cluster');
      await console.press('down', 'enter');
      await console.waitFor('not possible here');
    },
  },
  'cluster-gluster': {
    data: { facts: diskFacts },
    show: async (console) => {
      await toCluster(console, 'GlusterFS');
      await console.type('stor-01 stor-02');
      await console.press('tab');
      await console.type('stor-02=10.0.2.16');
      await console.press('tab');
      await console.type('tank');
      await console.press('tab', 'tab');
      await console.type('2');
      await console.press('tab', 'right', 'tab', 'tab', 'tab', 'right');
      await console.waitFor('brick');
    },
  },
  'cluster-gluster-wrong': {
    data: { facts: diskFacts },
    show: async (console) => {
      await toCluster(console, 'GlusterFS');
      await console.press('tab');
      await console.type('stor-02');
      await console.press('tab');
      await console.type('my tank');
      await console.press('pagedown');
      await console.waitFor('3 values do not fit yet');
    },
  },
  'cluster-ceph': {
    data: { facts: diskFacts },
    show: async (console) => {
      await toCluster(console, 'Ceph');
      await console.type('stor-01 stor-02');
      await console.press('tab', 'tab');
      await console.type('10.0.2.0/24');
      await console.press('tab', 'tab', 'f9');
      await console.waitFor('A new secret is set');
      await console.press('tab', 'right', 'tab', 'right', 'tab', 'tab', 'left', 'tab', 'right', 'tab', 'tab');
      await console.type('1');
      await console.press('tab');
      await console.waitFor('Failure domain');
    },
  },
  'cluster-ceph-client': {
    data: {
      inForce: { ...profile, role: 'client', cluster: cephClient },
      facts: diskFacts,
      statusAt: healthyAt,
    },
    show: async (console) => {
      await console.waitFor('Uptime');
      await console.press('f2');
      await console.waitFor('What is this node for?');
      await console.press('pagedown');
      await console.waitFor('Hostname');
      await console.press('pagedown');
      await console.waitFor('Which cluster');
      await console.press('pagedown');
      await console.waitFor('Mounted by');
    },
  },
  'cluster-beegfs': {
    data: { facts: everyFilesystem },
    show: async (console) => {
      await toCluster(console, 'BeeGFS');
      await console.type('stor-01');
      await console.press('tab', 'tab');
      await console.waitFor('enterprise');
    },
  },
  'cluster-packages-missing': {
    show: async (console) => {
      await wizardTo(console, 'cluster');
      await console.press('down', 'down', 'down');
      await console.waitFor('once its packages are here');
    },
  },
  'cluster-packages': {
    show: async (console) => {
      await toCluster(console, 'BeeGFS');
      await console.type('stor-02');
      // From the first field upwards to the last: key, components, suite, URL.
      await console.press('up', 'up', 'up', 'up');
      await console.type('https://packages.example/beegfs');
      await console.press('up');
      await console.waitFor('choose where the packages come from');
    },
  },
  'cluster-lustre': {
    data: { facts: everyFilesystem },
    show: async (console) => {
      await toCluster(console, 'Lustre');
      await console.type('lfs0');
      await console.press('tab');
      await console.type('10.0.2.15');
      await console.press('tab', 'tab');
      await console.type('tcp(ens3) o2ib(ib0)');
      await console.press('tab', 'left', 'tab', 'tab', 'tab', 'right', 'tab');
      await console.waitFor('number');
    },
  },
  'join-code': {
    data: { facts: diskFacts },
    show: async (console) => {
      await toJoin(console);
      await console.type(joinCode.slice(0, 4).join(' ').toLowerCase());
      await console.waitFor('4 groups are right, 5 to go');
    },
  },
  'join-misheard': {
    data: { facts: diskFacts },
    show: async (console) => {
      await toJoin(console);
      const [first, second, third = '', ...more] = joinCode;
      await console.paste([first, second, third.replace(/^./, '8'), ...more].join('\n'));
      await console.waitFor('does not fit its check digit');
    },
  },
  'join-asking': {
    data: { facts: diskFacts, memberIsSilent: true },
    show: async (console) => {
      await toJoin(console);
      await console.paste(joinCode.join(' '));
      await console.waitFor('all 9 groups are right');
      await console.press('enter');
      await console.waitFor('asking 10.0.2.11');
    },
  },
  'join-refused': {
    data: { facts: diskFacts, refuses: noOffer },
    show: async (console) => {
      await toJoin(console);
      await console.paste(joinCode.join(' '));
      await console.press('enter');
      await console.waitFor('nothing listens');
    },
  },
  'join-given': {
    data: { facts: diskFacts },
    show: async (console) => {
      await toJoin(console);
      await console.paste(joinCode.join(' '));
      await console.press('enter');
      await console.waitFor('lets this node join');
    },
  },
  offer: { data: memberNode, show: openOffer },
  'offer-open': {
    data: memberNode,
    show: async (console) => {
      await openOffer(console);
      await console.type('s');
      await console.waitFor('14 min');
    },
  },
  'offer-joined': {
    data: { ...memberNode, joins: { kind: 'server', hostname: 'stor-04', address: '10.0.2.15' } },
    show: async (console) => {
      await openOffer(console);
      await console.type('s');
      await console.waitFor('has joined as a server');
    },
  },
  'offer-refused': {
    data: {
      ...memberNode,
      refuses: {
        code: 'join/busy',
        summary: 'another offer is open on this node',
        remedy: 'Use its code, or end it first (Ctrl-C where it was made)',
      },
    },
    show: async (console) => {
      await openOffer(console);
      await console.type('c');
      await console.waitFor('another offer');
    },
  },
  zram: { show: (console) => wizardTo(console, 'zram') },
  'zram-custom': {
    show: async (console) => {
      await wizardTo(console, 'zram');
      await console.press('left', 'tab');
      await console.type('4GiB');
      await console.press('tab');
      await console.type('700MiB');
      await console.waitFor('over the limit');
    },
  },
  'zram-too-small': {
    show: async (console) => {
      await wizardTo(console, 'zram');
      await console.press('left', 'tab');
      await console.type('256MiB');
      await console.press('enter', 'pagedown');
      await console.waitFor('does not fit');
    },
  },
  'zram-overlay': {
    data: { facts: overlayFacts, statusAt: (atMs) => ({ ...overlayAt(atMs), hostname: 'mayfly' }) },
    show: (console) => wizardTo(console, 'zram'),
  },
  access: { show: (console) => wizardTo(console, 'access') },
  'access-typed': {
    show: async (console) => {
      await wizardTo(console, 'access');
      await console.type('de');
      await console.press('tab');
      await console.type('short');
      await console.press('tab', 'tab');
      await console.paste(sshKey);
      await console.press('enter', 'tab');
      await console.type('europe');
      await console.waitFor('Europe/Dublin');
    },
  },
  'access-keyboard': {
    show: async (console) => {
      await wizardTo(console, 'access');
      await console.type('d');
      await console.waitFor('us-dvorak');
      await console.press('down');
    },
  },
  'access-keyboard-tried': {
    data: { onVideo: true },
    show: async (console) => {
      await wizardTo(console, 'access');
      await console.type('d');
      await console.press('enter');
      await console.waitFor('from now on');
    },
  },
  review: { show: (console) => wizardTo(console, 'review') },
  'review-data-lost': {
    data: { facts: diskFacts, planFor: destroyingPlan },
    show: (console) => wizardTo(console, 'review'),
  },
  consent: {
    data: { facts: diskFacts, planFor: destroyingPlan },
    show: async (console) => {
      await wizardTo(console, 'review');
      await console.press('enter');
      await console.waitFor('Type its serial number');
      await console.type('ZL2A0001');
      await console.press('enter');
      await console.waitFor('another serial number');
    },
  },
  'review-agreed': {
    data: { facts: diskFacts, planFor: destroyingPlan },
    show: async (console) => {
      await wizardTo(console, 'review');
      await console.press('enter');
      await console.waitFor('Type its serial number');
      await console.type('ZL2A0003');
      await console.press('enter');
      await console.waitFor('agreed to');
    },
  },
  'review-blocked': { data: { planFor: blockedPlan }, show: (console) => wizardTo(console, 'review') },
  applying: {
    data: { journal: journalOf(planFor(profile), 'a1', 'network'), applyRuns: true },
    show: (console) => console.waitFor('belongs to the node'),
  },
  'applying-provisional': {
    data: { ...provisionalNode(), statusAt: onTrialAt(provisional()) },
    show: (console) => console.waitFor('89 s left'),
  },
  'applying-evidence-missing': {
    data: { ...provisionalNode(), statusAt: onTrialAt(provisional('silent')) },
    show: (console) => console.waitFor('does not answer'),
  },
  'dashboard-provisional': {
    data: { ...provisionalNode(), inForce: profile, statusAt: onTrialAt(provisional()) },
    show: async (console) => {
      await console.waitFor('89 s left');
      await console.press('escape');
      await console.waitFor('Uptime');
    },
  },
  'dashboard-returned': {
    data: { ...inForce(onTrialAt(returned('checked'))) },
    show: (console) => console.waitFor('are back, and checked'),
  },
  'applied-returned': {
    data: {
      journal: unconfirmedJournal(planFor(profile), 'a1'),
      attempted: profile,
      statusAt: onTrialAt(returned('checked')),
    },
    show: (console) => console.waitFor('are back, and checked'),
  },
  'applied-not-returned': {
    data: {
      journal: unconfirmedJournal(planFor(profile), 'a1'),
      attempted: profile,
      statusAt: onTrialAt(returned('unchecked')),
    },
    show: (console) => console.waitFor('were put back, but'),
  },
  'applied-failed': {
    data: { journal: failedJournal(planFor(profile), 'a1'), attempted: profile },
    show: (console) => console.waitFor('Stopped at'),
  },
  'applied-interrupted': {
    data: { journal: journalOf(planFor(profile), 'a1', 'network'), attempted: profile },
    show: (console) => console.waitFor('Interrupted at'),
  },
  applied: {
    data: { facts: noPartition },
    show: async (console) => {
      await wizardTo(console, 'review');
      await console.press('enter');
      await console.waitFor('asked for');
      applyAsAsked(console.node);
      await console.waitFor('This node is what');
    },
  },
  comparing: {
    data: {
      ...inForce(),
      committed:
        '--- committed profile\n+++ this profile\n@@ -1,3 +1,3 @@\n version: 1\n-role: client\n+role: storage\n node:',
    },
    show: async (console) => {
      await console.waitFor('Uptime');
      await console.press('f3');
      await console.waitFor('+role');
    },
  },
  exporting: {
    data: inForce(),
    show: async (console) => {
      await console.waitFor('Uptime');
      await console.press('f4');
      await console.waitFor('version: 1');
    },
  },
  power: {
    data: inForce(),
    show: async (console) => {
      await console.waitFor('Uptime');
      await console.press('f10');
      await console.waitFor('restart');
    },
  },
  'power-confirm': {
    data: inForce(degradedAt),
    show: async (console) => {
      await console.waitFor('Uptime');
      await console.press('f10');
      await console.type('r');
      await console.waitFor('Restart this node now?');
    },
  },
  undo: {
    data: { journal: failedJournal(planFor(profile), 'a1'), attempted: profile },
    show: async (console) => {
      await console.waitFor('Stopped at');
      await console.press('f8');
      await console.waitFor('Take this apply back now?');
    },
  },
  'applied-taken-back': {
    data: {
      journal: [
        ...failedJournal(planFor(profile), 'a1'),
        {
          event: 'output',
          atMs: bootMs,
          apply: 'a1',
          step: 'access',
          text: 'stays as it is: this step has no way back',
        },
        { event: 'undone', atMs: bootMs, apply: 'a1', step: 'network' },
        { event: 'undone', atMs: bootMs, apply: 'a1', step: 'identity' },
        { event: 'finished', atMs: bootMs, apply: 'a1', outcome: 'failed', problem: takenBack },
      ],
      attempted: profile,
    },
    show: (console) => console.waitFor('Taken back'),
  },
  prepare: {
    data: unkept,
    show: (console) => openPrepare(console),
  },
  'prepare-serial': {
    data: unkept,
    show: async (console) => {
      await openPrepare(console);
      await console.press('down');
      await console.press('enter');
      await console.waitFor('Everything on this disk will be lost');
      await console.type('ZL2A0002');
      await console.press('enter');
      await console.waitFor('another serial number');
    },
  },
  'zram-operations': {
    data: { inForce: profile, statusAt: healthyAt },
    show: (console) => openOperations(console),
  },
  'zram-grow': {
    data: { inForce: profile, statusAt: healthyAt },
    show: async (console) => {
      await openOperations(console);
      await console.type('g');
      await console.type('2GiB');
      await console.press('enter');
      await console.waitFor('yes, now');
    },
  },
  'zram-limit-refused': {
    data: { inForce: profile, statusAt: healthyAt },
    show: async (console) => {
      await openOperations(console);
      await console.type('l');
      await console.type('410MiB');
      await console.press('enter');
      await console.waitFor('too close');
    },
  },
  'dashboard-healthy': dashboard(healthyAt),
  'dashboard-long-names': {
    data: { ...longNode, inForce: profile },
    show: (console) => console.waitFor('100 Gb/s'),
  },
  'dashboard-degraded': dashboard(degradedAt),
  'dashboard-unknown': dashboard(unknownAt),
  'dashboard-overlay': dashboard(overlayAt),
  'dashboard-cluster': dashboard(clusterAt((atMs) => live(clusters.healthy, atMs))),
  'dashboard-cluster-degraded': dashboard(clusterAt((atMs) => live(clusters.degraded, atMs))),
  'dashboard-cluster-waiting': dashboard(clusterAt((atMs) => live(clusters.waiting, atMs))),
  'dashboard-cluster-failed': dashboard(clusterAt((atMs) => live(clusters.failed, atMs))),
  'dashboard-cluster-hung': dashboard(clusterAt((atMs) => live(clusters.hung, atMs))),
  'dashboard-cluster-stale': dashboard(
    clusterAt((atMs) => age(live(clusters.healthy, atMs - 65_000), 'no answer for 55 s')),
  ),
  'dashboard-cluster-unavailable': dashboard(clusterAt(() => unavailable('glusterd does not answer: is it running?'))),
};

const helpOf = (name: keyof typeof scenes): Scene => {
  const { show, ...scene } = scenes[name] ?? { show: () => Promise.reject(new Error(`no scene ${name}`)) };
  return {
    ...scene,
    show: async (console) => {
      await show(console);
      await console.press('f1');
      await console.waitFor('Help: ');
    },
  };
};

/** The help of every screen. */
export const helpScenes: Readonly<Record<string, Scene>> = Object.fromEntries(
  [
    'welcome',
    'role',
    'network',
    'cluster',
    'cluster-gluster',
    'cluster-ceph',
    'consent',
    'join-code',
    'offer-open',
    'zram',
    'access',
    'review',
    'applying',
    'applied',
    'comparing',
    'exporting',
    'dashboard-healthy',
    'dashboard-provisional',
    'dashboard-cluster-degraded',
    'power',
    'undo',
    'prepare',
    'find-port',
    'zram-operations',
  ].map((name) => [`help-${name}`, helpOf(name)]),
);
