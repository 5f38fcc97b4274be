// The files by which systemd-networkd and -resolved make the network that the profile wants: systemd.network(5), systemd.netdev(5), resolved.conf(5).
import type { Profile } from './profile.ts';
import type { WantedLink } from './wanted-network.ts';

export const networkdDirectory = '/etc/systemd/network';
export const networkdPrefix = '10-mayfly-';
export const resolvedPath = '/etc/systemd/resolved.conf.d/10-mayfly.conf';

const header = '# Written by mayfly from the node profile; edits are lost at the next apply.';

/** Path → text. */
export const renderNetworkd = (
  links: readonly WantedLink[],
  dns: NonNullable<Profile['network']>['dns'],
): ReadonlyMap<string, string> => {
  const files = new Map<string, string>();
  for (const link of links) {
    files.set(networkFile(link.name), renderNetwork(link));
    if (link.made.kind !== 'no') files.set(netdevFile(link.name), renderNetdev(link));
  }
  if ((dns?.servers ?? []).length + (dns?.search ?? []).length > 0) files.set(resolvedPath, renderResolved(dns));
  return files;
};

export const networkFile = (link: string): string => `${networkdDirectory}/${networkdPrefix}${link}.network`;
export const netdevFile = (link: string): string => `${networkdDirectory}/${networkdPrefix}${link}.netdev`;

/** The link that one of our files is about; undefined for any other path. */
export const linkOfFile = (path: string): string | undefined => {
  const name = path.slice(`${networkdDirectory}/${networkdPrefix}`.length).replace(/\.(network|netdev|link)$/, '');
  return path.startsWith(`${networkdDirectory}/${networkdPrefix}`) ? name : undefined;
};

const primaryMark = '# primary';

export const isPrimaryFile = (text: string): boolean => text.split('\n').includes(primaryMark);

const renderNetwork = (link: WantedLink): string =>
  render([
    ...(link.primary ? [primaryMark] : []),
    '',
    '[Match]',
    `Name=${link.name}`,
    '',
    ...(link.mtu === undefined ? [] : ['[Link]', `MTUBytes=${link.mtu}`, '']),
    '[Network]',
    ...(link.bond === undefined ? [] : [`Bond=${link.bond}`]),
    ...link.vlans.map((vlan) => `VLAN=${vlan}`),
    `DHCP=${link.dhcp4 ? (link.dhcp6 ? 'yes' : 'ipv4') : link.dhcp6 ? 'ipv6' : 'no'}`,
    // A member of a bond, and a trunk that only carries VLANs, speak no IP of their own.
    ...(link.bond !== undefined || isTrunkOnly(link) ? ['LinkLocalAddressing=no', 'IPv6AcceptRA=no'] : acceptRa(link)),
    ...link.addresses.map((address) => `Address=${address}`),
    ...link.routes.flatMap((route) => [
      '',
      '[Route]',
      ...(route.to === 'default' ? [] : [`Destination=${route.to}`]),
      `Gateway=${route.via}`,
      ...(route.metric === undefined ? [] : [`Metric=${route.metric}`]),
    ]),
    // The machine id is new at every boot, and an identity made of it would get another lease each time.
    ...(link.dhcp4 ? ['', '[DHCPv4]', 'ClientIdentifier=mac'] : []),
    ...(link.dhcp6 ? ['', '[DHCPv6]', 'DUIDType=link-layer'] : []),
  ]);

const isTrunkOnly = (link: WantedLink): boolean =>
  link.vlans.length > 0 && link.addresses.length === 0 && !link.dhcp4 && !link.dhcp6 && link.acceptRa === undefined;

const acceptRa = (link: WantedLink): readonly string[] =>
  link.acceptRa === undefined ? [] : [`IPv6AcceptRA=${link.acceptRa ? 'yes' : 'no'}`];

const renderNetdev = ({ name, made, mtu }: WantedLink): string =>
  render([
    '',
    '[NetDev]',
    `Name=${name}`,
    `Kind=${made.kind}`,
    ...(mtu === undefined ? [] : [`MTUBytes=${mtu}`]),
    ...(made.kind === 'vlan' ? ['', '[VLAN]', `Id=${made.id}`] : []),
    ...(made.kind === 'bond' ? ['', '[Bond]', `Mode=${made.mode}`, 'MIIMonitorSec=100ms'] : []),
  ]);

const renderResolved = (dns: NonNullable<Profile['network']>['dns']): string =>
  render([
    '',
    '[Resolve]',
    ...(dns?.servers === undefined || dns.servers.length === 0 ? [] : [`DNS=${dns.servers.join(' ')}`]),
    // `~.`: the profile's servers are asked for every name, before any that a DHCP server offers.
    `Domains=${[...(dns?.search ?? []), ...((dns?.servers ?? []).length > 0 ? ['~.'] : [])].join(' ')}`,
  ]);

const render = (lines: readonly string[]): string => `${[header, ...lines].join('\n')}\n`;
