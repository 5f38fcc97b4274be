// Opens the terminal, shows the console on it until the line ends, and gives the terminal back as it was.
import { render } from 'ink';
import type { System } from '../system/system.ts';
import { openTerminal } from '../terminal/open-terminal.ts';
import { KeyboardProvider } from '../terminal/use-key.ts';
import { ConsoleApp } from './console-app.tsx';
import { sayFarewell } from './farewell.ts';
import { createEffects } from './real-effects.ts';
import { createSessionLoop } from './session-loop.ts';

export type ConsoleOptions = {
  readonly system: System;
  readonly rehearsal: boolean;
  readonly glyphs: 'ascii' | 'unicode' | 'auto';
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onBug: (error: unknown) => void;
};

/** Ends only with the line, or by SIGTERM: no key quits the console of a node. */
export const runConsoleOn = async (options: ConsoleOptions): Promise<number> => {
  const { system, rehearsal, glyphs, stdin, stdout, env, onBug } = options;
  const terminal = await openTerminal({ stdin, stdout, env, glyphs });
  const silence = sayFarewell(stdout);
  const effects = createEffects(system, (run) => terminal.suspend(run));
  const loop = createSessionLoop({ effects, rehearsal, onBug });
  const app = render(
    <KeyboardProvider keyboard={terminal.keyboard}>
      <ConsoleApp loop={loop} />
    </KeyboardProvider>,
    { ...terminal.inkOptions },
  );
  loop.start().catch(onBug);
  stdin.once('end', () => app.unmount());
  try {
    await app.waitUntilExit();
    return 0;
  } finally {
    silence();
    await loop.stop();
    await terminal.close();
  }
};
