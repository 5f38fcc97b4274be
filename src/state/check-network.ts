// The rules of the network part: names and matches once, link layers that fit each other, addresses and routes that can work.
import { checkAddresses } from './check-addresses.ts';
import { checkLinkLayers } from './check-link-layers.ts';
import { checkRoutes } from './check-routes.ts';
import { duplicatesOf } from './duplicates.ts';
import { error, type Finding, warning } from './finding.ts';
import { normalAddress, unfitRange } from './ip-subnet.ts';
import { type Interface, interfacesOf, isAddressed } from './network-interfaces.ts';
import type { Profile } from './profile.ts';

export const checkNetwork = (profile: Profile): readonly Finding[] => {
  if (profile.network === undefined) return [];
  const interfaces = interfacesOf(profile);
  return [
    ...checkNames(profile, interfaces),
    ...checkLinkLayers(profile, interfaces),
    ...checkAddresses(interfaces),
    ...checkRoutes(profile, interfaces),
    ...checkDns(profile),
    ...checkReach(interfaces),
  ];
};

const checkNames = (profile: Profile, interfaces: readonly Interface[]): readonly Finding[] => [
  ...duplicatesOf(interfaces, ({ name }) => name).map(({ item, first }) =>
    error(
      'network/duplicate-name',
      item.namePath,
      `${item.label} has the name that ${first.path} has`,
      item.kind === 'link' ? 'keep one entry for each link' : `give it another name, e.g. ${item.kind}1`,
    ),
  ),
  ...duplicatesOf(profile.network?.links ?? [], ({ match }) => {
    if (match === 'primary') return 'primary';
    return 'mac' in match ? match.mac.toLowerCase() : undefined;
  }).map(({ item, index, firstIndex }) =>
    error(
      'network/duplicate-match',
      `network.links[${index}].match`,
      `${item.match === 'primary' ? 'primary' : 'this MAC'} is matched by network.links[${firstIndex}] too`,
      'keep one entry for each link, with all of its settings',
    ),
  ),
];

const checkDns = ({ network }: Profile): readonly Finding[] => {
  const servers = network?.dns?.servers ?? [];
  return [
    ...servers.flatMap((server, index) => {
      const unfit = unfitRange(server);
      return unfit === undefined || unfit.includes('loopback')
        ? []
        : [error('network/dns', `network.dns.servers[${index}]`, `${server} ${unfit}`, 'name a server, e.g. 10.0.0.1')];
    }),
    ...duplicatesOf(servers, normalAddress).map(({ item, index }) =>
      warning('network/duplicate-dns', `network.dns.servers[${index}]`, `${item} is there twice`, 'remove one'),
    ),
  ];
};

const checkReach = (interfaces: readonly Interface[]): readonly Finding[] =>
  interfaces.length === 0 || interfaces.some(isAddressed)
    ? []
    : [
        warning(
          'network/no-address',
          'network',
          'no link gets an address: this node will be reached from its own console only',
          'add `dhcp4: true` or `addresses: [10.20.0.11/24]` to a link',
        ),
      ];
