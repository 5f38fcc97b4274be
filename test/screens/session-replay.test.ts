// Sessions of the real console, recorded frame by frame and drawn again on every kind of terminal that a node meets.
import { expect, test } from 'vitest';
import { expectOnEveryTerminal } from '../helpers/line-replay.ts';
import { type Console, openConsole } from './console-driver.tsx';
import type { NodeData } from './fixture-effects.ts';
import {
  blockedPlan,
  bootMs,
  degradedAt,
  destroyingPlan,
  diskFacts,
  healthyAt,
  journalOf,
  planFor,
  profile,
  sshKey,
} from './node-data.ts';

const wizard = async (console: Console) => {
  await console.press('enter', 'down', 'up', 'enter');
  await console.waitFor('Hostname');
  await console.type('bad name!');
  await console.press('backspace', 'ctrl-u');
  await console.type('stor-01');
  await console.press('tab', 'tab', 'right', 'tab');
  await console.type('10.0.2.15/24');
  await console.press('f1');
  await console.waitFor('Help: Network');
  await console.press('pagedown', 'escape', 'pagedown');
  await console.waitFor('Which cluster');
  await console.press('down', 'enter', 'pagedown', 'pagedown');
  await console.press('f12', 'f10');
};

const cluster = async (console: Console) => {
  await console.press('enter', 'enter');
  await console.type('stor-01');
  await console.press('pagedown');
  await console.waitFor('Which cluster');
  await console.press('down', 'enter');
  await console.waitFor('Ceph (3 of 6)');
  await console.type('stor-01 stor-02');
  await console.press('tab', 'tab', 'tab', 'tab', 'f9');
  await console.waitFor('A new secret is set');
  await console.press('tab', 'right', 'tab', 'tab', 'right', 'right', 'f1');
  await console.waitFor('Help: Ceph');
  await console.press('escape', 'pagedown', 'pagedown', 'pagedown');
  await console.waitFor('Review');
  await console.press('enter');
  await console.waitFor('Type its serial number');
  await console.type('ZL2A0003');
  await console.press('enter');
  await console.waitFor('Agreed');
};

const access = async (console: Console) => {
  await console.press('enter', 'enter');
  await console.type('stor-01');
  await console.press('pagedown', 'pagedown', 'pagedown');
  await console.waitFor('Root password');
  await console.type('d');
  await console.press('down', 'enter', 'tab', 'tab');
  await console.paste(sshKey);
  await console.press('enter', 'tab');
  await console.type('europe');
  await console.press('down', 'enter', 'pagedown');
  await console.waitFor('Review');
  await console.press('down', 'pagedown', 'escape');
};

const dashboard =
  (statusAt: NodeData['statusAt']) =>
  async (console: Console): Promise<void> => {
    await console.waitFor('Uptime');
    for (let second = 2; second < 14; second++) {
      console.loop.send({ type: 'status', status: statusAt(bootMs + second * 1000) });
      await console.press('ctrl-a');
    }
    await console.press('f4', 'pagedown', 'escape', 'f10');
    await console.type('r');
    await console.press('escape', 'f5', 'escape');
  };

const inForce = (statusAt: NodeData['statusAt']): Partial<NodeData> => ({
  inForce: profile,
  statusAt,
  journal: journalOf(planFor(profile), 'a0'),
});

test.each([
  ['the wizard', {}, { columns: 80, rows: 24 }, wizard],
  [
    'a cluster and a disk that holds data',
    { facts: diskFacts, planFor: destroyingPlan },
    { columns: 80, rows: 24 },
    cluster,
  ],
  ['access and a blocked review', { planFor: blockedPlan }, { columns: 80, rows: 24 }, access],
  ['a healthy dashboard', inForce(healthyAt), { columns: 80, rows: 24 }, dashboard(healthyAt)],
  ['a degraded dashboard on a large terminal', inForce(degradedAt), { columns: 132, rows: 43 }, dashboard(degradedAt)],
] satisfies [string, Partial<NodeData>, { columns: number; rows: number }, (console: Console) => Promise<void>][])(
  '%s',
  async (_, data, size, session) => {
    const console = await openConsole(data, { ...size, colour: true, term: 'xterm-256color' });
    await session(console);
    expect(console.frames.length).toBeGreaterThan(8);
    await expectOnEveryTerminal(console.frames, size.columns, size.rows);
  },
);
