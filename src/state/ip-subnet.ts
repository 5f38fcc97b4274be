// Address arithmetic for the rules: what a prefix contains, and which addresses in it no host may have.
import ipaddr from 'ipaddr.js';

export type Family = 'ipv4' | 'ipv6';
type Address = ipaddr.IPv4 | ipaddr.IPv6;

export type Subnet = {
  readonly family: Family;
  readonly address: Address;
  /** Prefix length. */
  readonly bits: number;
};

/** For text that the schema has accepted as an address with its prefix. */
export const parseSubnet = (cidr: string): Subnet => {
  const [address, bits] = ipaddr.parseCIDR(cidr);
  return { family: address.kind(), address, bits };
};

export const familyOf = (address: string): Family => ipaddr.parse(address).kind();

/** One spelling for each address: `FD00::0:1` and `fd00::1` are the same. */
export const normalAddress = (address: string): string => ipaddr.parse(address).toString();

export const contains = (subnet: Subnet, address: string): boolean => {
  const parsed = ipaddr.parse(address);
  return parsed.kind() === subnet.family && parsed.match(subnet.address, subnet.bits);
};

export const overlaps = (one: Subnet, other: Subnet): boolean =>
  one.family === other.family && one.address.match(other.address, Math.min(one.bits, other.bits));

/** `10.20.0.0/24` */
export const networkOf = ({ address, bits }: Subnet): string => `${networkAddress(address, bits)}/${bits}`;

export const isNetworkAddress = ({ address, bits }: Subnet): boolean =>
  address.toString() === networkAddress(address, bits);

/** The first address that a host may have, with the prefix: an example that passes. */
export const firstHost = (subnet: Subnet): string => {
  const parts = ipaddr.parse(networkAddress(subnet.address, subnet.bits)).toByteArray();
  const host = parts.with(-1, (parts.at(-1) ?? 0) + (hasReserved(subnet) ? 1 : 0));
  return `${ipaddr.fromByteArray(host).toString()}/${subnet.bits}`;
};

/** RFC 3021 (v4) and RFC 6164 (v6): the two longest prefixes reserve no address. */
const hasReserved = ({ family, bits }: Subnet): boolean => bits < (family === 'ipv4' ? 31 : 127);

/** Why no host may have this address; undefined when one may. */
export const unfitForHost = (subnet: Subnet): string | undefined => {
  const { address, bits, family } = subnet;
  if (bits === 0) return 'has the prefix length 0, which claims the whole address space';
  const range = unfitRange(address.toString());
  if (range !== undefined) return range;
  if (!hasReserved(subnet)) return undefined;
  if (isNetworkAddress(subnet)) return `is the address of the network ${networkOf(subnet)} itself`;
  const isBroadcast =
    family === 'ipv4' && address.toString() === ipaddr.IPv4.broadcastAddressFromCIDR(`${address}/${bits}`).toString();
  return isBroadcast ? `is the broadcast address of ${networkOf(subnet)}` : undefined;
};

/** Why nothing can be reached under this address; undefined when something can. */
export const unfitRange = (address: string): string | undefined => {
  const range = ipaddr.parse(address).range();
  if (range === 'multicast') return 'is a multicast address';
  if (range === 'loopback') return 'is a loopback address';
  if (range === 'unspecified') return 'is the unspecified address';
  if (range === 'broadcast') return 'is the broadcast address';
  if (range === 'reserved' && familyOf(address) === 'ipv4' && /^(24\d|25[0-5])\./.test(address)) {
    return 'is in the range that is reserved for the future';
  }
  return undefined;
};

export const isLinkLocal = (address: string): boolean => ipaddr.parse(address).range() === 'linkLocal';

const networkAddress = (address: Address, bits: number): string =>
  address.kind() === 'ipv4'
    ? ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/${bits}`).toString()
    : ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/${bits}`).toString();
