// Reads the network links: what seldom changes from `ip` and sysfs, counters and carrier from /proc and sysfs, cheap enough for every second.
import * as z from 'zod';
import { type Bytes, bytes } from '../state/bytes.ts';
import type { LinkFact } from '../state/facts.ts';
import type { Reader } from '../system/system.ts';
import { parseJsonAs } from './json.ts';

const ipLinks = z.array(
  z.object({
    ifname: z.string(),
    link_type: z.string(),
    address: z.string().optional(),
    mtu: z.number(),
    linkinfo: z.object({ info_kind: z.string().optional() }).optional(),
    addr_info: z.array(z.object({ local: z.string().optional(), prefixlen: z.number().optional() })).default([]),
  }),
);

/** What seldom changes about one link. */
export type LinkDetail = Pick<LinkFact, 'name' | 'kind' | 'mac' | 'mtu' | 'addresses'>;

const kindOf = (linkType: string, infoKind: string | undefined): LinkFact['kind'] => {
  if (linkType === 'loopback') return 'loopback';
  if (linkType !== 'ether') return 'other';
  switch (infoKind) {
    case undefined:
    case 'veth':
      return 'ethernet';
    case 'bond':
    case 'vlan':
    case 'bridge':
      return infoKind;
    default:
      return 'other';
  }
};

/** `ip -details -json address`: undefined when it is not that. */
export const parseIpAddress = (text: string): readonly LinkDetail[] | undefined =>
  parseJsonAs(ipLinks, text)?.map((link) => ({
    name: link.ifname,
    kind: kindOf(link.link_type, link.linkinfo?.info_kind),
    mac: link.link_type === 'ether' ? link.address : undefined,
    mtu: link.mtu,
    addresses: link.addr_info.flatMap(({ local, prefixlen }) =>
      local === undefined || prefixlen === undefined ? [] : [`${local}/${prefixlen}`],
    ),
  }));

export type Counters = { readonly received: Bytes; readonly sent: Bytes };

/** /proc/net/dev: bytes received are the first column after the name, bytes sent the ninth. */
export const parseNetDev = (text: string): ReadonlyMap<string, Counters> =>
  new Map(
    text.split('\n').flatMap((line): [string, Counters][] => {
      const [name, rest] = line.split(':');
      const numbers = rest?.trim().split(/\s+/).map(Number) ?? [];
      const [received, sent] = [numbers[0], numbers[8]];
      if (name === undefined || received === undefined || sent === undefined) return [];
      return [[name.trim(), { received: bytes(received), sent: bytes(sent) }]];
    }),
  );

/** What the driver says, which `ip` does not. */
type LinkHardware = Pick<LinkFact, 'speedMbps' | 'driver' | 'model'>;

const readLinkHardware = async (reader: Reader, name: string): Promise<LinkHardware> => {
  const directory = `/sys/class/net/${name}`;
  const [speed, driver, vendor, device] = await Promise.all([
    reader.readText(`${directory}/speed`),
    reader.readLink(`${directory}/device/driver`),
    reader.readText(`${directory}/device/vendor`),
    reader.readText(`${directory}/device/device`),
  ]);
  const mbps = Number(speed);
  return {
    // -1 and EINVAL both mean that the driver does not say.
    speedMbps: speed === undefined || !Number.isInteger(mbps) || mbps <= 0 ? undefined : mbps,
    driver: driver?.split('/').at(-1),
    model: vendor === undefined || device === undefined ? undefined : `${hex(vendor)}:${hex(device)}`,
  };
};

const hex = (text: string): string => text.trim().replace(/^0x/, '');

export type LinkDetails = ReadonlyMap<string, LinkDetail & LinkHardware>;

