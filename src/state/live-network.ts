// The links, addresses and routes of this node as iproute2 prints them in JSON.
import * as z from 'zod';

const addressSchema = z.object({
  family: z.string(),
  local: z.string(),
  prefixlen: z.number(),
  scope: z.string(),
  dynamic: z.boolean().optional(),
  tentative: z.boolean().optional(),
  dadfailed: z.boolean().optional(),
});
const linkSchema = z.object({
  ifindex: z.number(),
  ifname: z.string(),
  flags: z.array(z.string()),
  mtu: z.number(),
  link_type: z.string(),
  address: z.string().optional(),
  permaddr: z.string().optional(),
  linkinfo: z.object({ info_kind: z.string().optional() }).optional(),
  // A vanished address is printed as an empty object.
  addr_info: z.array(z.union([addressSchema, z.object({}).transform(() => undefined)])).optional(),
});
const routeSchema = z.object({
  dst: z.string(),
  gateway: z.string().optional(),
  dev: z.string().optional(),
  metric: z.number().optional(),
});

export type LiveAddress = {
  readonly cidr: string;
  readonly family: 4 | 6;
  /** From DHCP or a router advertisement. */
  readonly dynamic: boolean;
  /** Duplicate address detection has not finished, or found a duplicate. */
  readonly tentative: boolean;
  readonly duplicate: boolean;
  readonly linkLocal: boolean;
};

export type LiveLink = {
  readonly name: string;
  readonly index: number;
  /** A network card, or what stands for one in a container. */
  readonly ethernet: boolean;
  /** The one burnt in, also while a bond lends another. */
  readonly mac: string | undefined;
  readonly up: boolean;
  readonly carrier: boolean;
  readonly mtu: number;
  readonly addresses: readonly LiveAddress[];
};

export type LiveRoute = {
  readonly to: string;
  readonly via: string | undefined;
  readonly link: string | undefined;
  readonly metric: number | undefined;
};

/** From `ip -json -details address show`, in the kernel's order. Throws for text that iproute2 does not print. */
export const parseLinks = (json: string): readonly LiveLink[] =>
  z
    .array(linkSchema)
    .parse(JSON.parse(json || '[]'))
    .map((link) => ({
      name: link.ifname,
      index: link.ifindex,
      ethernet: link.link_type === 'ether' && [undefined, 'veth'].includes(link.linkinfo?.info_kind),
      mac: link.permaddr ?? link.address,
      up: link.flags.includes('UP'),
      carrier: link.flags.includes('LOWER_UP'),
      mtu: link.mtu,
      addresses: (link.addr_info ?? []).flatMap((address) =>
        address === undefined
          ? []
          : [
              {
                cidr: `${address.local}/${address.prefixlen}`,
                family: address.family === 'inet6' ? 6 : 4,
                dynamic: address.dynamic === true,
                tentative: address.tentative === true,
                duplicate: address.dadfailed === true,
                linkLocal: address.scope === 'link',
              } satisfies LiveAddress,
            ],
      ),
    }));

/** From `ip -json -4 route show` or `-6`. Throws for text that iproute2 does not print. */
export const parseRoutes = (json: string): readonly LiveRoute[] =>
  z
    .array(routeSchema)
    .parse(JSON.parse(json.trim() || '[]'))
    .map((route) => ({ to: route.dst, via: route.gateway, link: route.dev, metric: route.metric }));
