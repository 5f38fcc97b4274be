// Step network, as policies: which link is meant, where a route belongs, what networkd is told, what differs.
import { describe, expect, it } from 'vitest';
import { canonicalCidr, canonicalDestination, isInSubnet } from '../../src/state/addresses.ts';
import { type LiveLink, parseLinks, parseRoutes } from '../../src/state/live-network.ts';
import { networkDrift } from '../../src/state/network-drift.ts';
import type { Profile } from '../../src/state/profile.ts';
import { renderNetworkd } from '../../src/state/render-networkd.ts';
import { wantedLinks } from '../../src/state/wanted-network.ts';

type Network = NonNullable<Profile['network']>;

const link = (name: string, index: number, more: Partial<LiveLink> = {}): LiveLink => ({
  name,
  index,
  ethernet: true,
  mac: `52:54:00:00:00:0${index}`,
  up: true,
  carrier: true,
  mtu: 1500,
  addresses: [],
  ...more,
});
const links = [
  link('lo', 1, { ethernet: false, mac: '00:00:00:00:00:00' }),
  link('ens3', 2, { carrier: false }),
  link('ens4', 3),
  link('ens5', 4),
];
const wanted = (network: Network, before?: string) => {
  const found = wantedLinks(network, links, before);
  if (!found.ok) throw new Error(found.problem.code);
  return found.value;
};
const problem = (network: Network) => {
  const found = wantedLinks(network, links);
  return found.ok ? undefined : found.problem;
};

describe('which link is meant', () => {
  it.each([
    [{ name: 'ens5' }, undefined, 'ens5'],
    [{ mac: '52:54:00:00:00:04' }, undefined, 'ens5'],
    ['primary' as const, undefined, 'ens4'],
    ['primary' as const, 'ens5', 'ens5'],
    ['primary' as const, 'gone', 'ens4'],
  ])('%j, once %s, is %s', (match, before, name) => {
    expect(wanted({ links: [{ match }] }, before).map((found) => found.name)).toEqual([name]);
  });

  it.each([
    [
      'a name that is not there',
      { links: [{ match: { name: 'ens9' } }] },
      'network/no-such-link',
      'network.links[0].match',
    ],
    [
      'a MAC that is not there',
      { links: [{ match: { mac: '02:00:00:00:00:00' } }] },
      'network/no-such-link',
      'network.links[0].match',
    ],
    [
      'a link meant twice',
      { links: [{ match: { name: 'ens4' } }, { match: 'primary' }] },
      'network/link-twice',
      'network.links[1].match',
    ],
    [
      'a member that is not there',
      { bonds: [{ name: 'b', members: ['ens9'], mode: '802.3ad' }] },
      'network/no-such-link',
      'network.bonds[0].members[0]',
    ],
    [
      'a VLAN on nothing',
      { vlans: [{ name: 'v', link: 'ens9', id: 5 }] },
      'network/no-such-link',
      'network.vlans[0].link',
    ],
    [
      'a gateway outside',
      { links: [{ match: 'primary', addresses: ['10.0.0.2/24'] }], routes: [{ to: 'default', via: '10.0.1.1' }] },
      'network/gateway-outside',
      'network.routes[0].via',
    ],
  ] satisfies [string, Network, string, string][])('refuses %s', (_, network, code, path) => {
    expect(problem(network)).toMatchObject({ code, path });
  });
});

describe('where a route belongs', () => {
  const two: Network['links'] = [
    { match: { name: 'ens4' }, dhcp4: true },
    { match: { name: 'ens5' }, addresses: ['10.20.0.2/24', 'fd00::2/64'] },
  ];
  it.each([
    ['10.20.0.1', 'ens5'],
    ['fd00::1', 'ens5'],
    ['192.0.2.1', 'ens4'],
  ])('via %s: %s', (via, name) => {
    const found = wanted({ links: two, routes: [{ to: 'default', via }] });
    expect(found.filter((candidate) => candidate.routes.length > 0).map((candidate) => candidate.name)).toEqual([name]);
  });
});

