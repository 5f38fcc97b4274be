// Keystroke to changed cell with the 1 Hz dashboard running: the real layer, an emulator as its terminal, a line between them.
// `node bench/keystroke.ts` prints a Markdown table. Ink's own two ways of drawing stand beside ours.
import { PassThrough } from 'node:stream';
import { openTerminal } from '../src/terminal/open-terminal.ts';
import { withInkRuntime } from '../src/terminal/prepare-runtime.ts';
import { createEmulator } from '../test/helpers/emulator.ts';
import { throttle } from '../test/helpers/throttle.ts';
import { dashboard } from './dashboard.ts';
import { machineLine } from './machine.ts';

const { render } = await withInkRuntime(() => import('ink'));
const columns = 80;
const rows = 24;
const keys = 60;
/** Not in step with the dashboard. */
const everyMs = 370;
const deadlineMs = 40_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

class Line extends PassThrough {
  readonly isTTY = true;
  columns = columns;
  rows = rows;
  setRawMode() {
    return this;
  }
  ref() {
    return this;
  }
  unref() {
    return this;
  }
}

type Variant = {
  readonly name: string;
  readonly bytesPerSecond: number | undefined;
  readonly draw: 'ours' | 'ink' | 'ink incremental';
  readonly toldBaud?: number;
};

const measure = async ({ bytesPerSecond, draw, toldBaud }: Variant): Promise<number[]> => {
  const emulator = createEmulator(columns, rows);
  const stdin = new Line();
  const stdout = new Line();
  let wake = () => {};
  const arrive = (bytes: Buffer) => emulator.terminal.write(bytes, () => wake());
  const line = bytesPerSecond === undefined ? undefined : throttle(bytesPerSecond, arrive);
  stdout.on('data', line?.send ?? arrive);
  emulator.terminal.onData((answer) => stdin.write(answer));
  const env = { TERM: 'vt220', LANG: 'C.UTF-8' };
  const terminal =
    draw === 'ours'
      ? await openTerminal({ stdin, stdout, env, toldBaud, probeDeadlineMs: 2000, guardProcess: false })
      : undefined;
  const state = { at: 0, typed: '' };
  const picture = () => dashboard(state.at, terminal?.link.current().budget.decorated !== false, state.typed);
  const app = render(
    picture(),
    terminal?.inkOptions ?? {
      stdout: Object.assign(stdout, {}),
      stdin,
      interactive: true,
      patchConsole: false,
      incrementalRendering: draw === 'ink incremental',
    },
  );
  const type = (text: string) => {
    state.typed += text;
    app.rerender(picture());
  };
  if (terminal === undefined) stdin.on('data', (bytes: Buffer) => type(String(bytes)));
  else terminal.keyboard.onKey(({ text }) => type(text));
  const clock = setInterval(() => {
    state.at++;
    app.rerender(picture());
  }, 1000);
  // Until the first paint is over, and the line is measured.
  await pause(6000);
  const times: number[] = [];
  const giveUp = performance.now() + deadlineMs;
  for (let at = 0; at < keys && performance.now() < giveUp; at++) {
    const letter = 'abcdefghijklmnopqrstuvwxyz'[at % 26] ?? 'a';
    const wanted = state.typed + letter;
    const pressed = performance.now();
    const echoed = new Promise<void>((resolve) => {
      wake = () => {
        if (emulator.lines().some((shown) => shown.startsWith(wanted))) resolve();
      };
    });
    stdin.write(letter);
    await Promise.race([echoed, pause(deadlineMs)]);
    wake = () => {};
    times.push(performance.now() - pressed);
    await pause(Math.max(0, everyMs - (performance.now() - pressed)));
  }
  clearInterval(clock);
  app.unmount();
  line?.close();
  void terminal?.close();
  return times.sort((one, other) => one - other);
};

const variants: readonly Variant[] = [
  { name: 'ours, local', bytesPerSecond: undefined, draw: 'ours' },
  { name: 'ours, 960 B/s, which it measures itself', bytesPerSecond: 960, draw: 'ours' },
  { name: 'ours, 960 B/s, told 9600 baud', bytesPerSecond: 960, draw: 'ours', toldBaud: 9600 },
  { name: 'Ink, incrementalRendering, 960 B/s', bytesPerSecond: 960, draw: 'ink incremental' },
  { name: 'Ink as it is, 960 B/s', bytesPerSecond: 960, draw: 'ink' },
];

process.stdout.write(`${machineLine()}\n\n`);
process.stdout.write('| variant | keys | p50 ms | p95 ms | max ms |\n|---|---:|---:|---:|---:|\n');
for (const variant of variants) {
  const times = await measure(variant);
  const at = (share: number) => (times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0).toFixed(0);
  process.stdout.write(`| ${variant.name} | ${times.length} | ${at(0.5)} | ${at(0.95)} | ${at(1)} |\n`);
}
process.exit(0);
