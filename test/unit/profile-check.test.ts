import { describe, expect, it } from 'vitest';
import { checkProfile, profileFindings } from '../../src/state/check-profile.ts';
import { profileSchema } from '../../src/state/profile.ts';
import { readYaml } from '../../src/state/read-yaml.ts';

const findingsOf = (yaml: string) => {
  const read = readYaml(`version: 1\nrole: storage\naccess: { rootPasswordHash: $6$a$b }\n${yaml}`);
  if (!read.ok) throw new Error(JSON.stringify(read.problem));
  return profileFindings(profileSchema.parse(read.value.values));
};
const brief = (yaml: string) => findingsOf(yaml).map(({ severity, code, path }) => `${severity} ${code} ${path}`);

const link = (name: string, rest: string): string => `{ match: { name: ${name} }, ${rest} }`;
const net = (parts: string): string => `network: { ${parts} }`;
const one = (addresses: string, more = ''): string => net(`links: [${link('a', `addresses: [${addresses}]`)}]${more}`);

describe('network', () => {
  it.each([
    [
      'the same name twice',
      net(`links: [${link('a', 'dhcp4: true')}, ${link('a', 'dhcp6: true')}]`),
      ['error network/duplicate-name network.links[1].match'],
    ],
    [
      'a bond with the name of a link',
      net(`links: [${link('a', 'dhcp4: true')}], bonds: [{ name: a, members: [b], mode: 802.3ad }]`),
      ['error network/duplicate-name network.bonds[0].name'],
    ],
    [
      'the same MAC twice',
      net('links: [{ match: { mac: "52:54:00:00:00:0a" }, dhcp4: true }, { match: { mac: "52:54:00:00:00:0A" } }]'),
      ['error network/duplicate-match network.links[1].match'],
    ],
    [
      'primary twice',
      net('links: [{ match: primary, dhcp4: true }, { match: primary }]'),
      ['error network/duplicate-match network.links[1].match'],
    ],
    [
      'a member in two bonds',
      net(
        'bonds: [{ name: x, members: [a, b], mode: 802.3ad, dhcp4: true }, { name: y, members: [b], mode: 802.3ad }]',
      ),
      ['error network/bond-member network.bonds[1].members[0]'],
    ],
    [
      'a member twice in a bond',
      net('bonds: [{ name: x, members: [a, a], mode: 802.3ad, dhcp4: true }]'),
      ['error network/bond-member network.bonds[0].members[1]'],
    ],
    [
      'a member with addresses',
      net(`links: [${link('a', 'dhcp4: true')}], bonds: [{ name: x, members: [a], mode: 802.3ad }]`),
      ['error network/bond-member network.bonds[0].members[0]'],
    ],
    [
      'a bond of bonds',
      net('bonds: [{ name: x, members: [a], mode: 802.3ad, dhcp4: true }, { name: y, members: [x], mode: 802.3ad }]'),
      ['error network/bond-member network.bonds[1].members[0]'],
    ],
    [
      'a member with an MTU only',
      net(`links: [${link('a', 'mtu: 9000')}], bonds: [{ name: x, members: [a], mode: 802.3ad, dhcp4: true }]`),
      [],
    ],
    [
      'a VLAN over nothing',
      net('vlans: [{ name: v, link: a, id: 5, dhcp4: true }]'),
      ['error network/vlan-parent network.vlans[0].link'],
    ],
    [
      'a VLAN over a member',
      net('bonds: [{ name: x, members: [a], mode: 802.3ad }], vlans: [{ name: v, link: a, id: 5, dhcp4: true }]'),
      ['error network/vlan-parent network.vlans[0].link'],
    ],
    [
      'VLANs over each other',
      net('vlans: [{ name: v, link: w, id: 5, dhcp4: true }, { name: w, link: v, id: 6 }]'),
      ['error network/vlan-parent network.vlans[0].link', 'error network/vlan-parent network.vlans[1].link'],
    ],
    [
      'the same VLAN twice',
      net(`links: [${link('a', 'dhcp4: true')}], vlans: [{ name: v, link: a, id: 5 }, { name: w, link: a, id: 5 }]`),
      ['error network/vlan-id network.vlans[1].id'],
    ],
    [
      'a VLAN larger than its link',
      net(`links: [${link('a', 'dhcp4: true')}], vlans: [{ name: v, link: a, id: 5, mtu: 9000 }]`),
      ['error network/vlan-mtu network.vlans[0].mtu'],
    ],
    [
      'a VLAN as large as its link',
      net(`links: [${link('a', 'dhcp4: true, mtu: 9000')}], vlans: [{ name: v, link: a, id: 5, mtu: 9000 }]`),
      [],
    ],
    [
      'IPv6 on a small link',
      net(`links: [${link('a', 'mtu: 1279, addresses: ["fd00::5/64"]')}]`),
      ['error network/ipv6-mtu network.links[0].mtu'],
    ],
    ['IPv4 on a small link', net(`links: [${link('a', 'mtu: 576, dhcp4: true')}]`), []],
    ['no address at all', net(`links: [${link('a', 'mtu: 1500')}]`), ['warning network/no-address network']],
  ])('%s', (_, yaml, expected) => {
    expect(brief(yaml)).toEqual(expected);
  });
});

