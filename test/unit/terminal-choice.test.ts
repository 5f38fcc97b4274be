// What an operator says about a line: mayfly.term= on the kernel command line, options and environment, and who wins.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTerminalLine } from '../../src/probes/terminal-line.ts';
import { chooseLine } from '../../src/terminal/choose-line.ts';
import { type LineOverrides, parseTermParameter } from '../../src/terminal/term-parameter.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';

describe('mayfly.term', () => {
  test.each([
    ['quiet', 'ttyS0', {}],
    ['mayfly.term=vt220,ascii,mono,9600', 'ttyS0', { term: 'vt220', glyphs: 'ascii', colour: 'never', baud: 9600 }],
    ['mayfly.term=132x43', 'ttyS0', { size: { columns: 132, rows: 43 } }],
    ['mayfly.term=unicode,colour', 'hvc0', { glyphs: 'unicode', colour: 'always' }],
    ['mayfly.term=color', 'hvc0', { colour: 'always' }],
    ['mayfly.term=xterm-256color', 'ttyS0', { term: 'xterm-256color' }],
    // Of a serial line: a virtual console and a log-in over the network are none.
    ['mayfly.term=vt220', 'tty1', {}],
    ['mayfly.term=vt220', 'pts/3', {}],
    ['mayfly.term=vt220', undefined, {}],
    ['mayfly.term=tty1:ascii', 'tty1', { glyphs: 'ascii' }],
    ['mayfly.term=ttyS1:vt100,mono', 'ttyS1', { term: 'vt100', colour: 'never' }],
    ['mayfly.term=ttyS1:vt100,mono', 'ttyS0', {}],
    // The line's own is stronger, whichever comes first.
    ['mayfly.term=ttyS1:vt100 mayfly.term=vt220,mono', 'ttyS1', { term: 'vt100', colour: 'never' }],
    ['mayfly.term=vt220 mayfly.term=vt102', 'ttyS0', { term: 'vt102' }],
  ] satisfies [string, string | undefined, LineOverrides][])('%s on %s', (commandLine, device, overrides) => {
    expect(parseTermParameter(commandLine, device)).toEqual({ overrides, ignored: [] });
  });

  test.each([
    ['vt22O!', 'vt22O! is no terminal', false],
    [
      'fancy',
      'fancy is no terminal (vt100, vt220, linux, ansi, xterm), nor ascii, unicode, mono, colour, a speed or a size',
      true,
    ],
    ['5', '5 is no speed of a line, e.g. 9600', true],
    ['4x2', '4x2 is no size from 20x5 to 999x999, e.g. 132x43', true],
    ['9999x43', '9999x43 is no size', false],
    ['', 'an empty word is no terminal', false],
  ])('%s is ignored and said', (word, why, whole) => {
    const { overrides, ignored } = parseTermParameter(`mayfly.term=${word},ascii`, 'ttyS0');
    expect(overrides).toEqual({ glyphs: 'ascii' });
    expect(ignored).toHaveLength(1);
    expect(ignored[0]).toContain(`mayfly.term= on the kernel command line: ${why}`);
    if (whole) expect(ignored[0]).toBe(`mayfly.term= on the kernel command line: ${why}`);
  });
});

describe('who wins', () => {
  const line = { device: 'ttyS0', baud: 115_200, kernelCommandLine: 'mayfly.term=vt100,ascii,mono,9600,132x43' };
  const none = { glyphs: undefined, colour: undefined };

  test('the kernel command line over the environment and the port', () => {
    expect(chooseLine(none, line, { TERM: 'vt220', LANG: 'C.UTF-8' })).toEqual({
      env: { TERM: 'vt100', LANG: 'C.UTF-8' },
      glyphs: 'ascii',
      colour: 'never',
      toldBaud: 9600,
      toldSize: { columns: 132, rows: 43 },
      portBaud: 115_200,
      onScreen: false,
      chosenBy: ['TERM, glyphs, colour, speed, size by mayfly.term'],
      ignored: [],
    });
  });

  test('an option over everything', () => {
    const chosen = chooseLine({ glyphs: 'unicode', colour: 'always' }, line, { TERM: 'vt220', NO_COLOR: '1' });
    expect(chosen).toMatchObject({ glyphs: 'unicode', colour: 'always' });
    expect(chosen.chosenBy).toEqual(['glyphs by --glyphs', 'colour by --colour', 'TERM, speed, size by mayfly.term']);
  });

  test.each([
    ['tty1', true],
    ['tty12', true],
    ['ttyS1', false],
    ['pts/1', false],
    [undefined, false],
  ])('%s is the machine’s own screen: %s', (device, onScreen) => {
    const known = { device, baud: undefined, kernelCommandLine: '' };
    expect(chooseLine(none, known, { TERM: 'linux' }).onScreen).toBe(onScreen);
  });

  test('NO_COLOR is said where it decides', () => {
    const ssh = { device: 'pts/0', baud: undefined, kernelCommandLine: line.kernelCommandLine };
    expect(chooseLine(none, ssh, { TERM: 'xterm', NO_COLOR: '1' })).toMatchObject({
      env: { TERM: 'xterm' },
      colour: 'auto',
      chosenBy: ['colour by NO_COLOR'],
    });
  });
});

