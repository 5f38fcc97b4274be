// Arithmetic on addresses as the kernel and people write them.
import ipaddr from 'ipaddr.js';

/** True when `address` lies in the subnet of `cidr` (an interface's address with its prefix length). */
export const isInSubnet = (address: string, cidr: string): boolean => {
  const parsed = ipaddr.parse(address);
  const [base, prefix] = ipaddr.parseCIDR(cidr);
  return parsed.kind() === base.kind() && parsed.match(base, prefix);
};

export const familyOf = (address: string): 4 | 6 => (address.includes(':') ? 6 : 4);

/** One spelling of an address with its prefix length: `fd00:0::1/64` → `fd00::1/64`. */
export const canonicalCidr = (cidr: string): string => {
  const [address, prefix] = ipaddr.parseCIDR(cidr);
  return `${address.toString()}/${prefix}`;
};

/** One spelling of a route's destination; the kernel prints a whole-host route without its prefix length. */
export const canonicalDestination = (to: string): string => {
  if (to === 'default' || to === '0.0.0.0/0' || to === '::/0') return 'default';
  const whole = familyOf(to) === 6 ? 128 : 32;
  const [address, prefix] = to.includes('/') ? ipaddr.parseCIDR(to) : [ipaddr.parse(to), whole];
  const network =
    address.kind() === 'ipv6'
      ? ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/${prefix}`)
      : ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/${prefix}`);
  return `${network.toString()}/${prefix}`;
};

export const isLinkLocal = (address: string): boolean => ipaddr.parse(address).range() === 'linkLocal';

export const sameAddress = (one: string, other: string): boolean =>
  familyOf(one) === familyOf(other) && ipaddr.parse(one).toString() === ipaddr.parse(other).toString();
