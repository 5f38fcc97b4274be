// Where the live network differs from what the profile wants, in the words that a review shows.
import { canonicalCidr, canonicalDestination, sameAddress } from './addresses.ts';
import { type Change, change } from './change.ts';
import type { LiveLink, LiveRoute } from './live-network.ts';
import { linkOfFile, netdevFile, networkdDirectory, networkFile, resolvedPath } from './render-networkd.ts';
import type { WantedLink, WantedRoute } from './wanted-network.ts';

export type NetworkState = {
  readonly files: ReadonlyMap<string, string>;
  readonly links: readonly LiveLink[];
  readonly routes: readonly LiveRoute[];
};

/** `wantedFiles` as rendered; one change a link, one for DNS, one for each link that is no longer ours. */
export const networkDrift = (
  now: NetworkState,
  wanted: readonly WantedLink[],
  wantedFiles: ReadonlyMap<string, string>,
): readonly Change[] => {
  const changes = wanted
    .filter((link) => hasOtherFiles(link.name, now.files, wantedFiles) || !isLive(link, now))
    .map((link) => {
      const live = now.links.find((candidate) => candidate.name === link.name);
      return change(
        live === undefined ? 'create' : 'update',
        `link ${link.name}`,
        live === undefined ? undefined : describeLive(live, now.routes),
        describeWanted(link),
      );
    });
  const gone = [...now.files.keys()].flatMap((path) => {
    const link = wantedFiles.has(path) ? undefined : linkOfFile(path);
    return link === undefined || wanted.some((candidate) => candidate.name === link) ? [] : [link];
  });
  for (const link of new Set(gone))
    changes.push(change('delete', `link ${link}`, 'as an earlier profile said', 'no longer ours'));
  if (now.files.get(resolvedPath) !== wantedFiles.get(resolvedPath))
    changes.push(
      change('update', 'DNS', describeDns(now.files.get(resolvedPath)), describeDns(wantedFiles.get(resolvedPath))),
    );
  return changes;
};

/** True when the kernel has what `link` asks for. */
const isLive = (link: WantedLink, { links, routes }: Omit<NetworkState, 'files'>): boolean => {
  const live = links.find((candidate) => candidate.name === link.name);
  if (live === undefined) return false;
  if (link.mtu !== undefined && live.mtu !== link.mtu) return false;
  return (
    link.addresses.every((cidr) => hasAddress(live, cidr)) &&
    extraAddresses(link, live).length === 0 &&
    (!link.dhcp4 || live.addresses.some((address) => address.family === 4 && address.dynamic)) &&
    link.routes.every((route) => hasRoute(route, link.name, routes))
  );
};

/** Assigned for good: not while a duplicate is looked for, and not when one was found. */
export const hasAddress = (live: LiveLink, cidr: string): boolean =>
  live.addresses.some(
    (address) => canonicalCidr(address.cidr) === canonicalCidr(cidr) && !address.tentative && !address.duplicate,
  );

export const hasRoute = (route: WantedRoute, link: string, routes: readonly LiveRoute[]): boolean =>
  routes.some(
    (live) =>
      live.link === link &&
      live.via !== undefined &&
      sameAddress(live.via, route.via) &&
      canonicalDestination(live.to) === canonicalDestination(route.to),
  );

/** Static addresses that nobody asked for: an earlier profile's, or set by hand. */
const extraAddresses = (link: WantedLink, live: LiveLink): readonly string[] =>
  live.addresses
    .filter((address) => !address.dynamic && !address.linkLocal)
    .map((address) => canonicalCidr(address.cidr))
    .filter((cidr) => !link.addresses.some((wanted) => canonicalCidr(wanted) === cidr));

const hasOtherFiles = (link: string, now: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): boolean =>
  [networkFile(link), netdevFile(link), `${networkdDirectory}/10-mayfly-${link}.link`].some(
    (path) => now.get(path) !== wanted.get(path),
  );

const describeLive = (live: LiveLink, routes: readonly LiveRoute[]): string =>
  [
    ...live.addresses
      .filter((address) => !address.linkLocal)
      .map((address) => `${address.cidr}${address.dynamic ? ' (learnt)' : ''}`),
    ...routes.filter((route) => route.link === live.name && route.via !== undefined).map(describeRoute),
    `MTU ${live.mtu}`,
    ...(live.carrier ? [] : ['no carrier']),
  ].join(', ');

export const describeWanted = (link: WantedLink): string =>
  [
    ...(link.made.kind === 'bond' ? [`bond ${link.made.mode}`] : []),
    ...(link.made.kind === 'vlan' ? [`VLAN ${link.made.id}`] : []),
    ...(link.bond === undefined ? [] : [`member of ${link.bond}`]),
    ...link.vlans.map((vlan) => `carries ${vlan}`),
    ...(link.dhcp4 ? ['DHCPv4'] : []),
    ...(link.dhcp6 ? ['DHCPv6'] : []),
    ...link.addresses,
    ...link.routes.map(describeRoute),
    ...(link.mtu === undefined ? [] : [`MTU ${link.mtu}`]),
  ].join(', ') || 'no addresses';

const describeRoute = ({ to, via }: { readonly to: string; readonly via?: string | undefined }): string =>
  `${to} via ${via}`;

const describeDns = (text: string | undefined): string =>
  text
    ?.split('\n')
    .flatMap((line) => /^(?:DNS|Domains)=(.*)$/.exec(line)?.[1]?.split(' ') ?? [])
    .filter((word) => word !== '' && word !== '~.')
    .join(', ') || 'as learnt from the network';
