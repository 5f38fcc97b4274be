// Walks through the console by random keys with all of it: Ink, the line output and an emulated terminal that is resized now and then.

import { PassThrough } from 'node:stream';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { createElement } from 'react';
import { footerLine } from '../../../src/app/footer.ts';
import { bindingsOf } from '../../../src/app/keymap.ts';
import { createSessionLoop } from '../../../src/app/session-loop.ts';
import { titleOf } from '../../../src/screens/layout.ts';
import { isTooSmall } from '../../../src/screens/too-small.ts';
import { underHelp } from '../../../src/state/session-moves.ts';
import { openTerminal } from '../../../src/terminal/open-terminal.ts';
import { withInkRuntime } from '../../../src/terminal/prepare-runtime.ts';
import { KeyboardProvider } from '../../../src/terminal/use-key.ts';
import { createEmulator } from '../emulator.ts';
import { createRandom, seedOf } from './random.ts';
import { inSecret, randomBytes, secretMark } from './random-bytes.ts';
import { PlannedFailure, randomNode } from './random-node.ts';
import type { Walk, WalkOptions } from './session-walk.ts';

class EmulatedTerminal extends PassThrough {
  readonly isTTY = true;
  columns = 80;
  rows = 24;
}

const textOf = (spans: readonly { readonly text: string }[]): string => spans.map(({ text }) => text).join('');

/** As `walkSessions`, one session, in real time and with every frame on a terminal. */
export const walkDrawn = async ({ seed, part, keys: wanted }: WalkOptions): Promise<Walk> => {
  const { render } = await withInkRuntime(() => import('ink'));
  const { ConsoleApp } = await withInkRuntime(() => import('../../../src/app/console-app.tsx'));
  const random = createRandom(seedOf(seed, part));
  const findings: string[] = [];
  const recent: string[] = [];
  const places = new Map<string, number>();
  let keys = 0;
  let frames = 0;
  const fault = (what: string): void => {
    findings.push(
      `${what}\n  drawn, seed ${seed}, part ${part}, key ${keys}; the last keys: ${recent.slice(-50).join(' ')}`,
    );
  };
  const rejected = (error: unknown): void =>
    fault(`unhandled: ${error instanceof Error ? error.stack : String(error)}`);
  process.on('unhandledRejection', rejected);
  const node = randomNode({ random, trouble: random.pick([0, 0.2]), onAsked: () => {} });
  const onBug = (error: unknown): void => {
    if (!(error instanceof PlannedFailure)) fault(`a bug: ${error instanceof Error ? error.stack : String(error)}`);
  };
  const loop = createSessionLoop({ effects: node.effects, rehearsal: false, statusEveryMs: 3_600_000, onBug });
  const emulator = createEmulator(80, 24);
  const stdin = new PassThrough();
  const stdout = new EmulatedTerminal();
  let unread = 0;
  stdout.on('data', (bytes: Buffer) => {
    unread += 1;
    emulator.terminal.write(bytes, () => {
      unread -= 1;
    });
  });
  emulator.terminal.onData((answer) => stdin.write(answer));
  const terminal = await openTerminal({
    stdin,
    stdout,
    env: { TERM: random.pick(['xterm', 'vt220', 'linux']), LANG: 'C.UTF-8' },
    glyphs: random.pick(['unicode', 'ascii']),
    colour: random.pick(['always', 'never']),
    escapeTimeoutMs: 5,
    probeDeadlineMs: 0,
    guardProcess: false,
  });
  terminal.keyboard.onKey((key) => {
    keys += 1;
    recent.push(key.text === '' ? key.name : JSON.stringify(key.text.slice(0, 60)));
    if (recent.length > 200) recent.splice(0, 100);
  });
  const app = render(
    createElement(KeyboardProvider, { keyboard: terminal.keyboard }, createElement(ConsoleApp, { loop })),
    terminal.inkOptions,
  );
  const ended = app.waitUntilExit().then(
    () => fault('Ink has ended'),
    (error: unknown) => fault(`Ink has ended: ${String(error)}`),
  );
  await Promise.race([loop.start().catch(onBug), pause(50)]);

  /** Resolves when everything that was typed is on the screen. */
  const settle = async (): Promise<void> => {
    for (let quiet = 0, seen = keys; quiet < 5; seen = keys) {
      await turn();
      quiet = keys === seen ? quiet + 1 : 0;
    }
    for (let tries = 0; tries < 200 && (unread > 0 || terminal.stdout.pending); tries++) await pause(1);
  };
  /** Compared after it stood still: a frame in between shows what was before. */
  const frameFault = (): string | undefined => {
    const session = loop.current();
    const size = { columns: terminal.stdout.columns, rows: terminal.stdout.rows };
    const lines = emulator.lines();
    if (lines.length !== size.rows) return `${lines.length} rows instead of ${size.rows}`;
    if (isTooSmall(size.columns, size.rows)) return undefined;
    const title = session.overlay.kind === 'help' ? `Help: ${titleOf(underHelp(session))}` : titleOf(session);
    if (lines[1]?.includes(title) !== true) return `no title "${title}" in "${lines[1]}"`;
    const footer = textOf(footerLine(bindingsOf(session, size), size.columns))
      .replaceAll(/[^ -~]+/g, '')
      .trim();
    const shown = (lines.at(-1) ?? '').replaceAll(/[^ -~]+/g, '').trim();
    if (terminal.glyphs === 'unicode' && shown !== footer) return `the footer is "${shown}", not "${footer}"`;
    const { secrets } = session;
    const secret = Object.values(secrets).find((text) => text.length > 12 && lines.join('\n').includes(text));
    return secret?.includes(secretMark) === true ? 'a password is on the screen' : undefined;
  };

  while (keys < wanted && findings.length === 0) {
    const session = loop.current();
    const { view, overlay } = session;
    const place = view.kind === 'editing' ? view.step : view.kind;
    places.set(place, (places.get(place) ?? 0) + 1);
    const bytes = randomBytes(random, session);
    if (!(overlay.kind === 'none' && inSecret(session)) && bytes.includes(secretMark)) continue;
    stdin.write(bytes);
    await settle();
    if (random.happens(0.1)) {
      const happened = node.happening();
      if (happened !== undefined) loop.send(happened);
      await settle();
    }
    if (random.happens(0.02)) {
      const [columns, rows] = random.happens(0.5) ? [80, 24] : [20 + random.below(180), 5 + random.below(60)];
      emulator.terminal.resize(columns, rows);
      stdout.columns = columns;
      stdout.rows = rows;
      stdout.emit('resize');
      await settle();
    }
    frames += 1;
    let wrong = frameFault();
    for (let tries = 0; wrong !== undefined && tries < 40; tries++) {
      await pause(10);
      await settle();
      wrong = frameFault();
    }
    if (wrong !== undefined) fault(`${wrong}\n${emulator.lines().join('\n')}`);
  }
  node.end();
  await loop.stop();
  const before = findings.length;
  app.unmount();
  await ended;
  findings.splice(before);
  await terminal.close();
  emulator.terminal.dispose();
  process.off('unhandledRejection', rejected);
  return { keys, frames, disconnects: 1, places, findings };
};
