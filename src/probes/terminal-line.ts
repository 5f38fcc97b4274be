// Which line this process stands on, and what the kernel knows of it: stty asks the terminal driver, which Node cannot.
import type { Reader } from '../system/system.ts';

export type TerminalLine = {
  /** `/dev/ttyS0`; undefined when standard input is no device that has a name here. */
  readonly path: string | undefined;
  /** The same without `/dev/`. */
  readonly device: string | undefined;
  /** Only of a serial port: a pseudo-terminal or a hypervisor's console reports a speed that nothing has. */
  readonly baud: number | undefined;
  /** XOFF and XON of the terminal stop and start the output (termios(3), IXON). */
  readonly flowControl: boolean;
  readonly kernelCommandLine: string;
};

const serialPort = /^tty(S|AMA|USB|MXUSB|O|SC|PS|UL|LP|mxc|HS)\d+$/;

export const readTerminalLine = async (reader: Reader): Promise<TerminalLine> => {
  const kernelCommandLine = (await reader.readText('/proc/cmdline')) ?? '';
  const target = await reader.readLink('/proc/self/fd/0');
  if (target === undefined || !target.startsWith('/dev/'))
    return { path: undefined, device: undefined, baud: undefined, flowControl: false, kernelCommandLine };
  const device = target.slice('/dev/'.length);
  const { exitCode, stdout } = await reader.query(['stty', '-F', target, '-a'], { timeoutMs: 2000 });
  const speed = Number(/^speed (\d+) baud/.exec(stdout)?.[1]);
  return {
    path: target,
    device,
    // 0 baud is a line that was hung up.
    baud: exitCode === 0 && serialPort.test(device) && speed > 0 ? speed : undefined,
    flowControl: exitCode === 0 && /(^|\s)ixon(\s|$)/m.test(stdout),
    kernelCommandLine,
  };
};
