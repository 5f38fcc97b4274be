// The screen that a terminal emulator shows for the bytes that it was sent, as text that a test can compare.
import xterm from '@xterm/headless';

export type Emulator = {
  readonly terminal: xterm.Terminal;
  /** Resolves when the bytes have been read. */
  write(bytes: string): Promise<void>;
  /** Exactly as many as the screen has rows, without trailing blanks. */
  lines(): string[];
};

export const createEmulator = (columns: number, rows: number): Emulator => {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    allowProposedApi: true,
    scrollback: 100,
    logLevel: 'off',
  });
  return {
    terminal,
    write: (bytes) => new Promise((resolve) => terminal.write(bytes, resolve)),
    lines: () => {
      const { active } = terminal.buffer;
      return Array.from(
        { length: terminal.rows },
        (_, row) =>
          active
            .getLine(active.baseY + row)
            ?.translateToString(true, 0, terminal.cols)
            .trimEnd() ?? '',
      );
    },
  };
};
