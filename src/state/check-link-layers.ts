// The rules for bonds and VLANs: what lies on what, once, and large enough.
import { error, type Finding } from './finding.ts';
import { type Interface, isAddressed } from './network-interfaces.ts';
import type { Profile } from './profile.ts';

/** Ethernet's own, where the profile says nothing. */
const defaultMtu = 1500;

type Network = NonNullable<Profile['network']>;
type Vlan = NonNullable<Network['vlans']>[number];

export const checkLinkLayers = ({ network = {} }: Profile, interfaces: readonly Interface[]): readonly Finding[] => [
  ...checkMembers(network, interfaces),
  ...(network.vlans ?? []).flatMap((vlan, index) => checkVlan(vlan, index, network, interfaces)),
];

const checkMembers = (network: Network, interfaces: readonly Interface[]): readonly Finding[] => {
  const taken = new Map<string, string>();
  return (network.bonds ?? []).flatMap((bond, bondIndex) =>
    bond.members.flatMap((member, memberIndex) => {
      const path = `network.bonds[${bondIndex}].members[${memberIndex}]`;
      const earlier = taken.get(member);
      if (earlier !== undefined) {
        return [
          error('network/bond-member', path, `${member} is at ${earlier} too`, 'use each link in one bond, once'),
        ];
      }
      taken.set(member, path);
      const at = interfaces.find(({ name }) => name === member);
      if (at === undefined) return [];
      if (at.kind !== 'link') {
        return [error('network/bond-member', path, `${member} is a ${at.kind}`, 'name links only, e.g. ens4')];
      }
      return isAddressed(at)
        ? [
            error(
              'network/bond-member',
              path,
              `${member} gets addresses at ${at.path}, but a member of a bond has none`,
              `move them to the bond ${bond.name}`,
            ),
          ]
        : [];
    }),
  );
};

const checkVlan = (
  vlan: Vlan,
  index: number,
  network: Network,
  interfaces: readonly Interface[],
): readonly Finding[] => {
  const path = `network.vlans[${index}]`;
  const findings: Finding[] = [];
  const parent = interfaces.find(({ name }) => name === vlan.link);
  const bond = (network.bonds ?? []).find(({ members }) => members.includes(vlan.link));
  if (parent === undefined && bond === undefined) {
    findings.push(
      error(
        'network/vlan-parent',
        `${path}.link`,
        `the profile has no link or bond with the name ${vlan.link}`,
        `add \`- match: { name: ${vlan.link} }\` to network.links, or name one that is there`,
      ),
    );
  }
  if (bond !== undefined) {
    findings.push(
      error(
        'network/vlan-parent',
        `${path}.link`,
        `${vlan.link} is a member of the bond ${bond.name}`,
        `write \`link: ${bond.name}\``,
      ),
    );
  }
  if (leadsToItself(vlan, network)) {
    findings.push(
      error('network/vlan-parent', `${path}.link`, `${vlan.name} lies on itself`, 'name a link or bond, e.g. bond0'),
    );
  }
  const twin = (network.vlans ?? []).slice(0, index).findIndex(({ link, id }) => link === vlan.link && id === vlan.id);
  if (twin !== -1) {
    findings.push(
      error(
        'network/vlan-id',
        `${path}.id`,
        `${vlan.id} is used on ${vlan.link} by network.vlans[${twin}] too`,
        'use each number once on a link',
      ),
    );
  }
  const carried = parent?.addressing.mtu ?? defaultMtu;
  if (parent !== undefined && vlan.mtu !== undefined && vlan.mtu > carried) {
    findings.push(
      error(
        'network/vlan-mtu',
        `${path}.mtu`,
        `${vlan.mtu} is more than the ${carried} of ${parent.label}, on which it lies`,
        `write ${carried} or less, or add \`mtu: ${vlan.mtu}\` to ${parent.path}`,
      ),
    );
  }
  return findings;
};

const leadsToItself = (vlan: Vlan, { vlans = [] }: Network): boolean => {
  const passed = new Set<string>();
  for (let at: Vlan | undefined = vlan; at !== undefined; ) {
    if (passed.has(at.name)) return true;
    passed.add(at.name);
    const below: string = at.link;
    at = vlans.find(({ name }) => name === below);
  }
  return false;
};