describe('the line as the kernel knows it', () => {
  const stty = (speed: number, ixon: string) =>
    `speed ${speed} baud; rows 24; columns 80; line = 0;\nintr = ^C; quit = ^\\;\n-parenb ${ixon} -ixoff\nopost`;
  const read = (target: string | undefined, answer: string | { exitCode: number }) =>
    readTerminalLine(
      createFakeSystem({
        files: { '/proc/cmdline': 'quiet\n' },
        links: target === undefined ? {} : { '/proc/self/fd/0': target },
        commands: { stty: answer },
      }),
    );

  test.each([
    ['/dev/ttyS0', stty(9600, 'ixon'), { device: 'ttyS0', baud: 9600, flowControl: true }],
    ['/dev/ttyUSB1', stty(115_200, '-ixon'), { device: 'ttyUSB1', baud: 115_200, flowControl: false }],
    // Their speeds mean nothing.
    ['/dev/pts/4', stty(38_400, 'ixon'), { device: 'pts/4', baud: undefined, flowControl: true }],
    ['/dev/hvc0', stty(9600, 'ixon'), { device: 'hvc0', baud: undefined }],
    ['/dev/tty1', stty(38_400, 'ixon'), { device: 'tty1', baud: undefined }],
    ['/dev/ttyS0', stty(0, 'ixon'), { device: 'ttyS0', baud: undefined }],
    ['/dev/ttyS0', { exitCode: 1 }, { device: 'ttyS0', baud: undefined, flowControl: false }],
    ['pipe:[1234]', '', { device: undefined, path: undefined }],
    [undefined, '', { device: undefined, kernelCommandLine: 'quiet\n' }],
  ] satisfies [string | undefined, string | { exitCode: number }, object][])('%s', async (target, answer, expected) => {
    expect(await read(target, answer)).toMatchObject(expected);
  });
});

/** The script as it is, but for the file that it reads, the stty that it asks and what it would start at its end. */
const lineScript = (device: string, commandLine: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-line-'));
  const calls = join(folder, 'calls');
  try {
    const source = readFileSync('assets/root/usr/lib/mayfly/console-line', 'utf8');
    const end = 'exec /usr/bin/mayfly console';
    expect(source).toContain(end);
    const script = source.replaceAll('/proc/cmdline', join(folder, 'cmdline')).replace(end, 'echo "TERM=$TERM"');
    writeFileSync(join(folder, 'cmdline'), `${commandLine}\n`);
    writeFileSync(join(folder, 'stty'), `#!/bin/sh\n[ "$1" != size ] || echo 0 0\necho "stty $*" >>${calls}\n`, {
      mode: 0o755,
    });
    const environment = { PATH: `${folder}:${process.env.PATH ?? ''}`, TERM: 'vt220' };
    const said = execFileSync('sh', ['-c', script, 'console-line', device], {
      env: environment,
      input: '\n',
      encoding: 'utf8',
    });
    return said + readFileSync(calls, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

test.each([
  ['ttyS0', 'quiet', 'TERM=vt220', 'rows 24 cols 80'],
  ['ttyS0', 'mayfly.term=vt100,ascii', 'TERM=vt100', 'rows 24 cols 80'],
  ['ttyS1', 'mayfly.term=vt100 mayfly.term=ttyS1:xterm-256color,132x43', 'TERM=xterm-256color', 'rows 43 cols 132'],
  ['ttyS1', 'mayfly.term=ttyS0:vt100', 'TERM=vt220', 'rows 24 cols 80'],
  ['tty1', 'mayfly.term=vt100', 'TERM=vt220', 'rows 24 cols 80'],
  ['ttyS0', 'mayfly.term=nonsense,*,$(reboot),12x,ascii', 'TERM=vt220', 'rows 24 cols 80'],
])('console-line on %s with %s: %s, %s', (device, commandLine, term, size) => {
  const said = lineScript(device, commandLine);
  expect(said).toContain(`${term}\n`);
  expect(said).toContain(`stty ${size}\n`);
});
