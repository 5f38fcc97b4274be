// A firewall in the way of a cluster, with real nftables: what its rules keep out is named, and they are left as they are.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkNeeds } from '../../src/actions/cluster-needs.ts';
import { checkFirewall } from '../../src/actions/firewall.ts';
import type { Profile } from '../../src/state/profile.ts';
import { systemOf } from '../helpers/host-system.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab } from '../helpers/hosts.ts';

const why = whyNoHosts();
const title = why === undefined ? 'a firewall' : `a firewall (skipped: ${why})`;
const profile: Profile = {
  version: 1,
  role: 'storage',
  node: { hostname: 'node' },
  cluster: {
    filesystem: 'gluster',
    peers: ['node'],
    bricks: [{ device: { serial: 'A' }, path: '/bricks/b1' }],
  },
};

describe.skipIf(why !== undefined)(title, () => {
  let lab: Lab;
  let node: Host;
  const rules = async (...lines: readonly string[]) => {
    const input = `flush ruleset\ntable inet filter {\n chain input {\n  type filter hook input priority 0; policy drop;\n  ct state established,related accept\n  iif lo accept\n  tcp dport 22 accept\n${lines.join('\n')}\n }\n}\n`;
    await node.must(['nft', '-f', '-'], { input });
  };
  const check = () => checkFirewall(profile, systemOf(node));

  beforeAll(async () => {
    lab = await createLab('gluster');
    node = await lab.start('node');
  });
  afterAll(() => lab?.close());

  it('that is not there is in nobody’s way', async () => {
    await node.must(['nft', 'flush', 'ruleset']);
    expect(await check()).toEqual({ ok: true, value: [] });
  });

  it('that keeps the cluster out is a problem with the rules to add, which then suffice', async () => {
    await rules();
    const before = await node.must(['nft', 'list', 'ruleset']);
    const answer = await check();
    expect(answer).toMatchObject({ problem: { code: 'cluster/firewall' } });
    if (answer.ok) throw new Error('nothing was closed');
    const wanted = /edited for you: (.*)$/.exec(answer.problem.remedy)?.[1]?.split('; ') ?? [];
    expect(wanted).toEqual(['tcp dport 24007 accept', 'tcp dport 49152-60999 accept']);
    expect(await node.must(['nft', 'list', 'ruleset'])).toBe(before);
    await rules(...wanted);
    expect(await check()).toEqual({ ok: true, value: [] });
    await rules('tcp dport { 24007, 49152-60999 } counter accept');
    expect(await check()).toEqual({ ok: true, value: [] });
  });

  it('that lets whole networks in is left to who wrote it', async () => {
    await rules('ip saddr 10.0.0.0/8 accept');
    expect(await check()).toEqual({ ok: true, value: [] });
  });

  it('and a port that another program holds is named with the program', async () => {
    expect(await checkNeeds(profile, systemOf(node))).toBeUndefined();
    await node.must(['systemd-run', '--unit=squatter', 'systemd-socket-activate', '--listen=24007', '/bin/cat']);
    await expect
      .poll(async () => (await checkNeeds(profile, systemOf(node)))?.summary, { timeout: 20_000 })
      .toMatch(/24007\/tcp, which glusterd needs, is held by systemd-socket/);
    await node.must(['systemctl', 'stop', 'squatter']);
  });
});
