// The step for Lustre on a machine whose programs refuse what the real ones do not know.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clusterAction } from '../../src/actions/cluster.ts';
import { createLustreAction } from '../../src/actions/lustre/lustre.ts';
import type { Profile } from '../../src/state/profile.ts';
import { type LustreHeld as Held, createLustreMachine as machine } from '../helpers/lustre-machine.ts';
import { createVendorMachine, type VendorMachine } from '../helpers/vendor-machine.ts';

const waits = { withinMs: 30, everyMs: 10 };
const action = createLustreAction(waits, false);
const atBoot = createLustreAction(waits, true);
type Lustre = Extract<NonNullable<Profile['cluster']>, { filesystem: 'lustre' }>;
type Target = NonNullable<Lustre['targets']>[number];

const target = (kind: Target['kind'], index: number, serial: string, serviceNodes?: readonly string[]): Target => ({
  kind,
  index,
  device: { serial },
  ...(serviceNodes === undefined ? {} : { serviceNodes: [...serviceNodes] }),
});
const profileOf = (cluster: Partial<Lustre>, wipe: readonly string[] = []): Profile => ({
  version: 1,
  role: 'storage',
  node: { hostname: 'oss-01' },
  network: { links: [{ match: { name: 'ens3' }, addresses: ['10.77.0.42/24'] }] },
  cluster: {
    filesystem: 'lustre',
    fsname: 'lfs0',
    mgs: ['10.77.0.41'],
    networks: [{ net: 'tcp', interfaces: ['ens3'] }],
    ...cluster,
  },
  wipe: [...wipe],
});
const ost = (wipe: readonly string[] = []) => profileOf({ targets: [target('ost', 0, 'D1')] }, wipe);

const notes: string[] = [];
const note = (text: string) => notes.push(text);
const changesOf = async (profile: Profile, { system }: VendorMachine) => {
  const verdict = await action.check(profile, system);
  if (verdict.kind === 'blocked') throw new Error(`${verdict.problem.code}: ${verdict.problem.summary}`);
  return verdict.kind === 'converged' ? [] : verdict.changes;
};
const blocked = async (profile: Profile, { system }: VendorMachine) => {
  const verdict = await action.check(profile, system);
  return verdict.kind === 'blocked' ? verdict.problem : verdict;
};
const made = (machine: VendorMachine) => machine.said.filter((line) => line.startsWith('mkfs.lustre'));

