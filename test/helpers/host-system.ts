// A lab host as a System: its files through the tree of its first process, its commands run inside. For one step alone, without the program.
import { createHost } from '../../src/system/host.ts';
import type { CommandOptions, CommandResult, System } from '../../src/system/system.ts';
import type { Host } from './hosts.ts';

export const systemOf = (host: Host): System => {
  const files = createHost({ root: `/proc/${host.pid}/root` });
  const run = async (
    command: readonly string[],
    { input, timeoutMs = 30_000, environment = {} }: CommandOptions = {},
  ): Promise<CommandResult> => {
    const words = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    return host.run(['env', path, ...words, ...command], { timeoutMs, ...(input === undefined ? {} : { input }) });
  };
  return {
    ...files,
    // The process that asks is not one of the host's.
    readText: async (path) =>
      path.startsWith('/proc/self/') ? (await run(['cat', path])).stdout : files.readText(path),
    query: run,
    run,
  };
};
