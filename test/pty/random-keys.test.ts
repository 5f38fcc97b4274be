// The built program under random bytes in a real pseudo-terminal: whatever was typed, the terminal comes back, and a line that is lost ends it.
import { expect, test } from 'vitest';
import { type PtyOptions, startPty } from '../helpers/pty.ts';
import { createRandom } from '../helpers/random/random.ts';
import { familyOf, isAlive, typeAtRandom, withoutShells } from '../helpers/random/random-line.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const slow = 30_000;
const afterwards = 'echo status $?; stty -a; echo THE END';

const consoleOn = async (mode: '--screen' | '--line', options: PtyOptions = {}) =>
  startPty(['node', 'dist/mayfly.mjs', 'console', '--rehearse', mode], { ...options, env: await withoutShells() });

const opened = { '--screen': 'F1 Help', '--line': 'Choice [1]:' } as const;

test.each([
  ['--screen', 1],
  ['--screen', 2],
  ['--screen', 3],
  ['--line', 4],
  ['--line', 5],
] as const)('%s under random keys, then SIGTERM: the terminal is as it was (seed %i)', async (mode, seed) => {
  const random = createRandom(seed);
  const pty = await consoleOn(mode, { afterwards });
  await pty.waitFor(opened[mode], slow);
  await typeAtRandom(pty, random, 400);
  // A line mode that was left by Ctrl-D has ended well already.
  const isLeft = mode === '--line' && pty.bytes().includes('THE END');
  if (!isLeft) await pty.signal('SIGTERM').catch(() => {});
  await pty.waitFor('THE END', slow);
  const bytes = pty.bytes();
  expect(bytes).toMatch(mode === '--line' ? /status (0|143)/ : /status 143/);
  expect(bytes).not.toContain('mayfly/bug');
  expect(bytes).toMatch(/[^-]icanon/);
  expect(bytes).toMatch(/[^-]echo\b/);
  expect(bytes).toMatch(/[^-]isig/);
  expect(bytes.lastIndexOf('\u001B[?25h')).toBeGreaterThanOrEqual(bytes.lastIndexOf('\u001B[?25l'));
  expect(bytes.lastIndexOf('\u001B[?1049l')).toBeGreaterThanOrEqual(bytes.lastIndexOf('\u001B[?1049h'));
  expect(pty.emulator.terminal.buffer.active.type).toBe('normal');
});

test.each(Array.from({ length: 15 }, (_, index) => [index % 3 === 2 ? '--line' : '--screen', index + 100] as const))(
  '%s ends with its children when the line is lost at a random moment (seed %i)',
  async (mode, seed) => {
    const random = createRandom(seed);
    const pty = await consoleOn(mode);
    if (random.happens(0.8)) await pty.waitFor(opened[mode], slow);
    await typeAtRandom(pty, random, random.below(120));
    const family = await familyOf(await pty.pid());
    pty.hangUp();
    await pty.waitForProgramEnd(5_000);
    for (const member of family) await waitUntil(async () => !(await isAlive(member)), `${member} ends`, 5_000);
  },
);

test.each([
  ['Ctrl-\\', '\u001C'],
  ['Ctrl-C', '\u0003'],
])('%s in front of a shell ends the shell, and the console is there again', async (_, key) => {
  const env = await withoutShells('echo A PASSWORD, PLEASE; read line');
  const pty = await startPty(['node', 'dist/mayfly.mjs', 'console', '--rehearse', '--screen'], { env });
  await pty.waitFor('Press Enter to set this node up', slow);
  pty.press('f12');
  await pty.waitFor('A PASSWORD, PLEASE', slow);
  pty.send(key);
  await pty.waitFor('Press Enter to set this node up', slow);
  pty.press('f1');
  await pty.waitFor('Help: Welcome', slow);
});