describe('targets', () => {
  it.each<[string, Profile, readonly string[]]>([
    [
      'an OST',
      ost(),
      ['mkfs.lustre --ost --fsname=lfs0 --index=0 --mgsnode=10.77.0.41@tcp --backfstype=ldiskfs /dev/sda'],
    ],
    [
      'an OST of a pair, with two management nodes',
      profileOf({
        mgs: ['10.77.0.40', '10.77.0.41'],
        targets: [target('ost', 17, 'D1', ['10.77.0.42@tcp', '10.77.0.43@tcp'])],
      }),
      [
        'mkfs.lustre --ost --fsname=lfs0 --index=17 --mgsnode=10.77.0.40@tcp --mgsnode=10.77.0.41@tcp --servicenode=10.77.0.42@tcp --servicenode=10.77.0.43@tcp --backfstype=ldiskfs /dev/sda',
      ],
    ],
    [
      'the MGS in the first MDT, before the OST',
      profileOf({ mgs: ['oss-01'], targets: [target('ost', 0, 'D1'), target('mdt', 0, 'D2')] }),
      [
        'mkfs.lustre --mgs --mdt --fsname=lfs0 --index=0 --backfstype=ldiskfs /dev/sdb',
        'mkfs.lustre --ost --fsname=lfs0 --index=0 --mgsnode=10.77.0.42@tcp --backfstype=ldiskfs /dev/sda',
      ],
    ],
    [
      'an MGS of its own',
      profileOf({ mgs: ['oss-01'], targets: [target('mdt', 1, 'D2'), target('mgs', 0, 'D1')] }),
      [
        'mkfs.lustre --mgs --backfstype=ldiskfs /dev/sda',
        'mkfs.lustre --mdt --fsname=lfs0 --index=1 --mgsnode=10.77.0.42@tcp --backfstype=ldiskfs /dev/sdb',
      ],
    ],
  ])('%s is formatted, mounted, and left alone after that', async (_, profile, commands) => {
    const node = machine();
    node.answer('getent ahosts oss-01', () => ({
      stdout: '127.0.1.1       STREAM oss-01\n10.77.0.42      STREAM \n10.77.0.42      DGRAM  \n',
    }));
    expect(await changesOf(profile, node)).not.toEqual([]);
    expect(await action.apply(profile, node.system, note)).toEqual({ ok: true, value: undefined });
    expect(made(node)).toEqual(commands);
    expect(node.refused).toEqual([]);
    expect(await changesOf(profile, node)).toEqual([]);
    await action.apply(profile, node.system, note);
    expect(made(node)).toHaveLength(commands.length);
    // The next boot: a new root, the same disks.
    const next = machine();
    for (const [path, what] of node.disks) next.disks.set(path, what);
    next.answer('getent ahosts oss-01', () => ({ stdout: '10.77.0.42      STREAM oss-01\n' }));
    expect((await changesOf(profile, next)).filter(({ destroysData }) => destroysData)).toEqual([]);
    expect(await action.apply(profile, next.system, note)).toMatchObject({ ok: true });
    expect(made(next)).toEqual([]);
    expect(await changesOf(profile, next)).toEqual([]);
  });

  it('mounts by units that wait for LNet', async () => {
    const node = machine();
    await action.apply(ost(), node.system, note);
    const unit = node.fake.text('/run/systemd/system/srv-lustre-lfs0\\x2dOST0000.mount');
    expect(unit).toContain('Type=lustre\n');
    expect(unit).toContain('What=/dev/sda\nWhere=/srv/lustre/lfs0-OST0000\n');
    expect(unit).toContain('After=lnet.service\n');
  });
});

describe('a disk that holds something', () => {
  it('is written to only with its serial number under wipe', async () => {
    const node = machine({ D1: { type: 'xfs', label: 'PRECIOUS' } });
    expect((await changesOf(ost(), node)).find(({ subject }) => subject === 'disk D1')).toMatchObject({
      before: 'xfs label PRECIOUS',
      destroysData: true,
    });
    expect(await action.apply(ost(), node.system, note)).toMatchObject({ problem: { code: 'storage/not-empty' } });
    expect(await action.apply(ost(['D2']), node.system, note)).toMatchObject({
      problem: { code: 'storage/not-empty' },
    });
    expect(made(node)).toEqual([]);
    expect(await action.apply(ost(['D1']), node.system, note)).toMatchObject({ ok: true });
    expect(made(node)).toHaveLength(1);
  });

  it('of another Lustre filesystem needs the same consent', async () => {
    const node = machine({ D1: { type: 'ext4', label: 'old-OST0000', lustre: 'old-OST0000' } });
    expect((await changesOf(ost(), node)).find(({ subject }) => subject === 'disk D1')).toMatchObject({
      before: 'Lustre target old-OST0000',
      destroysData: true,
    });
    expect(await action.apply(ost(), node.system, note)).toMatchObject({ ok: false });
    expect(await action.apply(ost(['D1']), node.system, note)).toMatchObject({ ok: true });
    expect(node.disks.get('/dev/sda')?.lustre).toBe('lfs0-OST0000');
  });

  it('of this filesystem with another index is a slip, and blocks', async () => {
    const node = machine({ D1: { type: 'ext4', label: 'lfs0-OST0003', lustre: 'lfs0-OST0003' } });
    expect(await blocked(ost(), node)).toMatchObject({ code: 'lustre/other-target', path: 'cluster.targets[0].index' });
  });

  it('whose making was cut off is made again without asking', async () => {
    const node = machine({ D1: { type: 'ext4', label: 'lfs0:OST0000' } });
    expect((await changesOf(ost(), node)).find(({ subject }) => subject === 'disk D1')).toMatchObject({
      destroysData: false,
    });
    expect(await action.apply(ost(), node.system, note)).toMatchObject({ ok: true });
    expect(made(node)).toHaveLength(1);
  });

  it('is known by its label where the tools are not installed yet', async () => {
    const node = machine({ D1: { type: 'ext4', label: 'lfs0-OST0000' } });
    node.answer('tunefs.lustre', () => ({ exitCode: 127 }));
    expect((await changesOf(ost(), node)).find(({ subject }) => subject === 'disk D1')?.after).toMatch(
      /^kept as lfs0-OST0000/,
    );
  });

  it('and is mounted elsewhere is in use', async () => {
    const node = machine();
    node.answer('lsblk', () => ({
      stdout: JSON.stringify({
        blockdevices: [
          {
            name: 'sda',
            path: '/dev/sda',
            type: 'disk',
            size: 2 ** 30,
            serial: 'D1',
            fstype: 'xfs',
            mountpoints: ['/srv'],
          },
        ],
      }),
    }));
    expect(await blocked(ost(['D1']), node)).toMatchObject({ code: 'storage/disk-in-use' });
  });
});

