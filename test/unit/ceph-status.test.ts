// What a display says of a Ceph cluster, from what real daemons said.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { readCeph } from '../../src/probes/ceph/read-ceph.ts';
import { cephProblems } from '../../src/state/ceph-problems.ts';
import { cephDf, cephHealth, cephSummary, fsStatus, osdTree } from '../../src/state/ceph-reading.ts';
import { cephStatus } from '../../src/state/ceph-status.ts';
import type { Profile } from '../../src/state/profile.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';

const text = (name: string): string =>
  readFileSync(new URL(`../fixtures/cluster/ceph-${name}.json`, import.meta.url), 'utf8');
const sample = <T>(schema: z.ZodType<T>, name: string): T => schema.parse(JSON.parse(text(name)));

const status = (state: 'ok' | 'degraded') =>
  cephStatus({
    fsName: 'cephfs',
    cluster: {
      summary: sample(cephSummary, state === 'ok' ? 's' : 's-degraded'),
      detail: sample(cephHealth, state === 'ok' ? 'health-ok' : 'health-degraded'),
      tree: sample(osdTree, state === 'ok' ? 'osd-tree' : 'osd-tree-down'),
      df: sample(cephDf, 'df'),
      filesystem: sample(fsStatus, 'fs-status'),
      perf: {
        osdstats: { osd_perf_infos: [1, 0, 2].map((id) => ({ id, perf_stats: { commit_latency_ms: 7 * id } })) },
      },
    },
    local: undefined,
    monitors: ['s1', 's2', 's3'],
  });
const shown = (state: 'ok' | 'degraded') =>
  status(state).rows.map(({ label, text: words, tone }) => `${label}: ${words} (${tone})`);

describe('a healthy cluster', () => {
  test('says so', () => {
    expect(status('ok')).toMatchObject({ health: 'healthy', name: 'cephfs', problems: [] });
    expect(shown('ok')).toMatchInlineSnapshot(`
      [
        "Monitors: 3 of 3 in quorum (good)",
        "OSDs: 3 of 3 up (good)",
        "PGs: all 17 active+clean (good)",
        "Metadata: s2 active, 1 standing by (good)",
        "Manager: active, 1 standing by (good)",
        "Raw: 577 MiB of 12 GiB used (5 %) (plain)",
        "Free: 4.66 GiB for files (plain)",
        "Latency: 14 ms to commit at most (osd.2) (plain)",
        "Clients: 3 mounted (plain)",
        "Traffic: 0 B/s read, 0 B/s written (plain)",
      ]
    `);
  });
});

describe('a cluster with an OSD down', () => {
  test('names the OSD and its host, and says what is left to copy', () => {
    expect(status('degraded')).toMatchObject({ health: 'degraded' });
    expect(status('degraded').summary).toMatchInlineSnapshot(
      `"osd.2 on c3 is down; Degraded data redundancy: 45/135 objects degraded (33.333%), 13 pgs degraded"`,
    );
    expect(shown('degraded')).toMatchInlineSnapshot(`
      [
        "Monitors: 3 of 3 in quorum (good)",
        "OSDs: 2 of 3 up: osd.2 on c3 down (warn)",
        "PGs: 0 of 17 clean: 13 active+undersized+degraded, 4 active+undersized (warn)",
        "Recovery: 45 of 135 copies missing (34 %), nothing is being copied (warn)",
        "Metadata: c2 active, 1 standing by (good)",
        "Manager: active, none standing by (plain)",
        "Raw: 305 MiB of 15 GiB used (2 %) (plain)",
        "Free: 4.66 GiB for files (plain)",
        "Latency: 14 ms to commit at most (osd.2) (plain)",
        "Clients: 3 mounted (plain)",
        "Traffic: 0 B/s read, 2 MiB/s written (plain)",
      ]
    `);
    expect(status('degraded').problems.map(({ code, remedy }) => `${code}: ${remedy}`)).toMatchInlineSnapshot(`
      [
        "ceph/osd-down: See \`journalctl -b -u "ceph-osd@*"\` on that host; data is copied elsewhere after 10 minutes",
        "ceph/pg-degraded: It heals by itself once the OSDs are up; see \`ceph -s\` for its progress",
      ]
    `);
  });
});

test('data that cannot be reached comes first, whatever the order in which it is said', () => {
  const problems = cephProblems(sample(cephHealth, 'health-same-hostname-crush'));
  expect(problems[0]?.code).toBe('ceph/pg-availability');
});

test('every label fits its column', () => {
  for (const { label } of [...status('ok').rows, ...status('degraded').rows])
    expect(label.length).toBeLessThanOrEqual(10);
});

describe('read on a node', () => {
  const profile: Profile = {
    version: 1,
    role: 'monitor',
    node: { hostname: 's2' },
    cluster: { filesystem: 'ceph', monitors: ['s1', 's2', 's3'] },
  };
  const ceph = (words: string): string => `ceph --connect-timeout 3 --format json ${words}`;
  const late = { exitCode: 124, stderr: 'ceph: no answer in 3.5 s' };
  const map = JSON.parse(text('quorum_status')).monmap;

  test('from a quorum, and without what did not come in time', async () => {
    const reader = createFakeSystem({ commands: { [ceph('status')]: text('s-degraded'), [ceph('osd tree')]: late } });
    const read = await readCeph(reader, profile);
    expect(read?.health).toBe('degraded');
    expect(read?.summary).toContain('1 osds down');
  });

  test('without a quorum from its own monitor', async () => {
    const local = JSON.stringify({ name: 's2', state: 'probing', outside_quorum: ['s2'], monmap: map });
    const reader = createFakeSystem({
      commands: { [ceph('status')]: late, 'ceph --admin-daemon /run/ceph/ceph-mon.s2.asok mon_status': local },
    });
    expect(await readCeph(reader, profile)).toMatchObject({
      health: 'failed',
      summary: 'no quorum: 2 of 3 monitors are needed, s2 is probing',
      problems: [{ code: 'ceph/no-quorum', remedy: expect.stringContaining('s1, s3') }],
    });
  });

  test('where nobody answers at all', async () => {
    const reader = createFakeSystem({ commands: { ceph: late } });
    expect(await readCeph(reader, profile)).toMatchObject({
      health: 'failed',
      summary: 'no monitor answers: s1, s2, s3',
    });
  });

  test('nothing, on a client', async () => {
    const client: Profile = { ...profile, role: 'client', node: { hostname: 'c1' } };
    expect(await readCeph(createFakeSystem(), client)).toBeUndefined();
  });
});
