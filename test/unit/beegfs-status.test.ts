// What BeeGFS's command line printed (test/fixtures/cluster), parsed and judged.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readBeegfs } from '../../src/probes/beegfs.ts';
import type { Beegfs } from '../../src/state/beegfs-node.ts';
import type { BeegfsReading } from '../../src/state/beegfs-reading.ts';
import { beegfsStatus } from '../../src/state/beegfs-status.ts';
import { parseCheckServers7, parseNodes7, parseTargets7 } from '../../src/state/beegfs7-output.ts';
import { parseNodes8, parseTargets8 } from '../../src/state/beegfs8-output.ts';
import { createVendorMachine } from '../helpers/vendor-machine.ts';

const sample = (name: string) =>
  readFileSync(new URL(`../fixtures/cluster/beegfs7-${name}.txt`, import.meta.url), 'utf8');
const cluster: Beegfs = { filesystem: 'beegfs', management: 'b1', release: '7.4' };
const gib = 2 ** 30;

describe('the samples of 7.4', () => {
  it('nodes', () => {
    expect(parseNodes7(sample('listnodes-storage'), 'storage')).toEqual([
      { kind: 'storage', name: 'b3', number: 3, reachable: undefined },
      { kind: 'storage', name: 'b4', number: 4, reachable: undefined },
    ]);
    expect(parseNodes7(sample('listnodes-meta'), 'meta')).toMatchObject([{ name: 'b2', number: 2 }]);
    expect(parseNodes7(sample('listnodes-management'), 'management')).toMatchObject([{ name: 'b1', number: 1 }]);
    expect(parseNodes7(sample('listnodes-client'), 'storage')).toEqual([]);
  });

  it('reachability', () => {
    const text = sample('beegfs-check-servers');
    expect(parseCheckServers7(text)?.map(({ kind, name, reachable }) => `${kind} ${name} ${reachable}`)).toEqual([
      'management b1 true',
      'meta b2 true',
      'storage b3 true',
      'storage b4 true',
    ]);
    const down = text.replace('reachable at 10.77.0.64:8003 (protocol: TCP)', 'UNREACHABLE');
    expect(parseCheckServers7(down)?.at(-1)).toMatchObject({ name: 'b4', reachable: false });
    expect(parseCheckServers7('bash: beegfs-check-servers: not found')).toBeUndefined();
  });

  it('targets, with and without their space', () => {
    expect(parseTargets7(sample('listtargets-storage'), 'storage')).toEqual([
      {
        ...{ kind: 'storage', number: 301, node: 'b3', reachability: 'Online', consistency: 'Good', pool: 'emergency' },
        ...{ total: 1.9 * gib, free: 1.9 * gib, inodesFreePercent: 100 },
      },
      {
        ...{ kind: 'storage', number: 401, node: 'b4', reachability: 'Online', consistency: 'Needs-resync' },
        ...{ pool: 'emergency', total: 1.9 * gib, free: 1.9 * gib, inodesFreePercent: 100 },
      },
    ]);
    expect(parseTargets7(sample('listtargets-storage-degraded'), 'storage')).toMatchObject([
      { number: 301, reachability: 'Online', pool: undefined, total: undefined },
      { number: 401, reachability: 'Offline', consistency: 'Good' },
    ]);
    expect(parseTargets7(sample('listtargets-meta'), 'meta')).toMatchObject([{ number: 2, inodesFreePercent: 87 }]);
    for (const other of ['beegfs-df', 'fsck', 'listmirrorgroups', 'getentryinfo', 'beegfs-net'])
      expect(parseTargets7(sample(other), 'storage')).toBeUndefined();
  });
});