describe('a pair', () => {
  const pair = (first: string) => profileOf({ targets: [target('ost', 0, 'D1', [first, '10.77.0.99@tcp'])] });

  it('the second server neither formats nor mounts', async () => {
    const node = machine();
    expect(await blocked(pair('10.77.0.43@tcp'), node)).toMatchObject({ code: 'lustre/partner' });
    const ready = machine({ D1: { type: 'ext4', label: 'lfs0-OST0000', lustre: 'lfs0-OST0000' } });
    await action.apply(pair('10.77.0.43@tcp'), ready.system, note);
    expect(await changesOf(pair('10.77.0.43@tcp'), ready)).toEqual([]);
    expect(ready.said.filter((line) => line.includes('.mount'))).toEqual([]);
  });
});

describe('at a boot with nobody there', () => {
  const three = profileOf({
    targets: [target('ost', 0, 'D1'), target('ost', 1, 'D2'), target('ost', 2, 'D9')],
    mount: '/mnt/lfs0',
  });
  const ours = (index: number): Held => ({ type: 'ext4', label: `lfs0-OST000${index}`, lustre: `lfs0-OST000${index}` });
  const mounted = (node: VendorMachine) => node.fake.text('/proc/self/mountinfo');

  it('the targets that are there serve, and the one that is gone is said', async () => {
    const node = machine({ D1: ours(0), D2: ours(1) });
    expect(await blocked(three, node)).toMatchObject({
      code: 'storage/no-such-disk',
      path: 'cluster.targets[2].device.serial',
    });
    expect(await atBoot.check(three, node.system)).toMatchObject({ kind: 'drifted' });
    expect(await atBoot.apply(three, node.system, note)).toMatchObject({
      problem: { code: 'storage/no-such-disk', summary: expect.stringContaining('lfs0-OST0002') },
    });
    for (const place of ['/srv/lustre/lfs0-OST0000', '/srv/lustre/lfs0-OST0001', '/mnt/lfs0'])
      expect(mounted(node)).toContain(place);
    expect(await atBoot.check(three, node.system)).toMatchObject({ kind: 'blocked' });
    expect(made(node)).toEqual([]);
  });

  it('a disk with something else on it keeps no other from serving, and is not touched', async () => {
    const node = machine({ D1: { type: 'xfs', label: 'PRECIOUS' }, D2: ours(1) });
    const two = profileOf({ targets: [target('ost', 0, 'D1'), target('ost', 1, 'D2')] });
    const verdict = await atBoot.check(two, node.system);
    expect(verdict).toMatchObject({ kind: 'drifted' });
    expect(JSON.stringify(verdict)).not.toContain('"destroysData":true');
    expect(await atBoot.apply(two, node.system, note)).toMatchObject({ problem: { code: 'storage/not-empty' } });
    expect(mounted(node)).toContain('/srv/lustre/lfs0-OST0001');
    expect(node.disks.get('/dev/sda')).toEqual({ type: 'xfs', label: 'PRECIOUS' });
  });

  it('one that does not mount keeps no other from it, and none is kept waiting by it', async () => {
    const node = machine({ D1: ours(0), D2: ours(1) });
    node.answer('systemctl start srv-lustre-lfs0\\x2dOST0000', () => ({ exitCode: 1 }));
    node.answer('journalctl', () => ({ stdout: 'Input/output error\n' }));
    const two = profileOf({ targets: [target('ost', 0, 'D1'), target('ost', 1, 'D2')], mount: '/mnt/lfs0' });
    notes.length = 0;
    expect(await atBoot.apply(two, node.system, note)).toMatchObject({
      problem: { code: 'lustre/not-mounted', summary: expect.stringContaining('lfs0-OST0000') },
    });
    expect(mounted(node)).not.toContain('OST0000');
    expect(mounted(node)).toContain('/srv/lustre/lfs0-OST0001');
    expect(mounted(node)).toContain('/mnt/lfs0');
  });

  it('a firewall that keeps others out keeps no target from serving, and is said', async () => {
    const node = machine({ D1: ours(0) });
    const chain = { family: 'inet', table: 'filter', name: 'input', hook: 'input', policy: 'drop' };
    node.answer('nft --json list ruleset', () => ({ stdout: JSON.stringify({ nftables: [{ chain }] }) }));
    expect(await clusterAction(false).check(ost(), node.system)).toMatchObject({
      problem: { code: 'cluster/firewall' },
    });
    expect(await clusterAction(true).check(ost(), node.system)).toMatchObject({ kind: 'drifted' });
    await clusterAction(true).apply(ost(), node.system, note);
    expect(mounted(node)).toContain('/srv/lustre/lfs0-OST0000');
    expect(await clusterAction(true).check(ost(), node.system)).toMatchObject({
      problem: { code: 'cluster/firewall' },
    });
  });

  it('a management server whose name nobody knows keeps no formatted target from serving', async () => {
    const node = machine({ D1: ours(0) });
    const unknown = profileOf({ mgs: ['mds-09'], targets: [target('ost', 0, 'D1')], mount: '/mnt/lfs0' });
    expect(await atBoot.apply(unknown, node.system, note)).toMatchObject({ problem: { code: 'lustre/unknown-mgs' } });
    expect(mounted(node)).toContain('/srv/lustre/lfs0-OST0000');
  });
});

