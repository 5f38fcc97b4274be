// Asks systemd to run a verb of this program: what changes the machine is done by a unit of its own, with all privileges and without a terminal.
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { System } from '../system/system.ts';

/** A small machine starts a program slowly, and what is asked for takes its time besides. */
const patienceMs = 60_000;

type Asking = {
  /** For standard input of the verb: the only way for a secret. */
  readonly input?: string;
  readonly timeoutMs?: number;
};

/** Resolves when it is done, with what the verb printed, or with the problem that it told. What is asked goes on though nobody waits for it any more. */
export const askMayfly = async (
  system: System,
  verb: readonly [string, ...string[]],
  { input, timeoutMs = patienceMs }: Asking = {},
): Promise<Result<string>> => {
  const asked = await system.run(
    ['systemd-run', '--quiet', '--collect', '--wait', '--pipe', '/usr/bin/mayfly', ...verb],
    { timeoutMs, ...(input === undefined ? {} : { input }) },
  );
  return asked.exitCode === 0 ? ok(asked.stdout.trim()) : fail(problemOf(verb, asked.stderr));
};

/** What a verb prints: `code: summary`, where in the profile, `-> remedy`, wrapped (render-event.ts) or on one line (problem.ts). Of several the first. */
const printed =
  /^(?<code>[a-z-]+\/[a-z-]+): (?<summary>.+?)(?: in the profile: (?<path>\S+))? (?:->|→) (?<remedy>.+?)(?= [a-z-]+\/[a-z-]+: |$)/;

const problemOf = (verb: readonly [string, ...string[]], stderr: string): Problem => {
  const words = stderr.trim().replaceAll(/\s+/g, ' ');
  const { code, summary, path, remedy } = printed.exec(words)?.groups ?? {};
  if (code !== undefined && summary !== undefined && remedy !== undefined)
    return { code, summary, remedy, ...(path === undefined ? {} : { path }) };
  const [area, act] = verb;
  return {
    code: `${area}/${act !== undefined && /^[a-z]+$/.test(act) ? `${act}-` : ''}not-done`,
    summary: `systemd did not carry out \`mayfly ${verb.join(' ')}\`: ${words === '' ? 'no reason given' : words}`,
    remedy: `Try again, or run \`mayfly ${verb.join(' ')}\` in a shell`,
  };
};
