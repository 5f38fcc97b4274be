// The console's terminal in one call: keys in, frames out, and whatever happens the operator's terminal back as it was.
// How to use it, and what its frames may hold: docs/terminal.md.
import { chooseColour, chooseGlyphs, type Environment } from './appearance.ts';
import type { Size } from './cells.ts';
import { followCursorQuestions } from './cursor-questions.ts';
import type { GlyphSet } from './glyphs.ts';
import { drained, guardProcess, setBlocking } from './guard-process.ts';
import { followJobControl } from './job-control.ts';
import { createKeyboard, type Keyboard, type RawInput } from './keyboard.ts';
import { createLineOutput, type LineOutput } from './line-output.ts';
import { followLink, type LiveLink } from './link.ts';
import { kernelSizeOr, type LineProbe, probeLine } from './size-probe.ts';
import { type TerminalProfile, terminalProfile } from './terminal-profile.ts';

/** The part of `process.stdout` that is used. */
type TerminalStream = {
  write(chunk: string, callback?: () => void): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

export type TerminalOptions = {
  readonly stdin: RawInput;
  readonly stdout: TerminalStream;
  readonly env: Environment;
  readonly glyphs?: 'ascii' | 'unicode' | 'auto' | undefined;
  readonly colour?: 'always' | 'never' | 'auto' | undefined;
  /** What somebody said about the line, and what the kernel knows of its port: link-budget.ts. */
  readonly toldBaud?: number | undefined;
  readonly toldSize?: Size | undefined;
  readonly portBaud?: number | undefined;
  /** The machine's own screen has no line to be timed: what takes long there is the machine. */
  readonly onScreen?: boolean;
  /** For the operator's eyes: who chose what, and what was not understood. */
  readonly chosenBy?: readonly string[];
  readonly ignored?: readonly string[];
  /** Called whenever the line has become raw, which to Node means without XON and XOFF too. */
  readonly onRaw?: (() => void) | undefined;
  readonly escapeTimeoutMs?: number | undefined;
  /** How long the terminal may take to say its size; 0 does not ask. Default 400. */
  readonly probeDeadlineMs?: number | undefined;
  /** What is still to be saved when a signal ends the process; called once for each signal. */
  readonly lastly?: (() => Promise<void>) | undefined;
  /** Whether a shell could continue us if we stopped: without one, SIGTSTP is nothing. */
  readonly canBeContinued?: () => boolean;
  /** False in tests that share their process: signals and crashes are then not watched. */
  readonly guardProcess?: boolean;
};

export type Terminal = {
  readonly stdout: LineOutput;
  readonly stdin: Keyboard['inkStdin'];
  readonly keyboard: Keyboard;
  readonly inkOptions: InkOptions;
  readonly profile: TerminalProfile;
  readonly probe: LineProbe;
  readonly link: LiveLink;
  readonly size: Size;
  readonly glyphs: GlyphSet;
  readonly colour: boolean;
  /** As Ctrl-L: measures the terminal again where it can, then draws everything. */
  repaint(): Promise<void>;
  suspend<T>(run: () => Promise<T>): Promise<T>;
  /** Restores at once; resolves when the line has taken it, or after half a second. */
  close(): Promise<void>;
};

const inkOptionsFor = (stdout: LineOutput, stdin: Keyboard['inkStdin']) => ({
  stdout,
  stdin,
  // Every write is then one whole frame.
  debug: true as const,
  patchConsole: false as const,
  exitOnCtrlC: false as const,
  // Ink would otherwise print only the last frame where CI is set.
  interactive: true as const,
});
type InkOptions = ReturnType<typeof inkOptionsFor>;

export const openTerminal = async (options: TerminalOptions): Promise<Terminal> => {
  const { stdin, stdout: stream, env, probeDeadlineMs = 400 } = options;
  const profile = terminalProfile(env.TERM);
  const colour = chooseColour(options.colour ?? 'auto', profile, env);
  const kernelSize = { columns: stream.columns, rows: stream.rows };
  const keyboard = createKeyboard(stdin, { escapeTimeoutMs: options.escapeTimeoutMs });
  const questions = followCursorQuestions();
  keyboard.onReport(questions.answered);
  const line = {
    write: (bytes: string, callback?: () => void): unknown => {
      questions.sent(bytes);
      return stream.write(bytes, callback);
    },
  };
  let output: LineOutput | undefined;
  let link: LiveLink | undefined;
  let closed = false;
  /** Another program has the line. */
  let away = false;
  let resizeTimer: NodeJS.Timeout | undefined;
  options.onRaw?.();
  const restore = () => {
    if (closed) return;
    closed = true;
    stream.off('resize', onResize);
    clearTimeout(resizeTimer);
    releaseJobControl();
    // What follows may be process.exit, which waits for nothing.
    setBlocking(stream, true);
    output?.close();
    keyboard.close();
  };
  const onResize = () => {
    const { columns, rows } = stream;
    if (output === undefined || columns === undefined || rows === undefined || options.toldSize !== undefined) return;
    if (columns <= 0 || rows <= 0 || (columns === output.columns && rows === output.rows)) return;
    output.resize(columns, rows);
    link?.resized({ columns, rows });
    // Once the window rests: it may be another terminal by now.
    clearTimeout(resizeTimer);
    if (probeDeadlineMs > 0) resizeTimer = setTimeout(() => void repaint(), 300);
  };
  let releaseJobControl = () => {};
  const release =
    options.guardProcess === false
      ? () => {}
      : guardProcess(restore, stream, { lastly: options.lastly, isAway: () => away });

  const ask = () =>
    probeLine({
      write: line.write,
      onReport: keyboard.onReport,
      kernelSize: { columns: stream.columns, rows: stream.rows },
      // Question and answers are some 60 bytes: at 300 baud two seconds.
      deadlineMs: probeDeadlineMs + 600_000 / (options.toldBaud ?? options.portBaud ?? Number.POSITIVE_INFINITY),
      saveCursor: profile.saveCursor,
    });
  const probe: LineProbe =
    probeDeadlineMs === 0 ? { ...kernelSizeOr(kernelSize), roundTripMs: undefined, utf8: undefined } : await ask();
  const wanted = options.glyphs ?? 'auto';
  const stdout = createLineOutput({
    stream: line,
    ...(options.toldSize ?? { columns: probe.columns, rows: probe.rows }),
    profile,
    glyphs: 'ascii',
    colour,
  });
  output = stdout;
  const live = followLink(
    {
      probe,
      toldSize: options.toldSize,
      toldBaud: options.toldBaud,
      portBaud: options.portBaud,
      escapeTimeoutMs: options.escapeTimeoutMs,
      glyphsFor: (decorated, utf8) =>
        chooseGlyphs(wanted === 'auto' && !decorated ? 'ascii' : wanted, profile, env, utf8),
      look: { colour, term: env.TERM ?? '', chosenBy: options.chosenBy ?? [], ignored: options.ignored ?? [] },
    },
    { stdout, keyboard, timed: probeDeadlineMs > 0 && options.onScreen !== true },
  );
  link = live;
  setBlocking(stream, false);
  stream.on('resize', onResize);
  let asking = false;
  /** A serial line never says that its terminal was exchanged or resized, so it is asked again. True when it was resized. */
  const measure = async (): Promise<boolean> => {
    if (probeDeadlineMs === 0 || asking) return false;
    asking = true;
    const now = await ask();
    asking = false;
    if (closed || away) return false;
    live.remeasure(now);
    const { columns, rows } = now.source === 'terminal' ? (options.toldSize ?? now) : stdout;
    if (columns === stdout.columns && rows === stdout.rows) return false;
    stdout.resize(columns, rows);
    return true;
  };
  const repaint = async () => {
    if (away || (await measure()) || closed) return;
    stdout.repaint();
  };
  keyboard.onKey(({ name }) => {
    if (name === 'ctrl-l') void repaint();
  });
  const takeLine = async () => {
    away = false;
    setBlocking(stream, false);
    keyboard.resume();
    options.onRaw?.();
    // The kernel told of a resize only those in front (tty_ioctl(4), TIOCSWINSZ), and Node reads the size when it is told.
    if (options.guardProcess !== false) process.kill(process.pid, 'SIGWINCH');
    await measure();
    if (!closed && !away) stdout.resume();
  };
  if (options.guardProcess !== false)
    releaseJobControl = followJobControl({
      canBeContinued: options.canBeContinued ?? (() => false),
      leave: async () => {
        if (away) return;
        stdout.suspend();
        keyboard.pause();
        await drained(stream);
      },
      enter: () => {
        if (closed || away) return;
        // Whoever had the terminal meanwhile has set its modes.
        keyboard.pause();
        stdout.suspend();
        void takeLine();
      },
    });

  return {
    stdout,
    stdin: keyboard.inkStdin,
    keyboard,
    inkOptions: inkOptionsFor(stdout, keyboard.inkStdin),
    profile,
    probe,
    link: live,
    get size() {
      return { columns: stdout.columns, rows: stdout.rows };
    },
    get glyphs() {
      return live.current().glyphs;
    },
    colour,
    repaint,
    suspend: async (run) => {
      away = true;
      stdout.suspend();
      keyboard.hold();
      await questions.settled();
      keyboard.pause();
      setBlocking(stream, true);
      try {
        return await run();
      } finally {
        if (!closed) await takeLine();
      }
    },
    close: async () => {
      restore();
      release();
      await drained(stream);
    },
  };
};
