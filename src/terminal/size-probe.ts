// Asks the terminal itself how large it is, how far away and whether it reads UTF-8: a serial line's kernel knows none of it.
import type { Size } from './cells.ts';
import type { CursorReport } from './key.ts';

export type LineProbe = Size & {
  readonly source: 'terminal' | 'kernel' | 'default';
  /** Undefined when the terminal did not answer. */
  readonly roundTripMs: number | undefined;
  readonly utf8: boolean | undefined;
};

export type ProbeOptions = {
  readonly write: (bytes: string) => void;
  readonly onReport: (listener: (report: CursorReport) => void) => () => void;
  /** What the kernel says; zeros and undefined are no answer. */
  readonly kernelSize: { readonly columns: number | undefined; readonly rows: number | undefined };
  readonly deadlineMs: number;
  /** The cursor is put back afterwards, where the terminal can do that. */
  readonly saveCursor: boolean;
};

const fallback: Size = { columns: 80, rows: 24 };

// Far corner, report; in the row of the corner one two-byte character at the margin, report, and wipe it. Never in the first
// row: an answer from there can be a function key (`ESC [ 1 ; 2 R`).
const question = '\u001B[999;999H\u001B[6n\ré\u001B[6n\r\u001B[K';

/** A terminal that answers 999 does not clamp, one that answers 1 did not move. */
const plausible = ({ row, column }: CursorReport): boolean => row >= 5 && row <= 400 && column >= 20 && column <= 700;

export const kernelSizeOr = ({
  columns = 0,
  rows = 0,
}: ProbeOptions['kernelSize']): Size & { source: 'kernel' | 'default' } =>
  columns > 0 && rows > 0 ? { columns, rows, source: 'kernel' } : { ...fallback, source: 'default' };

/** Where the cursor stands when a paint is timed: no answer to a question about the size comes from there. */
export const timedFrom: CursorReport = { row: 2, column: 1 };

export const isTimed = ({ row, column }: CursorReport): boolean => row === timedFrom.row && column === timedFrom.column;

export const probeLine = ({ write, onReport, kernelSize, deadlineMs, saveCursor }: ProbeOptions): Promise<LineProbe> =>
  new Promise((resolve) => {
    const asked = performance.now();
    let corner: CursorReport | undefined;
    let roundTripMs: number | undefined;
    const finish = (utf8: boolean | undefined) => {
      clearTimeout(timer);
      stop();
      const measured =
        corner !== undefined && plausible(corner)
          ? { columns: corner.column, rows: corner.row, source: 'terminal' as const }
          : kernelSizeOr(kernelSize);
      resolve({ ...measured, roundTripMs, utf8 });
    };
    const stop = onReport((report) => {
      if (isTimed(report)) return;
      if (corner === undefined) {
        corner = report;
        roundTripMs = performance.now() - asked;
        return;
      }
      finish(report.column === 2);
    });
    const timer = setTimeout(() => finish(undefined), deadlineMs);
    write(saveCursor ? `\u001B7${question}\u001B8` : question);
  });
