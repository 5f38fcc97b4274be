// What stands between Ink and the line: takes whole frames, knows what the terminal shows, sends only the difference.
import { Writable } from 'node:stream';
import { clearedScreen, diffCells, type Screen } from './cell-diff.ts';
import { type Appearance, createFrameParser, type FrameParser, type Size } from './cells.ts';
import { createLaidLines, putLinesInto } from './laid-lines.ts';

/** The part of a stream that is used: each write calls back when the line has taken it. */
type Line = { write(chunk: string, callback: () => void): unknown };

export type LineOutputOptions = Size &
  Appearance & {
    readonly stream: Line;
    /** Frames per second at most; the first after a pause goes out at once. Default 30. */
    readonly maxFps?: number;
    /** Bytes per second that the line carries, where known (baud / 10): what would queue up in the kernel is not sent. */
    readonly bytesPerSecond?: number | undefined;
  };

export type LineOutput = Writable & {
  readonly isTTY: true;
  readonly columns: number;
  readonly rows: number;
  /** Everything again, on a terminal whose state is not known (Ctrl-L, noise, a message of the kernel). */
  repaint(): void;
  /** Ink lays out again; the next frame is drawn whole. */
  resize(columns: number, rows: number): void;
  /** Hands a clean terminal to another program. Frames are remembered, not drawn. */
  suspend(): void;
  resume(): void;
  /** Attributes off, cursor shown and below what was drawn. Safe to call twice and from an exit handler. */
  close(): void;
  readonly bytesWritten: number;
  readonly framesDropped: number;
  /** Rows whose text had to be read; one that is as in the last frame is not. */
  readonly rowsDrawn: number;
  /** A frame has come that the terminal does not show yet. */
  readonly pending: boolean;
};

// What Ink writes besides frames: empty barriers, cursor visibility, paste mode.
const onlyControls = /^(?:\u001B\[[ -?]*[@-~])*$/;

/** A slow line gets this much at once, so that a newer frame need not wait for the rest of an old one. */
const sliceSeconds = 0.1;

type State = 'open' | 'suspended' | 'closed';

class Output extends Writable {
  readonly isTTY = true as const;
  columns: number;
  rows: number;
  bytesWritten = 0;
  framesDropped = 0;
  #options: LineOutputOptions;
  #parser: FrameParser;
  #screen: Screen | undefined;
  #entered = false;
  #frame: string | undefined;
  #dirty = false;
  #writing = false;
  #state: State = 'open';
  #notBefore = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LineOutputOptions) {
    super({ decodeStrings: false });
    this.#options = options;
    const lines = createLaidLines();
    this.#parser = createFrameParser(options, lines.lineOf);
    putLinesInto(this, lines);
    this.columns = options.columns;
    this.rows = options.rows;
  }

  get rowsDrawn(): number {
    return this.#parser.rowsDrawn;
  }

  get pending(): boolean {
    return this.#dirty && this.#state === 'open';
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, callback: () => void): void {
    const text = String(chunk);
    if (text !== this.#frame && !onlyControls.test(text)) {
      if (this.#dirty) this.framesDropped++;
      this.#frame = text;
      this.#dirty = true;
      this.#flush();
    }
    callback();
  }

  #send(bytes: string): void {
    if (bytes === '') return;
    this.#writing = true;
    this.bytesWritten += Buffer.byteLength(bytes);
    this.#options.stream.write(bytes, () => {
      this.#writing = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (!this.#dirty || this.#writing || this.#state !== 'open' || this.#frame === undefined) return;
    const now = performance.now();
    if (now < this.#notBefore) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#flush();
      }, this.#notBefore - now);
      return;
    }
    const { profile, bytesPerSecond, maxFps = 30 } = this.#options;
    const size = { columns: this.columns, rows: this.rows };
    const next = this.#parser.parse(this.#frame, size);
    const start = this.#screen === undefined ? this.#enter() : '';
    const budget = bytesPerSecond === undefined ? undefined : Math.max(64, bytesPerSecond * sliceSeconds);
    const { bytes, screen, complete } = diffCells(this.#screen ?? clearedScreen(size), next, profile, budget);
    this.#screen = screen;
    this.#dirty = !complete;
    const sent = start + bytes;
    if (sent === '') return;
    const lineMs = bytesPerSecond === undefined ? 0 : (Buffer.byteLength(sent) * 1000) / bytesPerSecond;
    this.#notBefore = complete ? now + Math.max(1000 / maxFps, lineMs) : now + lineMs;
    this.#send(sent);
    // A line whose callback came at once is ready for the next slice.
    if (!complete) this.#flush();
  }

  #enter(): string {
    const { profile } = this.#options;
    const alternate = profile.alternateScreen ? '\u001B[?1049h' : '';
    const first = this.#entered ? '' : `${alternate}${profile.bracketedPaste ? '\u001B[?2004h' : ''}`;
    this.#entered = true;
    return `${first}${profile.reset}${profile.hideCursor ? '\u001B[?25l' : ''}\u001B[H\u001B[J`;
  }

  #leave(): string {
    const { profile } = this.#options;
    const texts = this.#screen?.texts ?? [];
    const used = Math.floor(texts.findLastIndex((text) => text !== ' ') / this.columns) + 1;
    const below = `\u001B[${Math.max(1, used)}H\r\n`;
    this.#entered = false;
    this.#screen = undefined;
    const paste = profile.bracketedPaste ? '\u001B[?2004l' : '';
    const cursor = profile.hideCursor ? '\u001B[?25h' : '';
    return `\u001B[m${below}${paste}${cursor}${profile.alternateScreen ? '\u001B[?1049l' : ''}`;
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  repaint(): void {
    if (this.#state !== 'open') return;
    this.#screen = undefined;
    this.#dirty = true;
    this.#flush();
  }

  resize(columns: number, rows: number): void {
    const valid = columns > 0 && rows > 0;
    if (!valid || (columns === this.columns && rows === this.rows)) return;
    this.columns = columns;
    this.rows = rows;
    this.#screen = undefined;
    this.#dirty = true;
    this.emit('resize');
    this.#flush();
  }

  suspend(): void {
    if (this.#state !== 'open') return;
    this.#state = 'suspended';
    this.#stopTimer();
    if (this.#entered) this.#send(this.#leave());
  }

  resume(): void {
    if (this.#state !== 'suspended') return;
    this.#state = 'open';
    this.#notBefore = 0;
    this.repaint();
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#stopTimer();
    if (this.#entered) this.#send(this.#leave());
  }
}

export const createLineOutput = (options: LineOutputOptions): LineOutput => new Output(options);
