// A network for as long as the sources are asked at boot: before its profile says which, a node has no address by which a server could be reached.
import { networkdDirectory, networkdPrefix } from '../state/render-networkd.ts';
import type { System } from '../system/system.ts';

/** After every file that somebody else may have for a link, before the image's own last resort. */
const leasePath = '/run/systemd/network/98-mayfly-sources.network';

/** The machine id is new where firmware has none: asked by MAC, the same machine gets the same address. */
const lease = `# Written by mayfly for as long as it asks a server for the profile of this node.
[Match]
Type=ether

[Network]
DHCP=yes
IPv6AcceptRA=yes

[DHCPv4]
ClientIdentifier=mac
UseHostname=no

[DHCPv6]
DUIDType=link-layer
UseHostname=no
`;

const waitOnline = '/usr/lib/systemd/systemd-networkd-wait-online';

/** Waits until some link has an address that reaches further than its cable; no longer than `seconds`, and whoever needs it finds out. */
export const awaitNetwork = async (system: System, seconds: number): Promise<void> => {
  const command = [waitOnline, '--any', '--operational-state=routable', `--timeout=${seconds}`] as const;
  await system.query(command, { timeoutMs: (seconds + 5) * 1000 });
};

/** Links that no profile has set up ask for a lease meanwhile; afterwards they are again as they were. */
export const withBootNetwork = async <T>(system: System, seconds: number, work: () => Promise<T>): Promise<T> => {
  const isSetUp = (await system.list(networkdDirectory)).some((name) => name.startsWith(networkdPrefix));
  if (isSetUp) {
    await awaitNetwork(system, seconds);
    return work();
  }
  await system.writeText(leasePath, lease);
  try {
    await system.run(['networkctl', 'reload']);
    await awaitNetwork(system, seconds);
    return await work();
  } finally {
    await system.remove(leasePath);
    await system.run(['networkctl', 'reload']);
  }
};
