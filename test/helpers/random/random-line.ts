// A pseudo-terminal that a random person types on, without a way into a real shell of the machine that runs the test.
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { startingSession } from '../../../src/state/session-start.ts';
import type { Pty } from '../pty.ts';
import type { Random } from './random.ts';
import { randomBytes } from './random-bytes.ts';

/** F12 would open a shell as whoever runs the tests, and type into it: these do only this, and end. */
export const withoutShells = async (instead = 'exit 0'): Promise<Record<string, string>> => {
  const folder = await mkdtemp(join(tmpdir(), 'mayfly-no-shell-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const name of ['bash', 'sulogin']) {
    await writeFile(join(folder, name), `#!/bin/sh\n${instead}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return { PATH: `${folder}:${process.env.PATH}` };
};

const controlS = 0x13;
const someone = startingSession(true);

/** Chunks of random bytes in random intervals; no XOFF, which would only stop the line. */
export const typeAtRandom = async (pty: Pty, random: Random, chunks: number): Promise<void> => {
  for (let chunk = 0; chunk < chunks; chunk++) {
    pty.send(randomBytes(random, someone).map((byte) => (byte === controlS ? 0x20 : byte)));
    if (random.happens(0.3)) await pause(random.below(60));
  }
};

/** Of the process and of all that it has started. */
export const familyOf = async (id: number): Promise<readonly number[]> => {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '') : '';
    const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const family = [id];
  for (const member of family)
    family.push(...[...parents].filter(([, parent]) => parent === member).map(([own]) => own));
  return family;
};

export const isAlive = async (id: number): Promise<boolean> => {
  const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
};
