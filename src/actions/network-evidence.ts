// Whether new network settings truly work: carrier, addresses, a lease, and an answer from each gateway, within a deadline.
import { setTimeout as pause } from 'node:timers/promises';
import { hasAddress, hasRoute } from '../state/network-drift.ts';
import type { Evidence } from '../state/network-trial.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { WantedLink } from '../state/wanted-network.ts';
import type { Reader } from '../system/system.ts';
import { type NetworkNow, readNetwork } from './read-network.ts';

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
    const missing = missingIn(await lookForEvidence(reader, wanted));
    if (missing === undefined) return ok(undefined);
    // A duplicate does not go away by waiting.
    if (Date.now() >= deadline || missing.code === 'network/duplicate-address') return fail(missing);
    await pause(200);
  }
};

export const missingIn = (evidence: readonly Evidence[]): Problem | undefined =>
  evidence.find(({ missing }) => missing !== undefined)?.missing;

/** All that is looked for, as it is now. Gateways are asked only once the links are as they should be. */
export const lookForEvidence = async (reader: Reader, wanted: readonly WantedLink[]): Promise<readonly Evidence[]> => {
  const now = await readNetwork(reader);
  const ofLinks = wanted.flatMap((link) => linkEvidence(link, now));
  return missingIn(ofLinks) === undefined ? [...ofLinks, ...(await gatewayEvidence(reader, wanted))] : ofLinks;
};

const evidence = (what: string, holds: boolean, missing: Problem): Evidence => (holds ? { what } : { what, missing });

const linkEvidence = (link: WantedLink, { links, routes }: NetworkNow): readonly Evidence[] => {
  const { name } = link;
  const live = links.find((candidate) => candidate.name === name);
  if (live === undefined)
    return [
      evidence(`${name} is there`, false, {
        code: 'network/not-made',
        summary: `${name} did not appear`,
        remedy: 'See `journalctl -b -u systemd-networkd`; the kernel may lack this kind of link',
      }),
    ];
  const carrier = evidence(`${name} has carrier`, live.carrier, {
    code: 'network/no-carrier',
    summary: `${name} (${live.mac ?? 'no MAC'}) has no carrier`,
    remedy: 'Plug the cable in at both ends, or choose another link',
  });
  const duplicate = live.addresses.find((address) => address.duplicate);
  const unique = evidence(`${name} has its addresses for itself`, duplicate === undefined, {
    code: 'network/duplicate-address',
    summary: `${duplicate?.cidr ?? 'an address'} on ${name} is in use by another machine`,
    remedy: 'Choose another address, or take it off the other machine',
  });
  const addresses = link.addresses.map((cidr) =>
    evidence(`${name} has ${cidr}`, hasAddress(live, cidr), {
      code: 'network/no-address',
      summary: `${cidr} was not assigned to ${name}`,
      remedy: `See \`networkctl status ${name}\` for the reason`,
    }),
  );
  const mtu = evidence(`${name} has MTU ${link.mtu ?? live.mtu}`, link.mtu === undefined || live.mtu === link.mtu, {
    code: 'network/mtu',
    summary: `${name} stays at MTU ${live.mtu} and does not take ${link.mtu}`,
    remedy: 'Choose an MTU that the card can do: `ip -details link` shows its maximum',
  });
  const hasLease = live.addresses.some((address) => address.family === 4 && address.dynamic);
  const lease = evidence(`${name} has a DHCP lease`, hasLease, {
    code: 'network/no-lease',
    summary: `no DHCP server answered on ${name}`,
    remedy: 'Check cable, VLAN and DHCP server, or give the link a static address',
  });
  const ways = link.routes.map((route) =>
    evidence(`${name} has the route to ${route.to}`, hasRoute(route, name, routes), {
      code: 'network/no-route',
      summary: `the route to ${route.to} via ${route.via} was not set on ${name}`,
      remedy: `See \`networkctl status ${name}\` for the reason`,
    }),
  );
  return [
    ...(speaks(link) ? [carrier] : []),
    ...(duplicate === undefined ? [] : [unique]),
    ...addresses,
    ...(link.mtu === undefined ? [] : [mtu]),
    ...(link.dhcp4 ? [lease] : []),
    ...ways,
  ];
};

const gatewayEvidence = async (reader: Reader, wanted: readonly WantedLink[]): Promise<readonly Evidence[]> => {
  const found: Evidence[] = [];
  for (const { name, routes } of wanted)
    for (const via of new Set(routes.map((route) => route.via)))
      found.push(
        evidence(`gateway ${via} answers`, await answers(reader, name, via), {
          code: 'network/gateway-silent',
          summary: `gateway ${via} does not answer on ${name}`,
          remedy: 'Check the address of the gateway, the VLAN and the cable',
        }),
      );
  return found;
};

/** A gateway may drop pings; that it told its hardware address is answer enough. */
const answers = async (reader: Reader, link: string, via: string): Promise<boolean> => {
  const ping = await reader.query(['ping', '-n', '-c', '1', '-W', '1', '-I', link, via], { timeoutMs: 5_000 });
  if (ping.exitCode === 0) return true;
  const neighbour = await reader.query(['ip', 'neigh', 'show', 'to', via, 'dev', link]);
  return /lladdr \S+ .*(REACHABLE|DELAY|PROBE|PERMANENT)/.test(neighbour.stdout);
};

const speaks = (link: WantedLink): boolean => link.addresses.length > 0 || link.dhcp4 || link.dhcp6;
