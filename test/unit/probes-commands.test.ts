// Parsers of what ip, lsblk, wipefs, chronyc, timedatectl and systemctl print, and how probes take their failures.
import { describe, expect, test } from 'vitest';
import { describeSignature, parseWipefs, readDisks } from '../../src/probes/disks.ts';
import { hasModule, readFilesystemAvailability } from '../../src/probes/filesystem-availability.ts';
import { joinLinks, parseIpAddress, parseNetDev, readLinkActivity, readLinks } from '../../src/probes/links.ts';
import { parseFailedUnits, parseSystemctlShow, readServices } from '../../src/probes/services.ts';
import { parseTimedatectl, parseTracking, readTimeSync } from '../../src/probes/time-sync.ts';
import { parseTzdata, readTimezones } from '../../src/probes/timezones.ts';
import { gib, mib } from '../../src/state/bytes.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';
import { probeFixture } from '../helpers/probe-fixture.ts';

describe('links', () => {
  const linkFiles = {
    '/proc/net/dev': probeFixture('net-dev.txt').replace('eth0', '  v0'),
    '/sys/class/net/v0/flags': '0x1003\n',
    '/sys/class/net/v0/carrier': '1\n',
    '/sys/class/net/v0/speed': '10000\n',
    '/sys/class/net/v0/device/vendor': '0x1af4\n',
    '/sys/class/net/v0/device/device': '0x0001\n',
    '/sys/class/net/lo/flags': '0x9\n',
    '/sys/class/net/lo/carrier': '1\n',
  };
  const machine = () =>
    createFakeSystem({
      files: linkFiles,
      links: { '/sys/class/net/v0/device/driver': '../../../../bus/virtio/drivers/virtio_net' },
      commands: { 'ip -details -json address': probeFixture('ip-address.json') },
    });

  test('kinds and addresses', () => {
    expect(parseIpAddress(probeFixture('ip-address.json'))?.map(({ name, kind }) => [name, kind])).toEqual([
      ['lo', 'loopback'],
      ['v1', 'ethernet'],
      ['v0', 'ethernet'],
      ['br0', 'bridge'],
    ]);
    expect(parseIpAddress('Object "x" is unknown')).toBeUndefined();
  });
  test('counters are bytes received and sent', () => {
    const text = 'a\nb\n  eth0: 797391491 1 2 3 4 5 6 7 1156359 1 2 3 4 5 6 7\n';
    expect(parseNetDev(text).get('eth0')).toEqual({ received: 797391491, sent: 1156359 });
  });
  test('cables first; a link that only one of both knows waits', async () => {
    const links = await readLinks(machine());
    expect(links?.map(({ name }) => name)).toEqual(['v0', 'lo']);
    expect(links?.[0]).toMatchObject({
      carrier: true,
      up: true,
      speedMbps: 10000,
      driver: 'virtio_net',
      model: '1af4:0001',
      addresses: expect.arrayContaining(['10.20.0.11/24']),
    });
  });
  test('the carrier of a link that is down is unknown', async () => {
    const fake = machine();
    await fake.remove('/sys/class/net/v0/carrier');
    fake.put('/sys/class/net/v0/flags', '0x1002\n');
    expect((await readLinkActivity(fake))?.get('v0')).toMatchObject({ carrier: undefined, up: false });
  });
  test('no ip, no links: unknown, not none', async () => {
    expect(await readLinks(createFakeSystem({ files: linkFiles }))).toBeUndefined();
  });
  test('what is neither cable nor made by a profile is left out', () => {
    const ifb = '[{"ifname":"ifb0","link_type":"ether","mtu":1500,"linkinfo":{"info_kind":"ifb"},"addr_info":[]}]';
    const [detail] = parseIpAddress(ifb) ?? [];
    expect(detail?.kind).toBe('other');
    expect(joinLinks(new Map(), new Map())).toEqual([]);
  });
});

