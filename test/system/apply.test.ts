// Applies on real hosts: what the profile says becomes so, proven from another host, and is undone or resumed when something goes wrong.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followJournal } from '../../src/actions/follow-journal.ts';
import { foldProgress } from '../../src/state/apply-progress.ts';
import type { JournalEvent } from '../../src/state/journal-event.ts';
import { createHost } from '../../src/system/host.ts';
import { apply, ending, plan, story } from '../helpers/applying.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab } from '../helpers/hosts.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const unit = readFileSync(new URL('../../assets/systemd/mayfly-apply.service', import.meta.url), 'utf8');
const why = whyNoHosts();
const title = why === undefined ? 'apply on a real host' : `apply on a real host (skipped: ${why})`;

describe.skipIf(why !== undefined)(title, () => {
  let lab: Lab;
  let node: Host;
  let peer: Host;
  let key = '';
  let hash = '';

  beforeAll(async () => {
    lab = await createLab();
    [node, peer] = await Promise.all([
      lab.start('node', { files: { '/etc/systemd/system/mayfly-apply.service': unit } }),
      lab.start('peer', {
        address: '10.77.0.1/24',
        files: {
          '/etc/systemd/network/50-lab.network.d/6.conf': '[Network]\nAddress=fd77::1/64\n',
          '/etc/dnsmasq.conf': 'port=0\ninterface=eth0\ndhcp-range=10.77.0.100,10.77.0.150,1h\ndhcp-authoritative\n',
        },
      }),
    ]);
    await peer.must([
      'ssh-keygen',
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      'operator@desk',
      '-f',
      '/root/.ssh/id_ed25519',
    ]);
    key = peer.read('/root/.ssh/id_ed25519.pub').trim();
    hash = (await node.must(['mkpasswd', '-m', 'yescrypt', '-s'], { input: 'mayfly test\n' })).trim();
  });
  afterAll(() => lab?.close());

  const profile = (network: string): string => `version: 1
role: storage
node: { hostname: stor-01, domain: rack7.example, timezone: Europe/Berlin, ntp: [10.77.0.1] }
network:
${network}
access:
  rootPasswordHash: ${hash}
  sshKeys: ["${key}"]
`;
  const statics = `  links: [{ match: { name: eth0 }, mtu: 1400, addresses: [10.77.0.21/24, "fd77::21/64"] }]
  routes: [{ to: default, via: 10.77.0.1 }, { to: default, via: "fd77::1" }]
  dns: { servers: [10.77.0.1], search: [rack7.example] }`;

  const ssh = (command: string, ...options: string[]) =>
    peer.run([
      'ssh',
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      'BatchMode=yes',
      '-o',
      'ConnectTimeout=5',
      ...options,
      'root@10.77.0.21',
      command,
    ]);

  it('plans changes, and changes nothing without a yes', async () => {
    const planned = await plan(node, profile(statics));
    expect(planned.exitCode).toBe(2);
    expect(planned.plan.steps.map((step) => `${step.id} ${step.verdict.kind}`)).toEqual([
      'identity drifted',
      'access drifted',
      'network drifted',
      'time drifted',
      'logs converged',
      'storage converged',
      'cluster converged',
      expect.stringMatching(/^zram /),
      'packages converged',
      'services drifted',
      'keyboard converged',
    ]);
    expect(JSON.stringify(planned.plan)).not.toContain(hash);
    const refused = await node.run(['mayfly', 'apply', '--profile', '-'], { input: profile(statics) });
    expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('apply/needs-yes') });
    expect(node.exists('/run/mayfly/journal.jsonl')).toBe(false);
  });

  it('makes the node what the profile says', async () => {
    const applied = await apply(node, profile(statics));
    expect(ending(applied.events)).toBe('converged');
    expect(applied.exitCode).toBe(0);
    expect(applied.stdout).not.toContain(hash);
    expect((await plan(node, profile(statics))).exitCode).toBe(0);

    expect((await node.must(['hostname', '--fqdn'])).trim()).toBe('stor-01.rack7.example');
    expect(await node.must(['date', '+%Z'])).toMatch(/^CES?T/);
    expect(await node.must(['chronyc', '-c', '-N', 'sources', '-a'])).toMatch(/^\^,.,10\.77\.0\.1,[^\n]*\n$/);
    expect(node.read('/etc/shadow')).toContain(`root:${hash}:`);
    expect(await node.must(['stat', '-c', '%a %U:%G', '/etc/shadow'])).toBe('640 root:shadow\n');
    expect(await node.must(['resolvectl', 'dns'])).toContain('Global: 10.77.0.1');
    expect(await node.must(['stat', '-c', '%a', '/run/mayfly/profile.yaml'])).toBe('600\n');
  });

  it('answers on its addresses and lets in the key, and only the key', async () => {
    for (const address of ['10.77.0.21', 'fd77::21']) await peer.must(['ping', '-c', '1', '-W', '2', address]);
    expect(await ssh('hostname; cat /sys/class/net/eth0/mtu')).toMatchObject({
      exitCode: 0,
      stdout: 'stor-01\n1400\n',
    });
    const byPassword = await ssh('true', '-o', 'PubkeyAuthentication=no', '-o', 'PreferredAuthentications=password');
    expect(byPassword.exitCode).toBe(255);
    expect(byPassword.stderr).toContain('Permission denied (publickey)');
  });

  it('does nothing the second time', async () => {
    const again = await apply(node, profile(statics));
    expect(story(again.events).filter((line) => !line.endsWith(':unchanged'))).toEqual(['plan', 'finished:converged']);
  });

  it('brings back what somebody changed by hand', async () => {
    await node.must(['ip', 'address', 'delete', '10.77.0.21/24', 'dev', 'eth0']);
    node.write('/etc/ssh/sshd_config.d/10-mayfly.conf', 'PasswordAuthentication yes\n');
    const applied = await apply(node, profile(statics));
    expect(story(applied.events)).toEqual(
      expect.arrayContaining(['access:converged', 'network:converged', 'identity:unchanged']),
    );
    expect(applied.exitCode).toBe(0);
    await peer.must(['ping', '-c', '1', '-W', '2', '10.77.0.21']);
  });

  it('takes settings back that do not prove themselves, says why, and is where it was', async () => {
    const silent = profile(`  links: [{ match: { name: eth0 }, addresses: [10.77.0.22/24] }]
  routes: [{ to: default, via: 10.77.0.99 }]`);
    const leased = profile('  links: [{ match: primary, dhcp4: true }]').replace('stor-01', 'stor-02');
    const other = await lab.start('other', { address: '10.77.0.12/24' });
    const [wrongGateway, noServer] = await Promise.all([apply(node, silent), apply(other, leased)]);

    expect(wrongGateway.exitCode).toBe(1);
    expect(ending(wrongGateway.events)).toContain('network/gateway-silent: gateway 10.77.0.99 does not answer on eth0');
    expect(story(wrongGateway.events).slice(-3)).toEqual(['network:failed', 'network:undone', 'finished:failed']);
    const addresses = await node.must(['ip', '-brief', 'address', 'show', 'eth0']);
    expect(addresses).toContain('10.77.0.21/24');
    expect(addresses).not.toContain('10.77.0.22');
    const planned = await plan(node, profile(statics));
    expect(planned.plan.steps.filter((step) => step.verdict.kind !== 'converged')).toEqual([]);

    expect(ending(noServer.events)).toContain('network/no-lease: no DHCP server answered on eth0');
    expect(story(noServer.events)).toContain('network:undone');
    for (const address of ['10.77.0.21', '10.77.0.12']) await peer.must(['ping', '-c', '1', '-W', '2', address]);
  });

  it('says in a moment that another machine has the address', async () => {
    const taken = await apply(node, profile('  links: [{ match: { name: eth0 }, addresses: ["fd77::1/64"] }]'));
    expect(ending(taken.events)).toContain('network/duplicate-address: fd77::1/64 on eth0 is in use');
    await peer.must(['ping', '-c', '1', '-W', '2', '10.77.0.21']);
  });

  it('lets one apply in at a time', async () => {
    const other = profile('  links: [{ match: { name: eth0 }, addresses: [10.77.0.23/24] }]');
    const both = await Promise.all([apply(node, other), apply(node, other)]);
    expect(both.map((applied) => applied.exitCode).sort()).toEqual([0, 3]);
    expect(both.map((applied) => ending(applied.events)).join('\n')).toContain('apply/locked');
  });

  it('gets a lease, and routes through a gateway in the subnet that it learns', async () => {
    await peer.must(['systemd-run', '--unit=dhcp', 'dnsmasq', '--keep-in-foreground']);
    const text = profile(`  links: [{ match: primary, dhcp4: true }]
  routes: [{ to: 10.99.0.0/16, via: 10.77.0.1 }]`);
    const applied = await apply(node, text);
    expect(ending(applied.events)).toBe('converged');
    expect((await plan(node, text)).exitCode).toBe(0);
    const lease = /10\.77\.0\.1[0-5]\d/.exec(await node.must(['ip', '-brief', 'address', 'show', 'eth0']))?.[0];
    await peer.must(['ping', '-c', '1', '-W', '2', lease ?? 'no lease']);
    expect(await node.must(['ip', 'route', 'get', '10.99.1.1'])).toContain('via 10.77.0.1 dev eth0');
  });

  it('applies what a console asked systemd for, while anybody follows the journal', async () => {
    const reader = createHost({ root: `/proc/${node.pid}/root` });
    const seen: JournalEvent[] = [];
    const end = new AbortController();
    const following = followJournal(reader, (events) => seen.push(...events), { signal: end.signal, everyMs: 20 });
    node.write('/run/mayfly/pending.yaml', profile(statics), 0o600);
    await node.must(['systemctl', 'start', '--no-block', 'mayfly-apply.service']);
    await waitUntil(
      () => seen.some((event) => event.event === 'finished' && event.apply !== seen[0]?.apply),
      'the end of the apply',
    );
    end.abort();
    await following;
    const progress = foldProgress(seen);
    expect(progress).toMatchObject({ outcome: 'converged', done: 11, total: 11 });
  });
});
