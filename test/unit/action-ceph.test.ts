// The step cluster for Ceph where a real cluster is not needed: what it refuses, and what it asks before it stops or gives up an OSD.
import { describe, expect, test } from 'vitest';
import { cephContext } from '../../src/actions/ceph/context.ts';
import { applyFiles } from '../../src/actions/ceph/files.ts';
import { applyOsds, startOsds } from '../../src/actions/ceph/osds.ts';
import { cephAction } from '../../src/actions/ceph/step.ts';
import type { Ceph } from '../../src/state/ceph-node.ts';
import { fsidOf } from '../../src/state/cluster-keys.ts';
import type { Profile } from '../../src/state/profile.ts';
import { createFakeSystem, type FakeOptions } from '../helpers/fake-system.ts';

const secret = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
const fsid = fsidOf(secret);
const programs = [
  '/usr/bin/ceph',
  '/usr/bin/ceph-mon',
  '/usr/bin/ceph-mgr',
  '/usr/bin/ceph-osd',
  '/usr/sbin/ceph-volume',
  '/usr/bin/ceph-mds',
  '/usr/bin/ceph-fuse',
];
const installed = Object.fromEntries(programs.map((path) => [path, '']));
const disk = {
  blockdevices: [{ name: 'sda', path: '/dev/sda', type: 'disk', size: 2 ** 32, serial: 'S', mountpoints: [null] }],
};
const label = { '/dev/sda': { osd_uuid: 'u-0', ceph_fsid: fsid, whoami: '0', ready: 'ready' } };

const profile = (cluster: Partial<Ceph>, wipe: readonly string[] = []): Profile => ({
  version: 1,
  role: 'storage',
  node: { hostname: 's4', hosts: [{ name: 'm1', address: '10.0.0.1' }] },
  cluster: { filesystem: 'ceph', secret, monitors: ['m1'], ...cluster },
  wipe: [...wipe],
});
const system = ({ files, commands }: FakeOptions = {}) =>
  createFakeSystem({
    files: { ...installed, ...files },
    commands: {
      'ip -details -json address': '[]',
      'systemctl is-active': { exitCode: 3, stdout: 'inactive\n' },
      'systemctl list-units': '',
      systemctl: '',
      lsblk: JSON.stringify(disk),
      wipefs: '',
      'ceph-bluestore-tool show-label': { exitCode: 1 },
      ...commands,
    },
  });
const osds = [{ device: { serial: 'S' } }];
const asked = (words: string) => `ceph --connect-timeout 5 ${words}`;
const code = async (cluster: Partial<Ceph>, options?: FakeOptions): Promise<string> => {
  const verdict = await cephAction(false).check(profile(cluster), system(options));
  return verdict.kind === 'blocked' ? verdict.problem.code : verdict.kind;
};

describe('what is refused before anything is touched', () => {
  test.each<[string, Partial<Ceph>, FakeOptions | undefined, string]>([
    ['a server without the secret', { osds, secret: undefined }, undefined, 'ceph/no-secret'],
    ['a client without a key', { secret: undefined, mount: '/srv' }, undefined, 'ceph/no-key'],
    ['no such disk', { osds: [{ device: { serial: 'T' } }] }, undefined, 'storage/no-such-disk'],
    ['no answer about disks', { osds }, { commands: { lsblk: { exitCode: 1 } } }, 'ceph/no-disks'],
    [
      "another cluster's monitor on the disk for state",
      { monitors: ['s4'] },
      { files: { '/var/lib/mayfly/state/ceph-mon/11111111-2222-4333-8444-555555555555/s4/keyring': '' } },
      'ceph/foreign-monitor',
    ],
    [
      "another host's monitor on the disk for state",
      { monitors: ['s4'] },
      { files: { [`/var/lib/mayfly/state/ceph-mon/${fsid}/s1/keyring`]: '' } },
      'ceph/other-monitor',
    ],
    // Half a store from a power cut is none.
    [
      'half a store',
      { monitors: ['s4'] },
      { files: { [`/var/lib/mayfly/state/ceph-mon/${fsid}/s4.new/keyring`]: '' } },
      'drifted',
    ],
    ['a monitor whose address is not known yet', { monitors: ['m9'] }, undefined, 'drifted'],
  ])('%s', async (_, cluster, options, expected) => {
    expect(await code(cluster, options)).toBe(expected);
  });

  test('packages that are not there, all at once', async () => {
    const verdict = await cephAction(false).check(
      profile({ osds, mds: true }),
      createFakeSystem({ commands: { ip: '[]' } }),
    );
    expect(verdict).toMatchObject({
      problem: {
        code: 'ceph/not-installed',
        summary: expect.stringMatching(/ceph-common, ceph-osd, ceph-volume, ceph-mds$/),
      },
    });
  });
});