describe('addresses', () => {
  const unfit = ['error network/unfit-address network.links[0].addresses[0]'];
  it.each([
    ['10.0.0.5/24', []],
    ['10.0.0.0/31', []],
    ['10.0.0.1/31', []],
    ['10.0.0.1/32', []],
    ['"fd00::/127"', []],
    ['"fe80::1/64"', []],
    ['10.0.0.0/24', unfit],
    ['10.0.0.255/24', unfit],
    ['10.0.3.255/22', unfit],
    ['10.0.2.255/22', []],
    ['"fd00::/64"', unfit],
    ['224.0.0.5/24', unfit],
    ['"ff02::1/64"', unfit],
    ['127.0.0.1/8', unfit],
    ['"::1/128"', unfit],
    ['0.0.0.0/24', unfit],
    ['"::/64"', unfit],
    ['255.255.255.255/32', unfit],
    ['240.0.0.1/8', unfit],
    ['10.0.0.5/0', unfit],
  ])('%s', (address, expected) => {
    expect(brief(one(address))).toEqual(expected);
  });

  it('names an address that would pass', () => {
    expect(findingsOf(one('10.0.4.0/22'))[0]?.remedy).toContain('10.0.4.1/22');
    expect(findingsOf(one('"fd00:7::/64"'))[0]?.remedy).toContain('fd00:7::1/64');
  });

  it.each([
    ['in one spelling', '10.0.0.5/24', '10.0.0.5/25'],
    ['in two spellings', '"fd00::5/64"', '"FD00:0::0005/64"'],
  ])('there twice, %s', (_, a, b) => {
    const yaml = net(`links: [${link('a', `addresses: [${a}]`)}, ${link('b', `addresses: [${b}]`)}]`);
    expect(brief(yaml)).toContain('error network/duplicate-address network.links[1].addresses[0]');
  });

  it('may be the same on two links when link-local', () => {
    const yaml = net(`links: [${link('a', 'addresses: ["fe80::1/64"]')}, ${link('b', 'addresses: ["fe80::1/64"]')}]`);
    expect(brief(yaml)).toEqual([]);
  });

  it('warns of two links in one network', () => {
    const yaml = net(`links: [${link('a', 'addresses: [10.0.0.5/24]')}, ${link('b', 'addresses: [10.0.0.6/16]')}]`);
    expect(brief(yaml)).toEqual(['warning network/overlap network.links[1].addresses[0]']);
  });
});

