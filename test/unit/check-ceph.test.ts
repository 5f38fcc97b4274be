// The rules of a Ceph profile: what a role needs, and who may be a monitor.
import { describe, expect, test } from 'vitest';
import type { Ceph } from '../../src/state/ceph-node.ts';
import { checkCluster } from '../../src/state/check-cluster.ts';
import type { Profile } from '../../src/state/profile.ts';

const secret = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
const found = (cluster: Partial<Ceph>, node: Profile['node'] = { hostname: 's1' }): readonly string[] =>
  checkCluster({
    version: 1,
    role: 'storage',
    node,
    cluster: { filesystem: 'ceph', secret, monitors: ['m1', 'm2', 'm3'], ...cluster },
  }).map(({ severity, code, path }) => `${severity} ${code} ${path}`);
const disk = { device: { serial: 'S' } };

describe('a Ceph profile', () => {
  test.each<[string, Partial<Ceph>, readonly string[]]>([
    ['a monitor with its disk', { monitors: ['s1'], state: disk }, []],
    ['a monitor without', { monitors: ['s1'] }, ['error ceph/state cluster.state']],
    ['no monitor needs none', { osds: [disk] }, []],
    ['a server without the secret', { osds: [disk], secret: undefined }, ['error ceph/secret cluster.secret']],
    ['a client without anything', { mount: '/srv', secret: undefined }, ['warning ceph/key cluster.key']],
    ['a client with a key', { mount: '/srv', secret: undefined, key: `${'A'.repeat(38)}==` }, []],
    [
      "the kernel's client without an fsid",
      { mount: '/srv', client: 'kernel', secret: undefined, key: `${'A'.repeat(38)}==` },
      ['warning ceph/fsid cluster.fsid'],
    ],
    ['two of one short name', { monitors: ['a.x', 'b.x', 'A.y'] }, ['error ceph/same-name cluster.monitors[2]']],
    ['racks, and none of its own', { osds: [disk], pool: { failureDomain: 'rack' } }, ['error ceph/rack cluster.rack']],
    ['racks', { osds: [disk], rack: 'r1', pool: { failureDomain: 'rack' } }, []],
    ['more to write than there are', { pool: { minSize: 4 } }, ['error ceph/min-size cluster.pool.minSize']],
    ['two copies', { pool: { size: 2 } }, ['warning ceph/few-copies cluster.pool.size']],
    ['writes to one copy', { pool: { minSize: 1 } }, ['warning ceph/min-size cluster.pool.minSize']],
  ])('%s', (_, cluster, expected) => {
    expect(found(cluster)).toEqual(expected);
  });

  test('two monitors at one address', () => {
    const hosts = [
      { name: 'm1', address: '10.0.0.1' },
      { name: 'm2', address: '10.0.0.1' },
    ];
    expect(found({}, { hostname: 's1', hosts })).toEqual(['error ceph/same-address cluster.monitors[1]']);
  });
});
