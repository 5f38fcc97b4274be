// What is known of this node before any daemon runs: its name, the addresses that it has, and where the monitors are.

import type { Ceph } from '../../state/ceph-node.ts';
import { knownAddresses, monitorAddress, ownMonitor, ownNames } from '../../state/ceph-node.ts';
import { interfacesOf, staticAddresses } from '../../state/network-interfaces.ts';
import type { Profile } from '../../state/profile.ts';
import type { Reader } from '../../system/system.ts';
import { parseIpAddress } from '../links.ts';

export type CephNode = {
  /** Host name as the profile wants it, or as it is. */
  readonly name: string;
  /** Names and addresses that mean this node. */
  readonly own: ReadonlySet<string>;
  /** Without prefix length. */
  readonly localAddresses: readonly string[];
  /** Of each monitor of the profile, in its order; undefined: nobody knows yet. */
  readonly monitors: readonly { readonly member: string; readonly address: string | undefined }[];
  /** Place of this node among them; -1 when it is none. */
  readonly place: number;
};

export const readCephNode = async (reader: Reader, profile: Profile, cluster: Ceph): Promise<CephNode> => {
  const name = profile.node?.hostname ?? (await reader.readText('/etc/hostname'))?.trim() ?? 'localhost';
  const answer = await reader.query(['ip', '-details', '-json', 'address']);
  const localAddresses = (parseIpAddress(answer.stdout) ?? []).flatMap(({ addresses }) =>
    addresses.map((address) => address.split('/')[0] ?? ''),
  );
  const own = ownNames(profile, name, localAddresses);
  const place = ownMonitor(cluster, own);
  const staticOwn = staticAddresses(interfacesOf(profile)).map(({ subnet }) => subnet.address.toString());
  const monitors = await Promise.all(
    cluster.monitors.map(async (member, index) => {
      const known = knownAddresses(profile, member);
      // The profile's word first: before the step identity has run, the node's own resolver does not know it.
      const said = index === place ? [...known, ...staticOwn, ...localAddresses] : known;
      const address = monitorAddress(said, cluster.publicNetwork);
      return { member, address: address ?? (await resolve(reader, member, cluster.publicNetwork)) };
    }),
  );
  return { name, own, localAddresses, monitors, place };
};

const resolve = async (
  reader: Reader,
  member: string,
  publicNetwork: string | undefined,
): Promise<string | undefined> => {
  const answer = await reader.query(['getent', 'ahosts', member], { timeoutMs: 10_000 });
  return monitorAddress(parseAhosts(answer.stdout), publicNetwork);
};

/** `getent ahosts`: the address, its socket type, and on the first line of each the name. */
const parseAhosts = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => /^(\S+)\s+STREAM\b/.exec(line)?.[1] ?? []);
