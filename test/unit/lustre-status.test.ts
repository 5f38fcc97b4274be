// What Lustre's tools print, parsed and judged. The samples of tunefs.lustre are real; the rest is shaped by the sources of 2.17.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readLustre } from '../../src/probes/lustre.ts';
import type { Lustre } from '../../src/state/lustre-node.ts';
import {
  nameInWords,
  parseHealthCheck,
  parseRecovery,
  parseServers,
  parseSpace,
  parseTunefs,
} from '../../src/state/lustre-output.ts';
import { type LustreReading, lustreStatus } from '../../src/state/lustre-status.ts';
import type { Profile } from '../../src/state/profile.ts';
import { createVendorMachine } from '../helpers/vendor-machine.ts';

const sample = (name: string) =>
  readFileSync(new URL(`../fixtures/cluster/lustre-${name}.txt`, import.meta.url), 'utf8');

describe('tunefs.lustre', () => {
  it('an OST that was told to write its configuration anew', () => {
    expect(parseTunefs(sample('tunefs-dryrun-ost'))).toEqual({
      name: 'lfs0-OST0000',
      fsname: 'lfs0',
      flags: ['OST', 'update', 'writeconf'],
      mgsNodes: ['10.77.0.41@tcp', '10.77.0.42@tcp'],
      serviceNodes: [],
    });
  });

  it('an MDT that is the MGS, too, and never registered', () => {
    expect(parseTunefs(sample('tunefs-dryrun-mdt'))).toMatchObject({
      name: 'lfs0-MDT0000',
      flags: ['MDT', 'MGS', 'first_time', 'update'],
      mgsNodes: [],
    });
  });

  it('anything else', () => {
    expect(
      parseTunefs('tunefs.lustre FATAL: Device /dev/sda has not been formatted with mkfs.lustre\n'),
    ).toBeUndefined();
  });

  it.each([
    ['Lustre target lfs0:OST0000', 'lfs0-OST0000'],
    ['Lustre target lfs0=MDT0001', 'lfs0-MDT0001'],
    ['ext4 label MGS', 'MGS'],
    ['ext4 label data', undefined],
  ])('%s is called %s', (words, name) => {
    expect(nameInWords(words)).toBe(name);
  });
});

const recovery = `mdt.lfs0-MDT0000.recovery_status=
status: COMPLETE
recovery_start: 1758000000
recovery_duration: 3
completed_clients: 2/2
obdfilter.lfs0-OST0001.recovery_status=status: RECOVERING
recovery_start: 1758000000
time_remaining: 97
connected_clients: 1/3
`;
const servers = `lfs0-OST0000-osc-ffff8c0012345678 active.
lfs0-MDT0000-mdc-ffff8c0012345678 active.
MGC10.77.0.41@tcp active.
lfs check: error: check 'lfs0-OST0001-osc-ffff8c0012345678': Resource temporarily unavailable (11)
`;

describe('lctl and lfs', () => {
  it.each([
    ['healthy\n', 'healthy'],
    ['device lfs0-OST0000 reported unhealthy\nNOT HEALTHY\n', 'not healthy'],
    ['LBUG\n', 'LBUG'],
    ['error: get_param: param_path "health_check": No such file\n', undefined],
  ])('%j is %s', (text, health) => {
    expect(parseHealthCheck(text)).toBe(health);
  });

  it('servers', () => {
    expect(parseServers(servers)).toEqual([
      { name: 'lfs0-OST0000', active: true },
      { name: 'lfs0-MDT0000', active: true },
      { name: 'MGC10.77.0.41@tcp', active: true },
      { name: 'lfs0-OST0001', active: false },
    ]);
    expect(parseServers('lfs check: cannot find mounted Lustre filesystem: No such device\n')).toEqual([]);
  });

  it('recovery', () => {
    expect(parseRecovery(recovery)).toEqual([
      { target: 'lfs0-MDT0000', status: 'COMPLETE', remaining: undefined, clients: '2/2' },
      { target: 'lfs0-OST0001', status: 'RECOVERING', remaining: 97, clients: '1/3' },
    ]);
    expect(parseRecovery('')).toEqual([]);
  });

  it('space', () => {
    expect(
      parseSpace(
        'osd-ldiskfs.lfs0-OST0000.kbytestotal=100\nosd-ldiskfs.lfs0-OST0000.kbytesavail=40\nosd-ldiskfs.MGS.kbytestotal=5\n',
      ),
    ).toEqual([{ target: 'lfs0-OST0000', total: 102_400, free: 40_960 }]);
  });
});