describe('disks', () => {
  const machine = () =>
    createFakeSystem({ commands: { lsblk: probeFixture('lsblk.json'), 'wipefs --json --no-act /dev/vdb': '' } });

  test('whole disks with what is on them', async () => {
    const disks = await readDisks(machine());
    expect(disks?.map(({ name, serial, contents, mountedAt }) => [name, serial, contents, mountedAt])).toEqual([
      [
        'vda',
        'VBOX-77',
        ['GPT with 2 partitions', 'ext4 label MAYFLY', 'LVM physical volume', 'Ceph OSD (BlueStore)'],
        ['/config'],
      ],
      ['vdb', 'SPARE-1', [], []],
      ['vdc', 'LUS-1', ['Lustre target lfs0:OST0000'], []],
    ]);
  });
  test('only a disk that udev says nothing about is asked itself', async () => {
    const fake = machine();
    await readDisks(fake);
    expect(fake.queried.filter(([program]) => program === 'wipefs').map((command) => command.at(-1))).toEqual([
      '/dev/vdb',
    ]);
    expect(fake.ran).toEqual([]);
  });
  test('a sleeping disk is not woken, and is not called empty', async () => {
    const fake = machine();
    fake.put('/sys/block/vdb/device/power/runtime_status', 'suspended\n');
    const disks = await readDisks(fake);
    expect(disks?.find(({ name }) => name === 'vdb')?.contents).toEqual(['asleep, not looked at']);
    expect(fake.queried.map(([program]) => program)).not.toContain('wipefs');
  });
  test('a disk that cannot be looked at is not called empty', async () => {
    const fake = machine();
    fake.answer('wipefs --json --no-act /dev/vdb', {
      exitCode: 1,
      stderr: 'wipefs: error: /dev/vdb: Input/output error\n',
    });
    expect((await readDisks(fake))?.[1]?.contents).toEqual(['unknown: wipefs: error: /dev/vdb: Input/output error']);
  });
  test('no lsblk: unknown, not none', async () => {
    expect(await readDisks(createFakeSystem())).toBeUndefined();
  });
  test('wipefs', () => {
    expect(parseWipefs(probeFixture('wipefs.json'))).toEqual(['ext4']);
    expect(parseWipefs('')).toEqual([]);
    expect(parseWipefs('{"signatures":[]}')).toEqual([]);
    expect(parseWipefs('oops')).toBeUndefined();
  });
  test.each([
    ['ext4', undefined, 'ext4'],
    ['xfs', 'brick1', 'xfs label brick1'],
    ['linux_raid_member', 'node:0', 'Linux RAID member label node:0'],
    ['isw_raid_member', undefined, 'RAID member (isw_raid_member)'],
    ['ext4', 'lfs0=MDT0000', 'Lustre target lfs0=MDT0000'],
  ])('%s %s', (type, label, expected) => expect(describeSignature(type, label)).toBe(expected));
});

describe('time', () => {
  const synchronised =
    '0A000001,10.0.0.1,3,1732300000.123456789,-0.000123456,0.000010000,0.000020000,1.234,0.001,0.050,0.000900000,0.000300000,64.5,Normal';
  const never =
    '00000000,,0,0.000000000,0.000000000,0.000000000,0.000000000,0.000,0.000,0.000,1.000000000,1.000000000,0.0,Not synchronised';
  test('tracking: a negative correction means that this clock is fast', () => {
    const status = parseTracking(synchronised);
    expect(status).toMatchObject({ synchronised: true, source: '10.0.0.1' });
    expect(status?.offsetMs).toBeCloseTo(0.123456);
  });
  test('without a source, or with its own clock as source, it is not synchronised', () => {
    expect(parseTracking(never)).toEqual({ synchronised: false, source: undefined, offsetMs: undefined });
    expect(parseTracking(probeFixture('chronyc-tracking-local.csv'))).toMatchObject({
      synchronised: false,
      source: 'its own clock',
    });
    expect(parseTracking('506 Cannot talk to daemon\n')).toBeUndefined();
  });
  test('systemd where chrony does not run; unknown where neither does', async () => {
    expect(parseTimedatectl('NTP=yes\nNTPSynchronized=no\n')?.synchronised).toBe(false);
    const fake = createFakeSystem({
      commands: {
        chronyc: { exitCode: 1, stdout: '506 Cannot talk to daemon\n' },
        timedatectl: 'NTPSynchronized=yes\n',
      },
    });
    expect(await readTimeSync(fake)).toEqual({ synchronised: true, source: undefined, offsetMs: undefined });
    expect(await readTimeSync(createFakeSystem())).toBeUndefined();
  });
});

