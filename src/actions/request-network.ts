// Asks systemd to keep a provisional network change or to take it back, so that it is done though the line it was asked from is lost by it.
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { System } from '../system/system.ts';

/** A return is checked for up to 20 s, and a small machine starts a program slowly. */
const patienceMs = 60_000;

/** Resolves when it is done, with the problem that `mayfly network` told where it was not. */
export const requestNetwork = async (system: System, verb: 'confirm' | 'revert'): Promise<Result<undefined>> => {
  const asked = await system.run(
    ['systemd-run', '--quiet', '--collect', '--wait', '--pipe', '/usr/bin/mayfly', 'network', verb],
    { timeoutMs: patienceMs },
  );
  return asked.exitCode === 0 ? ok(undefined) : fail(problemOf(verb, asked.stderr));
};

/** What the verb prints (render-event.ts): `code: summary`, then `-> remedy`, wrapped. */
const problemOf = (verb: string, stderr: string): Problem => {
  const words = stderr.trim().replaceAll(/\s+/g, ' ');
  const told = /^(?<code>[a-z-]+\/[a-z-]+): (?<summary>.+) -> (?<remedy>.+)$/.exec(words)?.groups;
  const { code, summary, remedy } = told ?? {};
  return code !== undefined && summary !== undefined && remedy !== undefined
    ? { code, summary, remedy }
    : {
        code: `network/${verb}-not-done`,
        summary: `systemd did not carry out \`mayfly network ${verb}\`: ${words === '' ? 'no reason given' : words}`,
        remedy: `Try again, or run \`mayfly network ${verb}\` in a shell`,
      };
};
