// An exclusive lock that the kernel takes away when this process dies, however it dies: Node has no flock(2), so a child holds it.
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { posix } from 'node:path';
import type { Lock } from './system.ts';

/** util-linux flock(1) exits with this when somebody else holds the lock. */
const heldElsewhere = 75;

/**
 * `flock` takes the lock and becomes `cat`, whose standard input is our pipe: the pipe closes when we end, even by SIGKILL,
 * `cat` ends with it and the lock is free. Undefined when somebody holds it.
 */
export const holdLock = async (path: string): Promise<Lock | undefined> => {
  await mkdir(posix.dirname(path), { recursive: true });
  const child = spawn('flock', ['--nonblock', '--no-fork', '--conflict-exit-code', `${heldElsewhere}`, path, 'cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // Not killed by Ctrl-C at our terminal: the lock lasts as long as we do.
    detached: true,
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  // A child that ended because the lock is held elsewhere has closed its end already.
  child.stdin.on('error', () => undefined);
  const echoed = new Promise<'held'>((resolve) => child.stdout.once('data', () => resolve('held')));
  child.stdin.write('held\n');
  const answer = await Promise.race([echoed, ended]);
  if (answer === 'held') {
    child.stdout.destroy();
    child.unref();
    return {
      release: async () => {
        // Waited for again: with nothing else to do Node would end before the lock is free.
        child.ref();
        child.stdin.end();
        await ended;
      },
    };
  }
  if (answer === heldElsewhere) return undefined;
  throw new Error(`flock ${path} ended with ${answer}`);
};