describe('services', () => {
  const show = [
    'Type=notify\nResult=success\nId=chrony.service\nLoadState=loaded\nActiveState=active\nSubState=running\n',
    'Type=simple\nResult=exit-code\nId=ssh.service\nLoadState=loaded\nActiveState=failed\nSubState=failed\n',
    'Type=oneshot\nResult=success\nId=once.service\nLoadState=loaded\nActiveState=inactive\nSubState=dead\n',
    'Type=simple\nResult=success\nId=off.service\nLoadState=loaded\nActiveState=inactive\nSubState=dead\n',
    'Result=success\nId=none.service\nLoadState=not-found\nActiveState=inactive\nSubState=dead\n',
  ].join('\n');
  test('show', () => {
    expect(parseSystemctlShow(show).map(({ unit, state, healthy }) => [unit, state, healthy])).toEqual([
      ['chrony.service', 'active (running)', true],
      ['ssh.service', 'failed', false],
      ['once.service', 'inactive (dead)', true],
      ['off.service', 'inactive (dead)', false],
      ['none.service', 'not-found', false],
    ]);
  });
  test('failed units that nobody asked for are added once', async () => {
    const fake = createFakeSystem({
      commands: {
        'systemctl list-units':
          '[{"unit":"ssh.service","load":"loaded","active":"failed","sub":"failed","description":"x"},{"unit":"odd.mount","load":"loaded","active":"failed","sub":"failed","description":"y"}]\n',
        'systemctl show': show,
      },
    });
    const services = await readServices(fake, ['chrony.service', 'ssh.service']);
    expect(services?.filter(({ healthy }) => !healthy).map(({ unit }) => unit)).toContain('odd.mount');
    expect(services?.filter(({ unit }) => unit === 'ssh.service')).toHaveLength(1);
  });
  test('no systemd: unknown, not none', async () => {
    expect(parseFailedUnits('')).toBeUndefined();
    const refused = { exitCode: 1, stderr: 'Failed to connect to bus: Host is down\n' };
    expect(await readServices(createFakeSystem({ commands: { systemctl: refused } }), [])).toBeUndefined();
  });
});

describe('time zones', () => {
  test('zones and their other names', () => {
    expect(parseTzdata(probeFixture('tzdata.zi'))).toEqual([
      'Africa/Abidjan',
      'Africa/Accra',
      'Africa/Addis_Ababa',
      'GMT',
      'Australia/ACT',
      'Australia/LHI',
    ]);
  });
  test('only those that are installed', async () => {
    const fake = createFakeSystem({
      files: {
        '/usr/share/zoneinfo/tzdata.zi': probeFixture('tzdata.zi'),
        '/usr/share/zoneinfo/Africa/Accra': 'TZif',
        '/usr/share/zoneinfo/GMT': 'TZif',
      },
    });
    expect(await readTimezones(fake)).toEqual(['Africa/Accra', 'GMT']);
  });
});

describe('cluster filesystems', () => {
  const kernel = '6.12.0';
  test('what is missing, in the order in which it matters', async () => {
    const fake = createFakeSystem({ files: { '/usr/sbin/glusterd': '', '/usr/sbin/mkfs.lustre': '' } });
    expect(await readFilesystemAvailability(fake, kernel, gib(8))).toMatchObject({
      ceph: { available: false, why: expect.stringContaining('--with ceph') },
      gluster: { available: false, why: expect.stringContaining('FUSE') },
      lustre: { available: false, why: expect.stringContaining('no lustre module') },
    });
    fake.put('/dev/fuse', '');
    expect((await readFilesystemAvailability(fake, kernel, mib(512))).gluster).toEqual({
      available: false,
      why: 'needs 1 GiB of RAM, this node has 512 MiB',
    });
    expect((await readFilesystemAvailability(fake, kernel, gib(8))).gluster).toEqual({ available: true });
  });
  test('modules.dep', () => {
    expect(hasModule('kernel/fs/fuse/fuse.ko.xz: \nextra/lustre.ko: x\n', 'lustre')).toBe(true);
    expect(hasModule('kernel/fs/fuse/cuse.ko: kernel/fs/fuse/fuse.ko\n', 'fuse')).toBe(false);
  });
});
