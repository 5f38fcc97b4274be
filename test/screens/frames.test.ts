// Every screen as a frame that a person can read in test/frames/console: at 80×24 in Unicode and in ASCII, the dashboard in three sizes and three states.
import { describe, test } from 'vitest';
import { bytes } from '../../src/state/bytes.ts';
import { live } from '../../src/state/reading.ts';
import { type Console, openConsole } from './console-driver.tsx';
import { applyAsAsked, type NodeData } from './fixture-effects.ts';
import {
  blockedPlan,
  bootMs,
  degradedAt,
  failedJournal,
  healthyAt,
  journalOf,
  noPartition,
  planFor,
  profile,
  sshKey,
  unknownAt,
} from './node-data.ts';

const inForce = (statusAt: NodeData['statusAt'] = healthyAt): Partial<NodeData> => ({
  inForce: profile,
  statusAt,
  journal: journalOf(planFor(profile), 'a0'),
});

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
  await console.waitFor('Memory limit');
  if (screen === 'zram') return;
  await console.press('pagedown');
  await console.waitFor('Root password');
  if (screen === 'access') return;
  await console.press('pagedown');
  await console.waitFor('changes in');
};

type Scene = {
  readonly data?: Partial<NodeData>;
  readonly rehearsal?: boolean;
  readonly show: (console: Console) => Promise<void>;
};

const scenes: Readonly<Record<string, Scene>> = {
  welcome: { show: (console) => console.waitFor('Press Enter') },
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
  cluster: { show: (console) => wizardTo(console, 'cluster') },
  'cluster-not-possible': {
    show: async (console) => {
      await wizardTo(console, 'cluster');
      await console.press('down', 'enter');
      await console.waitFor('not possible here');
    },
  },
  zram: { show: (console) => wizardTo(console, 'zram') },
  access: { show: (console) => wizardTo(console, 'access') },
  'access-typed': {
    show: async (console) => {
      await wizardTo(console, 'access');
      await console.type('short');
      await console.press('tab', 'tab');
      await console.paste(sshKey);
      await console.press('enter', 'tab');
      await console.type('europe');
      await console.waitFor('Europe/Dublin');
    },
  },
  review: { show: (console) => wizardTo(console, 'review') },
  'review-blocked': { data: { planFor: blockedPlan }, show: (console) => wizardTo(console, 'review') },
  applying: {
    data: { journal: journalOf(planFor(profile), 'a1', 'network'), applyRuns: true },
    show: (console) => console.waitFor('belongs to the node'),
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
  'help-network': {
    show: async (console) => {
      await wizardTo(console, 'network');
      await console.press('f1');
      await console.waitFor('Help: Network');
    },
  },
  'help-dashboard': {
    data: inForce(),
    show: async (console) => {
      await console.waitFor('Uptime');
      await console.press('f1');
      await console.waitFor('Help: Dashboard');
    },
  },
};

describe.each(['unicode', 'ascii'] as const)('at 80×24 in %s', (glyphs) => {
  test.each(Object.entries(scenes))('%s', async (name, { data, rehearsal, show }) => {
    const console = await openConsole(data ?? {}, { glyphs, ...(rehearsal === undefined ? {} : { rehearsal }) });
    await show(console);
    await console.expectFrame(`console/${name}-80x24-${glyphs}`);
  });
});

const states: Readonly<Record<string, NodeData['statusAt']>> = {
  healthy: healthyAt,
  degraded: degradedAt,
  unknown: unknownAt,
};
const sizes = [
  { columns: 80, rows: 24 },
  { columns: 100, rows: 40 },
  { columns: 200, rows: 60 },
] as const;

describe.each(sizes)('the dashboard at $columns×$rows', ({ columns, rows }) => {
  test.each(Object.entries(states))('%s', async (state, statusAt) => {
    const glyphs = ['unicode', 'ascii'] as const;
    for (const set of glyphs) {
      const console = await openConsole(inForce(statusAt), { columns, rows, glyphs: set });
      await console.waitFor('Last apply');
      for (let second = 2; second < 60; second += 1) {
        const status = statusAt(bootMs + second * 1000);
        const zram =
          status.zram.kind === 'live'
            ? live(
                {
                  ...status.zram.value,
                  used: bytes(Math.round(status.zram.value.used * (1 + Math.sin(second / 9) / 20))),
                },
                status.atMs,
              )
            : status.zram;
        console.loop.send({ type: 'status', status: { ...status, zram } });
      }
      await console.expectFrame(`console/dashboard-${state}-${columns}x${rows}-${set}`);
      console.close();
    }
  });
});

test('a terminal that is too small says how small it is, and comes back', async () => {
  const console = await openConsole({}, { columns: 60, rows: 20 });
  await console.waitFor('60 × 20');
  await console.expectFrame('console/too-small-60x20');
  console.resize(80, 24);
  await console.waitFor('Press Enter');
});
