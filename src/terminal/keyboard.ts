// The keyboard as the screens see it: whole keys, however slowly or brokenly the line delivers them.
import { Readable } from 'node:stream';
import type { CursorReport, KeyName, KeyPress } from './key.ts';
import { flushKeys, initialKeyState, type Parsed, parseKeys } from './key-parser.ts';

/** The part of a terminal's input that is used; `process.stdin` is one. */
export type RawInput = {
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  off(event: 'data', listener: (chunk: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
  setRawMode?(mode: boolean): unknown;
  ref?(): unknown;
  unref?(): unknown;
};

export type KeyboardOptions = {
  /** How long a lone ESC may be the beginning of a sequence. Serial-over-LAN needs more than a local terminal. Default 150. */
  readonly escapeTimeoutMs?: number | undefined;
  /** How long the rest of a sequence or paste that has begun may take. Default 600. */
  readonly sequenceTimeoutMs?: number | undefined;
};

/** As many characters in one chunk are a paste: nobody types so fast. */
const burst = 4;

/** What Ink's own useInput, and so ink-select-input, understands. Function keys and Escape stay out. */
const inkSequences: Partial<Record<KeyName, string>> = {
  enter: '\r',
  tab: '\t',
  backtab: '\u001B[Z',
  backspace: '\u007F',
  delete: '\u001B[3~',
  up: '\u001B[A',
  down: '\u001B[B',
  right: '\u001B[C',
  left: '\u001B[D',
  home: '\u001B[H',
  end: '\u001B[F',
  pageup: '\u001B[5~',
  pagedown: '\u001B[6~',
};

/** Object mode, so that two keys in one tick stay two events; Ink's terminal calls have nothing to do here. */
class InkStdin extends Readable {
  readonly isTTY = true as const;
  readonly isRaw = true;
  constructor() {
    super({ objectMode: true });
  }
  override _read(): void {}
  override setEncoding(): this {
    return this;
  }
  setRawMode(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

export type Keyboard = {
  /** Every listener gets every key, one key per turn of the event loop so that React has committed the last. */
  onKey(listener: (key: KeyPress) => void): () => void;
  onReport(listener: (report: CursorReport) => void): () => void;
  readonly inkStdin: InkStdin;
  setEscapeTimeout(milliseconds: number): void;
  /** Reads on for what the terminal answers; keys are nobody's, until `pause` and `resume`. */
  hold(): void;
  /** Raw mode off and nothing read, for a shell. */
  pause(): void;
  resume(): void;
  close(): void;
};

const mergeBursts = (keys: readonly KeyPress[]): KeyPress[] => {
  const merged: KeyPress[] = [];
  let at = 0;
  while (at < keys.length) {
    let end = at;
    while (keys[end]?.name === 'text') end++;
    const run = keys.slice(at, Math.max(end, at + 1));
    if (run.length >= burst) merged.push({ name: 'paste', text: run.map(({ text }) => text).join('') });
    else merged.push(...run);
    at += run.length;
  }
  return merged;
};

export const createKeyboard = (
  stdin: RawInput,
  { escapeTimeoutMs = 150, sequenceTimeoutMs = 600 }: KeyboardOptions = {},
): Keyboard => {
  let escapeMs = escapeTimeoutMs;
  const keyListeners = new Set<(key: KeyPress) => void>();
  const reportListeners = new Set<(report: CursorReport) => void>();
  const inkStdin = new InkStdin();
  const queue: KeyPress[] = [];
  let delivering = false;
  let reading = false;
  let held = false;
  let state = initialKeyState;
  let timer: NodeJS.Timeout | undefined;

  const deliver = () => {
    const next = queue.shift();
    delivering = next !== undefined;
    if (next === undefined) return;
    // React commits in a turn of its own, and effects may take one more.
    setImmediate(() => setImmediate(deliver));
    const sequence = next.text === '' ? inkSequences[next.name] : next.text;
    if (sequence !== undefined && reading) inkStdin.push(sequence);
    for (const listener of [...keyListeners]) listener(next);
  };

  const take = ({ keys, reports, state: after }: Parsed, merge: boolean) => {
    state = after;
    for (const report of reports) for (const listener of [...reportListeners]) listener(report);
    if (!held) queue.push(...(merge ? mergeBursts(keys) : keys));
    clearTimeout(timer);
    const waiting = state.pending.length > 0 || state.late || state.paste !== undefined;
    const lone = state.pending.length === 1 && state.pending[0] === 0x1b && state.paste === undefined;
    timer = waiting
      ? setTimeout(() => take(flushKeys(state), false), lone ? escapeMs : Math.max(escapeMs, sequenceTimeoutMs))
      : undefined;
    if (!delivering) deliver();
  };

  const onData = (chunk: Buffer) => take(parseKeys(state, chunk), true);

  const pause = () => {
    if (!reading) return;
    reading = false;
    held = false;
    clearTimeout(timer);
    state = initialKeyState;
    queue.length = 0;
    stdin.off('data', onData);
    stdin.pause();
    try {
      stdin.setRawMode?.(false);
    } catch {
      // EIO: the line is gone, and its modes with it. What else there is to be done at the end still has to be done.
    }
    stdin.unref?.();
  };

  const resume = () => {
    if (reading) return;
    reading = true;
    stdin.setRawMode?.(true);
    stdin.ref?.();
    stdin.on('data', onData);
    stdin.resume();
  };

  resume();
  return {
    onKey: (listener) => {
      keyListeners.add(listener);
      return () => keyListeners.delete(listener);
    },
    onReport: (listener) => {
      reportListeners.add(listener);
      return () => reportListeners.delete(listener);
    },
    inkStdin,
    setEscapeTimeout: (milliseconds) => {
      escapeMs = milliseconds;
    },
    hold: () => {
      held = true;
      queue.length = 0;
    },
    pause,
    resume,
    close: () => {
      pause();
      keyListeners.clear();
      reportListeners.clear();
    },
  };
};