describe('routes', () => {
  const via = (gateway: string, to = 'default') => `, routes: [{ to: ${to}, via: "${gateway}" }]`;
  const at = (code: string, key = '.via') => [`error network/${code} network.routes[0]${key}`];
  it.each([
    ['near a static address', one('10.0.0.5/24', via('10.0.0.1')), []],
    ['near an IPv6 address', one('"fd00::5/64"', via('fd00::1')), []],
    ['outside', one('10.0.0.5/24', via('10.0.1.1')), at('gateway-unreachable')],
    ['outside, IPv6', one('"fd00::5/64"', via('fd00:1::1')), at('gateway-unreachable')],
    ['of the other family', one('10.0.0.5/24', via('fd00::1')), at('gateway-unreachable')],
    [
      'outside, and DHCP may know',
      net(`links: [${link('a', 'dhcp4: true, addresses: [10.0.0.5/24]')}]${via('10.0.1.1')}`),
      [],
    ],
    [
      'outside, and DHCP is for the other family',
      net(`links: [${link('a', 'dhcp6: true, addresses: [10.0.0.5/24]')}]${via('10.0.1.1')}`),
      at('gateway-unreachable'),
    ],
    ['without any static address', net(`links: [${link('a', 'dhcp4: true')}]${via('10.0.1.1')}`), []],
    ['the own address', one('10.0.0.5/24', via('10.0.0.5')), at('gateway')],
    ['the broadcast address', one('10.0.0.5/24', via('10.0.0.255')), at('gateway')],
    ['the network itself', one('10.0.0.5/24', via('10.0.0.0')), at('gateway')],
    ['the routers of an IPv6 network', one('"fd00::5/64"', via('fd00::')), []],
    ['multicast', one('10.0.0.5/24', via('224.0.0.1')), at('gateway')],
    ['link-local, one link', one('"fd00::5/64"', via('fe80::1')), []],
    [
      'link-local, two links',
      net(`links: [${link('a', 'addresses: ["fd00::5/64"]')}, ${link('b', 'dhcp4: true')}]${via('fe80::1')}`),
      at('gateway'),
    ],
    ['to an address inside a network', one('10.0.0.5/24', via('10.0.0.1', '10.9.0.5/16')), at('route-target', '.to')],
    ['to the other family', one('10.0.0.5/24', via('10.0.0.1', '"fd01::/64"')), at('route-family')],
    [
      'twice',
      one('10.0.0.5/24', ', routes: [{ to: default, via: 10.0.0.1 }, { to: default, via: 10.0.0.2 }]'),
      ['error network/duplicate-route network.routes[1]'],
    ],
    [
      'twice with a metric',
      one('10.0.0.5/24', ', routes: [{ to: default, via: 10.0.0.1 }, { to: default, via: 10.0.0.2, metric: 9 }]'),
      [],
    ],
    [
      'one of each family',
      one('10.0.0.5/24, "fd00::5/64"', ', routes: [{ to: default, via: 10.0.0.1 }, { to: default, via: "fd00::1" }]'),
      [],
    ],
    [
      'a name server that is none',
      one('10.0.0.5/24', ', dns: { servers: [224.0.0.1] }'),
      ['error network/dns network.dns.servers[0]'],
    ],
  ])('%s', (_, yaml, expected) => {
    expect(brief(yaml)).toEqual(expected);
  });
});

