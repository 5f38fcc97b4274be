// The console's terminal in one call: keys in, frames out, and whatever happens the operator's terminal back as it was.
// How to use it, and what its frames may hold: docs/terminal.md.
import { chooseColour, chooseGlyphs, type Environment } from './appearance.ts';
import type { Size } from './cells.ts';
import type { GlyphSet } from './glyphs.ts';
import { drained, guardProcess, setBlocking } from './guard-process.ts';
import { createKeyboard, type Keyboard, type RawInput } from './keyboard.ts';
import { createLineOutput, type LineOutput } from './line-output.ts';
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
  /** What the line carries (baud / 10), where it is known. */
  readonly bytesPerSecond?: number | undefined;
  readonly escapeTimeoutMs?: number | undefined;
  /** How long the terminal may take to say its size; 0 does not ask. Default 400. */
  readonly probeDeadlineMs?: number | undefined;
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
  let output: LineOutput | undefined;
  let closed = false;
  const restore = () => {
    if (closed) return;
    closed = true;
    stream.off('resize', onResize);
    // What follows may be process.exit, which waits for nothing.
    setBlocking(stream, true);
    output?.close();
    keyboard.close();
  };
  const onResize = () => {
    if (stream.columns !== undefined && stream.rows !== undefined) output?.resize(stream.columns, stream.rows);
  };
  const release = options.guardProcess === false ? () => {} : guardProcess(restore, stream);

  const ask = () =>
    probeLine({
      write: (bytes) => stream.write(bytes),
      onReport: keyboard.onReport,
      kernelSize,
      deadlineMs: probeDeadlineMs,
    });
  const probe: LineProbe =
    probeDeadlineMs === 0 ? { ...kernelSizeOr(kernelSize), roundTripMs: undefined, utf8: undefined } : await ask();
  const glyphs = chooseGlyphs(options.glyphs ?? 'auto', profile, env, probe.utf8);
  const stdout = createLineOutput({
    stream,
    columns: probe.columns,
    rows: probe.rows,
    profile,
    glyphs,
    colour,
    bytesPerSecond: options.bytesPerSecond,
  });
  output = stdout;
  setBlocking(stream, false);
  stream.on('resize', onResize);
  let asking = false;
  const repaint = async () => {
    // A serial line never says that its terminal was exchanged or resized, so it is asked again; at once if it cannot say.
    if (probe.source === 'terminal' && !asking) {
      asking = true;
      const now = await ask();
      asking = false;
      if (closed) return;
      if (now.source === 'terminal') stdout.resize(now.columns, now.rows);
    }
    stdout.repaint();
  };
  keyboard.onKey(({ name }) => {
    if (name === 'ctrl-l') void repaint();
  });

  return {
    stdout,
    stdin: keyboard.inkStdin,
    keyboard,
    inkOptions: inkOptionsFor(stdout, keyboard.inkStdin),
    profile,
    probe,
    get size() {
      return { columns: stdout.columns, rows: stdout.rows };
    },
    glyphs,
    colour,
    repaint,
    suspend: async (run) => {
      stdout.suspend();
      keyboard.pause();
      setBlocking(stream, true);
      try {
        return await run();
      } finally {
        if (!closed) {
          setBlocking(stream, false);
          keyboard.resume();
          onResize();
          stdout.resume();
        }
      }
    },
    close: async () => {
      restore();
      release();
      await drained(stream);
    },
  };
};
