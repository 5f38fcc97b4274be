// Joins this terminal to a machine's serial line until either ends or Ctrl-] is pressed, and always gives the terminal back as it was.
import { connect, type Socket } from 'node:net';

/** Ctrl-], as telnet and virsh console have it. */
const leaveKey = 0x1d;

export const attachTerminal = async (socketPath: string, ended: Promise<unknown>): Promise<void> => {
  const line = connect(socketPath);
  const { stdin, stdout } = process;
  const restore = (): void => {
    if (stdin.isTTY) stdin.setRawMode(false);
    // Attributes off, main screen, cursor visible, whole screen scrolls; then a line of our own.
    if (stdout.isTTY) stdout.write('\x1b[m\x1b[?1049l\x1b[?25h\x1b[r\x1b[999;1H\r\n');
  };
  // Whatever ends this process, a bug included.
  process.once('exit', restore);
  try {
    await new Promise<void>((resolve) => {
      void ended.then(() => resolve());
      line.on('data', (data) => stdout.write(data));
      line.once('close', () => resolve());
      line.once('error', () => resolve());
      stdin.on('data', (data: Buffer) => forward(data, line, resolve));
      // A pipe that ends has said all it wanted; the machine runs on.
      if (stdin.isTTY) stdin.setRawMode(true);
      stdin.resume();
    });
  } finally {
    stdin.removeAllListeners('data');
    stdin.pause();
    line.destroy();
    process.removeListener('exit', restore);
    restore();
  }
};

const forward = (data: Buffer, line: Socket, leave: () => void): void => {
  const at = data.indexOf(leaveKey);
  if (at === -1) {
    line.write(data);
    return;
  }
  line.write(data.subarray(0, at));
  leave();
};
