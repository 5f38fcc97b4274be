// Tells whether a name or an address in a profile means this node.
import { interfacesOf, staticAddresses } from './network-interfaces.ts';
import type { Profile } from './profile.ts';

/** By its host name, short or full, by its own static addresses, and by the address that the profile's hosts give it. */
export const isOneOfUs = (profile: Profile, name: string): boolean => {
  const wanted = name.toLowerCase();
  const names = ownNames(profile);
  return (
    names.includes(wanted) ||
    staticAddresses(interfacesOf(profile)).some(({ text }) => text.split('/')[0]?.toLowerCase() === wanted) ||
    (profile.node?.hosts ?? []).some(
      (entry) => entry.address.toLowerCase() === wanted && names.includes(entry.name.toLowerCase()),
    )
  );
};

const ownNames = ({ node }: Profile): readonly string[] => {
  const { hostname, domain } = node ?? {};
  if (hostname === undefined) return [];
  return [hostname, ...(domain === undefined ? [] : [`${hostname}.${domain}`])].map((name) => name.toLowerCase());
};
