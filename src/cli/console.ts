// `mayfly console`: the console on this terminal, on a full screen or, where that cannot be, in numbered prompts.

import { crashLine } from '../app/farewell.ts';
import { readTerminalLine, type TerminalLine } from '../probes/terminal-line.ts';
import { createRehearsal, rehearsalWire } from '../system/rehearsal.ts';
import { secureWire } from '../system/secure-wire.ts';
import { chooseLine } from '../terminal/choose-line.ts';
import { withInkRuntime } from '../terminal/prepare-runtime.ts';
import type { CliIo, Verb } from './cli-io.ts';
import { chooseMode } from './console-mode.ts';
import { parseOptions } from './parse-options.ts';

const usage = `Usage: mayfly console [--rehearse] [--line | --screen] [--glyphs ascii|unicode]
                      [--colour always|never|auto]
  --rehearse   read this machine and change nothing
  --glyphs     characters to draw with; chosen by terminal and locale unless told
  --colour     auto asks NO_COLOR and the terminal; nothing is told by colour alone
  --line       numbered prompts instead of a screen: for screen readers, scripts and
               lines that show plain text only; chosen by itself where TERM is dumb
               or unknown and where the terminal does not say where its cursor is.
               Without a terminal it reads the answers from standard input.
  --screen     the full screen, also where the terminal does not answer
Exit status: 0 left, or nothing was missing; 2 wrong usage; without a terminal
1 an answer is missing or the apply failed, 3 only the yes to what is shown is missing.
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
    screen: { type: 'boolean' },
    glyphs: { type: 'string' },
    colour: { type: 'string' },
    color: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  });
  if (!parsed.ok) return refuse(io, parsed.problem.summary, `${parsed.problem.remedy}.\n${usage}`);
  const {
    rehearse = false,
    line = false,
    screen = false,
    glyphs,
    color,
    colour = color,
    help = false,
  } = parsed.value.values;
  if (help) {
    io.out(usage);
    return 0;
  }
  if (line && screen) return refuse(io, 'it cannot be --line and --screen at once', 'Give one of them.');
  const glyphsChosen = glyphSets.find((set) => set === glyphs);
  if (glyphs !== undefined && glyphsChosen === undefined)
    return refuse(io, `there are no glyphs ${glyphs}`, 'Give ascii or unicode.');
  const colourChosen = colours.find((choice) => choice === colour);
  if (colour !== undefined && colourChosen === undefined)
    return refuse(io, `there is no colour ${colour}`, 'Give always, never or auto.');

  const { stdin, stdout } = process;
  // A line that is lost is no bug: what is shown is nobody's any more, and what was typed is still to be saved.
  stdout.on('error', () => {});
  const known = await readTerminalLine(io.system);
  const { env, ...lineOptions } = chooseLine({ glyphs: glyphsChosen, colour: colourChosen }, known, process.env);
  const mode = await chooseMode({ line, screen, stdin, stdout, env });
  if (mode.kind === 'refused') return refuse(io, mode.why, mode.remedy);
  const onRaw = keepFlowControl(io, known);
  const options = {
    system: rehearse ? createRehearsal(io.system) : io.system,
    wire: rehearse ? rehearsalWire : secureWire,
    rehearsal: rehearse,
    stdin,
    stdout,
    env,
    onBug: (error: unknown) => void logBug(io, error),
  };
  const crashed = async (error: unknown): Promise<number> => {
    await logBug(io, error);
    io.err(crashLine);
    return 70;
  };
  // What is thrown outside of every promise. The terminal has been given back before anybody listens to this.
  process.once('uncaughtException', (error) => {
    crashed(error).then(process.exit, () => process.exit(70));
  });
  if (mode.kind === 'line') {
    const { runLineOn } = await import('../line/run-line.ts');
    const { why } = mode;
    const missing = (what: string): void => io.err(`mayfly console: ${what}.\n`);
    return runLineOn({ ...options, glyphs: lineOptions.glyphs, why, onRaw, refuse: missing }).catch(crashed);
  }
  const { runConsoleOn } = await withInkRuntime(() => import('../app/run-console.tsx'));
  return runConsoleOn({ ...options, line: { ...lineOptions, onRaw } }).catch(crashed);
};

/** Into the journal of systemd, never onto the screen: standard error of the console's unit is its terminal. */
const logBug = async (io: CliIo, error: unknown): Promise<void> => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  await io.system
    .run(['logger', '-t', 'mayfly-console', '-p', 'user.err'], { input: text, timeoutMs: 5_000 })
    .catch(() => {});
};

/** Node's raw mode takes XON and XOFF away; a terminal that cannot keep up, and an operator's Ctrl-S, are still to be obeyed. */
const keepFlowControl =
  (io: CliIo, { path, flowControl }: TerminalLine) =>
  (): void => {
    if (path === undefined || !flowControl) return;
    io.system.run(['stty', '-F', path, 'ixon'], { timeoutMs: 5000 }).catch(() => {});
  };
