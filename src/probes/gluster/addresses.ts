// Where names lead, and which addresses this node has itself.
import * as z from 'zod';
import type { Reader } from '../../system/system.ts';
import { parseJsonAs } from '../json.ts';

/** Without the loopback: every node's own name may lead there. Empty where a name leads nowhere. */
const resolve = async (reader: Reader, name: string): Promise<readonly string[]> => {
  const answer = await reader.query(['getent', 'ahosts', name], { timeoutMs: 5_000 });
  const found = answer.exitCode === 0 ? answer.stdout.split('\n').map((line) => line.split(/\s+/)[0] ?? '') : [];
  return [...new Set(found)].filter((address) => address !== '' && address !== '::1' && !address.startsWith('127.'));
};

export const readAddresses = async (
  reader: Reader,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const unique = [...new Set(names)];
  const found = await Promise.all(unique.map((name) => resolve(reader, name)));
  return new Map(unique.map((name, index) => [name, found[index] ?? []]));
};

const links = z.array(z.object({ addr_info: z.array(z.object({ local: z.string().optional() })).default([]) }));

export const readOwnAddresses = async (reader: Reader): Promise<readonly string[]> => {
  const answer = await reader.query(['ip', '-json', 'address', 'show'], { timeoutMs: 5_000 });
  return (parseJsonAs(links, answer.stdout) ?? []).flatMap((link) =>
    link.addr_info.flatMap(({ local }) => local ?? []),
  );
};