describe('what networkd is told', () => {
  it('for a static link, DNS included', () => {
    const network: Network = {
      links: [{ match: 'primary', mtu: 9000, addresses: ['10.0.0.2/24'] }],
      routes: [
        { to: 'default', via: '10.0.0.1' },
        { to: '10.9.0.0/16', via: '10.0.0.9', metric: 50 },
      ],
      dns: { servers: ['10.0.0.1'], search: ['rack7.example'] },
    };
    const files = renderNetworkd(wanted(network), network.dns);
    expect([...files.keys()]).toEqual([
      '/etc/systemd/network/10-mayfly-ens4.network',
      '/etc/systemd/resolved.conf.d/10-mayfly.conf',
    ]);
    expect([...files.values()].join('\n').replaceAll(/^# Written.*\n/gm, '')).toBe(`# primary

[Match]
Name=ens4

[Link]
MTUBytes=9000

[Network]
DHCP=no
Address=10.0.0.2/24

[Route]
Gateway=10.0.0.1

[Route]
Destination=10.9.0.0/16
Gateway=10.0.0.9
Metric=50


[Resolve]
DNS=10.0.0.1
Domains=rack7.example ~.
`);
  });

  it('for a lease that stays the same over reboots', () => {
    const [text] = [
      ...renderNetworkd(wanted({ links: [{ match: 'primary', dhcp4: true, dhcp6: true }] }), undefined).values(),
    ];
    expect(text).toContain('DHCP=yes\n\n[DHCPv4]\nClientIdentifier=mac\n\n[DHCPv6]\nDUIDType=link-layer\n');
  });

  it('for a bond that carries a VLAN', () => {
    const files = renderNetworkd(
      wanted({
        bonds: [{ name: 'bond0', members: ['ens4', 'ens5'], mode: '802.3ad' }],
        vlans: [{ name: 'stor', link: 'bond0', id: 120, addresses: ['fd00:20::11/64'] }],
      }),
      undefined,
    );
    const text = (name: string): string | undefined => files.get(`/etc/systemd/network/10-mayfly-${name}`);
    expect([...files.keys()].map((path) => path.slice(31)).sort()).toEqual([
      'bond0.netdev',
      'bond0.network',
      'ens4.network',
      'ens5.network',
      'stor.netdev',
      'stor.network',
    ]);
    expect(text('ens4.network')).toContain('[Network]\nBond=bond0\nDHCP=no\nLinkLocalAddressing=no');
    expect(text('bond0.netdev')).toContain('Kind=bond\n\n[Bond]\nMode=802.3ad\nMIIMonitorSec=100ms\n');
    expect(text('bond0.network')).toContain('VLAN=stor\nDHCP=no\nLinkLocalAddressing=no');
    expect(text('stor.netdev')).toContain('Kind=vlan\n\n[VLAN]\nId=120\n');
    expect(text('stor.network')).toContain('Address=fd00:20::11/64');
  });
});

describe('what differs', () => {
  const network: Network = {
    links: [{ match: { name: 'ens4' }, addresses: ['fd00:0::2/64'] }],
    routes: [{ to: 'default', via: 'fd00::1' }],
  };
  const files = renderNetworkd(wanted(network), undefined);
  const address = { family: 6 as const, dynamic: false, tentative: false, duplicate: false, linkLocal: false };
  const drift = (addresses: LiveLink['addresses'], via = 'fd00::1') =>
    networkDrift(
      { files, links: [link('ens4', 3, { addresses })], routes: [{ to: 'default', via, link: 'ens4', metric: 1024 }] },
      wanted(network),
      files,
    ).map(({ before, after }) => `${before} -> ${after}`);

  it.each([
    ['nothing', [{ ...address, cidr: 'fd00::2/64' }], []],
    [
      'an address in doubt',
      [{ ...address, cidr: 'fd00::2/64', tentative: true }],
      ['fd00::2/64, default via fd00::1, MTU 1500 -> fd00:0::2/64, default via fd00::1'],
    ],
    ['no address', [], ['default via fd00::1, MTU 1500 -> fd00:0::2/64, default via fd00::1']],
    [
      'an address too many',
      [
        { ...address, cidr: 'fd00::2/64' },
        { ...address, cidr: 'fd00::3/64' },
      ],
      ['fd00::2/64, fd00::3/64, default via fd00::1, MTU 1500 -> fd00:0::2/64, default via fd00::1'],
    ],
  ])('%s', (_, addresses, changes) => {
    expect(drift(addresses)).toEqual(changes);
  });

  it('another gateway, a file of another profile, and other DNS', () => {
    expect(drift([{ ...address, cidr: 'fd00::2/64' }], 'fd00::9')).toHaveLength(1);
    const stale = new Map([
      ...files,
      ['/etc/systemd/network/10-mayfly-ens5.network', ''],
      ['/etc/systemd/resolved.conf.d/10-mayfly.conf', 'DNS=9.9.9.9\n'],
    ]);
    const now = {
      files: stale,
      links: [link('ens4', 3, { addresses: [{ ...address, cidr: 'fd00::2/64' }] })],
      routes: [{ to: 'default', via: 'fd00::1', link: 'ens4', metric: undefined }],
    };
    expect(networkDrift(now, wanted(network), files)).toMatchObject([
      { op: 'delete', subject: 'link ens5' },
      { subject: 'DNS', before: '9.9.9.9', after: 'as learnt from the network' },
    ]);
  });
});

describe('what iproute2 prints', () => {
  it('becomes links and routes', () => {
    const printed = `[{"ifindex":2,"ifname":"ens3","flags":["BROADCAST","UP","LOWER_UP"],"mtu":1500,"link_type":"ether","address":"02:00:00:00:00:01","permaddr":"52:54:00:00:00:01",
      "addr_info":[{"family":"inet","local":"10.0.0.2","prefixlen":24,"scope":"global","dynamic":true},{},{"family":"inet6","local":"fe80::1","prefixlen":64,"scope":"link","tentative":true}]}]`;
    expect(parseLinks(printed)).toMatchObject([
      {
        name: 'ens3',
        ethernet: true,
        mac: '52:54:00:00:00:01',
        carrier: true,
        addresses: [
          { cidr: '10.0.0.2/24', dynamic: true, linkLocal: false },
          { cidr: 'fe80::1/64', family: 6, tentative: true, linkLocal: true },
        ],
      },
    ]);
    expect(parseRoutes('[{"dst":"default","gateway":"10.0.0.1","dev":"ens3","metric":5}]')).toEqual([
      { to: 'default', via: '10.0.0.1', link: 'ens3', metric: 5 },
    ]);
    expect(parseRoutes('\n')).toEqual([]);
  });

  it.each([
    ['10.1.2.3/16', '10.1.0.0/16'],
    ['fd00:0::5/64', 'fd00::/64'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['0.0.0.0/0', 'default'],
  ])('%s is the destination %s', (to, canonical) => {
    expect(canonicalDestination(to)).toBe(canonical);
  });

  it('and addresses compare by value', () => {
    expect(canonicalCidr('FD00:0:0::1/64')).toBe('fd00::1/64');
    expect(isInSubnet('10.0.0.1', '10.0.0.200/24')).toBe(true);
    expect(isInSubnet('fd00::1', '10.0.0.200/24')).toBe(false);
  });
});
