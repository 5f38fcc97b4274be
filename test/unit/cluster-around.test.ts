// What is asked around every cluster filesystem: ports, RAM, a firewall in the way.
import { describe, expect, it } from 'vitest';
import { applyFirewall, checkFirewall, openForMinutes } from '../../src/actions/firewall.ts';
import { gib, mib } from '../../src/state/bytes.ts';
import { leastMemory, parseListeners, unmetNeed } from '../../src/state/cluster-needs.ts';
import { type ClusterPort, clusterPorts, offerPort, portsToOpen, renderPort } from '../../src/state/cluster-ports.ts';
import { judgeRuleset, parseZones, unopened } from '../../src/state/firewall.ts';
import type { Profile } from '../../src/state/profile.ts';
import { exampleProfile } from '../helpers/example-profiles.ts';
import { createVendorMachine } from '../helpers/vendor-machine.ts';

type Cluster = NonNullable<Profile['cluster']>;
const on = (hostname: string, cluster: Cluster): Profile => ({
  version: 1,
  role: 'storage',
  node: { hostname },
  cluster,
});
const disk = (serial: string) => ({ device: { serial } });
const words = (ports: readonly ClusterPort[]) => ports.map((port) => `${renderPort(port)} ${port.of}`);

const gluster: Cluster = {
  filesystem: 'gluster',
  peers: ['s1', 's2', 's3'],
  bricks: [{ ...disk('A'), path: '/bricks/b1' }],
};
const beegfs = (release: '7.4' | '8'): Cluster => ({
  filesystem: 'beegfs',
  management: 'm1',
  release,
  targets: [{ ...disk('A'), path: '/data/t1' }],
  mount: '/mnt',
});

describe('ports', () => {
  it.each<[string, Profile, readonly string[]]>([
    ['a brick', on('s1', gluster), ['24007/tcp glusterd', '49152-60999/tcp bricks']],
    ['a client', on('c1', { filesystem: 'gluster', peers: ['s1'], mount: '/mnt' }), []],
    [
      'a monitor',
      on('s1', { filesystem: 'ceph', monitors: ['s1'] }),
      ['3300/tcp monitor', '6789/tcp monitor', '6800-7300/tcp OSD, manager and MDS'],
    ],
    [
      'an OSD',
      on('s9', { filesystem: 'ceph', monitors: ['s1'], osds: [disk('A')] }),
      ['6800-7300/tcp OSD, manager and MDS'],
    ],
    [
      'BeeGFS 7.4',
      on('t1', beegfs('7.4')),
      ['8003/tcp beegfs-storage', '8003/udp beegfs-storage', '8004/udp beegfs-client', '8006/tcp beegfs-helperd'],
    ],
    [
      'the management of BeeGFS 8',
      on('m1', { filesystem: 'beegfs', management: 'm1', release: '8' }),
      ['8008/tcp beegfs-mgmtd', '8008/udp beegfs-mgmtd', '8010/tcp beegfs-mgmtd'],
    ],
    ['Lustre', exampleProfile('metadata-lustre'), ['988/tcp LNet']],
    ['nothing', on('s1', { filesystem: 'none' }), []],
  ])('of %s', (_, profile, ports) => {
    expect(words(clusterPorts(profile))).toEqual(ports);
  });

  it('that only this node asks are not opened', () => {
    expect(words(portsToOpen(on('t1', beegfs('7.4'))))).not.toContain('8006/tcp beegfs-helperd');
  });
});

// As ss of iproute2 6.15 prints it.
const ss = `tcp   LISTEN 0      128          0.0.0.0:22        0.0.0.0:*    users:(("sshd",pid=812,fd=3))
tcp   LISTEN 0      4096            [::]:24007         [::]:*    users:(("python3",pid=4711,fd=7),("python3",pid=4712,fd=7))
udp   UNCONN 0      0         127.0.0.53%lo:53        0.0.0.0:*    users:(("systemd-resolve",pid=600,fd=13))
tcp   LISTEN 0      5            0.0.0.0:988        0.0.0.0:*
`;

