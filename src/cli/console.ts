// `mayfly console`: the console on this terminal, on a full screen or, where that cannot be, in numbered prompts.

import { createRehearsal } from '../system/rehearsal.ts';
import { answersReport } from '../terminal/answers-report.ts';
import { screenRefusal } from '../terminal/appearance.ts';
import { withInkRuntime } from '../terminal/prepare-runtime.ts';
import type { CliIo, Verb } from './cli-io.ts';
import { parseOptions } from './parse-options.ts';

const usage = `Usage: mayfly console [--rehearse] [--glyphs ascii|unicode] [--line | --screen]
  --rehearse   read this machine and change nothing
  --glyphs     characters to draw with; chosen by terminal and locale unless told
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
const reportDeadlineMs = 3_000;

type Mode =
  | { readonly kind: 'screen' }
  | { readonly kind: 'line'; readonly why: string | undefined }
  | { readonly kind: 'refused'; readonly why: string; readonly remedy: string };

const { stdin, stdout, env } = process;

const chooseMode = async (line: boolean, screen: boolean): Promise<Mode> => {
  if (line) return { kind: 'line', why: undefined };
  const isTerminal = stdin.isTTY === true && stdout.isTTY === true;
  const refusal = screenRefusal({ stdin, stdout, env });
  if (refusal !== undefined && !isTerminal)
    return {
      kind: 'refused',
      why: refusal,
      remedy:
        'Run it on a terminal, or with --line and the answers on standard input; `mayfly status`, `plan` and `apply` need none.',
    };
  if (refusal !== undefined)
    return screen
      ? {
          kind: 'refused',
          why: refusal,
          remedy: 'Say what the terminal is, e.g. `TERM=vt100 mayfly console --screen`.',
        }
      : { kind: 'line', why: refusal };
  const write = (bytes: string): void => void stdout.write(bytes);
  return screen || (await answersReport({ stdin, write, deadlineMs: reportDeadlineMs }))
    ? { kind: 'screen' }
    : { kind: 'line', why: 'this terminal does not say where its cursor is; --screen draws on it all the same' };
};

export const runConsole: Verb = async (args, io) => {
  const parsed = parseOptions(args, {
    rehearse: { type: 'boolean' },
    line: { type: 'boolean' },
    screen: { type: 'boolean' },
    glyphs: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  });
  if (!parsed.ok) return refuse(io, parsed.problem.summary, `${parsed.problem.remedy}.\n${usage}`);
  const { rehearse = false, line = false, screen = false, glyphs, help = false } = parsed.value.values;
  if (help) {
    io.out(usage);
    return 0;
  }
  if (line && screen) return refuse(io, 'it cannot be --line and --screen at once', 'Give one of them.');
  const chosen = glyphSets.find((set) => set === glyphs);
  if (glyphs !== undefined && chosen === undefined)
    return refuse(io, `there are no glyphs ${glyphs}`, 'Give ascii or unicode.');
  const mode = await chooseMode(line, screen);
  if (mode.kind === 'refused') return refuse(io, mode.why, mode.remedy);
  const options = {
    system: rehearse ? createRehearsal(io.system) : io.system,
    rehearsal: rehearse,
    glyphs: chosen ?? 'auto',
    stdin,
    stdout,
    env,
    onBug: (error: unknown) => logBug(io, error),
  } as const;
  if (mode.kind === 'line') {
    const { runLineOn } = await import('../line/run-line.ts');
    return runLineOn({ ...options, why: mode.why, refuse: (missing) => io.err(`mayfly console: ${missing}.\n`) });
  }
  const { runConsoleOn } = await withInkRuntime(() => import('../app/run-console.tsx'));
  return runConsoleOn(options);
};

/** Into the journal of systemd, never onto the screen: standard error of the console's unit is its terminal. */
const logBug = (io: CliIo, error: unknown): void => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.system.run(['logger', '-t', 'mayfly-console', '-p', 'user.err'], { input: text }).catch(() => {});
};
