// The console on an emulated terminal, with a node made of data behind it: press, type, wait, compare.
import { afterEach } from 'vitest';
import { createSessionLoop, type SessionLoop } from '../../src/app/session-loop.ts';
import { withInkRuntime } from '../../src/terminal/prepare-runtime.ts';
import { type Screen, type ScreenOptions, showScreen } from '../helpers/screen.ts';
import { bareNode, type FixtureNode, fixtureNode, type NodeData } from './fixture-effects.ts';

export type Console = Screen & {
  readonly node: FixtureNode;
  readonly loop: SessionLoop;
  readonly bugs: readonly unknown[];
  /** In one chunk, as a terminal with bracketed paste sends it. */
  paste(text: string): Promise<void>;
  /** In one chunk, as it is. */
  send(bytes: string): Promise<void>;
};

const running = new Set<SessionLoop>();

afterEach(async () => {
  for (const loop of running) await loop.stop();
  running.clear();
});

export type ConsoleOptions = ScreenOptions & {
  readonly rehearsal?: boolean;
  /** Long, unless a test is about the pace, so that a frame stands still. */
  readonly statusEveryMs?: number;
};

export const openConsole = async (data: Partial<NodeData> = {}, options: ConsoleOptions = {}): Promise<Console> => {
  const { ConsoleApp } = await withInkRuntime(() => import('../../src/app/console-app.tsx'));
  const node = fixtureNode({ ...bareNode, ...data });
  const bugs: unknown[] = [];
  const loop = createSessionLoop({
    effects: node.effects,
    rehearsal: options.rehearsal ?? false,
    statusEveryMs: options.statusEveryMs ?? 3_600_000,
    draftAfterMs: 1,
    onBug: (error) => bugs.push(error),
  });
  running.add(loop);
  const screen = await showScreen(<ConsoleApp loop={loop} />, options);
  const started = loop.start();
  // Else it goes on trying, and the first screen says so.
  if (data.unreadable === undefined) await started;
  await screen.settle();
  // Through the emulator, whose keyboard is wired to the console's; the key after it waits for the keyboard's own queue.
  const send = async (bytes: string) => {
    screen.emulator.terminal.input(bytes);
    await screen.press('ctrl-l');
  };
  const paste = (text: string) => send(`\u001B[200~${text}\u001B[201~`);
  return Object.assign(screen, { node, loop, bugs, send, paste });
};
