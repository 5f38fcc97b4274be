// The members of a cluster with the addresses by which this node finds them, so that a node without a name server finds them too.
import { normalAddress } from '../../state/ip-subnet.ts';
import { type JoinableCluster, namesIn } from '../../state/join-cluster.ts';
import type { Profile } from '../../state/profile.ts';
import { isAddress } from '../../state/profile-values.ts';
import type { Reader } from '../../system/system.ts';

type HostEntry = { readonly name: string; readonly address: string };

/** A name that this node cannot resolve is left out. `own` is what this node calls itself, with the address of the offer. */
export const findHosts = async (
  reader: Reader,
  profile: Profile,
  cluster: JoinableCluster,
  own: HostEntry,
): Promise<readonly HostEntry[]> => {
  const known = [own, ...(profile.node?.hosts ?? [])];
  const found = await Promise.all(
    namesIn(cluster).map(async (name): Promise<HostEntry | undefined> => {
      const entry = known.find((one) => one.name.toLowerCase() === name.toLowerCase());
      const address = entry?.address ?? (await resolve(reader, name));
      return address === undefined ? undefined : { name, address };
    }),
  );
  return found.filter((entry) => entry !== undefined);
};

/** By the name service of this node; its own loopback names are no use to another. */
const resolve = async (reader: Reader, name: string): Promise<string | undefined> => {
  const answer = await reader.query(['getent', 'ahosts', name], { timeoutMs: 5_000 });
  return answer.stdout
    .split('\n')
    .map((line) => line.split(/\s+/)[0] ?? '')
    .filter((address) => isAddress(address))
    .map(normalAddress)
    .find((address) => !address.startsWith('127.') && address !== '::1');
};
