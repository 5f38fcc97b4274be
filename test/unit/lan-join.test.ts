// A lan on real sockets: who holds the switch, who takes it over when that process leaves or is killed, and what one bad or slow card can do to others.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { joinLan } from '../../src/image/lan.ts';
import { renderFrame } from '../../src/image/lan-frames.ts';
import { queueBytes } from '../../src/system/workstation-turn.ts';
import { broadcast, ethernet } from '../helpers/ethernet.ts';
import { openStation, type Station } from '../helpers/lan-station.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const [a, b, c] = ['52:54:00:00:00:0a', '52:54:00:00:00:0b', '52:54:00:00:00:0c'];

let temporary = '';
let folder = '';
/** Newest first, so that nobody takes over from a test that is done. */
const ends: (() => unknown)[] = [];

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'mayfly-lan-'));
  folder = join(temporary, 'lan');
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  rmSync(temporary, { recursive: true });
});

type Member = { readonly roles: readonly string[]; readonly socket: string; leave(): Promise<void> };

const member = async (name = 'storage'): Promise<Member> => {
  const roles: string[] = [];
  const lan = await joinLan(name, (role) => void roles.push(role), folder);
  if (!lan.ok) throw new Error(lan.problem.summary);
  ends.push(lan.value.leave);
  return { roles, socket: lan.value.socket, leave: lan.value.leave };
};

const station = async (path: string, address: string): Promise<Station> => {
  const opened = await openStation(path, address);
  ends.push(() => opened.socket.destroy());
  return opened;
};

/** A holder in a process of its own. */
const holder = async () => {
  const fixture = join(import.meta.dirname, '../fixtures/lan/hold-lan.ts');
  const child = spawn(process.execPath, [fixture, 'storage', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  ends.push(() => child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  expect(String(said)).toBe('serves\n');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { kill };
};

const serving = (members: readonly Member[]): readonly Member[] =>
  members.filter(({ roles }) => roles.at(-1) === 'serves');

const expectTalk = async (path: string, text: string): Promise<void> => {
  const [one, other] = [await station(path, a), await station(path, b)];
  await one.tell(other, `${text} to b`);
  await other.tell(one, `${text} to a`, a);
};

describe('who holds the switch', () => {
  it('is the first, and every machine reaches the others through it', async () => {
    const members = [await member(), await member()];
    expect(members.map(({ roles }) => roles)).toEqual([['serves'], ['watches']]);
    await expectTalk(join(folder, 'storage.sock'), 'hello');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('is exactly one of those that stay when the first leaves', async () => {
    const first = await member();
    const others = [await member(), await member(), await member()];
    await first.leave();
    await waitUntil(() => serving(others).length === 1, 'one of them serves');
    await expectTalk(first.socket, 'again');
    expect(first.roles).toEqual(['serves']);
  });

  it('is another one when its process is killed', async () => {
    const killed = await holder();
    const other = await member();
    expect(other.roles).toEqual(['watches']);
    await expectTalk(other.socket, 'before');
    await killed.kill();
    await waitUntil(() => other.roles.at(-1) === 'serves', 'the other serves');
    await expectTalk(other.socket, 'after');
  });

  it('is one when many meet the name of a killed process at once', async () => {
    await (await holder()).kill();
    const members = await Promise.all(Array.from({ length: 12 }, () => member()));
    await waitUntil(() => serving(members).length === 1, 'one of them serves');
    await expectTalk(join(folder, 'storage.sock'), 'one switch');
  });

  it('is whoever has the name now, when it was taken from the one that had it', async () => {
    const earlier = await member();
    const line = await station(earlier.socket, c);
    renameSync(earlier.socket, `${earlier.socket}.old`);
    const later = await member();
    await waitUntil(() => earlier.roles.at(-1) === 'watches', 'the earlier one yields');
    expect(later.roles).toEqual(['serves']);
    expect(line.socket.closed).toBe(true);
  });

  it('is the same one again when somebody cleans the folder away', async () => {
    const only = await member();
    rmSync(folder, { recursive: true });
    await waitUntil(() => only.roles.length === 2, 'it serves anew');
    await expectTalk(only.socket, 'still');
  });

  it('is nobody in a folder that others may enter', async () => {
    await (await member()).leave();
    chmodSync(folder, 0o755);
    const refused = await joinLan('storage', () => {}, folder);
    expect(refused).toMatchObject({ ok: false, problem: { code: 'image/lan-folder' } });
  });
});

describe('the switch', () => {
  it('keeps a frame for one machine from the others, and lans from each other', async () => {
    const [storage, client] = [await member('storage'), await member('client')];
    const stations = await Promise.all([a, b, c].map((address) => station(storage.socket, address)));
    const [first, second, third] = stations;
    const stranger = await station(client.socket, a);
    const neighbour = await station(client.socket, b);
    if (first === undefined || second === undefined || third === undefined) throw new Error('three were asked for');
    await first.tell(third, 'to all');
    await second.tell(first, 'to a only', a);
    // What comes last shows that nothing came before it.
    await first.tell(third, 'the end');
    await neighbour.tell(stranger, 'elsewhere');
    expect(third.heard()).not.toContain('to a only');
    expect(new Set(stranger.heard())).toEqual(new Set(['elsewhere']));
    expect(first.heard()).not.toContain('elsewhere');
  });

  it('hangs up on who does not send frames, and on nobody else', async () => {
    const { socket } = await member();
    const [bad, good] = [await station(socket, a), await station(socket, b)];
    bad.socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
    await waitUntil(() => bad.socket.closed, 'the bad line is closed');
    const other = await station(socket, c);
    await good.tell(other, 'unharmed');
  });

  it('drops frames for a slow reader instead of keeping them', async () => {
    const { socket } = await member();
    const [sender, slow, quick] = [await station(socket, a), await station(socket, b), await station(socket, c)];
    await sender.tell(slow, 'begin');
    slow.socket.pause();
    const packet = renderFrame(ethernet(broadcast, a, 'x'.repeat(1400)));
    const many = Buffer.concat(Array.from({ length: 100 }, () => packet));
    for (let sent = 0; sent < 16 * queueBytes; sent += many.length)
      if (!sender.socket.write(many)) await once(sender.socket, 'drain');
    await sender.tell(quick, 'to the quick one');
    slow.socket.resume();
    await sender.tell(slow, 'to the slow one');
    // The queue, and what the kernel keeps for a socket.
    expect(slow.bytes()).toBeGreaterThan(queueBytes / 2);
    expect(slow.bytes()).toBeLessThan(4 * queueBytes);
  });
});
