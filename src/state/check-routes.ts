// The rules for routes: a gateway that this node can reach, of the same family, and no route twice.
import { duplicatesOf } from './duplicates.ts';
import { error, type Finding } from './finding.ts';
import {
  contains,
  type Family,
  familyOf,
  isLinkLocal,
  isNetworkAddress,
  networkOf,
  normalAddress,
  parseSubnet,
  unfitForHost,
  unfitRange,
} from './ip-subnet.ts';
import { type Interface, isDynamic, type StaticAddress, staticAddresses } from './network-interfaces.ts';
import type { Profile } from './profile.ts';

type Route = NonNullable<NonNullable<Profile['network']>['routes']>[number];

export const checkRoutes = ({ network = {} }: Profile, interfaces: readonly Interface[]): readonly Finding[] => {
  const routes = network.routes ?? [];
  const addresses = staticAddresses(interfaces);
  return [
    ...routes.flatMap((route, index) => [
      ...checkTarget(route, `network.routes[${index}]`),
      ...checkGateway(route, `network.routes[${index}].via`, interfaces, addresses),
    ]),
    ...duplicatesOf(routes, keyOf).map(({ index, firstIndex, item }) =>
      error(
        'network/duplicate-route',
        `network.routes[${index}]`,
        `network.routes[${firstIndex}] leads to ${item.to} with the same metric`,
        'remove one, or give the spare one a higher metric, e.g. metric: 200',
      ),
    ),
  ];
};

const keyOf = ({ to, via, metric }: Route): string =>
  `${to === 'default' ? familyOf(via) : networkOf(parseSubnet(to))} ${metric ?? ''}`;

const checkTarget = ({ to, via }: Route, path: string): readonly Finding[] => {
  if (to === 'default') return [];
  const target = parseSubnet(to);
  const findings: Finding[] = [];
  if (!isNetworkAddress(target)) {
    findings.push(
      error(
        'network/route-target',
        `${path}.to`,
        `${to} is an address inside ${networkOf(target)}`,
        `write ${networkOf(target)}`,
      ),
    );
  }
  if (target.family !== familyOf(via)) {
    findings.push(
      error('network/route-family', `${path}.via`, `${via} cannot carry ${to}`, 'use a gateway of the same IP version'),
    );
  }
  return findings;
};

const checkGateway = (
  { via }: Route,
  path: string,
  interfaces: readonly Interface[],
  addresses: readonly StaticAddress[],
): readonly Finding[] => {
  const family = familyOf(via);
  const unfit = unfitRange(via);
  if (unfit !== undefined) {
    return [error('network/gateway', path, `${via} ${unfit}`, 'write the address of the router, e.g. 10.0.0.1')];
  }
  const own = addresses.find(({ subnet }) => subnet.address.toString() === normalAddress(via));
  if (own !== undefined) {
    return [
      error('network/gateway', path, `${via} is this node's own address (${own.path})`, 'write that of the router'),
    ];
  }
  if (isLinkLocal(via)) return checkLinkLocal(via, path, interfaces);
  const near = addresses.find(({ subnet }) => contains(subnet, via));
  if (near !== undefined) {
    const reserved = unfitForHost({ ...near.subnet, address: parseSubnet(`${via}/${near.subnet.bits}`).address });
    // The first address of an IPv6 subnet is its routers' anycast address (RFC 4291, 2.6.1): odd as a gateway, and valid.
    return reserved === undefined || family === 'ipv6'
      ? []
      : [error('network/gateway', path, `${via} ${reserved}`, 'write the address of the router')];
  }
  return addresses.length === 0 || interfaces.some((at) => isDynamic(at, family))
    ? []
    : [outside(via, path, family, addresses)];
};

const checkLinkLocal = (via: string, path: string, interfaces: readonly Interface[]): readonly Finding[] =>
  interfaces.length <= 1
    ? []
    : [
        error(
          'network/gateway',
          path,
          `${via} is a link-local address, and there are ${interfaces.length} links that it could be on`,
          'write the global address of the router, or `acceptRa: true` on the link that it is on',
        ),
      ];

const outside = (via: string, path: string, family: Family, addresses: readonly StaticAddress[]): Finding => {
  const subnets = addresses.filter(({ subnet }) => subnet.family === family).map(({ subnet }) => networkOf(subnet));
  const told =
    subnets.length === 0
      ? `this node has no ${family === 'ipv4' ? 'IPv4' : 'IPv6'} address`
      : `it is outside every subnet of this node (${[...new Set(subnets)].join(', ')})`;
  return error(
    'network/gateway-unreachable',
    path,
    `${via} cannot be reached: ${told}`,
    'correct the gateway, or the prefix length of the address that it should be near',
  );
};
