// The links, bonds and VLANs of a profile as one list, since most rules ask the same of all three.

import { type Family, familyOf, parseSubnet, type Subnet } from './ip-subnet.ts';
import type { Profile } from './profile.ts';

type Addressing = {
  readonly mtu?: number | undefined;
  readonly dhcp4?: boolean | undefined;
  readonly dhcp6?: boolean | undefined;
  readonly acceptRa?: boolean | undefined;
  readonly addresses?: readonly string[] | undefined;
};

export type Interface = {
  readonly kind: 'link' | 'bond' | 'vlan';
  /** `network.links[0]` */
  readonly path: string;
  /** Where its name is written: `network.links[0].match`. */
  readonly namePath: string;
  /** In words: `link ens3`, `link 52:54:00:12:34:57`, `bond bond0`. */
  readonly label: string;
  /** Undefined for a link that is matched by its MAC or as primary. */
  readonly name: string | undefined;
  readonly addressing: Addressing;
};

export const interfacesOf = ({ network = {} }: Profile): readonly Interface[] => [
  ...(network.links ?? []).map((link, index): Interface => {
    const name = link.match !== 'primary' && 'name' in link.match ? link.match.name : undefined;
    const shown = link.match === 'primary' ? 'primary' : 'name' in link.match ? link.match.name : link.match.mac;
    const path = `network.links[${index}]`;
    return { kind: 'link', path, namePath: `${path}.match`, label: `link ${shown}`, name, addressing: link };
  }),
  ...(network.bonds ?? []).map((bond, index) => named('bond', `network.bonds[${index}]`, bond)),
  ...(network.vlans ?? []).map((vlan, index) => named('vlan', `network.vlans[${index}]`, vlan)),
];

const named = (kind: 'bond' | 'vlan', path: string, at: { readonly name: string } & Addressing): Interface => ({
  kind,
  path,
  namePath: `${path}.name`,
  label: `${kind} ${at.name}`,
  name: at.name,
  addressing: at,
});

export const isAddressed = ({ addressing }: Interface): boolean =>
  (addressing.addresses?.length ?? 0) > 0 ||
  addressing.dhcp4 === true ||
  addressing.dhcp6 === true ||
  addressing.acceptRa === true;

/** True when addresses of this family may come from somewhere that the profile does not know. */
export const isDynamic = ({ addressing }: Interface, family: Family): boolean =>
  family === 'ipv4' ? addressing.dhcp4 === true : addressing.dhcp6 === true || addressing.acceptRa === true;

export const usesIpv6 = (at: Interface): boolean =>
  isDynamic(at, 'ipv6') ||
  (at.addressing.addresses ?? []).some((cidr) => familyOf(cidr.split('/')[0] ?? '') === 'ipv6');

export type StaticAddress = {
  readonly on: Interface;
  readonly path: string;
  readonly text: string;
  readonly subnet: Subnet;
};

export const staticAddresses = (interfaces: readonly Interface[]): readonly StaticAddress[] =>
  interfaces.flatMap((on) =>
    (on.addressing.addresses ?? []).map((text, index) => ({
      on,
      path: `${on.path}.addresses[${index}]`,
      text,
      subnet: parseSubnet(text),
    })),
  );