/** Undefined when `ip` does not answer in time. */
export const readLinkDetails = async (reader: Reader, timeoutMs: number): Promise<LinkDetails | undefined> => {
  const answer = await reader.query(['ip', '-details', '-json', 'address'], { timeoutMs });
  const links = answer.exitCode === 0 ? parseIpAddress(answer.stdout) : undefined;
  if (links === undefined) return undefined;
  return new Map(
    await Promise.all(
      links.map(
        async (link): Promise<[string, LinkDetail & LinkHardware]> => [
          link.name,
          { ...link, ...(await readLinkHardware(reader, link.name)) },
        ],
      ),
    ),
  );
};

/** Changes when an address comes or goes: the kernel tells that in files, so that `ip` need not be asked every few seconds. */
export const readAddressMark = async (reader: Reader): Promise<string> => {
  const [four, six] = await Promise.all([reader.readText('/proc/net/fib_trie'), reader.readText('/proc/net/if_inet6')]);
  return `${four}${six}`;
};

/** What changes from second to second. */
export type LinkActivity = Counters & Pick<LinkFact, 'carrier' | 'up'>;

const readCarrier = async (reader: Reader, name: string): Promise<Pick<LinkActivity, 'carrier' | 'up'>> => {
  // EINVAL while the link is down: then nobody knows. Where there is an answer, the link is up.
  const carrier = await reader.readText(`/sys/class/net/${name}/carrier`);
  if (carrier !== undefined) return { up: true, carrier: carrier.trim() === '1' };
  const flags = await reader.readText(`/sys/class/net/${name}/flags`);
  return { up: (Number(flags ?? 0) & interfaceUp) !== 0, carrier: undefined };
};

/**
 * A reading for every second. The carrier is asked for again only when the link's operational state, which costs a tenth of it and follows it
 * (Documentation/networking/operstates.rst), is another one, or says nothing (`unknown`).
 */
export const createLinkActivity = (reader: Reader): (() => Promise<ReadonlyMap<string, LinkActivity> | undefined>) => {
  const seen = new Map<string, { readonly state: string; readonly carrier: Pick<LinkActivity, 'carrier' | 'up'> }>();
  const carrierOf = async (name: string): Promise<Pick<LinkActivity, 'carrier' | 'up'>> => {
    const state = (await reader.readText(`/sys/class/net/${name}/operstate`))?.trim() ?? 'unknown';
    const before = seen.get(name);
    if (before?.state === state && state !== 'unknown') return before.carrier;
    const carrier = await readCarrier(reader, name);
    seen.set(name, { state, carrier });
    return carrier;
  };
  return async () => {
    const text = await reader.readText('/proc/net/dev');
    if (text === undefined) return undefined;
    return new Map(
      await Promise.all(
        [...parseNetDev(text)].map(
          async ([name, counters]): Promise<[string, LinkActivity]> => [
            name,
            { ...counters, ...(await carrierOf(name)) },
          ],
        ),
      ),
    );
  };
};

export const readLinkActivity = (reader: Reader): Promise<ReadonlyMap<string, LinkActivity> | undefined> =>
  createLinkActivity(reader)();

/** IFF_UP of netdevice(7). */
const interfaceUp = 1;

/** Links that both know; one that has just come or gone waits for the next look. Cables first, then by name. */
export const joinLinks = (details: LinkDetails, activity: ReadonlyMap<string, LinkActivity>): readonly LinkFact[] =>
  [...details.values()]
    .filter((link) => link.kind !== 'other')
    .flatMap((link): LinkFact[] => {
      const active = activity.get(link.name);
      return active === undefined ? [] : [{ ...link, ...active }];
    })
    .sort(
      (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.name.localeCompare(b.name, 'en', { numeric: true }),
    );

const order: readonly LinkFact['kind'][] = ['ethernet', 'bond', 'vlan', 'bridge', 'other', 'loopback'];

/** For what hangs, not for what is slow: the wizard chooses from this, and cannot without it. */
const inventoryMs = 30_000;

export const readLinks = async (reader: Reader): Promise<readonly LinkFact[] | undefined> => {
  const [details, activity] = await Promise.all([readLinkDetails(reader, inventoryMs), readLinkActivity(reader)]);
  return details === undefined || activity === undefined ? undefined : joinLinks(details, activity);
};
