// A line that is slow, that stops, or that is taken away for a while: frames are dropped and never queued, and the newest one is seen.
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type PtyOptions, startPty } from '../helpers/pty.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const slow = 30_000;
const demo = (options: PtyOptions = {}) => startPty(['node', 'test/fixtures/pty/terminal-demo.ts'], options);
const consoleOn = (options: PtyOptions = {}, ...args: readonly string[]) =>
  startPty(['node', 'dist/mayfly.mjs', 'console', '--rehearse', ...args], options);

const xoff = '\u0013';
const xon = '\u0011';
const rest = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const residentKiB = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
const settings = (pid: number): string =>
  execFileSync('stty', ['-F', readlinkSync(`/proc/${pid}/fd/0`), '-a'], { encoding: 'utf8' });

test('a line of 960 B/s is measured, drawn on with less, and the help says so', async () => {
  const pty = await consoleOn({ term: 'vt220', bytesPerSecond: 960, env: { LANG: 'C.UTF-8' } });
  await pty.waitFor('Press Enter to set this node up', slow);
  await waitUntil(() => !pty.lines().some((line) => line.includes('─')), 'ASCII on a slow line', slow);
  pty.press('f1');
  await pty.waitFor('Help: Welcome', slow);
  pty.press('pagedown');
  await pty.waitFor(/Line: 80x24, \d+ ms, \d+ B\/s \(measured\), ASCII, mono/, slow);
  const measured = Number(/(\d+) B\/s/.exec(pty.text())?.[1]);
  expect(measured).toBeGreaterThan(600);
  expect(measured).toBeLessThan(1250);
});

test('on a line of 960 B/s a key is answered while whole screens want to pass', async () => {
  const pty = await demo({ term: 'vt220', bytesPerSecond: 960 });
  await pty.waitFor('READY');
  // A first paint of this program is too small to be timed; a flood is not.
  pty.type('f');
  await pty.waitFor('blocked never');
  await rest(4000);
  pty.type('f');
  const asked = performance.now();
  pty.type('z');
  await pty.waitFor('key z', slow);
  expect(performance.now() - asked).toBeLessThan(3000);
});

test('XOFF stops the console, XON shows the newest frame, and memory does not grow meanwhile', async () => {
  const pty = await demo({ term: 'vt220' });
  await pty.waitFor('READY');
  pty.send(xoff);
  await rest(200);
  const pid = await pty.pid();
  const before = { bytes: pty.bytes().length, kib: residentKiB(pid) };
  pty.type('f');
  await rest(4000);
  // What the program had handed over before the line stopped may still come; three hundred screens may not.
  expect(pty.bytes().length - before.bytes).toBeLessThan(4096);
  expect(pty.text()).not.toContain('count 300');
  expect(residentKiB(pid) - before.kib).toBeLessThan(60_000);
  pty.send(xon);
  await pty.waitFor('count 300');
  expect(pty.text()).toContain('blocked never');
  expect(pty.bytes().length - before.bytes).toBeLessThan(20_000);
});

test('the console itself leaves XON and XOFF to the line', async () => {
  const pty = await consoleOn({ term: 'vt220' });
  await pty.waitFor('Press Enter to set this node up', slow);
  const pid = await pty.pid();
  await waitUntil(() => /(^|\s)ixon/.test(settings(pid)), 'flow control');
  expect(settings(pid)).toMatch(/-icanon/);
  pty.send(xoff);
  await rest(200);
  const shown = pty.text();
  pty.press('enter');
  await rest(1500);
  expect(pty.text()).toBe(shown);
  pty.send(xon);
  await pty.waitFor('What is this node for?', slow);
});

test('SIGTSTP gives the terminal back, SIGCONT takes it again and draws everything', async () => {
  const pty = await demo({ jobControl: true, afterwards: 'read line; fg' });
  await pty.waitFor('READY');
  const pid = await pty.pid();
  const state = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0];
  await pty.signal('SIGTSTP');
  await waitUntil(() => state() === 'T', 'the program to stop');
  expect(settings(pid)).toMatch(/[^-]icanon/);
  expect(settings(pid)).toMatch(/[^-]echo\b/);
  for (const [on, off] of [
    ['?25h', '?25l'],
    ['?1049l', '?1049h'],
    ['?2004l', '?2004h'],
  ])
    expect(pty.bytes().lastIndexOf(`\u001B[${on}`)).toBeGreaterThan(pty.bytes().lastIndexOf(`\u001B[${off}`));
  pty.type('somebody else was here\r');
  await pty.waitFor('READY');
  expect(pty.text()).not.toContain('somebody');
  expect(settings(pid)).toMatch(/-icanon/);
  pty.type('+');
  await pty.waitFor('count 1');
});

test('SIGTSTP is nothing where nobody could ever continue the program', async () => {
  const pty = await demo();
  await pty.waitFor('READY');
  const pid = await pty.pid();
  await pty.signal('SIGTSTP');
  pty.type('+');
  await pty.waitFor('count 1');
  expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).not.toContain(') T ');
});

test('a program that was stopped without warning draws everything when it goes on', async () => {
  const pty = await demo({ term: 'vt220', afterwards: 'echo THE END' });
  await pty.waitFor('READY');
  await pty.signal('SIGSTOP');
  await pty.emulator.write('\u001B[Hsomebody else was here');
  await pty.signal('SIGCONT');
  await waitUntil(() => !pty.text().includes('somebody'), 'a new paint');
  await pty.waitFor('READY');
});

test('a resized terminal is measured and drawn again', async () => {
  const pty = await consoleOn({ term: 'vt220' });
  await pty.waitFor('Press Enter to set this node up', slow);
  pty.emulator.terminal.resize(100, 30);
  execFileSync('stty', ['-F', readlinkSync(`/proc/${await pty.pid()}/fd/0`), 'rows', '30', 'cols', '100']);
  await waitUntil(
    () =>
      pty.lines().some((line) => line.startsWith('─') && line.length >= 98) ||
      pty.lines().some((line) => /─{20}$/.test(line) && line.length > 95),
    'a frame of 100 columns',
    slow,
  );
  const asked = pty.bytes().split('\u001B[6n').length;
  await waitUntil(() => pty.bytes().split('\u001B[6n').length > asked || asked > 4, 'a new question');
  pty.press('f1');
  await pty.waitFor('Help: Welcome', slow);
  pty.press('pagedown');
  await pty.waitFor('Line: 100×30', slow);
});

test('options choose against everything that is measured', async () => {
  const pty = await consoleOn({ term: 'xterm', env: { NO_COLOR: '1' } }, '--glyphs', 'ascii', '--colour', 'always');
  await pty.waitFor('Press Enter to set this node up', slow);
  expect(pty.text()).toMatch(/^[\u0000-\u007F]*$/);
  expect(pty.bytes()).toMatch(/\u001B\[[0-9;]*3[1-7]m/);
  pty.press('f1', 'pagedown');
  await pty.waitFor('glyphs by --glyphs', slow);
});

test('a colour that there is not is refused', async () => {
  const pty = await consoleOn({}, '--color', 'pink');
  expect(await pty.waitForExit(slow)).toBe(2);
  expect(pty.text()).toContain('there is no colour pink');
});
