// Opens the terminal, shows the console on it until the line ends, and gives the terminal back as it was.
import { render } from 'ink';
import { canBeContinued } from '../system/process-group.ts';
import type { SecureWire, System } from '../system/system.ts';
import { openTerminal, type TerminalOptions } from '../terminal/open-terminal.ts';
import { KeyboardProvider } from '../terminal/use-key.ts';
import { LinkProvider } from '../terminal/use-link.ts';
import { ConsoleApp } from './console-app.tsx';
import { sayFarewell } from './farewell.ts';
import { createEffects } from './real-effects.ts';
import { createSessionLoop } from './session-loop.ts';

export type ConsoleOptions = {
  readonly system: System;
  readonly wire: SecureWire;
  readonly rehearsal: boolean;
  /** What was chosen for the line, by options, kernel command line and port. */
  readonly line: Omit<TerminalOptions, 'stdin' | 'stdout' | 'env' | 'lastly'>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds between readings; a second unless told. */
  readonly statusEveryMs?: number;
  readonly onBug: (error: unknown) => void;
};

/** Ends only with the line, or by SIGTERM: no key quits the console of a node. */
export const runConsoleOn = async (options: ConsoleOptions): Promise<number> => {
  const { system, wire, rehearsal, line, stdin, stdout, env, statusEveryMs, onBug } = options;
  let lastly = (): Promise<void> => Promise.resolve();
  const terminal = await openTerminal({ ...line, stdin, stdout, env, canBeContinued, lastly: () => lastly() });
  const silence = sayFarewell(stdout);
  const effects = createEffects(system, wire, (run) => terminal.suspend(run));
  const loop = createSessionLoop({
    effects,
    rehearsal,
    onBug,
    ...(statusEveryMs === undefined ? {} : { statusEveryMs }),
  });
  lastly = loop.stop;
  const app = render(
    <KeyboardProvider keyboard={terminal.keyboard}>
      <LinkProvider link={terminal.link}>
        <ConsoleApp loop={loop} />
      </LinkProvider>
    </KeyboardProvider>,
    { ...terminal.inkOptions },
  );
  const { ignored = [] } = line;
  loop
    .start()
    .then(() => (ignored.length === 0 ? undefined : loop.send({ type: 'refused', why: ignored.join('; ') })))
    .catch(onBug);
  for (const event of ['end', 'error'] as const) stdin.once(event, () => app.unmount());
  try {
    await app.waitUntilExit();
    return 0;
  } finally {
    silence();
    await loop.stop();
    await terminal.close();
  }
};