describe('the JSON of 8', () => {
  // Shaped as beegfs-go 8.3.1 marshals it: LegacyId has tags, a NodeType is its number, several addresses are lines of one text.
  const nodes = JSON.stringify([
    {
      id: { num_id: 1, node_type: 4 },
      type: 4,
      alias: 'management',
      nics: 'ethernet:eth0 (10.0.0.1:8008,8010)',
      reachable: 'yes',
    },
    { id: { num_id: 3, node_type: 3 }, type: 3, alias: 'node_storage_3', nics: 'a\nb', reachable: 'no\nyes' },
    { id: { num_id: 4, node_type: 3 }, type: 3, alias: 'node_storage_4', nics: 'a', reachable: 'no' },
    { id: { num_id: 9, node_type: 0 }, type: 0, alias: 'strange', reachable: 'no' },
  ]);

  it('nodes', () => {
    expect(parseNodes8(`${nodes}\n\n`)).toEqual([
      { kind: 'management', name: 'management', number: 1, reachable: true },
      { kind: 'storage', name: 'node_storage_3', number: 3, reachable: true },
      { kind: 'storage', name: 'node_storage_4', number: 4, reachable: false },
    ]);
    expect(parseNodes8('')).toEqual([]);
    expect(parseNodes8(`${nodes}\n\n${nodes}\n`)).toHaveLength(6);
    expect(parseNodes8('Error: unable to proceed')).toBeUndefined();
    expect(parseNodes8('[{"id": 3}]')).toBeUndefined();
  });

  it('targets', () => {
    const row = {
      ...{ id: { num_id: 301, node_type: 3 }, type: 3, alias: 'target_301', node: 's:3', storage_pool: 's:1' },
      ...{
        reachability: 'Online',
        last_contact: '2s ago',
        consistency: 'Good',
        sync_state: 'Healthy',
        cap_pool: 'Low',
      },
      ...{
        space: '1000',
        space_used: '900 (90.00%)',
        space_free: '100',
        inodes: '8',
        inodes_used: '6 (75.00%)',
        inodes_free: '2',
      },
    };
    expect(
      parseTargets8(JSON.stringify([row, { ...row, space: '-', space_free: '-', inodes: '-', inodes_free: '-' }])),
    ).toEqual([
      {
        ...{ kind: 'storage', number: 301, node: 's:3', reachability: 'Online', consistency: 'Good', pool: 'low' },
        ...{ total: 1000, free: 100, inodesFreePercent: 25 },
      },
      expect.objectContaining({ total: undefined, free: undefined, inodesFreePercent: undefined }),
    ]);
  });
});

const reading = (part: Partial<BeegfsReading> = {}): BeegfsReading => ({
  nodes: parseCheckServers7(sample('beegfs-check-servers')),
  targets: [
    ...(parseTargets7(sample('listtargets-meta'), 'meta') ?? []),
    ...(parseTargets7(sample('listtargets-storage'), 'storage') ?? []),
  ].map((target) => ({ ...target, pool: 'normal', consistency: 'Good' })),
  silence: undefined,
  stopped: [],
  check: undefined,
  mount: { path: '/mnt/beegfs', mounted: true },
  ...part,
});

