// The whole way of a serial console: the program on one end, a line of 9600 baud, picocom with its own pseudo-terminal on the other.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startPty } from '../helpers/pty.ts';
import { throttle } from '../helpers/throttle.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const slow = 40_000;
const bytesPerSecond = 960;
const missing = ['picocom', 'socat'].filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

/** A port for picocom, and the console behind it; both ways are as slow as each other. */
const startLine = async (): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-serial-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const port = join(folder, 'port');
  const far = spawn('socat', [`PTY,link=${port},raw,echo=0`, 'STDIO'], { stdio: ['pipe', 'pipe', 'ignore'] });
  ends.push(() => far.kill());
  await waitUntil(() => existsSync(port), 'the port');
  const near = spawn(
    'script',
    ['-qfec', 'stty rows 0 cols 0; exec node dist/mayfly.mjs console --rehearse', '/dev/null'],
    { env: { ...process.env, TERM: 'vt220', LANG: 'C.UTF-8' }, stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const out = throttle(bytesPerSecond, (bytes) => far.stdin.write(bytes));
  const back = throttle(bytesPerSecond, (bytes) => near.stdin.write(bytes));
  ends.push(() => {
    out.close();
    back.close();
    near.kill();
  });
  for (const stream of [near.stdin, far.stdin]) stream.on('error', () => {});
  near.stdout.on('data', out.send);
  far.stdout.on('data', back.send);
  return port;
};

if (missing.length > 0) test.skip(`${missing.join(', ')} is not installed`, () => {});
else
  test('the console through picocom and 9600 baud', async () => {
    const port = await startLine();
    const pty = await startPty(['picocom', '-q', '--baud', '9600', port], { term: 'vt220' });
    // picocom may open the port after the question was asked: Ctrl-L asks again.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    pty.press('ctrl-l');
    await pty.waitFor('Press Enter to set this node up', slow);
    pty.press('enter');
    await pty.waitFor('What is this node for?', slow);
    pty.press('enter');
    await pty.waitFor('Hostname', slow);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const asked = performance.now();
    pty.type('stor-07');
    await pty.waitFor('stor-07', slow);
    expect(performance.now() - asked).toBeLessThan(2500);
    pty.press('f1');
    await pty.waitFor('Help: Network', slow);
    pty.press('pagedown');
    pty.press('pagedown');
    await pty.waitFor(/Line: 80x24, \d+ ms, \d+ B\/s \(measured\)/, slow);
  });
