// Terminals that other people wrote: tmux, screen and xterm are shown frames and asked what they see, cell by cell.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { parseFrame } from '../../src/terminal/cells.ts';
import { terminalProfile } from '../../src/terminal/terminal-profile.ts';
import { createEmulator } from '../helpers/emulator.ts';
import { layerOf } from '../helpers/frame-layers.ts';
import { type ShownCell, shownByEmulator, shownByGrid } from '../helpers/shown-cells.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const columns = 80;
const rows = 24;
const slow = 30_000;

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

const consoleFrames = (set: 'unicode' | 'ascii'): string[] =>
  readdirSync('test/frames/console/80x24').map((name) =>
    layerOf(readFileSync(join('test/frames/console/80x24', name), 'utf8'), set),
  );

const bold = (text: string) => `\u001B[1m${text}\u001B[22m`;
const inverse = (text: string) => `\u001B[7m${text}\u001B[27m`;
const full = `\u001B[7m${'x'.repeat(columns)}\u001B[27m`;
const styledFrames = [
  `${bold('bold')} plain ${inverse('inverse')} \u001B[4munder\u001B[24m\n${full}\n日本語 é e\u0301 한글 end`,
  `${inverse('bold')} plain ${bold('inverse')} \u001B[31;1mred\u001B[m\n${full.replace('xxxx', 'xyyx')}\n日x語 é ü end`,
  Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? full : bold('y'.repeat(columns)))).join('\n'),
  'nearly nothing\n\n\n ',
];

type Terminal = {
  /** Cells; where the terminal tells only its text, no attributes. */
  readonly shown: () => Promise<readonly ShownCell[]>;
  readonly onlyText: boolean;
};
type Started = { readonly folder: string; readonly program: readonly string[] };

const cellsOf = async (text: string): Promise<ShownCell[]> => {
  const emulator = createEmulator(columns, rows);
  await emulator.write(`\u001B[?7l${text}`);
  return shownByEmulator(emulator);
};

const startTmux = ({ program }: Started): Terminal => {
  const name = `mayfly-${process.pid}`;
  const tmux = (...args: readonly string[]) =>
    execFileSync('tmux', ['-L', name, '-f', '/dev/null', ...args], { encoding: 'utf8' });
  tmux(
    '-u',
    'new-session',
    '-d',
    '-x',
    String(columns),
    '-y',
    String(rows),
    ...program,
    ';',
    'set',
    '-g',
    'status',
    'off',
  );
  ends.push(() => spawnSync('tmux', ['-L', name, 'kill-server']));
  return {
    onlyText: false,
    shown: () => cellsOf(tmux('capture-pane', '-p', '-e', '-N').replace(/\n$/, '').replaceAll('\n', '\r\n')),
  };
};

const startScreen = ({ folder, program }: Started): Terminal => {
  const name = `mayfly-${process.pid}`;
  const copy = join(folder, 'hardcopy');
  const rc = join(folder, 'screenrc');
  writeFileSync(rc, 'defutf8 on\nstartup_message off\n');
  // screen takes its size from the terminal that it is on.
  const inside = `stty rows ${rows} cols ${columns}; exec screen -U -c ${rc} -S ${name} ${program.join(' ')}`;
  const child = spawn('script', ['-qfec', inside, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm', LANG: 'C.UTF-8' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  ends.push(() => {
    spawnSync('screen', ['-S', name, '-X', 'quit']);
    child.kill();
  });
  return {
    onlyText: true,
    shown: async () => {
      rmSync(copy, { force: true });
      spawnSync('screen', ['-U', '-S', name, '-X', 'hardcopy', copy], { env: { ...process.env, LANG: 'C.UTF-8' } });
      await waitUntil(() => existsSync(copy) && statSync(copy).size > 0, 'the hardcopy', slow);
      return cellsOf(readFileSync(copy, 'utf8').replace(/\n$/, '').replaceAll('\n', '\r\n'));
    },
  };
};

/** A display of our own, in memory. */
const startDisplay = async (folder: string): Promise<string> => {
  const told = join(folder, 'display');
  const child: ChildProcess = spawn('sh', ['-c', `exec Xvfb -displayfd 3 -screen 0 1024x768x8 3>${told}`], {
    stdio: 'ignore',
  });
  ends.push(() => child.kill());
  await waitUntil(() => existsSync(told) && readFileSync(told, 'utf8').endsWith('\n'), 'the display', slow);
  return `:${readFileSync(told, 'utf8').trim()}`;
};

