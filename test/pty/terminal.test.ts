// The terminal layer in a real pseudo-terminal: start, redraw, and the operator's terminal back whatever happens.
import { expect, test } from 'vitest';
import { type PtyOptions, startPty } from '../helpers/pty.ts';

const demo = ['node', 'test/fixtures/pty/terminal-demo.ts'];
const start = (options: PtyOptions = {}) => startPty(demo, options);

/** The last word on each mode must be the one that a shell wants. */
const expectRestored = (bytes: string) => {
  for (const [off, on] of [
    ['\u001B[?25l', '\u001B[?25h'],
    ['\u001B[?1049h', '\u001B[?1049l'],
    ['\u001B[?2004h', '\u001B[?2004l'],
  ] satisfies [string, string][]) {
    expect(bytes).toContain(off);
    expect(bytes.lastIndexOf(on)).toBeGreaterThan(bytes.lastIndexOf(off));
  }
};

test('starts at the size of the terminal and answers keys', async () => {
  const pty = await start();
  await pty.waitFor('READY 80x24 unicode fetch=function');
  expect(pty.lines()[0]).toMatch(/^╭─{78}╮$/);
  expect(pty.lines()[23]).toMatch(/^╰─{78}╯$/);
  pty.type('+');
  await pty.waitFor('count 1');
  pty.press('f2');
  await pty.waitFor('key f2');
  pty.press('escape');
  await pty.waitFor('key escape');
  pty.type('q');
  expect(await pty.waitForExit()).toBe(0);
  expect(pty.text()).toContain('ended well');
  expectRestored(pty.bytes());
});

test('a terminal of 0×0 is asked for its size', async () => {
  const pty = await start({ columns: 100, rows: 30, kernelSize: { columns: 0, rows: 0 }, term: 'vt220' });
  await pty.waitFor('READY 100x30');
});

test('Ctrl-L repairs a screen that somebody else wrote on', async () => {
  const pty = await start({ term: 'vt220' });
  await pty.waitFor('READY');
  const before = pty.text();
  await pty.emulator.write('\u001B[3;10H\u001B[7mkernel: something happened\r\n\u000E\u001B(0lqqk');
  expect(pty.text()).not.toBe(before);
  pty.press('ctrl-l');
  await pty.waitFor('key ctrl-l');
  expect(pty.text()).toBe(before.replace('key none  ', 'key ctrl-l').replace('key none', 'key ctrl-l'));
});

test('a slow arrow is an arrow', async () => {
  const pty = await start();
  await pty.waitFor('READY');
  pty.send('\u001B');
  await new Promise((resolve) => setTimeout(resolve, 60));
  pty.send('[B');
  await pty.waitFor('key down');
});

test('a shell gets the line and gives it back', async () => {
  const pty = await start({ term: 'vt220' });
  await pty.waitFor('READY');
  pty.type('s');
  await pty.waitFor('shell has the line');
  pty.type('yes\n');
  await pty.waitFor('count 0');
  pty.type('+');
  await pty.waitFor('count 1');
  expect(pty.text()).not.toContain('shell has');
});

test('what the terminal still answers is not typed into the shell', async () => {
  const pty = await start({ term: 'vt220', answersAfterMs: 200 });
  await pty.waitFor('READY');
  const begun = pty.bytes().length;
  const answered = pty.answers();
  // Measures and draws anew, with questions to which the answers are on their way when the shell is asked for.
  pty.press('ctrl-l');
  pty.type('s');
  await pty.waitFor('shell has the line');
  await expect.poll(pty.answers).toBeGreaterThanOrEqual(answered + 2);
  pty.type('yes\n');
  await expect.poll(() => pty.bytes().slice(begun)).toContain('heard yes');
  expect(pty.bytes().slice(begun)).not.toMatch(/\^\[|\d+;\d+R/);
});

test('a terminal that answers nothing gets its shell all the same', async () => {
  const pty = await start({ term: 'vt220', mute: true });
  await pty.waitFor('READY');
  pty.press('ctrl-l');
  pty.type('s');
  await pty.waitFor('shell has the line');
});

test.each([
  { what: 'the kernel', mute: true, says: 'rows 30 cols 100', width: 100, height: 30 },
  { what: 'the terminal', mute: false, says: 'sane', width: 90, height: 28 },
])('comes back at the size that $what has after the shell', async ({ mute, says, width, height }) => {
  const pty = await start({ term: 'vt220', mute });
  await pty.waitFor('READY 80x24');
  pty.type('m');
  await pty.waitFor('jobs have the line');
  pty.emulator.terminal.resize(width, height);
  pty.type(`${says}\n`);
  await pty.waitFor(`READY ${width}x${height}`);
  expect(pty.lines()[0]).toMatch(new RegExp(`^╭─{${width - 2}}╮$`));
  expect(pty.lines()[height - 1]).toMatch(/^╰─+╯$/);
});

test('TERM=dumb is refused with the reason', async () => {
  const pty = await start({ term: 'dumb' });
  expect(await pty.waitForExit()).toBe(3);
  expect(pty.text()).toContain('refused: TERM=dumb cannot address the cursor');
});

test('a line that nobody reads blocks nothing, and shows the newest frame when it is read again', async () => {
  const pty = await start({ term: 'vt220' });
  await pty.waitFor('READY');
  pty.type('f');
  await pty.waitFor('blocked never');
  pty.freeze();
  await new Promise((resolve) => setTimeout(resolve, 3500));
  const before = pty.bytes().length;
  pty.thaw();
  await pty.waitFor('count 300');
  expect(pty.text()).toContain('blocked never');
  // What the kernel had taken, the frame that was on its way, and the newest: not three hundred screens.
  expect(pty.bytes().length - before).toBeLessThan(80_000);
});

test('a line that nobody reads does not keep the program alive', async () => {
  const pty = await start({ term: 'vt220' });
  await pty.waitFor('READY');
  pty.type('f');
  await pty.waitFor('blocked never');
  pty.freeze();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await pty.signal('SIGTERM');
  await pty.waitForProgramEnd(3000);
  pty.thaw();
  expect(await pty.waitForExit()).toBe(143);
});

const endings = {
  'an uncaught error': { key: 't', says: 'thrown on purpose' },
  'an unhandled rejection': { key: 'j', says: 'rejected on purpose' },
  'an error while rendering': { key: 'b', says: 'ended by Error: rendering broke' },
  'process.exit': { key: 'e', says: '' },
};

test.each(Object.entries(endings))('%s gives the terminal back', async (_, { key, says }) => {
  const pty = await start({ afterwards: 'stty -a; echo THE END' });
  await pty.waitFor('READY');
  pty.type(key);
  await pty.waitFor('THE END');
  expectRestored(pty.bytes());
  expect(pty.bytes()).toContain(says);
  expect(pty.text()).toMatch(/[^-]icanon/);
  expect(pty.text()).toMatch(/[^-]echo\b/);
});

test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] satisfies NodeJS.Signals[])('%s gives the terminal back', async (signal) => {
  const pty = await start({ afterwards: 'echo status $?; stty -a; echo THE END' });
  await pty.waitFor('READY');
  await pty.signal(signal);
  await pty.waitFor('THE END');
  expectRestored(pty.bytes());
  expect(pty.text()).toMatch(/status 1(29|30|43)/);
  expect(pty.text()).toMatch(/[^-]icanon/);
});
