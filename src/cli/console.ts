// `mayfly console`: the full-screen console on this terminal.

import { createRehearsal } from '../system/rehearsal.ts';
import { screenRefusal } from '../terminal/appearance.ts';
import { withInkRuntime } from '../terminal/prepare-runtime.ts';
import type { CliIo, Verb } from './cli-io.ts';
import { parseOptions } from './parse-options.ts';

const usage = `Usage: mayfly console [--rehearse] [--glyphs ascii|unicode] [--line]
  --rehearse   read this machine and change nothing
  --glyphs     characters to draw with; chosen by terminal and locale unless told
  --line       numbered prompts instead of a screen (not in this version)
`;

const refuse = (io: CliIo, why: string, remedy: string): number => {
  io.err(`mayfly console: ${why}. ${remedy}\n`);
  return 2;
};

const glyphSets = ['ascii', 'unicode'] as const;

export const runConsole: Verb = async (args, io) => {
  const parsed = parseOptions(args, {
    rehearse: { type: 'boolean' },
    line: { type: 'boolean' },
    glyphs: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  });
  if (!parsed.ok) return refuse(io, parsed.problem.summary, `${parsed.problem.remedy}.\n${usage}`);
  const { rehearse = false, line = false, glyphs, help = false } = parsed.value.values;
  if (help) {
    io.out(usage);
    return 0;
  }
  if (line)
    return refuse(
      io,
      'the line mode is not in this version',
      'Use `mayfly plan` and `mayfly apply --profile FILE` on such a line.',
    );
  const chosen = glyphSets.find((set) => set === glyphs);
  if (glyphs !== undefined && chosen === undefined)
    return refuse(io, `there are no glyphs ${glyphs}`, 'Give ascii or unicode.');
  const { stdin, stdout, env } = process;
  const refusal = screenRefusal({ stdin, stdout, env });
  if (refusal !== undefined)
    return refuse(io, refusal, 'Run it on a terminal; `mayfly status`, `plan` and `apply` need none.');
  const [{ runConsoleOn }, { crashLine }] = await withInkRuntime(() =>
    Promise.all([import('../app/run-console.tsx'), import('../app/farewell.ts')]),
  );
  const crashed = async (error: unknown): Promise<number> => {
    await logBug(io, error);
    io.err(crashLine);
    return 70;
  };
  // What is thrown outside of every promise. The terminal has been given back before anybody listens to this.
  process.once('uncaughtException', (error) => {
    crashed(error).then(process.exit, () => process.exit(70));
  });
  const ended = runConsoleOn({
    system: rehearse ? createRehearsal(io.system) : io.system,
    rehearsal: rehearse,
    glyphs: chosen ?? 'auto',
    stdin,
    stdout,
    env,
    onBug: (error) => void logBug(io, error),
  });
  return ended.catch(crashed);
};

/** Into the journal of systemd, never onto the screen: standard error of the console's unit is its terminal. */
const logBug = async (io: CliIo, error: unknown): Promise<void> => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  await io.system
    .run(['logger', '-t', 'mayfly-console', '-p', 'user.err'], { input: text, timeoutMs: 5_000 })
    .catch(() => {});
};
