// The last line of a console that did not end by itself: where its log is, on a terminal that is already given back.

const log = 'its log: journalctl -t mayfly-console';

export const crashLine = `\r\nThe console ended unexpectedly; ${log}\r\n`;

const endedLine = `\r\nThe console was ended by SIGTERM; ${log}\r\n`;

/** After the terminal's own listener, which gives it back. A hang-up has nobody to tell. */
export const sayFarewell = (stream: { write(text: string): unknown }): (() => void) => {
  const listener = () => void stream.write(endedLine);
  process.once('SIGTERM', listener);
  return () => process.off('SIGTERM', listener);
};
