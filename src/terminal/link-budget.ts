// What a line can carry, as a policy: from what is known of it to how fast, how often and with how much decoration the console draws.

export type LinkFacts = {
  /** Milliseconds from a cursor-position report's question to its answer; undefined when the terminal is mute. */
  readonly roundTripMs: number | undefined;
  /** What somebody said that the line carries, in baud: stronger than everything that is measured. */
  readonly toldBaud: number | undefined;
  /** The speed of a serial port. Of a pseudo-terminal the kernel only pretends to know one: give undefined. */
  readonly portBaud: number | undefined;
  /** Bytes per second, timed on a paint; undefined when it came too fast to be timed. */
  readonly measured: number | undefined;
};

export type LinkBudget = {
  /** Undefined: no limit is known, the kernel's own queue is the only brake. */
  readonly bytesPerSecond: number | undefined;
  readonly speedFrom: 'told' | 'serial port' | 'measured' | 'unknown';
  readonly maxFps: number;
  /** Room for what only decorates: the trend, Unicode's three bytes a cell. */
  readonly decorated: boolean;
  /** How long a lone ESC may be the beginning of a key. */
  readonly escapeTimeoutMs: number;
};

/** Start bit, eight data bits, stop bit. */
const bitsPerByte = 10;

/** A dashboard with its trend is some 250 bytes each second, and four fifths of the line belong to the operator's keys. */
const decoratedFrom = 1250;

/** A frame gets at least as many bytes: an echo, or half a dashboard's refresh in ASCII. */
const bytesPerFrame = 96;

const between = (low: number, value: number, high: number): number => Math.max(low, Math.min(value, high));

const speedOf = ({ toldBaud, portBaud, measured }: LinkFacts): Pick<LinkBudget, 'bytesPerSecond' | 'speedFrom'> => {
  if (toldBaud !== undefined) return { bytesPerSecond: toldBaud / bitsPerByte, speedFrom: 'told' };
  const port = portBaud === undefined ? undefined : portBaud / bitsPerByte;
  // Behind a fast port there may be a slow network; in front of a slow one nothing is faster.
  if (measured !== undefined && (port === undefined || measured < port))
    return { bytesPerSecond: measured, speedFrom: 'measured' };
  return { bytesPerSecond: port, speedFrom: port === undefined ? 'unknown' : 'serial port' };
};

export const linkBudget = (facts: LinkFacts): LinkBudget => {
  const { bytesPerSecond, speedFrom } = speedOf(facts);
  const { roundTripMs } = facts;
  return {
    bytesPerSecond,
    speedFrom,
    maxFps: bytesPerSecond === undefined ? 30 : between(1, Math.round(bytesPerSecond / bytesPerFrame), 30),
    decorated: bytesPerSecond === undefined || bytesPerSecond >= decoratedFrom,
    // A far line cuts an arrow into pieces that come as much apart as its packets.
    escapeTimeoutMs: roundTripMs === undefined ? 300 : between(150, 100 + Math.round(roundTripMs), 800),
  };
};

/** Too little or too fast to tell the line from a busy machine. */
export const leastTimed = { bytes: 600, ms: 150 } as const;

/** Bytes per second from the time between a paint's first byte and the answer to the question behind its last one. */
export const measuredSpeed = (bytes: number, elapsedMs: number, roundTripMs: number): number | undefined => {
  const onTheLineMs = elapsedMs - roundTripMs;
  if (bytes < leastTimed.bytes || onTheLineMs < leastTimed.ms) return undefined;
  return Math.round((bytes * 1000) / onTheLineMs);
};
