// The line as it is measured now, and everything that follows from it: kept up to date through Ctrl-L, resizes and timed paints.
import type { Size } from './cells.ts';
import type { GlyphSet } from './glyphs.ts';
import type { CursorReport } from './key.ts';
import type { LineOutput } from './line-output.ts';
import { type LinkBudget, type LinkFacts, leastTimed, linkBudget, measuredSpeed } from './link-budget.ts';
import { isTimed, type LineProbe } from './size-probe.ts';

export type LinkState = Size & {
  readonly budget: LinkBudget;
  readonly roundTripMs: number | undefined;
  readonly sizeFrom: LineProbe['source'] | 'told';
  readonly glyphs: GlyphSet;
  readonly colour: boolean;
  /** TERM as it was taken, and what of the rest was chosen by whom; for the operator's eyes. */
  readonly term: string;
  readonly chosenBy: readonly string[];
  /** Words of the kernel command line that are not understood. */
  readonly ignored: readonly string[];
};

export type Link = {
  current(): LinkState;
  subscribe(listener: () => void): () => void;
};

export type LinkOptions = {
  readonly probe: LineProbe;
  readonly toldSize: Size | undefined;
  readonly toldBaud: number | undefined;
  readonly portBaud: number | undefined;
  /** An option that somebody gave wins over what follows from the line. */
  readonly escapeTimeoutMs: number | undefined;
  /** The glyph set on a line with room for it, or without. */
  readonly glyphsFor: (decorated: boolean, utf8: boolean | undefined) => GlyphSet;
  readonly look: Pick<LinkState, 'colour' | 'term' | 'chosenBy' | 'ignored'>;
};

/** Two seconds of a line of 9600 baud, and eight refreshes of a dashboard. */
const bytesUnderWay = 2048;

type Measured = { readonly probe: LineProbe; readonly measured: number | undefined };

const linkState = (options: LinkOptions, { probe, measured }: Measured): LinkState => {
  const { toldBaud, portBaud, toldSize, look } = options;
  const facts: LinkFacts = { roundTripMs: probe.roundTripMs, toldBaud, portBaud, measured };
  const budget = linkBudget(facts);
  const { columns, rows } = toldSize ?? probe;
  return {
    ...look,
    columns,
    rows,
    budget: { ...budget, escapeTimeoutMs: options.escapeTimeoutMs ?? budget.escapeTimeoutMs },
    roundTripMs: probe.roundTripMs,
    sizeFrom: toldSize === undefined ? probe.source : 'told',
    glyphs: options.glyphsFor(budget.decorated, probe.utf8),
  };
};

/** What a link steers. */
type Steered = {
  readonly stdout: LineOutput;
  readonly keyboard: {
    onReport(listener: (report: CursorReport) => void): () => void;
    setEscapeTimeout(milliseconds: number): void;
  };
  /** False where the terminal is not to be asked anything. */
  readonly timed: boolean;
};

export type LiveLink = Link & {
  /** Takes a new answer to the size question; the next large paint is timed anew, without the old limit. */
  remeasure(probe: LineProbe): void;
  resized(size: Size): void;
};

export const followLink = (options: LinkOptions, { stdout, keyboard, timed }: Steered): LiveLink => {
  const listeners = new Set<() => void>();
  let known: Measured = { probe: options.probe, measured: undefined };
  let state = linkState(options, known);
  let asked: { readonly bytes: number; readonly startedMs: number } | undefined;

  const learn = (now: Measured) => {
    known = now;
    state = linkState(options, known);
    const { glyphs, budget } = state;
    stdout.follow({ glyphs, maxFps: budget.maxFps, bytesPerSecond: budget.bytesPerSecond });
    keyboard.setEscapeTimeout(budget.escapeTimeoutMs);
    for (const listener of [...listeners]) listener();
  };
  /** The first question comes as soon as it can measure, the later ones bound what is under way. */
  const ask = (afterBytes: number) => {
    asked = undefined;
    // A mute terminal answers this no better; and who said the speed is believed.
    if (!timed || known.probe.roundTripMs === undefined || options.toldBaud !== undefined) return;
    stdout.askAfter(afterBytes, (bytes, startedMs) => {
      asked = { bytes, startedMs };
    });
  };
  keyboard.onReport((report) => {
    if (asked === undefined || !isTimed(report)) return;
    const { bytes, startedMs } = asked;
    const speed = measuredSpeed(bytes, performance.now() - startedMs, known.probe.roundTripMs ?? 0);
    // What is measured on a line that is held back already can only be less.
    if (speed !== undefined && known.measured === undefined) learn({ ...known, measured: speed });
    ask(bytesUnderWay);
    stdout.answered();
  });
  learn(known);
  ask(leastTimed.bytes);

  return {
    current: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    remeasure: (probe) => {
      learn({ probe, measured: undefined });
      ask(leastTimed.bytes);
    },
    resized: ({ columns, rows }) => learn({ ...known, probe: { ...known.probe, columns, rows } }),
  };
};
