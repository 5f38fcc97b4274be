// Finds the address by which others know a host: never a loopback one, under which only the host itself would answer.
import type { Reader } from '../system/system.ts';

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

/** `getent ahosts NAME`: an address, a kind of socket, and on the first line the name. */
const parseAhosts = (text: string): readonly string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim().split(/\s+/)[0] ?? '')
      .filter((address) => address !== '' && !isLoopback(address) && !address.includes('%')),
  ),
];

export const resolveHost = async (reader: Reader, name: string): Promise<string | undefined> => {
  const answer = await reader.query(['getent', 'ahosts', name], { timeoutMs: 15_000 });
  return answer.exitCode === 0 ? parseAhosts(answer.stdout)[0] : undefined;
};
