// The built program's line mode in a real pseudo-terminal: chosen by itself where no screen is possible, driven by expect, and left in every way.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { type PtyOptions, startPty } from '../helpers/pty.ts';

const consoleOn = (options: PtyOptions, ...args: readonly string[]) =>
  startPty(['node', 'dist/mayfly.mjs', 'console', '--rehearse', ...args], options);

const slow = 30_000;
/** Nothing but printable ASCII, line ends, and what the terminal driver itself writes for an erased character. */
const plain = /^[\r\n -~\b]*$/;

test('expect walks the wizard to the review', { skip: spawnSync('expect', ['-v']).error !== undefined }, () => {
  const run = spawnSync('expect', ['test/fixtures/expect/wizard.exp', process.execPath], {
    encoding: 'utf8',
    timeout: 50_000,
    env: { ...process.env, TERM: 'vt100' },
  });
  expect(run.status, run.stdout).toBe(0);
  expect(run.stdout.replaceAll(/spawn .*/g, '')).toMatch(plain);
});

test('TERM=dumb gets numbered prompts without being asked', async () => {
  const pty = await consoleOn({ term: 'dumb' });
  await pty.waitFor('Choice [1]:', slow);
  expect(pty.text()).not.toContain('\u001B');
  expect(pty.bytes()).toContain('Line mode: TERM=dumb cannot address the cursor.');
  expect(pty.bytes()).toMatch(plain);
  pty.send('\r\r');
  await pty.waitFor('Hostname (e.g. stor-01):', slow);
  pty.send('bad name!\r');
  await pty.waitFor('Hostname [bad name!]:', slow);
});

test('a terminal that does not answer gets them too, with the reason; --screen draws all the same', async () => {
  const silent = { term: 'vt100', mute: true } as const;
  const pty = await consoleOn(silent);
  await pty.waitFor('Choice [1]:', slow);
  expect(pty.bytes()).toContain('Line mode: this terminal does not say where its cursor is');
  const screen = await consoleOn(silent, '--screen');
  await screen.waitFor('Press Enter to set this node up', slow);
  expect(screen.bytes()).not.toContain('Line mode');
});

test('a terminal that answers gets the screen', async () => {
  const pty = await consoleOn({ term: 'vt100' });
  await pty.waitFor('F1 Help', slow);
  expect(pty.bytes()).not.toContain('Line mode');
});

test('Ctrl-C ends nothing, Ctrl-D leaves, and the terminal echoes again', async () => {
  const pty = await consoleOn({ term: 'vt100', afterwards: 'echo status $?; stty -a; echo THE END' }, '--line');
  await pty.waitFor('Choice [1]:', slow);
  pty.send('half\u0003');
  await pty.waitFor('Ctrl-C stops nothing here', slow);
  pty.send('\u0004');
  await pty.waitFor('THE END', slow);
  expect(pty.bytes()).toContain('status 0');
  expect(pty.bytes()).toMatch(/[^-]icanon/);
  expect(pty.bytes()).toMatch(/[^-]echo\b/);
});

test.each([
  ['SIGHUP', 129],
  ['SIGTERM', 143],
] as const)('%s ends it and gives the terminal back', async (signal, status) => {
  const pty = await consoleOn({ term: 'vt100', afterwards: 'echo status $?; stty -a; echo THE END' }, '--line');
  await pty.waitFor('Choice [1]:', slow);
  await pty.signal(signal);
  await pty.waitFor('THE END', slow);
  expect(pty.bytes()).toContain(`status ${status}`);
  expect(pty.bytes()).toMatch(/[^-]icanon/);
});

test('a line that is lost ends it', async () => {
  const pty = await consoleOn({ term: 'vt100' }, '--line');
  await pty.waitFor('Choice [1]:', slow);
  pty.hangUp();
  await pty.waitForProgramEnd(slow);
});

test('without a terminal it reads the answers, and says what is missing', () => {
  const run = (args: readonly string[], input: string) =>
    spawnSync(process.execPath, ['dist/mayfly.mjs', 'console', '--rehearse', ...args], { input, encoding: 'utf8' });
  const short = run(['--line'], 'begin\nclient\n');
  expect(short.status).toBe(1);
  expect(short.stderr).toContain('the answers end before "Hostname (e.g. stor-01):"');
  expect(run([], 'begin\n')).toMatchObject({ status: 2, stderr: expect.stringContaining('--line') });
  expect(run(['--line', '--screen'], '')).toMatchObject({ status: 2 });
});