describe('needs', () => {
  it('listeners are read with their programs', () => {
    expect(parseListeners(ss)).toEqual([
      { protocol: 'tcp', port: 22, program: 'sshd', pid: 812 },
      { protocol: 'tcp', port: 24007, program: 'python3', pid: 4711 },
      { protocol: 'udp', port: 53, program: 'systemd-resolve', pid: 600 },
      { protocol: 'tcp', port: 988, program: undefined, pid: undefined },
    ]);
  });

  const listeners = parseListeners(ss);
  it('a port that somebody else has is named with who has it', () => {
    expect(unmetNeed(on('s1', gluster), { memory: gib(4), listeners })).toMatchObject({
      code: 'cluster/port-taken',
      summary: expect.stringContaining('24007/tcp, which glusterd needs, is held by python3 (process 4711)'),
    });
  });

  it('a port that the daemon itself has is its own, and the kernel’s is LNet’s', () => {
    const own = parseListeners(ss.replaceAll('python3', 'glusterd'));
    expect(unmetNeed(on('s1', gluster), { memory: gib(4), listeners: own })).toBeUndefined();
    expect(unmetNeed(exampleProfile('metadata-lustre'), { memory: gib(4), listeners })).toBeUndefined();
  });

  it('too little RAM', () => {
    expect(unmetNeed(on('s1', gluster), { memory: mib(128), listeners: [] })).toMatchObject({ code: 'cluster/memory' });
    expect(unmetNeed(on('s1', gluster), { memory: undefined, listeners: [] })).toBeUndefined();
    expect(leastMemory(on('c1', { filesystem: 'gluster', peers: ['s1'], mount: '/mnt' }))).toBe(0);
  });
});

const ports = portsToOpen(on('s1', gluster));

describe('firewalld', () => {
  it('zones and ports are read in its words', () => {
    expect(parseZones('internal\n  interfaces: eth1\npublic (default)\n  interfaces: eth0 eth2\n')).toEqual([
      'internal',
      'public',
    ]);
    expect(unopened(ports, '22/tcp 24000-24010/tcp\n').map(renderPort)).toEqual(['49152-60999/tcp']);
    expect(unopened(ports, '24007/udp 49152-60999/tcp').map(renderPort)).toEqual(['24007/tcp']);
  });

  it('is opened for now and for its next reload, once', async () => {
    const machine = createVendorMachine();
    machine.active.add('firewalld.service');
    const open = new Set<string>();
    machine.answer('firewall-cmd', (command) => {
      const added = command.flatMap((word) => /^--add-port=(.+)$/.exec(word)?.[1] ?? []);
      if (!command.includes('--permanent')) for (const port of added) open.add(port);
      if (command.includes('--get-active-zones')) return { stdout: 'public (default)\n  interfaces: eth0\n' };
      if (command.includes('--get-default-zone')) return { stdout: 'public\n' };
      return { stdout: [...open].join(' ') };
    });
    const profile = on('s1', gluster);
    expect(await checkFirewall(profile, machine.system)).toMatchObject({
      value: [{ subject: 'firewall zone public', after: '24007/tcp, 49152-60999/tcp open' }],
    });
    expect(await applyFirewall(profile, machine.system, () => undefined)).toMatchObject({ ok: true });
    expect(await checkFirewall(profile, machine.system)).toEqual({ ok: true, value: [] });
    const added = machine.said.filter((line) => line.includes('--add-port'));
    expect(added).toEqual([
      'firewall-cmd --zone=public --add-port=24007/tcp --add-port=49152-60999/tcp',
      'firewall-cmd --permanent --zone=public --add-port=24007/tcp --add-port=49152-60999/tcp',
    ]);
    await applyFirewall(profile, machine.system, () => undefined);
    expect(machine.said.filter((line) => line.includes('--add-port'))).toHaveLength(2);
  });
});

