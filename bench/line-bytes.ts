// Bytes on the line per refresh of a dashboard: ours, the least that the changed cells cost, and Ink's own two ways.
// `node bench/line-bytes.ts` prints a Markdown table; every variant draws the same refreshes in the same run.
import { PassThrough } from 'node:stream';
import { type Appearance, parseFrame, type Size } from '../src/terminal/cells.ts';
import { createLineOutput } from '../src/terminal/line-output.ts';
import { withInkRuntime } from '../src/terminal/prepare-runtime.ts';
import { terminalProfile } from '../src/terminal/terminal-profile.ts';
import { dashboard } from './dashboard.ts';
import { idealBytes } from './ideal-bytes.ts';
import { machineLine } from './machine.ts';
import { type Measured, measureProgram } from './other-programs.ts';

const { render } = await withInkRuntime(() => import('ink'));

const size: Size = { columns: 80, rows: 24 };
const refreshes = 60;
const frameMs = 40;

const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {}, ref: () => {}, unref: () => {} });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const measureInk = async (name: string, withSpark: boolean, incrementalRendering: boolean): Promise<Measured> => {
  let bytes = 0;
  const stdout = Object.assign(new PassThrough(), { isTTY: true, ...size });
  stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  const app = render(dashboard(0, withSpark), {
    stdout,
    stdin,
    incrementalRendering,
    interactive: true,
    patchConsole: false,
  });
  await pause(200);
  bytes = 0;
  for (let at = 1; at <= refreshes; at++) {
    app.rerender(dashboard(at, withSpark));
    await pause(frameMs);
  }
  const perRefresh = bytes / refreshes;
  app.unmount();
  return { name, bytes: perRefresh, ideal: undefined };
};

const measureOurs = async (name: string, withSpark: boolean, look: Appearance): Promise<Measured> => {
  const stream = {
    write: (_chunk: string, callback: () => void) => callback(),
  };
  const stdout = createLineOutput({ stream, ...size, ...look });
  // As on every line that answers: the questions are part of what it costs.
  stdout.askAfter(2048, () => setImmediate(() => stdout.answered()));
  const frames: string[] = [];
  const write = stdout.write.bind(stdout);
  stdout.write = (chunk: string, ...rest: []) => {
    if (chunk !== '' && !chunk.startsWith('\u001B[?')) frames.push(chunk);
    return write(chunk, ...rest);
  };
  const app = render(dashboard(0, withSpark), { stdout, stdin, debug: true, interactive: true, patchConsole: false });
  await pause(200);
  const before = stdout.bytesWritten;
  frames.splice(0, frames.length - 1);
  for (let at = 1; at <= refreshes; at++) {
    app.rerender(dashboard(at, withSpark));
    await pause(frameMs);
  }
  const bytes = (stdout.bytesWritten - before) / refreshes;
  const grids = frames.map((frame) => parseFrame(frame, size, look));
  let ideal = 0;
  for (const [at, grid] of grids.entries())
    ideal += at === 0 ? 0 : idealBytes(grids[at - 1] ?? grid, grid, look.profile);
  app.unmount();
  stdout.close();
  return { name, bytes, ideal: ideal / refreshes };
};

const looks: [string, boolean, Appearance][] = [
  ['ours, xterm, Unicode, colour', true, { profile: terminalProfile('xterm'), glyphs: 'unicode', colour: true }],
  ['ours, vt220, Unicode, monochrome', true, { profile: terminalProfile('vt220'), glyphs: 'unicode', colour: false }],
  ['ours, vt100, ASCII, monochrome', true, { profile: terminalProfile('vt100'), glyphs: 'ascii', colour: false }],
  ['the same without the trend', false, { profile: terminalProfile('vt100'), glyphs: 'ascii', colour: false }],
];

const results = [
  await measureInk('Ink as it is', true, false),
  await measureInk('Ink, incrementalRendering', true, true),
];
for (const [name, withSpark, look] of looks) results.push(await measureOurs(name, withSpark, look));

for (const program of ['htop', 'btop', 'top'] as const) results.push(...(await measureProgram(program, 12)));

const reference = results.find(({ ideal }) => ideal !== undefined)?.ideal ?? 1;
process.stdout.write(`${machineLine()}\n\n`);
process.stdout.write('| variant | B/refresh | ideal B | × ideal | s at 9600 baud |\n|---|---:|---:|---:|---:|\n');
for (const { name, bytes, ideal } of results) {
  const least = ideal ?? reference;
  process.stdout.write(
    `| ${name} | ${bytes.toFixed(0)} | ${least.toFixed(0)} | ${(bytes / least).toFixed(2)} | ${(bytes / 960).toFixed(2)} |\n`,
  );
}
