// The claim among real processes: of two that are as fast as each other one has a turn, and one that died is known to be dead.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { consolesPaths } from '../../src/actions/consoles-paths.ts';
import { followConsoles } from '../../src/actions/follow-consoles.ts';
import { readConsoles, takeTurn } from '../../src/actions/writer-claim.ts';
import type { ConsolesNews } from '../../src/state/console-event.ts';
import { type Party, startOf } from '../../src/state/party.ts';
import { createHost } from '../../src/system/host.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const run = promisify(execFile);
const turns = 150;

test('no turn goes to both of two processes that want all of them', async () => {
  const root = await mkdtemp(join(tmpdir(), 'mayfly-race-'));
  try {
    const racer = new URL('../fixtures/consoles/race.ts', import.meta.url).pathname;
    const both = await Promise.all(
      ['one', 'other'].map((name) => run(process.execPath, [racer, root, `${turns}`, name])),
    );
    const won = both.map(({ stdout }) => stdout.split('\n').filter(Boolean).map(Number));
    const all = won.flat();
    expect(new Set(all).size).toBe(all.length);
    // Who is overtaken between taking a turn and looking whether it still counts has missed it: such a turn is nobody's, and the last never is.
    expect(all).toContain(turns);
    expect(all.length).toBeGreaterThan(turns / 2);
    const host = createHost({ root });
    expect((await readConsoles(host)).claim.turn).toBe(turns);
    expect((await host.list(consolesPaths.directory)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});

const claimOf = (turn: number, writer: Party) => ({ version: 1, turn, writer, how: 'began', sinceMs: 0 }) as const;

test('a holder whose process is gone, or whose number another process has, is dead', async () => {
  const host = createHost();
  const child = spawn('sleep', ['60']);
  const pid = child.pid ?? 0;
  const started = startOf((await host.readText(`/proc/${pid}/stat`)) ?? '') ?? '';
  const fake = createFakeSystem();
  // The claim of the fake machine, the processes of the real one.
  const machine = { ...fake, readText: (path: string) => (path.startsWith('/proc') ? host : fake).readText(path) };
  const writer = { console: 'ttyS0', place: 'serial line', pid, started };
  expect(await takeTurn(fake, claimOf(1, writer))).toBe(true);
  expect(await readConsoles(machine)).toMatchObject({ claim: { writer }, lives: true });
  expect(await takeTurn(fake, claimOf(2, { ...writer, started: '1' }))).toBe(true);
  expect((await readConsoles(machine)).lives).toBe(false);
  await takeTurn(fake, claimOf(3, writer));
  child.kill('SIGKILL');
  await waitUntil(async () => !(await readConsoles(machine)).lives, 'the writer is dead');
});

test('a turn that was missed long ago is no free place', async () => {
  const fake = createFakeSystem();
  const writer = { console: 'ttyS0', place: 'serial line', pid: 1, started: '1' };
  for (let turn = 1; turn <= 5; turn += 1) expect(await takeTurn(fake, claimOf(turn, writer))).toBe(true);
  expect(await fake.list(consolesPaths.directory)).toEqual(['turn-4.json', 'turn-5.json']);
  expect(await takeTurn(fake, claimOf(2, { ...writer, console: 'tty1' }))).toBe(false);
  expect((await readConsoles(fake)).claim).toMatchObject({ turn: 5, writer: { console: 'ttyS0' } });
  expect((await fake.stat(consolesPaths.turn(5)))?.mode).toBe(0o600);
});

test('what cannot be read is nobody’s, and the next turn follows it', async () => {
  const fake = createFakeSystem({ files: { [consolesPaths.turn(7)]: '{"version":2}', [consolesPaths.screen]: 'no' } });
  expect(await readConsoles(fake)).toMatchObject({ claim: { turn: 7 }, lives: false, screen: undefined });
});

test('a change is heard of within half a second, also where the directory is not there yet', async () => {
  const fake = createFakeSystem();
  const ending = new AbortController();
  const heard: ConsolesNews[] = [];
  followConsoles(fake, (news) => heard.push(news), {
    signal: ending.signal,
    onBug: (error) => {
      throw error;
    },
  });
  await waitUntil(() => heard.length === 1, 'what there is');
  const writer = { console: 'ttyS0', place: 'serial line', pid: 1, started: '1' };
  await takeTurn(fake, claimOf(1, writer));
  await waitUntil(() => heard.at(-1)?.claim.turn === 1, 'the first turn', 500);
  await takeTurn(fake, claimOf(2, writer));
  await waitUntil(() => heard.at(-1)?.claim.turn === 2, 'the second turn', 500);
  ending.abort();
});
