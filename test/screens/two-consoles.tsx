// Several consoles of one node: each on a terminal of its own, all on one directory tree, with a clock that only the test moves.
import { afterEach } from 'vitest';
import { createConsoleEffects } from '../../src/app/console-effects.ts';
import type { Effects } from '../../src/app/effects.ts';
import { createSessionLoop, type SessionLoop } from '../../src/app/session-loop.ts';
import { converse } from '../../src/line/converse.ts';
import { keysIn } from '../../src/line/edit-line.ts';
import type { Now } from '../../src/state/now.ts';
import { withInkRuntime } from '../../src/terminal/prepare-runtime.ts';
import { createFakeSystem, type FakeSystem } from '../helpers/fake-system.ts';
import { type Screen, type ScreenOptions, showScreen } from '../helpers/screen.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { bareNode, type FixtureNode, fixtureNode, type NodeData } from './fixture-effects.ts';

/** At which terminal, as which process. */
export type Place = { readonly terminal: string; readonly pid: number; readonly ssh?: string };

export const serial: Place = { terminal: '/dev/ttyS0', pid: 400 };
export const video: Place = { terminal: '/dev/tty1', pid: 401 };

export type SharedConsole = Screen & {
  readonly node: FixtureNode;
  readonly loop: SessionLoop;
  readonly bugs: readonly unknown[];
};

type SharedLine = {
  readonly node: FixtureNode;
  readonly loop: SessionLoop;
  readonly bugs: readonly unknown[];
  /** One line, as it is typed. */
  type(line: string): void;
  waitFor(wanted: string): Promise<void>;
  text(): string;
  /** From now on. */
  forget(): void;
};

export type SharedNode = {
  readonly system: FakeSystem;
  /** Moves the clock, and lets every console look at it. */
  pass(ms: number): void;
  console(place: Place, data?: Partial<NodeData>, options?: ScreenOptions): Promise<SharedConsole>;
  /** The same in the line mode. */
  line(place: Place, data?: Partial<NodeData>): Promise<SharedLine>;
  /** The process is gone; its console says nothing any more. */
  kill(place: Place, console: SharedConsole): void;
};

const startMs = Date.UTC(2026, 10, 22, 14, 2, 0);
const loops = new Set<SessionLoop>();

afterEach(async () => {
  for (const loop of loops) await loop.stop();
  loops.clear();
});

/** Root's password is `four words of mine`, as far as this machine's unix_chkpwd knows. */
export const password = 'four words of mine';

export const sharedNode = (): SharedNode => {
  const system = createFakeSystem({
    files: { '/etc/shadow': 'root:$y$j9T$salt$hash:20000:0:99999:7:::\n', '/usr/sbin/unix_chkpwd': '' },
    commands: {
      unix_chkpwd: (_command, { input }) => ({ exitCode: input === `${password}\0` ? 0 : 7 }),
    },
  });
  let now: Now = { wallMs: startMs, monoMs: 1_000_000 };
  const seatAt = ({ terminal, pid, ssh }: Place, data: Partial<NodeData>) => {
    // Fields 3 to 22 of proc_pid_stat(5).
    system.put(`/proc/${pid}/stat`, `${pid} (node) S ${'0 '.repeat(18)}${pid}00 0`);
    const node = fixtureNode({ ...bareNode, ...data });
    const seat = createConsoleEffects(
      { ...system, readLink: async (path) => (path === `/proc/${pid}/fd/0` ? terminal : system.readLink(path)) },
      { pid, ssh },
    );
    const effects: Effects = { ...node.effects, ...seat };
    const bugs: unknown[] = [];
    const loop = createSessionLoop({
      effects,
      rehearsal: false,
      statusEveryMs: 3_600_000,
      clockEveryMs: 3_600_000,
      draftAfterMs: 1,
      now: () => now,
      onBug: (error) => bugs.push(error),
    });
    loops.add(loop);
    return { node, loop, bugs };
  };
  return {
    system,
    pass: (ms) => {
      now = { wallMs: now.wallMs + ms, monoMs: now.monoMs + ms };
      for (const loop of loops) loop.send({ type: 'clock' });
    },
    console: async (place, data = {}, options = {}) => {
      const { ConsoleApp } = await withInkRuntime(() => import('../../src/app/console-app.tsx'));
      const seat = seatAt(place, data);
      const screen = await showScreen(<ConsoleApp loop={seat.loop} />, options);
      await seat.loop.start();
      await screen.settle();
      return Object.assign(screen, seat);
    },
    line: async (place, data = {}) => {
      const seat = seatAt(place, data);
      let written = '';
      let from = 0;
      const write = (text: string): void => {
        written += text;
      };
      const { key } = converse({ loop: seat.loop, write, glyphs: 'ascii', attended: true, quietMs: 5 });
      await seat.loop.start();
      const text = (): string => written.slice(from);
      return {
        ...seat,
        type: (line) => {
          for (const press of keysIn(`${line}\n`)) key(press);
        },
        waitFor: (wanted) => waitUntil(() => text().includes(wanted), `${wanted} in:\n${text()}`, 4_000),
        text,
        forget: () => {
          from = written.length;
        },
      };
    },
    kill: ({ pid }, console) => {
      loops.delete(console.loop);
      console.close();
      system.put(`/proc/${pid}/stat`, '');
    },
  };
};
