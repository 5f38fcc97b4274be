// Whether new network settings truly work: carrier, addresses, a lease, and an answer from each gateway, within a deadline.
import { setTimeout as pause } from 'node:timers/promises';
import { hasAddress, hasRoute } from '../state/network-drift.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { WantedLink } from '../state/wanted-network.ts';
import type { Reader } from '../system/system.ts';
import { readNetwork } from './read-network.ts';

export type EvidenceOptions = {
  /** Milliseconds for everything together. */
  readonly deadlineMs: number;
};

/** The first evidence that is still missing when time is up, or nothing. */
export const networkEvidence = async (
  reader: Reader,
  wanted: readonly WantedLink[],
  { deadlineMs }: EvidenceOptions,
): Promise<Result<undefined>> => {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const missing = await missingEvidence(reader, wanted);
    if (missing === undefined) return ok(undefined);
    // A duplicate does not go away by waiting.
    if (Date.now() >= deadline || missing.code === 'network/duplicate-address') return fail(missing);
    await pause(200);
  }
};

const missingEvidence = async (reader: Reader, wanted: readonly WantedLink[]): Promise<Problem | undefined> => {
  const now = await readNetwork(reader);
  for (const link of wanted) {
    const live = now.links.find((candidate) => candidate.name === link.name);
    if (live === undefined)
      return {
        code: 'network/not-made',
        summary: `${link.name} did not appear`,
        remedy: 'See `journalctl -b -u systemd-networkd`; the kernel may lack this kind of link',
      };
    if (speaks(link) && !live.carrier)
      return {
        code: 'network/no-carrier',
        summary: `${link.name} (${live.mac ?? 'no MAC'}) has no carrier`,
        remedy: 'Plug the cable in at both ends, or choose another link',
      };
    const duplicate = live.addresses.find((address) => address.duplicate);
    if (duplicate !== undefined)
      return {
        code: 'network/duplicate-address',
        summary: `${duplicate.cidr} on ${link.name} is in use by another machine`,
        remedy: 'Choose another address, or take it off the other machine',
      };
    const absent = link.addresses.find((cidr) => !hasAddress(live, cidr));
    if (absent !== undefined)
      return {
        code: 'network/no-address',
        summary: `${absent} was not assigned to ${link.name}`,
        remedy: `See \`networkctl status ${link.name}\` for the reason`,
      };
    if (link.mtu !== undefined && live.mtu !== link.mtu)
      return {
        code: 'network/mtu',
        summary: `${link.name} stays at MTU ${live.mtu} and does not take ${link.mtu}`,
        remedy: 'Choose an MTU that the card can do: `ip -details link` shows its maximum',
      };
    if (link.dhcp4 && !live.addresses.some((address) => address.family === 4 && address.dynamic))
      return {
        code: 'network/no-lease',
        summary: `no DHCP server answered on ${link.name}`,
        remedy: 'Check cable, VLAN and DHCP server, or give the link a static address',
      };
    const route = link.routes.find((candidate) => !hasRoute(candidate, link.name, now.routes));
    if (route !== undefined)
      return {
        code: 'network/no-route',
        summary: `the route to ${route.to} via ${route.via} was not set on ${link.name}`,
        remedy: `See \`networkctl status ${link.name}\` for the reason`,
      };
  }
  return silentGateway(reader, wanted);
};

const silentGateway = async (reader: Reader, wanted: readonly WantedLink[]): Promise<Problem | undefined> => {
  const asked = wanted.flatMap((link) =>
    [...new Set(link.routes.map((route) => route.via))].map((via) => ({ link, via })),
  );
  for (const { link, via } of asked)
    if (!(await answers(reader, link.name, via)))
      return {
        code: 'network/gateway-silent',
        summary: `gateway ${via} does not answer on ${link.name}`,
        remedy: 'Check the address of the gateway, the VLAN and the cable',
      };
  return undefined;
};

/** A gateway may drop pings; that it told its hardware address is answer enough. */
const answers = async (reader: Reader, link: string, via: string): Promise<boolean> => {
  const ping = await reader.query(['ping', '-n', '-c', '1', '-W', '1', '-I', link, via], { timeoutMs: 5_000 });
  if (ping.exitCode === 0) return true;
  const neighbour = await reader.query(['ip', 'neigh', 'show', 'to', via, 'dev', link]);
  return /lladdr \S+ .*(REACHABLE|DELAY|PROBE|PERMANENT)/.test(neighbour.stdout);
};

const speaks = (link: WantedLink): boolean => link.addresses.length > 0 || link.dhcp4 || link.dhcp6;