const startXterm = async ({ folder, program }: Started, term: string): Promise<Terminal> => {
  const printed = join(folder, 'printed');
  const resources = [
    `printerCommand: cat > ${printed}`,
    'printAttributes: 0',
    'printerExtent: true',
    'printerAutoClose: true',
  ];
  const child = spawn(
    'xterm',
    [
      ...['-u8', '-ti', term.startsWith('xterm') ? 'vt420' : term, '-tn', term, '-geometry', `${columns}x${rows}`],
      ...resources.flatMap((line) => ['-xrm', `XTerm*${line}`]),
      ...['-e', ...program, 'print'],
    ],
    { env: { ...process.env, DISPLAY: await startDisplay(folder), LANG: 'C.UTF-8' }, stdio: 'ignore' },
  );
  ends.push(() => child.kill());
  return {
    onlyText: true,
    shown: async () => {
      const lines = () => (existsSync(printed) ? readFileSync(printed, 'utf8').split('\n') : []);
      await waitUntil(() => lines().length > rows, 'the print', slow);
      const text = lines().slice(0, rows).join('\n').replaceAll(/\r?\n/g, '\r\n');
      rmSync(printed);
      // DECSWL before the lines, and its own mark for the second half of a wide character. Attributes it prints too, but wrongly:
      // a run of plain characters after a bold one comes as bold.
      return cellsOf(text.replaceAll('\u001B#5', '').replaceAll('\uFFFF', ''));
    },
  };
};

const terminals: [string, string, readonly string[], (started: Started) => Terminal | Promise<Terminal>][] = [
  ['tmux', 'tmux-256color', ['tmux'], startTmux],
  // Its hardcopy knows one byte a character, so that it is shown ASCII.
  ['screen', 'screen', ['screen'], startScreen],
  ['xterm as a vt100', 'vt100', ['xterm', 'Xvfb'], (started) => startXterm(started, 'vt100')],
  ['xterm as a vt220', 'vt220', ['xterm', 'Xvfb'], (started) => startXterm(started, 'vt220')],
  ['xterm', 'xterm-256color', ['xterm', 'Xvfb'], (started) => startXterm(started, 'xterm-256color')],
];

const missing = (programs: readonly string[]) => programs.filter((program) => !has(program));

for (const [name, , programs] of terminals)
  if (missing(programs).length > 0) test.skip(`${name}: ${missing(programs).join(', ')} is not installed`, () => {});

test.each(terminals.filter(([, , programs]) => missing(programs).length === 0))(
  '%s shows the frames that were meant',
  { timeout: 120_000 },
  async (name, term, _programs, start) => {
    const folder = mkdtempSync(join(tmpdir(), 'mayfly-real-'));
    ends.push(() => rmSync(folder, { recursive: true, force: true }));
    const done = join(folder, 'done');
    const frames = [...styledFrames, ...consoleFrames('unicode').slice(0, 16), ...styledFrames.toReversed()];
    writeFileSync(join(folder, 'frames'), JSON.stringify(frames));
    const fixture = join(process.cwd(), 'test/fixtures/pty/play-frames.ts');
    const program = [
      'env',
      '-u',
      'NO_COLOR',
      `TERM=${term}`,
      `LANG=${term === 'screen' ? 'C' : 'C.UTF-8'}`,
      process.execPath,
      fixture,
      join(folder, 'frames'),
      done,
    ];
    const terminal = await start({ folder, program });
    for (const [at, frame] of frames.entries()) {
      await waitUntil(
        () => existsSync(done) && readFileSync(done, 'utf8').endsWith('}'),
        `frame ${at} on ${name}`,
        slow,
      );
      const { glyphs, colour } = JSON.parse(readFileSync(done, 'utf8'));
      const meant = shownByGrid(
        parseFrame(frame, { columns, rows }, { profile: terminalProfile(term), glyphs, colour }),
      );
      const compared = (cells: readonly ShownCell[]) =>
        terminal.onlyText ? cells.map(({ text }) => text.normalize()) : cells;
      // It may still be reading: the last difference is shown where it does not come to an end.
      let shown = await terminal.shown();
      const end = performance.now() + 5000;
      while (
        JSON.stringify(compared(shown)) !== JSON.stringify(compared(meant)) &&
        performance.now() < end &&
        !name.startsWith('xterm')
      )
        shown = await terminal.shown();
      expect(compared(shown), `frame ${at}`).toEqual(compared(meant));
      rmSync(done);
    }
  },
);
