// Bytes on the line per refresh of a dashboard: ours, the least that the changed cells cost, and Ink's own two ways.
// `node bench/line-bytes.ts` prints a Markdown table; every variant draws the same refreshes in the same run.
import { PassThrough } from 'node:stream';
import { createElement as h, type ReactElement } from 'react';
import { type Appearance, type Grid, parseFrame, type Size } from '../src/terminal/cells.ts';
import { createLineOutput } from '../src/terminal/line-output.ts';
import { withInkRuntime } from '../src/terminal/prepare-runtime.ts';
import { plain, styleChange } from '../src/terminal/style.ts';
import { type TerminalProfile, terminalProfile } from '../src/terminal/terminal-profile.ts';

const { Box, render, Text } = await withInkRuntime(() => import('ink'));

const size: Size = { columns: 80, rows: 24 };
const refreshes = 60;
const frameMs = 40;

/** Repeatable, so that every variant sees the same numbers. */
const noise = (seed: number): number => {
  const raised = Math.sin(seed * 12.9898) * 43758.5453;
  return raised - Math.floor(raised);
};
const spark = (at: number): string =>
  Array.from({ length: 60 }, (_, column) => '▁▂▃▄▅▆▇█'[Math.floor(noise(at + column) * 8)] ?? ' ').join('');

const row = (name: string, value: string, bad = false): ReactElement =>
  h(
    Box,
    { key: name },
    h(Box, { width: 16 }, h(Text, { dimColor: true }, name)),
    h(Text, bad ? { color: 'red' } : {}, value),
  );

/** 80×24, twelve values of which most change each second, and a trend. */
const dashboard = (at: number, withSpark: boolean): ReactElement => {
  const drift = (base: number, spread: number, salt: number) => (base + spread * noise(at * 31 + salt)).toFixed(1);
  const panel = (title: string, rows: ReactElement[]) =>
    h(
      Box,
      { key: title, borderStyle: 'round', flexDirection: 'column', width: 40, height: 8 },
      h(Text, { bold: true, color: 'cyan' }, title),
      rows,
    );
  return h(
    Box,
    { flexDirection: 'column', width: 80, height: 24 },
    h(Text, { inverse: true }, ` stor-01.rack7.example   up ${3600 + at} s `.padEnd(80)),
    h(
      Box,
      {},
      panel('zram root', [
        row('original', `${drift(812, 3, 1)} MiB`),
        row('compressed', `${drift(301, 2, 2)} MiB`),
        row('used', `${drift(318, 2, 3)} MiB`),
        row('ratio', drift(2.6, 0.2, 4)),
      ]),
      panel('memory', [
        row('available', `${drift(5.1, 0.3, 5)} GiB`),
        row('pressure', `${drift(0, 1, 6)} %`, noise(at) > 0.8),
        row('load', `${drift(0.4, 0.5, 7)} ${drift(0.5, 0.2, 8)} 0.5`),
      ]),
    ),
    h(
      Box,
      {},
      panel('ens3', [row('receive', `${drift(88, 40, 9)} MB/s`), row('send', `${drift(12, 9, 10)} MB/s`)]),
      panel('services', [
        row('time offset', `${drift(0, 2, 11)} ms`),
        row('inodes free', String(120_000 - at)),
        row('ceph-osd', 'running'),
      ]),
    ),
    h(
      Box,
      { key: 'trend', paddingX: 1 },
      h(Text, {}, 'ratio '),
      h(Text, { color: 'green' }, withSpark ? spark(at) : ''),
    ),
    h(Box, { flexGrow: 1 }),
    h(Text, { dimColor: true }, 'F1 help  F2 change  F8 rollback  F10 power  F12 shell'),
  );
};

const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {}, ref: () => {}, unref: () => {} });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The least: each run of changed cells in one row is addressed once, in the shorter of two ways, and written once. */
const idealBytes = (before: Grid, after: Grid, profile: TerminalProfile): number => {
  let bytes = 0;
  for (let line = 0; line < after.rows; line++) {
    let pen = plain;
    let column = -1;
    let started = false;
    for (let at = 0; at < after.columns; at++) {
      const cell = line * after.columns + at;
      if (before.texts[cell] === after.texts[cell] && before.styles[cell] === after.styles[cell]) continue;
      if (column !== at) {
        const jump = started ? `\u001B[${at - column === 1 ? '' : at - column}C` : '';
        const absolute = `\u001B[${line + 1};${at + 1}H`;
        bytes += started ? Math.min(jump.length, absolute.length) : absolute.length;
      }
      const to = after.styles[cell] ?? plain;
      bytes += styleChange(pen, to, profile).length + Buffer.byteLength(after.texts[cell] ?? '');
      pen = to;
      column = at + 1;
      started = true;
    }
    bytes += styleChange(pen, plain, profile).length;
  }
  return bytes;
};

type Measured = { readonly name: string; readonly bytes: number; readonly ideal: number | undefined };

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

const reference = results.find(({ ideal }) => ideal !== undefined)?.ideal ?? 1;
process.stdout.write('| variant | B/refresh | ideal B | × ideal | s at 9600 baud |\n|---|---:|---:|---:|---:|\n');
for (const { name, bytes, ideal } of results) {
  const least = ideal ?? reference;
  process.stdout.write(
    `| ${name} | ${bytes.toFixed(0)} | ${least.toFixed(0)} | ${(bytes / least).toFixed(2)} | ${(bytes / 960).toFixed(2)} |\n`,
  );
}