describe('a cluster', () => {
  it('that is well', () => {
    expect(beegfsStatus(reading(), cluster)).toEqual({
      filesystem: 'beegfs',
      name: undefined,
      health: 'healthy',
      summary: '3 targets online and consistent',
      rows: [
        { label: 'Nodes', text: '4 of 4 servers reachable', tone: 'good' },
        { label: 'Targets', text: '3 of 3 online, 3 consistent', tone: 'good' },
        { label: 'Free', text: '3.80 GiB of 3.80 GiB', tone: 'plain' },
        { label: 'Release', text: 'BeeGFS 7.4', tone: 'plain' },
      ],
      mount: undefined,
      problems: [],
    });
  });

  const targets = reading().targets ?? [];
  const withTarget = (number: number, part: object) =>
    reading({ targets: targets.map((target) => (target.number === number ? { ...target, ...part } : target)) });

  it.each<[string, BeegfsReading, string, string, string]>([
    [
      'a target offline',
      withTarget(401, { reachability: 'Offline' }),
      'degraded',
      'beegfs/offline',
      'storage target 401 (b4) is offline',
    ],
    [
      'a target not heard of',
      withTarget(401, { reachability: 'Probably-offline' }),
      'degraded',
      'beegfs/probably-offline',
      '401',
    ],
    [
      'a target in resync',
      withTarget(401, { consistency: 'Needs-resync' }),
      'degraded',
      'beegfs/consistency',
      'resync',
    ],
    [
      'a small disk',
      withTarget(301, { pool: 'emergency' }),
      'degraded',
      'beegfs/emergency',
      '1.90 GiB of 1.90 GiB free',
    ],
    [
      'the only metadata server gone',
      withTarget(2, { reachability: 'Offline' }),
      'failed',
      'beegfs/offline',
      'metadata target 2',
    ],
    [
      'no answer',
      reading({ nodes: undefined, targets: undefined, silence: 'Node download failed' }),
      'failed',
      'beegfs/no-management',
      'Node download failed',
    ],
    [
      'a daemon stopped',
      reading({ stopped: ['beegfs-storage.service'] }),
      'degraded',
      'beegfs/stopped',
      'beegfs-storage.service',
    ],
    [
      'nothing mounted',
      reading({ mount: { path: '/mnt/beegfs', mounted: false } }),
      'degraded',
      'beegfs/not-mounted',
      '/mnt/beegfs',
    ],
    ['a failed health check', reading({ check: 'failed' }), 'degraded', 'beegfs/check', 'health check'],
  ])('with %s', (_, seen, health, code, words) => {
    const status = beegfsStatus(seen, cluster);
    expect(status).toMatchObject({ health, problems: [{ code }] });
    expect(status.summary).toContain(words);
  });

  it('says of a small disk that BeeGFS’s limit is fixed', () => {
    const status = beegfsStatus(withTarget(301, { pool: 'emergency' }), cluster);
    expect(status.problems[0]?.remedy).toContain('smaller than the limit');
    const large = beegfsStatus(withTarget(301, { pool: 'emergency', total: 100 * gib, free: gib }), cluster);
    expect(large.problems[0]?.remedy).toContain('Remove files');
  });

  it('waits for its first target', () => {
    expect(beegfsStatus(reading({ targets: [] }), cluster)).toMatchObject({ health: 'waiting', problems: [] });
  });

  it('never makes up a size', () => {
    const status = beegfsStatus(
      withTarget(401, { reachability: 'Offline', total: undefined, free: undefined }),
      cluster,
    );
    expect(status.rows.find(({ label }) => label === 'Free')?.text).toBe('1.90 GiB of 1.90 GiB, 1 not known');
  });
});

describe('the probe', () => {
  const profile = {
    version: 1,
    role: 'client',
    node: { hostname: 'c-1' },
    cluster: { ...cluster, mount: '/mnt/beegfs' },
  } as const;

  it('reads a cluster of 7.4 by its own words', async () => {
    const machine = createVendorMachine();
    machine.mount('/mnt/beegfs', 'beegfs', 'beegfs_nodev');
    for (const unit of ['beegfs-helperd.service', 'beegfs-client.service']) machine.active.add(unit);
    machine.answer('/usr/bin/beegfs-check-servers', () => ({ stdout: sample('beegfs-check-servers') }));
    machine.answer('/opt/beegfs/sbin/beegfs-ctl --listtargets', (command) => ({
      stdout: sample(command.includes('--nodetype=meta') ? 'listtargets-meta' : 'listtargets-storage'),
    }));
    expect(await readBeegfs(machine.system, profile)).toMatchObject({
      health: 'degraded',
      summary: 'storage target 401 (b4): needs a resync, or is in one',
    });
    expect(machine.refused).toEqual([]);
  });

  it('does not wait for a management daemon that is gone', async () => {
    const machine = createVendorMachine();
    machine.answer('/usr/bin/beegfs-check-servers', () => ({ exitCode: 124 }));
    expect(await readBeegfs(machine.system, profile)).toMatchObject({
      health: 'failed',
      summary: expect.stringContaining('no answer in 6 s'),
    });
  });

  it('has nothing to say where only the configuration is wanted', async () => {
    const only = { ...profile, cluster: { ...profile.cluster, configureOnly: true } };
    expect(await readBeegfs(createVendorMachine().system, only)).toBeUndefined();
  });
});
