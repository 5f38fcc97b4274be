// Which of a member's addresses goes into a join code: the one by which the cluster knows it.
import type { LinkFact } from './facts.ts';
import { contains, isLinkLocal, normalAddress, parseSubnet } from './ip-subnet.ts';
import type { Profile } from './profile.ts';

/** Of links that are in use, without link-local ones: those need the name of a link besides. */
export const usableAddresses = (links: readonly LinkFact[]): readonly string[] =>
  links
    .filter(({ kind, carrier }) => kind !== 'loopback' && carrier !== false)
    .flatMap(({ addresses }) => addresses.map((cidr) => normalAddress(cidr.split('/')[0] ?? '')))
    .filter((address) => !isLinkLocal(address));

/** By the name that others call it, else in the network of the cluster, else the first. */
export const offerAddress = (profile: Profile, links: readonly LinkFact[]): string | undefined => {
  const usable = usableAddresses(links);
  const { hostname, hosts = [] } = profile.node ?? {};
  const named = hosts.filter(({ name }) => name === hostname).map(({ address }) => normalAddress(address));
  const network = profile.cluster?.filesystem === 'ceph' ? profile.cluster.publicNetwork : undefined;
  const others = hosts.filter(({ name }) => name !== hostname).map(({ address }) => address);
  return (
    usable.find((address) => named.includes(address)) ??
    (network === undefined ? undefined : usable.find((address) => contains(parseSubnet(network), address))) ??
    usable.find((address) => isNear(address, others, links)) ??
    usable[0]
  );
};

const isNear = (address: string, others: readonly string[], links: readonly LinkFact[]): boolean =>
  links
    .flatMap(({ addresses }) => addresses)
    .filter((cidr) => normalAddress(cidr.split('/')[0] ?? '') === address)
    .some((cidr) => others.some((other) => contains(parseSubnet(cidr), other)));
