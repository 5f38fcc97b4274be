// What stands between Ink and the line: takes whole frames, knows what the terminal shows, sends only the difference.
import { Writable } from 'node:stream';
import { clearedScreen, diffCells, type Screen } from './cell-diff.ts';
import { type Appearance, createFrameParser, type FrameParser, type Size } from './cells.ts';
import { createLaidLines, putLinesInto } from './laid-lines.ts';
import { timedFrom } from './size-probe.ts';

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
  /** From the next frame on; what the screen shows is brought to another glyph set by itself. */
  follow(change: Partial<Pick<LineOutputOptions, 'glyphs' | 'maxFps' | 'bytesPerSecond'>>): void;
  /**
   * Whenever so many bytes went out since the last question, the frame ends with a new one for the cursor's place, asked at
   * `timedFrom`, and the next frame waits for `answered`: no queue between here and the terminal ever holds more.
   * `onAsked` hears how many bytes the frame had and when the first of them was sent (performance.now).
   */
  askAfter(bytes: number, onAsked: (bytes: number, startedMs: number) => void): void;
  answered(): void;
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

/** Longer than a whole screen takes at 960 B/s. */
const longestPatienceMs = 5000;

type State = 'open' | 'suspended' | 'closed';

class Output extends Writable {
  readonly isTTY = true as const;
  columns: number;
  rows: number;
  bytesWritten = 0;
  framesDropped = 0;
  #options: LineOutputOptions;
  readonly #lines = createLaidLines();
  #parser: FrameParser;
  #screen: Screen | undefined;
  #entered = false;
  #frame: string | undefined;
  #dirty = false;
  #writing = false;
  #state: State = 'open';
  #notBefore = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Bytes since the line was last idle, and when they began: slices of one frame belong together. */
  #paint = { bytes: 0, startedMs: 0 };
  #asking: { readonly bytes: number; readonly onAsked: (bytes: number, startedMs: number) => void } | undefined;
  #unanswered = 0;
  /** Runs while an answer is waited for. */
  #patience: NodeJS.Timeout | undefined;

  constructor(options: LineOutputOptions) {
    super({ decodeStrings: false });
    this.#options = options;
    this.#parser = createFrameParser(options, this.#lines.lineOf);
    putLinesInto(this, this.#lines);
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
    if (this.#patience !== undefined) return;
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
    this.#dirty = !complete;
    const drawn = start + bytes;
    if (this.#paint.bytes === 0) this.#paint.startedMs = now;
    this.#paint.bytes += Buffer.byteLength(drawn);
    this.#unanswered += Buffer.byteLength(drawn);
    const question = complete ? this.#question() : '';
    // The question moves the cursor.
    this.#screen = question === '' ? screen : { ...screen, cursor: undefined };
    if (complete) this.#paint.bytes = 0;
    const sent = drawn + question;
    if (sent === '') return;
    const lineMs = bytesPerSecond === undefined ? 0 : (Buffer.byteLength(sent) * 1000) / bytesPerSecond;
    this.#notBefore = complete ? now + Math.max(1000 / maxFps, lineMs) : now + lineMs;
    this.#send(sent);
    // A line whose callback came at once is ready for the next slice.
    if (!complete) this.#flush();
  }

  #question(): string {
    const asking = this.#asking;
    if (asking === undefined || this.#unanswered < asking.bytes) return '';
    asking.onAsked(this.#paint.bytes, this.#paint.startedMs);
    this.#unanswered = 0;
    // A terminal that was pulled out says nothing any more; then it is not asked again.
    this.#patience = setTimeout(() => {
      this.#asking = undefined;
      this.answered();
    }, longestPatienceMs);
    return `\u001B[${timedFrom.row}H\u001B[6n`;
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
    this.#forgetQuestion();
  }

  follow(change: Partial<Pick<LineOutputOptions, 'glyphs' | 'maxFps' | 'bytesPerSecond'>>): void {
    const redraw = change.glyphs !== undefined && change.glyphs !== this.#options.glyphs;
    this.#options = { ...this.#options, ...change };
    if (!redraw) return;
    this.#parser = createFrameParser(this.#options, this.#lines.lineOf);
    if (this.#frame === undefined) return;
    this.#dirty = true;
    this.#flush();
  }

  askAfter(bytes: number, onAsked: (bytes: number, startedMs: number) => void): void {
    this.#asking = { bytes, onAsked };
  }

  answered(): void {
    this.#forgetQuestion();
    this.#flush();
  }

  #forgetQuestion(): void {
    clearTimeout(this.#patience);
    this.#patience = undefined;
    this.#unanswered = 0;
  }

  repaint(): void {
    if (this.#state !== 'open') return;
    this.#forgetQuestion();
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
