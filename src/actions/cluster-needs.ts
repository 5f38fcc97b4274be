// Reads what a cluster's roles need of this machine, before anything is touched.
import { readMemory } from '../probes/memory.ts';
import { parseListeners, unmetNeed } from '../state/cluster-needs.ts';
import type { Problem } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import type { Reader } from '../system/system.ts';

export const checkNeeds = async (profile: Profile, reader: Reader): Promise<Problem | undefined> => {
  const [memory, sockets] = await Promise.all([
    readMemory(reader),
    reader.query(['ss', '-H', '-l', '-n', '-t', '-u', '-p'], { timeoutMs: 10_000 }),
  ]);
  const listeners = sockets.exitCode === 0 ? parseListeners(sockets.stdout) : [];
  return unmetNeed(profile, { memory: memory?.total, listeners });
};