const cluster: Lustre = { filesystem: 'lustre', fsname: 'lfs0', mgs: ['10.77.0.41'] };
const reading = (part: Partial<LustreReading> = {}): LustreReading => ({
  modules: true,
  health: 'healthy',
  servers: undefined,
  recoveries: [],
  spaces: [],
  targets: [{ name: 'lfs0-OST0000', mounted: true }],
  mount: undefined,
  ...part,
});

describe('a node', () => {
  it.each<[string, LustreReading, string, string]>([
    ['that is well', reading(), 'healthy', '1 targets mounted here, healthy'],
    ['without modules', reading({ modules: false, health: undefined }), 'failed', 'no Lustre loaded'],
    ['with a bug', reading({ health: 'LBUG' }), 'failed', 'LBUG'],
    ['not healthy', reading({ health: 'not healthy' }), 'degraded', 'NOT HEALTHY'],
    [
      'whose only target is down',
      reading({ targets: [{ name: 'lfs0-OST0000', mounted: false }] }),
      'failed',
      'lfs0-OST0000',
    ],
    [
      'that misses a server',
      reading({ servers: parseServers(servers) }),
      'degraded',
      'lfs0-OST0001 does not answer this client',
    ],
    [
      'in recovery',
      reading({ recoveries: parseRecovery(recovery) }),
      'waiting',
      'lfs0-OST0001 recovers its clients, 1/3 clients, 97 s left',
    ],
    ['without its mount', reading({ mount: { path: '/mnt', mounted: false } }), 'degraded', '/mnt'],
  ])('%s', (_, seen, health, words) => {
    const status = lustreStatus(seen, cluster);
    expect(status.health).toBe(health);
    expect(status.summary).toContain(words);
    expect(status.rows.every(({ label }) => label.length <= 10)).toBe(true);
  });
});

describe('the probe', () => {
  const profile: Profile = {
    version: 1,
    role: 'client',
    cluster: { ...cluster, mount: '/mnt/lfs0', targets: [{ kind: 'ost', index: 0, device: { serial: 'A' } }] },
  };

  it('asks nothing of tools that have no modules', async () => {
    const machine = createVendorMachine();
    expect(await readLustre(machine.system, profile)).toMatchObject({
      health: 'failed',
      problems: [{ code: 'lustre/no-modules' }],
    });
    expect(machine.said).toEqual([]);
  });

  it('asks with options that the tools know', async () => {
    const machine = createVendorMachine({ files: { '/sys/module/lustre/refcnt': '1\n' } });
    machine.mount('/mnt/lfs0', 'lustre', '10.77.0.41@tcp:/lfs0');
    machine.mount('/srv/lustre/lfs0-OST0000', 'lustre', '/dev/sda');
    machine.answer('lctl get_param -n health_check', () => ({ stdout: 'healthy\n' }));
    machine.answer('lctl get_param mdt', () => ({ stdout: recovery }));
    machine.answer('lctl get_param osd', () => ({
      stdout: 'osd-ldiskfs.lfs0-OST0000.kbytestotal=100\nosd-ldiskfs.lfs0-OST0000.kbytesavail=2\n',
    }));
    machine.answer('lfs check servers', () => ({ stdout: servers, exitCode: 11 }));
    expect(await readLustre(machine.system, profile)).toMatchObject({
      health: 'degraded',
      name: 'lfs0',
      rows: [
        { label: 'Health', text: 'healthy' },
        { label: 'Targets', text: '1 of 1 mounted here' },
        { label: 'Servers', text: '3 of 4 answer', tone: 'bad' },
        { label: 'Recovery' },
        { label: 'Free', tone: 'warn' },
      ],
    });
    expect(machine.refused).toEqual([]);
  });
});
