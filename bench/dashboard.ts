// The dashboard that the benches draw: 80×24, twelve values of which most change each second, and a trend.
import { createElement as h, type ReactElement } from 'react';
import { withInkRuntime } from '../src/terminal/prepare-runtime.ts';

const { Box, Text } = await withInkRuntime(() => import('ink'));

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

/** `typed` stands in a line of its own, for an echo. */
export const dashboard = (at: number, withSpark: boolean, typed = ''): ReactElement => {
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
    h(Text, {}, typed === '' ? ' ' : typed),
    h(Text, { dimColor: true }, 'F1 help  F2 change  F8 rollback  F10 power  F12 shell'),
  );
};