test('a plan names no secret', async () => {
  const verdict = await cephAction(false).check(
    profile({ osds, monitors: ['s4'], mount: '/srv', mds: true }),
    system(),
  );
  expect(verdict.kind).toBe('drifted');
  expect(JSON.stringify(verdict)).not.toMatch(/[A-Za-z0-9+/]{38}==|MDEy/);
});

const contextOf = async (wanted: Profile, on: ReturnType<typeof system>) => {
  const context = await cephContext(wanted, on);
  if (!context.ok) throw new Error(context.problem.summary);
  return context.value;
};

describe('an OSD that runs', () => {
  const running = 'ceph-osd@0.service loaded active running Ceph object storage daemon osd.0\n';
  const given = (gate: string | { exitCode: number; stderr: string }): FakeOptions => ({
    files: { '/etc/ceph/ceph.conf': 'old\n' },
    commands: { 'systemctl list-units': running, [asked('osd ok-to-stop 0')]: gate },
  });

  test('keeps its configuration as long as the cluster needs it', async () => {
    const on = system(
      given({
        exitCode: 16,
        stderr: 'Error EBUSY: unsafe to stop osd(s) at this time (3 PGs are or would become offline)',
      }),
    );
    const done = await applyFiles(await contextOf(profile({ osds }), on), on, () => undefined);
    expect(done).toMatchObject({ problem: { code: 'ceph/osd-needed', summary: expect.stringContaining('3 PGs') } });
    expect(on.text('/etc/ceph/ceph.conf')).toBe('old\n');
    expect(on.ran).toEqual([]);
  });

  test('is started again with a new one when it may stop', async () => {
    const on = system(given(''));
    expect(await applyFiles(await contextOf(profile({ osds }), on), on, () => undefined)).toMatchObject({ ok: true });
    expect(on.text('/etc/ceph/ceph.conf')).toContain('mon host = [v2:10.0.0.1:3300');
    expect(on.ran).toEqual([['systemctl', 'restart', 'ceph-osd@0.service']]);
  });
});

describe('a disk that is missing', () => {
  const two = [...osds, { device: { serial: 'T' } }];
  const commands = { 'ceph-bluestore-tool show-label': JSON.stringify(label), 'ceph-volume': '' };

  test('stops an apply that somebody asks for, and none at a boot', async () => {
    const asked = await cephAction(false).check(profile({ osds: two }), system({ commands }));
    expect(asked).toMatchObject({ kind: 'blocked', problem: { code: 'storage/no-such-disk' } });
    const atBoot = await cephAction(true).check(profile({ osds: two }), system({ commands }));
    expect(atBoot).toMatchObject({ kind: 'drifted' });
    expect(JSON.stringify(atBoot)).toContain('osd.0');
  });

  test('keeps no other from being started, each by itself', async () => {
    const on = system({ commands });
    const context = await cephContext(profile({ osds: two }), on, true);
    expect(context.ok && (await startOsds(context.value, on, () => undefined))).toEqual({ ok: true, value: undefined });
    expect(on.ran.map((words) => words.join(' '))).toEqual([
      'ceph-volume raw activate --no-systemd --no-tmpfs --device /dev/sda',
      'systemctl reset-failed ceph-osd@0.service',
      'systemctl enable --now ceph-osd@0.service',
    ]);
  });
});

describe('an OSD that was removed from the cluster, on a disk that may be wiped', () => {
  const commands = {
    'ceph-bluestore-tool show-label': JSON.stringify(label),
    [asked('--format json osd dump')]: JSON.stringify({ osds: [] }),
    [asked('--format json osd metadata')]: '[]',
    flock: '',
    findmnt: '',
  };

  test('is asked for once more, and stays when the cluster still needs it', async () => {
    const gate = { exitCode: 16, stderr: 'Error EBUSY: OSD(s) 0 have 3 pgs currently mapped to them.' };
    const on = system({ commands: { ...commands, [asked('osd safe-to-destroy 0')]: gate } });
    // Its own label still says that it is one: nobody has made anything of it in the meantime.
    const done = await applyOsds(await contextOf(profile({ osds }, ['S']), on), on, () => undefined);
    expect(done).toMatchObject({ problem: { code: 'ceph/osd-holds-data' } });
    expect(on.ran.map(([program]) => program)).not.toContain('wipefs');
  });

  test('goes when it may', async () => {
    const on = system({ commands: { ...commands, [asked('osd safe-to-destroy 0')]: '' } });
    const steps: string[] = [];
    on.answer('wipefs --all', () => {
      on.answer('ceph-bluestore-tool show-label', { exitCode: 1 });
      return '';
    });
    on.answer('flock /run/mayfly/ceph-volume.lock ceph-volume raw prepare', { exitCode: 1, stderr: 'stopped here' });
    const done = await applyOsds(await contextOf(profile({ osds }, ['S']), on), on, (note) => steps.push(note));
    expect(done).toMatchObject({ problem: { code: 'ceph/command-failed' } });
    expect(steps).toEqual(['what was on S (/dev/sda) is gone', 'making an OSD of S (/dev/sda)']);
  });
});
