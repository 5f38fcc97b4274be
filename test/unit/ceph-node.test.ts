// Who this node is in a cluster, and the files that follow from it.
import { describe, expect, test } from 'vitest';
import { type Ceph, cephRoles, knownAddresses, monitorAddress, ownNames } from '../../src/state/ceph-node.ts';
import { renderMountUnit } from '../../src/state/mount-unit.ts';
import type { Profile } from '../../src/state/profile.ts';
import { cephMount, monitorKeyring, renderCephConf } from '../../src/state/render-ceph.ts';
import { wantedServices } from '../../src/state/wanted-services.ts';

const secret = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
const fsid = '9f321143-6965-44fb-95f7-babdb7ae4e01';
const cluster: Ceph = { filesystem: 'ceph', secret, fsid, monitors: ['s1', 's2.rack7.example', '10.0.0.3'] };
const profile = (hostname: string): Profile => ({
  version: 1,
  role: 'hyperconverged',
  node: {
    hostname,
    domain: 'rack7.example',
    hosts: [
      { name: 's1', address: '10.0.0.1' },
      { name: 's3', address: '10.0.0.3' },
    ],
  },
  network: { links: [{ match: 'primary', addresses: ['10.0.0.9/24'] }] },
  cluster: { ...cluster, mds: hostname === 's1' },
});
const rolesOf = (hostname: string, addresses: readonly string[] = []) =>
  cephRoles(cluster, ownNames(profile(hostname), hostname, addresses));

describe('a node among the monitors', () => {
  test.each([
    ['s1', [], { monitor: true, first: true, manager: true }],
    ['S2', [], { monitor: true, first: false, manager: true }],
    // By the address that the profile gives it, and by one that it has.
    ['s3', [], { monitor: true, first: false, manager: false }],
    ['s4', ['10.0.0.3'], { monitor: true, first: false, manager: false }],
    ['s4', [], { monitor: false, first: false, manager: false }],
  ])('%s with %j', (hostname, addresses, expected) => {
    expect(rolesOf(hostname, addresses)).toMatchObject(expected);
  });

  test('its units are wanted on it', () => {
    const of = (hostname: string) => wantedServices(profile(hostname)).filter((unit) => unit.startsWith('ceph'));
    expect(of('s1')).toEqual(['ceph-mon@s1.service', 'ceph-mgr@s1.service', 'ceph-mds@s1.service']);
    expect(of('s3')).toEqual(['ceph-mon@s3.service']);
    expect(of('s4')).toEqual([]);
  });
});

test('an address that others reach: no loopback, and of the network of the monitors', () => {
  expect(monitorAddress(['127.0.1.1', '::1', 'fe80::1', '192.168.0.1', '10.0.0.1'], undefined)).toBe('192.168.0.1');
  expect(monitorAddress(['127.0.1.1', '192.168.0.1', '10.0.0.1'], '10.0.0.0/24')).toBe('10.0.0.1');
  expect(monitorAddress(['127.0.1.1'], undefined)).toBeUndefined();
  expect(knownAddresses(profile('s1'), 's1.rack7.example')).toEqual([]);
  expect(knownAddresses(profile('s1'), 's1')).toEqual(['10.0.0.1']);
});

describe('its files', () => {
  const conf = { cluster, fsid, name: 's1', addresses: ['10.0.0.1', '10.0.0.2'], ownAddress: '10.0.0.1' };

  test('of a monitor', () => {
    expect(renderCephConf({ ...conf, roles: rolesOf('s1') })).toMatchInlineSnapshot(`
      "# Written by Mayfly from the profile at every boot: change the profile, not this file.
      [global]
      fsid = 9f321143-6965-44fb-95f7-babdb7ae4e01
      mon host = [v2:10.0.0.1:3300,v1:10.0.0.1:6789],[v2:10.0.0.2:3300,v1:10.0.0.2:6789]
      auth cluster required = cephx
      auth service required = cephx
      auth client required = cephx
      osd pool default size = 3
      osd pool default min size = 2

      [mon]
      mon data = /var/lib/mayfly/state/ceph-mon/9f321143-6965-44fb-95f7-babdb7ae4e01/$id
      public addr = 10.0.0.1
      auth allow insecure global id reclaim = false
      admin socket mode = 0770
      mgr initial modules = iostat nfs
      "
    `);
  });

  test('of an OSD in a rack, over IPv6', () => {
    const inRack: Ceph = { ...cluster, rack: 'r7', osds: [{ device: { serial: 'S' } }], pool: { size: 2 } };
    const text = renderCephConf({
      ...conf,
      cluster: inRack,
      addresses: ['fd00::1'],
      name: 's4',
      roles: cephRoles(inRack, new Set(['s4'])),
    });
    expect(text).toContain('mon host = [v2:[fd00::1]:3300,v1:[fd00::1]:6789]\n');
    expect(text).toContain('ms bind ipv6 = true\nms bind ipv4 = false\n');
    expect(text).toContain('osd pool default size = 2\nosd pool default min size = 2\n');
    expect(text).toContain('[osd]\ncrush location = root=default rack=r7 host=s4\n');
    expect(text).not.toContain('[mon]');
  });

  test('a new cluster knows three keys, each with its rights', () => {
    expect(monitorKeyring(secret).replaceAll(/key = \S+/g, 'key = …')).toMatchInlineSnapshot(`
      "[mon.]
      	key = …
      	caps mon = "allow *"
      [client.admin]
      	key = …
      	caps mon = "allow *"
      	caps osd = "allow *"
      	caps mds = "allow *"
      	caps mgr = "allow *"
      [client.bootstrap-osd]
      	key = …
      	caps mon = "profile bootstrap-osd"
      	caps mgr = "allow r"
      "
    `);
  });

  test('the mount of either client', () => {
    expect(renderMountUnit(cephMount(cluster, '/srv/tank', conf))).toMatchInlineSnapshot(`
      "[Unit]
      Description=Ceph filesystem cephfs

      [Mount]
      What=none
      Where=/srv/tank
      Type=fuse.ceph
      Options=ceph.id=s1,ceph.client_fs=cephfs,_netdev
      "
    `);
    expect(renderMountUnit(cephMount({ ...cluster, client: 'kernel' }, '/srv/tank', conf))).toContain(
      `What=s1@${fsid}.cephfs=/\nWhere=/srv/tank\nType=ceph\nOptions=mon_addr=10.0.0.1/10.0.0.2,secretfile=/etc/ceph/ceph.client.s1.secret,_netdev\n`,
    );
  });
});
