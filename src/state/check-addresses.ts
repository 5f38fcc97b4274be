// The rules for static addresses: each once, each one that a host may have, each in a subnet of its own.
import { duplicatesOf } from './duplicates.ts';
import { error, type Finding, warning } from './finding.ts';
import { firstHost, isLinkLocal, networkOf, normalAddress, overlaps, unfitForHost } from './ip-subnet.ts';
import { type Interface, type StaticAddress, staticAddresses, usesIpv6 } from './network-interfaces.ts';

export const checkAddresses = (interfaces: readonly Interface[]): readonly Finding[] => {
  const addresses = staticAddresses(interfaces);
  return [
    ...addresses.flatMap(checkFitness),
    ...duplicatesOf(addresses, keyOf).map(({ item, first }) =>
      error(
        'network/duplicate-address',
        item.path,
        `${item.text} is at ${first.path} too`,
        'give every link addresses of its own',
      ),
    ),
    ...checkOverlap(addresses),
    ...interfaces.flatMap(checkIpv6Mtu),
  ];
};

/** A link-local address may be the same on every link: it means nothing beyond its own. */
const keyOf = ({ subnet, on }: StaticAddress): string => {
  const address = normalAddress(subnet.address.toString());
  return isLinkLocal(address) ? `${address} ${on.path}` : address;
};

const checkFitness = ({ path, text, subnet }: StaticAddress): readonly Finding[] => {
  const unfit = unfitForHost(subnet);
  if (unfit === undefined) return [];
  const example =
    unfit.includes('network') || unfit.includes('broadcast address of') ? firstHost(subnet) : '10.20.0.11/24';
  return [error('network/unfit-address', path, `${text} ${unfit}`, `write an address of this host, e.g. ${example}`)];
};

const checkOverlap = (addresses: readonly StaticAddress[]): readonly Finding[] =>
  addresses.flatMap((item, index) => {
    const earlier = addresses
      .slice(0, index)
      .find(
        ({ on, subnet }) => on !== item.on && !isLinkLocal(subnet.address.toString()) && overlaps(subnet, item.subnet),
      );
    return earlier === undefined
      ? []
      : [
          warning(
            'network/overlap',
            item.path,
            `${networkOf(item.subnet)} overlaps with ${networkOf(earlier.subnet)} on ${earlier.on.label}: replies may leave by either`,
            'join the two links in a bond, or put them in different networks',
          ),
        ];
  });

/** RFC 8200, 5: IPv6 needs a link that carries 1280 bytes. */
const checkIpv6Mtu = (at: Interface): readonly Finding[] => {
  const { mtu } = at.addressing;
  return mtu === undefined || mtu >= 1280 || !usesIpv6(at)
    ? []
    : [
        error(
          'network/ipv6-mtu',
          `${at.path}.mtu`,
          `${at.label} carries packets of ${mtu} bytes and has IPv6, which needs 1280`,
          'write 1280 or more, e.g. 1500',
        ),
      ];
};
