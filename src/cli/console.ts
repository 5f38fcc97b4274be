// `mayfly console`: the full-screen console on this terminal.

import { readTerminalLine, type TerminalLine } from '../probes/terminal-line.ts';
import { createRehearsal } from '../system/rehearsal.ts';
import { chooseLine } from '../terminal/choose-line.ts';
import { screenRefusal } from '../terminal/open-terminal.ts';
import { withInkRuntime } from '../terminal/prepare-runtime.ts';
import type { CliIo, Verb } from './cli-io.ts';
import { parseOptions } from './parse-options.ts';

const usage = `Usage: mayfly console [--rehearse] [--glyphs ascii|unicode] [--colour always|never|auto] [--line]
  --rehearse   read this machine and change nothing
  --glyphs     characters to draw with; chosen by terminal and locale unless told
  --colour     auto asks NO_COLOR and the terminal; nothing is told by colour alone
  --line       numbered prompts instead of a screen (not in this version)
`;

const refuse = (io: CliIo, why: string, remedy: string): number => {
  io.err(`mayfly console: ${why}. ${remedy}\n`);
  return 2;
};

const glyphSets = ['ascii', 'unicode'] as const;
const colours = ['always', 'never', 'auto'] as const;

export const runConsole: Verb = async (args, io) => {
  const parsed = parseOptions(args, {
    rehearse: { type: 'boolean' },
    line: { type: 'boolean' },
    glyphs: { type: 'string' },
    colour: { type: 'string' },
    color: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  });
  if (!parsed.ok) return refuse(io, parsed.problem.summary, `${parsed.problem.remedy}.\n${usage}`);
  const { rehearse = false, line: lineMode = false, glyphs, color, colour = color, help = false } = parsed.value.values;
  if (help) {
    io.out(usage);
    return 0;
  }
  if (lineMode)
    return refuse(
      io,
      'the line mode is not in this version',
      'Use `mayfly plan` and `mayfly apply --profile FILE` on such a line.',
    );
  const chosen = glyphSets.find((set) => set === glyphs);
  if (glyphs !== undefined && chosen === undefined)
    return refuse(io, `there are no glyphs ${glyphs}`, 'Give ascii or unicode.');
  const colourChosen = colours.find((choice) => choice === colour);
  if (colour !== undefined && colourChosen === undefined)
    return refuse(io, `there is no colour ${colour}`, 'Give always, never or auto.');
  const { stdin, stdout } = process;
  const line = await readTerminalLine(io.system);
  const { env, ...lineOptions } = chooseLine({ glyphs: chosen, colour: colourChosen }, line, process.env);
  const refusal = screenRefusal({ stdin, stdout, env });
  if (refusal !== undefined)
    return refuse(io, refusal, 'Run it on a terminal; `mayfly status`, `plan` and `apply` need none.');
  const { runConsoleOn } = await withInkRuntime(() => import('../app/run-console.tsx'));
  return runConsoleOn({
    system: rehearse ? createRehearsal(io.system) : io.system,
    rehearsal: rehearse,
    line: { ...lineOptions, onRaw: keepFlowControl(io, line) },
    stdin,
    stdout,
    env,
    onBug: (error) => logBug(io, error),
  });
};

/** Into the journal of systemd, never onto the screen: standard error of the console's unit is its terminal. */
const logBug = (io: CliIo, error: unknown): void => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.system.run(['logger', '-t', 'mayfly-console', '-p', 'user.err'], { input: text }).catch(() => {});
};

/** Node's raw mode takes XON and XOFF away; a terminal that cannot keep up, and an operator's Ctrl-S, are still to be obeyed. */
const keepFlowControl =
  (io: CliIo, { path, flowControl }: TerminalLine) =>
  (): void => {
    if (path === undefined || !flowControl) return;
    io.system.run(['stty', '-F', path, 'ixon'], { timeoutMs: 5000 }).catch(() => {});
  };
