// What the profile wants of the links of this very node: names found, members and routes put where they belong.
// A little long: each rule that can refuse a profile on this node stands beside its message.
import { familyOf, isInSubnet, isLinkLocal } from './addresses.ts';
import type { LiveLink } from './live-network.ts';
import { fail, ok, type Problem, type Result } from './problem.ts';
import type { Profile } from './profile.ts';

type Network = NonNullable<Profile['network']>;
type LinkMatch = NonNullable<Network['links']>[number]['match'];
export type WantedRoute = NonNullable<Network['routes']>[number];

export type WantedLink = {
  readonly name: string;
  readonly made:
    | { readonly kind: 'no' }
    | { readonly kind: 'bond'; readonly mode: string }
    | { readonly kind: 'vlan'; readonly id: number };
  /** The bond that it is a member of. */
  readonly bond: string | undefined;
  readonly vlans: readonly string[];
  readonly primary: boolean;
  readonly mtu: number | undefined;
  readonly dhcp4: boolean;
  readonly dhcp6: boolean;
  readonly acceptRa: boolean | undefined;
  readonly addresses: readonly string[];
  readonly routes: readonly WantedRoute[];
};

/** `before`: the link that an earlier apply took for the primary; it stays so while it exists. */
export const wantedLinks = (
  network: Network,
  links: readonly LiveLink[],
  before?: string,
): Result<readonly WantedLink[]> => {
  const wanted = new Map<string, WantedLink>();
  for (const [index, link] of (network.links ?? []).entries()) {
    const found = findLink(link.match, links, before, `network.links[${index}].match`);
    if (!found.ok) return found;
    if (wanted.has(found.value)) return fail(twice(found.value, `network.links[${index}].match`));
    wanted.set(found.value, { ...plainLink(found.value), ...addressing(link), primary: link.match === 'primary' });
  }
  const made = [
    ...(network.bonds ?? []).map((bond) => ({ ...bond, made: { kind: 'bond', mode: bond.mode } as const })),
    ...(network.vlans ?? []).map((vlan) => ({ ...vlan, made: { kind: 'vlan', id: vlan.id } as const })),
  ];
  for (const link of made) wanted.set(link.name, { ...plainLink(link.name), ...addressing(link), made: link.made });

  for (const [index, bond] of (network.bonds ?? []).entries())
    for (const [place, member] of bond.members.entries()) {
      if (!links.some((link) => link.name === member))
        return fail(noSuchLink(member, links, `network.bonds[${index}].members[${place}]`));
      wanted.set(member, { ...(wanted.get(member) ?? plainLink(member)), bond: bond.name });
    }
  for (const [index, vlan] of (network.vlans ?? []).entries()) {
    if (!wanted.has(vlan.link) && !links.some((link) => link.name === vlan.link))
      return fail(noSuchLink(vlan.link, links, `network.vlans[${index}].link`));
    const parent = wanted.get(vlan.link) ?? plainLink(vlan.link);
    wanted.set(vlan.link, { ...parent, vlans: [...parent.vlans, vlan.name] });
  }
  for (const [index, route] of (network.routes ?? []).entries()) {
    const carrier = carrierOf(route, [...wanted.values()]);
    if (carrier === undefined) return fail(outside(route, [...wanted.values()], `network.routes[${index}].via`));
    wanted.set(carrier.name, { ...carrier, routes: [...carrier.routes, route] });
  }
  return ok([...wanted.values()]);
};

const plainLink = (name: string): WantedLink => ({
  name,
  made: { kind: 'no' },
  bond: undefined,
  vlans: [],
  primary: false,
  mtu: undefined,
  dhcp4: false,
  dhcp6: false,
  acceptRa: undefined,
  addresses: [],
  routes: [],
});

type Addressing = Omit<NonNullable<Network['links']>[number], 'match'>;

const addressing = ({ mtu, dhcp4 = false, dhcp6 = false, acceptRa, addresses = [] }: Addressing) => ({
  mtu,
  dhcp4,
  dhcp6,
  acceptRa,
  addresses,
});

const findLink = (
  match: LinkMatch,
  links: readonly LiveLink[],
  before: string | undefined,
  path: string,
): Result<string> => {
  if (match === 'primary') {
    const ethernet = links.filter((link) => link.ethernet);
    const primary =
      ethernet.find((link) => link.name === before) ?? ethernet.find((link) => link.carrier) ?? ethernet[0];
    return primary === undefined
      ? fail({
          code: 'network/no-link',
          summary: 'this node has no Ethernet link that could be the primary',
          remedy: 'Check the network card and its driver: `ip link`, `dmesg`',
          path,
        })
      : ok(primary.name);
  }
  const found =
    'name' in match
      ? links.find((link) => link.name === match.name)
      : links.find((link) => link.ethernet && link.mac?.toLowerCase() === match.mac.toLowerCase());
  return found === undefined ? fail(noSuchLink('name' in match ? match.name : match.mac, links, path)) : ok(found.name);
};

/** The link whose subnet holds the gateway; else the only one that will learn its subnet by DHCP. */
const carrierOf = (route: WantedRoute, links: readonly WantedLink[]): WantedLink | undefined => {
  const holding = links.find((link) => link.addresses.some((cidr) => isInSubnet(route.via, cidr)));
  if (holding !== undefined) return holding;
  const learning = links.filter((link) =>
    familyOf(route.via) === 4 ? link.dhcp4 : link.dhcp6 || (isLinkLocal(route.via) && link.addresses.length > 0),
  );
  return learning.length === 1 ? learning[0] : undefined;
};

const noSuchLink = (wanted: string, links: readonly LiveLink[], path: string): Problem => ({
  code: 'network/no-such-link',
  summary: `this node has no link ${wanted}; it has ${describeLinks(links)}`,
  remedy: 'Put the name or MAC of one of these into the profile, or check the card',
  path,
});

const describeLinks = (links: readonly LiveLink[]): string =>
  links
    .filter((link) => link.ethernet)
    .map((link) => `${link.name} (${link.mac ?? 'no MAC'})`)
    .join(', ') || 'none';

const twice = (name: string, path: string): Problem => ({
  code: 'network/link-twice',
  summary: `two entries of network.links mean the same link ${name} on this node`,
  remedy: 'Take one of them out, or match it by another name or MAC',
  path,
});

const outside = (route: WantedRoute, links: readonly WantedLink[], path: string): Problem => ({
  code: 'network/gateway-outside',
  summary: `gateway ${route.via} is in no subnet of this node: ${links.flatMap((link) => link.addresses).join(', ') || 'it has no static address'}`,
  remedy: 'Give a link an address in the subnet of the gateway, or correct `via`',
  path,
});