const chain = (policy: string) => ({
  chain: { family: 'inet', table: 'filter', name: 'input', hook: 'input', policy },
});
const rule = (...expr: object[]) => ({ rule: { family: 'inet', table: 'filter', chain: 'input', expr } });
const dport = (right: unknown, protocol = 'tcp') => ({
  match: { op: '==', left: { payload: { protocol, field: 'dport' } }, right },
});
const accept = { accept: null };
const loopback = { match: { op: '==', left: { meta: { key: 'iif' } }, right: 'lo' } };
const source = { match: { op: '==', left: { payload: { protocol: 'ip', field: 'saddr' } }, right: '10.0.0.0' } };
const judge = (...entries: object[]) => {
  const view = judgeRuleset({ nftables: [{ metainfo: {} }, ...entries] }, ports);
  return typeof view === 'string' ? view : view.closed.map(renderPort);
};

describe('the port of a join offer', () => {
  it('is open for as long as the offer, in every zone that keeps it out', async () => {
    const machine = createVendorMachine();
    machine.active.add('firewalld.service');
    machine.answer('firewall-cmd --get-active-zones', () => ({ stdout: 'public\n  interfaces: eth0\n' }));
    machine.answer('firewall-cmd --get-default-zone', () => ({ stdout: 'public\n' }));
    machine.answer('firewall-cmd --zone=public', () => ({ stdout: '22/tcp\n' }));
    expect(await openForMinutes(machine.system, offerPort(26333), 15)).toMatchObject({ ok: true });
    expect(machine.said.filter((line) => line.includes('--add-port'))).toEqual([
      'firewall-cmd --zone=public --add-port=26333/tcp --timeout=15m',
    ]);
    machine.answer('firewall-cmd --zone=public', () => ({ stdout: '26333/tcp\n' }));
    machine.said.length = 0;
    await openForMinutes(machine.system, offerPort(26333), 15);
    expect(machine.said.filter((line) => line.includes('--add-port'))).toEqual([]);
  });

  it('kept out by bare rules is a problem with the rule to add', async () => {
    const machine = createVendorMachine();
    machine.answer('nft --json list ruleset', () => ({ stdout: JSON.stringify({ nftables: [chain('drop')] }) }));
    expect(await openForMinutes(machine.system, offerPort(26333), 15)).toMatchObject({
      problem: { code: 'cluster/firewall', remedy: expect.stringContaining('tcp dport 26333 accept') },
    });
  });
});

describe('nftables', () => {
  it.each<[string, readonly object[], ReturnType<typeof judge>]>([
    ['no rules', [], 'open'],
    ['a policy that accepts', [chain('accept')], 'open'],
    ['a policy that drops', [chain('drop'), rule(loopback, accept)], ['24007/tcp', '49152-60999/tcp']],
    [
      'a last rule that drops',
      [chain('accept'), rule({ counter: {} }, { drop: null })],
      ['24007/tcp', '49152-60999/tcp'],
    ],
    ['one port of two', [chain('drop'), rule(dport(24007), accept)], ['49152-60999/tcp']],
    ['both', [chain('drop'), rule(dport({ set: [22, 24007, { range: [49152, 65535] }] }), accept)], 'open'],
    [
      'the other protocol',
      [chain('drop'), rule(dport({ range: [1, 65535] }, 'udp'), accept)],
      ['24007/tcp', '49152-60999/tcp'],
    ],
    ['a source that is let in', [chain('drop'), rule(source, accept)], 'unclear'],
    ['a jump elsewhere', [chain('drop'), rule({ jump: { target: 'x' } })], 'unclear'],
  ])('%s', (_, entries, view) => {
    expect(judge(...entries)).toEqual(view);
  });

  it('a closed one is a problem that names the rules to add, and is never edited', async () => {
    const machine = createVendorMachine();
    machine.answer('nft --json list ruleset', () => ({ stdout: JSON.stringify({ nftables: [chain('drop')] }) }));
    const problem = await checkFirewall(on('s1', gluster), machine.system);
    expect(problem).toMatchObject({
      problem: {
        code: 'cluster/firewall',
        remedy: expect.stringContaining('tcp dport 24007 accept; tcp dport 49152-60999 accept'),
      },
    });
    expect(machine.said.filter((line) => line.startsWith('nft'))).toEqual(['nft --json list ruleset']);
  });
});