describe('cluster', () => {
  const gluster = (volume: string, peers: number, bricks = 1): string => {
    const names = Array.from({ length: peers }, (_, index) => `n${index + 1}`).join(', ');
    const disks = Array.from({ length: bricks }, (_, index) => `{ device: { serial: S${index} }, path: /b/${index} }`);
    return `node: { hostname: n1 }\ncluster: { filesystem: gluster, peers: [${names}], bricks: [${disks}], volume: { name: t, ${volume} } }`;
  };
  it.each([
    ['type: replicate, replica: 3', 3, 1, []],
    ['type: replicate, replica: 3', 2, 1, ['error gluster/replica cluster.volume.replica']],
    ['type: replicate, replica: 2', 2, 1, ['warning gluster/split-brain cluster.volume.replica']],
    ['type: replicate', 3, 1, ['error gluster/volume cluster.volume.replica']],
    ['type: distributed-replicate, replica: 3', 3, 2, []],
    ['type: distributed-replicate, replica: 3', 4, 1, ['warning gluster/sets cluster.bricks']],
    ['type: distribute', 4, 1, []],
    ['type: distribute, replica: 2', 4, 1, ['error gluster/volume cluster.volume.replica']],
    ['type: arbiter, replica: 3, arbiter: 1', 3, 1, []],
    ['type: arbiter, replica: 3', 3, 1, ['error gluster/arbiter cluster.volume.arbiter']],
    ['type: arbiter, replica: 4, arbiter: 1', 4, 1, ['error gluster/arbiter cluster.volume.replica']],
    ['type: disperse, disperse: 6, redundancy: 2', 6, 1, []],
    ['type: disperse, disperse: 6, redundancy: 3', 6, 1, ['error gluster/redundancy cluster.volume.redundancy']],
    [
      'type: disperse, disperse: 6, redundancy: 2',
      5,
      1,
      ['error gluster/disperse cluster.volume.disperse', 'warning gluster/sets cluster.bricks'],
    ],
    ['type: disperse', 6, 1, ['error gluster/volume cluster.volume.disperse']],
    ['type: disperse, disperse: 6', 6, 1, ['error gluster/volume cluster.volume.redundancy']],
  ])('%s with %i members and %i bricks each', (volume, peers, bricks, expected) => {
    expect(brief(gluster(volume, peers, bricks))).toEqual(expected);
  });

  it.each([
    [
      'a member twice',
      'cluster: { filesystem: gluster, peers: [a, A] }',
      ['error cluster/duplicate-peer cluster.peers[1]'],
    ],
    [
      'a member of another domain with the same name',
      'node: { hostname: a, domain: x.example }\ncluster: { filesystem: gluster, peers: [a.y.example] }',
      ['error cluster/peer-name cluster.peers[0]'],
    ],
    [
      'not a member itself',
      'node: { hostname: a }\ncluster: { filesystem: gluster, peers: [b], bricks: [{ device: { serial: S }, path: /b }] }',
      ['error gluster/not-a-member cluster.peers'],
    ],
    [
      'a member by its full name',
      'node: { hostname: a, domain: x.example }\ncluster: { filesystem: gluster, peers: [a.x.example], bricks: [{ device: { serial: S }, path: /b }] }',
      [],
    ],
    [
      'members by address',
      'node: { hostname: a }\ncluster: { filesystem: gluster, peers: [10.0.0.1], bricks: [{ device: { serial: S }, path: /b }] }',
      [],
    ],
    [
      'a disk twice',
      'cluster: { filesystem: ceph, monitors: [a], osds: [{ device: { serial: S } }, { device: { serial: S } }] }',
      ['error cluster/duplicate-disk cluster.osds[1].device.serial', 'error ceph/secret cluster.secret'],
    ],
    [
      'a disk as target and metadata',
      'cluster: { filesystem: beegfs, management: m, release: "8", metadata: [{ device: { serial: S }, path: /m }], targets: [{ device: { serial: S }, path: /t }] }',
      ['error cluster/duplicate-disk cluster.targets[0].device.serial'],
    ],
    [
      'a path twice',
      'cluster: { filesystem: beegfs, management: m, release: "8", targets: [{ device: { serial: S }, path: /t }, { device: { serial: R }, path: /t }] }',
      ['error cluster/duplicate-path cluster.targets[1].path'],
    ],
    [
      'a brick under the mount',
      'cluster: { filesystem: gluster, peers: [a], mount: /srv, bricks: [{ device: { serial: S }, path: /srv/b }] }',
      ['error cluster/mount cluster.bricks[0].path'],
    ],
    ['two monitors', 'cluster: { filesystem: ceph, monitors: [a, b] }', ['warning ceph/monitors cluster.monitors']],
    [
      'an address as network',
      'cluster: { filesystem: ceph, monitors: [a], publicNetwork: 10.0.0.5/24 }',
      ['error ceph/network cluster.publicNetwork'],
    ],
    [
      'a network that is not here',
      `${one('10.0.0.5/24')}\ncluster: { filesystem: ceph, monitors: [a], publicNetwork: 10.1.0.0/24 }`,
      ['warning ceph/network cluster.publicNetwork'],
    ],
    [
      'a target twice',
      'cluster: { filesystem: lustre, fsname: l, mgs: [a], targets: [{ kind: ost, index: 1, device: { serial: S } }, { kind: ost, index: 1, device: { serial: R } }] }',
      ['error lustre/index cluster.targets[1].index'],
    ],
    ['a wipe of an unused disk', 'wipe: [S]', ['warning wipe/unused wipe[0]']],
  ])('%s', (_, yaml, expected) => {
    expect(brief(yaml)).toEqual(expected);
  });
});