describe('LNet', () => {
  it('is written as YAML and started', async () => {
    const node = machine();
    const wide = profileOf({
      mount: '/mnt/lfs0',
      networks: [
        { net: 'o2ib1', interfaces: ['ib0', 'ib1'] },
        { net: 'tcp', interfaces: ['ens3'] },
      ],
    });
    expect(await action.apply(wide, node.system, note)).toMatchObject({ ok: true });
    const { parse } = await import('yaml');
    expect(parse(node.fake.text('/etc/lnet.conf'))).toEqual({
      net: [
        { 'net type': 'o2ib1', 'local NI(s)': [{ interfaces: { 0: 'ib0' } }, { interfaces: { 0: 'ib1' } }] },
        { 'net type': 'tcp', 'local NI(s)': [{ interfaces: { 0: 'ens3' } }] },
      ],
    });
    expect(node.active.has('lnet.service')).toBe(true);
    // The client mounts from the management server's first network.
    expect(node.fake.text('/run/systemd/system/mnt-lfs0.mount')).toContain('What=10.77.0.41@o2ib1:/lfs0\n');
  });

  it('never beside the legacy option, wherever that is', async () => {
    const node = machine();
    node.fake.put('/etc/modprobe.d/lustre.conf', '# old\noptions lnet networks="tcp0(eth0)"\n');
    expect(await blocked(ost(), node)).toMatchObject({
      code: 'lustre/two-configurations',
      summary: expect.stringContaining('/etc/modprobe.d/lustre.conf'),
    });
    node.fake.put(
      '/etc/modprobe.d/lustre.conf',
      '# options lnet networks="tcp0(eth0)"\noptions lnet lnet_health_sensitivity=0\n',
    );
    expect(await blocked(ost(), node)).toMatchObject({ kind: 'drifted' });
  });

  it('runs over every link with an address when none is named', async () => {
    const node = machine();
    const { cluster } = ost();
    if (cluster?.filesystem !== 'lustre') throw new Error('no Lustre');
    const { networks: _, ...open } = cluster;
    node.answer('ip -details -json address', () => ({
      stdout: JSON.stringify([
        { ifname: 'lo', link_type: 'loopback', mtu: 65536, addr_info: [{ local: '127.0.0.1', prefixlen: 8 }] },
        { ifname: 'ens3', link_type: 'ether', mtu: 1500, addr_info: [{ local: '10.77.0.42', prefixlen: 24 }] },
        { ifname: 'ens4', link_type: 'ether', mtu: 1500, addr_info: [{ local: 'fe80::1', prefixlen: 64 }] },
      ]),
    }));
    await action.apply({ ...ost(), cluster: open }, node.system, note);
    expect(node.fake.text('/etc/lnet.conf')).toContain('0: ens3');
    expect(node.fake.text('/etc/lnet.conf')).not.toMatch(/: (lo|ens4)/);
  });

  it('is all that is written where only the configuration is wanted', async () => {
    const node = createVendorMachine();
    const only = profileOf({ targets: [target('ost', 0, 'D1')], configureOnly: true });
    expect((await changesOf(only, node)).map(({ after }) => after)).toEqual(['tcp over ens3; nothing is started']);
    await action.apply(only, node.system, note);
    expect(await changesOf(only, node)).toEqual([]);
    expect(node.said).toEqual([]);
  });
});

