// argv → verb → exit status: the only place that ends the process, and the one catch for bugs.

import type { CliIo } from './cli/cli-io.ts';
import { usage, verbs } from './cli/verbs.ts';
import { createHost } from './system/host.ts';

const io: CliIo = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  readStdin: async () => {
    let text = '';
    process.stdin.setEncoding('utf8');
    for await (const chunk of process.stdin) text += chunk;
    return text;
  },
  interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
  system: createHost(),
};

const run = async (argv: readonly string[]): Promise<number> => {
  const [name = 'console', ...rest] = argv;
  if (name === '--help' || name === '-h' || name === 'help') {
    io.out(usage);
    return 0;
  }
  if (name === '--version') {
    io.out(`mayfly ${process.env.MAYFLY_VERSION ?? 'unknown'}\n`);
    return 0;
  }
  const load = name.startsWith('--') ? verbs.get('console') : verbs.get(name);
  if (load === undefined) {
    io.err(`mayfly: there is no command \`${name}\`.\n\n${usage}`);
    return 1;
  }
  const verb = await load();
  return verb(name.startsWith('--') ? argv : rest, io);
};

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.err(`mayfly/bug: the program met a case that it was not written for. Please report this text:\n${text}\n`);
  process.exitCode = 70;
}
// A verb may leave timers or sockets behind; its answer is complete, so the process ends here.
process.exit();