describe('zram, access, packages', () => {
  const hex = 'a'.repeat(64);
  it.each([
    [
      'a limit above the size',
      'zram: { root: { size: 1GiB, memoryLimit: 2GiB } }',
      ['error zram/limit zram.root.memoryLimit'],
    ],
    [
      'a limit at the size',
      'zram: { root: { size: 1GiB, memoryLimit: 1024MiB } }',
      ['error zram/limit zram.root.memoryLimit'],
    ],
    ['a limit below the size', 'zram: { root: { size: 1GiB, memoryLimit: 1023MiB } }', []],
    ['no limit', 'zram: { root: { memoryLimit: none } }', ['warning zram/no-limit zram.root.memoryLimit']],
    [
      'a dictionary that is not used',
      'zram: { root: { algorithm: lzo, dictionary: true } }',
      ['warning zram/dictionary zram.root.dictionary'],
    ],
    [
      'a dictionary for another algorithm than its own',
      'zram: { root: { algorithm: lz4, dictionary: true } }',
      ['warning zram/dictionary zram.root.dictionary'],
    ],
    ['the dictionary of zstd', 'zram: { root: { algorithm: zstd, dictionary: true } }', []],
    ['much swap', 'zram: { swap: { size: 80% } }', ['warning zram/swap zram.swap.size']],
    [
      'the same number twice',
      `packages: [{ name: 10-a, kind: script, source: a, sha256: ${hex} }, { name: 010-b, kind: script, source: b, sha256: ${hex} }]`,
      ['error packages/duplicate-number packages[1].name'],
    ],
    [
      'a URL without checksum',
      'packages: [{ name: 10-a, kind: script, source: "https://h/a" }]',
      ['error packages/unpinned packages[0].source'],
    ],
    ['a URL with one', `packages: [{ name: 10-a, kind: script, source: "https://h/a", sha256: ${hex} }]`, []],
    [
      'a container without digest',
      'packages: [{ name: 10-a, kind: container, source: "h/a:1" }]',
      ['error packages/unpinned packages[0].source'],
    ],
    ['a container with one', `packages: [{ name: 10-a, kind: container, source: "h/a@sha256:${hex}" }]`, []],
    ...['a', 'h/a:1', 'https://h/a', '-h/a', 'h/a b'].map((name): [string, string, string[]] => [
      `a container as ${name}`,
      `packages: [{ name: 10-a, kind: container, source: "${name}@sha256:${hex}" }]`,
      ['error packages/reference packages[0].source'],
    ]),
    [
      'a container from an archive, with settings',
      `packages: [{ name: 10-a, kind: container, source: a.tar, sha256: ${hex}, network: none, volumes: ["/srv:/srv:ro"] }]`,
      [],
    ],
    [
      'volumes of a script',
      `packages: [{ name: 10-a, kind: script, source: a, sha256: ${hex}, volumes: ["/srv:/srv"] }]`,
      ['error packages/container-only packages[0].volumes'],
    ],
    [
      'a path that leads out',
      `packages: [{ name: 10-a, kind: script, source: ../a, sha256: ${hex} }]`,
      ['error packages/path packages[0].source'],
    ],
  ])('%s', (_, yaml, expected) => {
    expect(brief(yaml)).toEqual(expected);
  });

  it('warns when nobody can log in', () => {
    const profile = profileSchema.parse({ version: 1, role: 'client', access: { sshPasswords: true } });
    expect(profileFindings(profile).map(({ code }) => code)).toEqual(['access/nobody']);
    expect(checkProfile(profile)).toEqual([]);
  });
});