it('a management server that never answers is waited for, within bounds', async () => {
  const node = machine();
  node.answer('systemctl start srv-lustre', () => ({ exitCode: 1 }));
  node.answer('journalctl', () => ({
    stdout: 'mount.lustre: mount /dev/sda failed: Input/output error\nIs the MGS running?\n',
  }));
  notes.length = 0;
  expect(await action.apply(ost(), node.system, note)).toMatchObject({
    problem: { code: 'lustre/not-mounted', summary: expect.stringContaining('Is the MGS running?') },
  });
  expect(notes.some((text) => text.includes('waits for the management server (10.77.0.41)'))).toBe(true);
  // What was formatted meanwhile is kept.
  expect((await changesOf(ost(), node)).find(({ subject }) => subject === 'disk D1')?.after).toMatch(/^kept as/);
});

it('a management server whose name nobody knows is named', async () => {
  const node = machine();
  const unknown = profileOf({ mgs: ['mds-09'], targets: [target('ost', 0, 'D1')] });
  expect(await action.apply(unknown, node.system, note)).toMatchObject({
    problem: { code: 'lustre/unknown-mgs', path: 'cluster.mgs[0]' },
  });
  expect(made(node)).toEqual([]);
});

it('the samples are what the machine above pretends', () => {
  const text = readFileSync(new URL('../fixtures/cluster/lustre-tunefs-dryrun-ost.txt', import.meta.url), 'utf8');
  expect(text).toMatch(/ {3}Read previous values:\nTarget: {5}lfs0-OST0000\n/);
});
