// A real Ceph cluster from profiles alone: made, used, hurt, healed, and every wrong state that must not do harm.
// Long, since it is one story: each part goes on where the one before it left the cluster.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { applyProfile } from '../../src/actions/apply-profile.ts';
import { osdDump } from '../../src/probes/ceph/answers.ts';
import { readCeph } from '../../src/probes/ceph/read-ceph.ts';
import { quorumStatus } from '../../src/state/ceph-reading.ts';
import { parseProfile } from '../../src/state/parse-profile.ts';
import type { Profile } from '../../src/state/profile.ts';
import { plan } from '../helpers/applying.ts';
import {
  addressOf,
  applyOn,
  cephDisks,
  cephProfile,
  startCephHost,
  startUntilItMakesAnOsd,
} from '../helpers/ceph-lab.ts';
import { runConfined } from '../helpers/confined.ts';
import { systemOf } from '../helpers/host-system.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab } from '../helpers/hosts.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const why = whyNoHosts();
const title = why === undefined ? 'a Ceph cluster' : `a Ceph cluster (skipped: ${why})`;
const minutes = 60_000;
const partitioned = { serial: 'PART-3', size: 4 * 1024 ** 3 };
const foreignFsid = '11111111-2222-4333-8444-555555555555';

describe.skipIf(why !== undefined)(title, { timeout: 10 * minutes }, () => {
  let lab: Lab;
  let s1: Host;
  let s2: Host;
  let s3: Host;
  let c1: Host;

  beforeAll(async () => {
    lab = await createLab('ceph');
    [s1, s2, s3, c1] = await Promise.all([
      startCephHost(lab, 's1', addressOf(1), cephDisks(1)),
      startCephHost(lab, 's2', addressOf(2), cephDisks(2)),
      startCephHost(lab, 's3', addressOf(3), [...cephDisks(3), partitioned]),
      startCephHost(lab, 'c1', '10.77.0.34', []),
    ]);
  }, 10 * minutes);
  afterAll(() => lab?.close());

  const ceph = async (...words: string[]): Promise<unknown> =>
    JSON.parse(
      await s2.must(['ceph', '--connect-timeout', '30', '--format', 'json', ...words], { timeoutMs: minutes }),
    );
  const osds = async () => osdDump.parse(await ceph('osd', 'dump')).osds;
  const monitors = async () => [...quorumStatus.parse(await ceph('quorum_status')).quorum_names].sort();
  const isHealthy = async () => z.object({ status: z.string() }).parse(await ceph('health')).status === 'HEALTH_OK';
  const healthy = () => waitUntil(isHealthy, 'HEALTH_OK', 3 * minutes);
  const parsed = (profile: string): Profile => {
    const result = parseProfile(profile);
    if (!result.ok) throw new Error('the profile of the test is wrong');
    return result.value;
  };
  const reading = (host: Host, profile: string) => readCeph(systemOf(host), parsed(profile));
  const clusterIn = (status: string): unknown => z.object({ cluster: z.unknown() }).parse(JSON.parse(status)).cluster;
  /** As `mayfly status --json` has it: a reading that came too late is not live. */
  const told = async (host: Host) =>
    clusterIn((await host.run(['mayfly', 'status', '--json'], { timeoutMs: minutes })).stdout);
  const serverWithMount = cephProfile(2, { cluster: { mount: '/srv/tank' } });
  const client = (key: string): string =>
    cephProfile(4, {
      hostname: 'c1',
      cluster: { secret: undefined, state: undefined, osds: undefined, mds: undefined, mount: '/srv/tank', key },
    });

  it('comes up from three profiles, also where an apply is killed and a power cut comes while an OSD is made', async () => {
    const killed = async () => {
      const first = await startUntilItMakesAnOsd(s3, cephProfile(3));
      await s3.must(['kill', '-KILL', s3.read('/run/apply.pid').trim()]);
      expect(await first.ended).toBe('no finished event');
      return applyOn(s3, cephProfile(3));
    };
    const cut = async () => {
      const first = await startUntilItMakesAnOsd(s2, serverWithMount);
      await lab.cutPower(s2);
      await first.ended.catch(() => undefined);
      s2 = await startCephHost(lab, 's2', addressOf(2), cephDisks(2));
      return applyOn(s2, serverWithMount);
    };
    const ended = await Promise.all([applyOn(s1, cephProfile(1)), cut(), killed()]);
    expect(ended).toEqual(['converged', 'converged', 'converged']);
    expect(await monitors()).toEqual(['s1', 's2', 's3']);
    expect((await osds()).map(({ osd, up }) => `${osd} ${up}`)).toEqual(['0 1', '1 1', '2 1']);
    await healthy();
  });

  it('is written on a client and read on a server, with keys of their own', async () => {
    const key = /key = (\S+)/.exec(await s1.must(['ceph', 'fs', 'authorize', 'cephfs', 'client.c1', '/', 'rw']))?.[1];
    expect(await applyOn(c1, client(key ?? ''))).toBe('converged');
    await c1.must(['sh', '-c', 'head -c 33554432 /dev/urandom > /srv/tank/big && sync /srv/tank/big'], {
      timeoutMs: 2 * minutes,
    });
    const sum = async (host: Host) =>
      (await host.must(['sha256sum', '/srv/tank/big'], { timeoutMs: minutes })).split(' ')[0];
    expect(await sum(s2)).toBe(await sum(c1));
    expect(c1.exists('/etc/ceph/ceph.client.admin.keyring')).toBe(false);
    for (const path of ['/etc/ceph/ceph.client.admin.keyring', '/var/lib/ceph/bootstrap-osd/ceph.keyring'])
      expect(await s1.must(['stat', '-c', '%a %U', path])).toBe('600 root\n');
    expect(s1.read('/run/mayfly/journal.jsonl')).not.toContain('MDEyMzQ1');
  });

  it('is as its profiles say: nothing left to change, and every display healthy', async () => {
    const plans = await Promise.all([plan(s1, cephProfile(1)), plan(s2, serverWithMount), plan(s3, cephProfile(3))]);
    expect(plans.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(await reading(s3, cephProfile(3))).toMatchObject({
      name: 'cephfs',
      health: 'healthy',
      rows: expect.arrayContaining([
        { label: 'Monitors', text: '3 of 3 in quorum', tone: 'good' },
        { label: 'OSDs', text: '3 of 3 up', tone: 'good' },
      ]),
      problems: [],
    });
    expect(await told(s1)).toMatchObject({ kind: 'live', value: { filesystem: 'ceph', health: 'healthy' } });
    expect(await told(c1)).toMatchObject({ kind: 'live', value: { mount: { kind: 'answers', path: '/srv/tank' } } });
  });

  it('goes on when an OSD dies, says so, and is whole again after an apply', async () => {
    const id = (await s3.must(['sh', '-c', 'cat /var/lib/ceph/osd/ceph-*/whoami'])).trim();
    await s3.must(['systemctl', 'kill', '--signal=KILL', '--kill-whom=main', `ceph-osd@${id}`]);
    await s3.must(['systemctl', 'stop', `ceph-osd@${id}`], { timeoutMs: minutes });
    await waitUntil(async () => (await osds()).some(({ up }) => up === 0), 'an OSD down', minutes);
    await c1.must(['sh', '-c', 'echo on > /srv/tank/after && cat /srv/tank/after'], { timeoutMs: minutes });
    // While its placement groups find each other again, they are served by nobody, and that is said as well.
    const isDegraded = async () => (await reading(s1, cephProfile(1)))?.health === 'degraded';
    await waitUntil(isDegraded, 'a degraded cluster', minutes);
    expect(await told(s1)).toMatchObject({
      kind: 'live',
      value: {
        health: 'degraded',
        summary: expect.stringContaining(`osd.${id} on s3 is down`),
        rows: expect.arrayContaining([{ label: 'OSDs', text: `2 of 3 up: osd.${id} on s3 down`, tone: 'warn' }]),
      },
    });
    expect((await plan(s3, cephProfile(3))).exitCode).toBe(2);
    expect(await applyOn(s3, cephProfile(3))).toBe('converged');
    await healthy();
  });

  it('takes a host back whose root was wiped: the same OSD, the same monitor', async () => {
    const before = (await osds()).map(({ osd, uuid }) => `${osd} ${uuid}`);
    await lab.cutPower(s3);
    s3 = await startCephHost(lab, 's3', addressOf(3), [...cephDisks(3), partitioned]);
    expect(await applyOn(s3, cephProfile(3))).toBe('converged');
    expect((await osds()).map(({ osd, uuid }) => `${osd} ${uuid}`)).toEqual(before);
    expect((await osds()).every(({ up }) => up === 1)).toBe(true);
    expect(await monitors()).toEqual(['s1', 's2', 's3']);
    await healthy();
  });

  it('takes no disk that holds something, and nothing of another cluster', async () => {
    await s3.must(['sfdisk', '--quiet', '/dev/vdc'], { input: 'label: gpt\n,100M\n' });
    const withTable = cephProfile(3, {
      cluster: { osds: [{ device: { serial: 'OSD-3' } }, { device: { serial: 'PART-3' } }] },
    });
    expect(await applyOn(s3, withTable)).toContain('apply/would-destroy-data: disk PART-3');
    const monitorElsewhere = cephProfile(3, { cluster: { fsid: foreignFsid } });
    expect(await applyOn(s3, monitorElsewhere)).toMatch(/^ceph\/foreign-monitor: /);
    const osdElsewhere = cephProfile(3, { cluster: { fsid: foreignFsid, monitors: ['s1'], state: undefined } });
    expect(await applyOn(s3, osdElsewhere)).toMatch(/^ceph\/foreign-osd: Disk OSD-3 /);
    expect((await plan(s3, cephProfile(3))).exitCode).toBe(0);
  });

  it('refuses a second node of the same host name', async () => {
    const double = await startCephHost(lab, 'x3', '10.77.0.35', cephDisks(5));
    const asMonitor = cephProfile(5, { hostname: 's3', address: '10.77.0.35' });
    expect(await applyOn(double, asMonitor)).toMatch(/^ceph\/not-its-address: /);
    const asStorage = cephProfile(5, {
      hostname: 's3',
      address: '10.77.0.35',
      cluster: { monitors: ['s1', 's2'], state: undefined },
    });
    expect(await applyOn(double, asStorage)).toMatch(/^ceph\/same-name: another node has the host name s3/);
    expect(await osds()).toHaveLength(3);
    await lab.cutPower(double);
  });

  it('makes no second cluster on a first monitor that lost its store, and says what this node knows without a quorum', async () => {
    await lab.cutPower(s1);
    const disks = [{ serial: 'STATE-9', size: 1024 ** 3 }, ...cephDisks(1).slice(1)];
    s1 = await startCephHost(lab, 's1', addressOf(1), disks);
    const replaced = cephProfile(1, { cluster: { state: { device: { serial: 'STATE-9' } } } });
    await s3.must(['systemctl', 'stop', 'ceph-mon@s3'], { timeoutMs: minutes });
    // For some seconds the last lease of the quorum still answers.
    await waitUntil(
      async () => (await reading(s2, serverWithMount))?.health === 'failed',
      'a reading without quorum',
      minutes,
    );
    const withoutQuorum = {
      kind: 'live',
      value: {
        summary: expect.stringMatching(/^no quorum: 2 of 3 monitors are needed, s2 is /),
        rows: expect.arrayContaining([{ label: 'Monitors', text: 'no quorum, 2 of 3 are needed', tone: 'bad' }]),
      },
    };
    expect(await told(s2)).toMatchObject(withoutQuorum);
    // The console, which may read and nothing else, sees as much.
    expect(clusterIn((await runConfined(s2, 'mayfly status --json')).stdout)).toMatchObject(withoutQuorum);
    expect(await applyOn(s1, replaced)).toMatch(/^ceph\/cluster-exists: /);

    await s3.must(['systemctl', 'start', 'ceph-mon@s3'], { timeoutMs: minutes });
    expect(await applyOn(s1, replaced)).toBe('converged');
    expect(await monitors()).toEqual(['s1', 's2', 's3']);
    await healthy();
    expect(await c1.must(['cat', '/srv/tank/after'], { timeoutMs: minutes })).toBe('on\n');
  });

  it('makes an OSD of a disk that held something, once its serial number is under wipe', async () => {
    const withTable = JSON.parse(
      cephProfile(3, { cluster: { osds: [{ device: { serial: 'OSD-3' } }, { device: { serial: 'PART-3' } }] } }),
    );
    expect(await applyOn(s3, JSON.stringify({ ...withTable, wipe: ['PART-3'] }))).toBe('converged');
    expect((await osds()).map(({ up }) => up)).toEqual([1, 1, 1, 1]);
    // It stays in the profile, and the OSD stays on the disk.
    expect((await plan(s3, JSON.stringify({ ...withTable, wipe: ['PART-3'] }))).exitCode).toBe(0);
  });

  it('serves at a boot with the disks that are there when one is missing', async () => {
    await lab.cutPower(s3);
    s3 = await startCephHost(lab, 's3', addressOf(3), [...cephDisks(3).slice(0, 1), partitioned]);
    const profile = parsed(
      cephProfile(3, { cluster: { osds: [{ device: { serial: 'OSD-3' } }, { device: { serial: 'PART-3' } }] } }),
    );
    const atBoot = await applyProfile(systemOf(s3), profile, { attended: false, goOn: true, resume: true });
    expect(atBoot).toMatchObject({ outcome: 'failed', problem: { code: 'storage/no-such-disk' } });
    expect(await monitors()).toEqual(['s1', 's2', 's3']);
    const present = (await s3.must(['sh', '-c', 'cat /var/lib/ceph/osd/ceph-*/whoami'])).trim();
    const states = async () => new Map((await osds()).map(({ osd, up }) => [`${osd}`, up]));
    await waitUntil(async () => [...(await states()).values()].includes(0), 'the missing OSD down', 2 * minutes);
    expect((await states()).get(present)).toBe(1);
    expect([...(await states()).values()].filter((up) => up === 1)).toHaveLength(3);
  });
});
