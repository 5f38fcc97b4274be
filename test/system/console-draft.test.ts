// A console whose line is lost in the middle of a word: the next one opens with the draft as it was typed. Its /run and its host name are its own,
// no systemd is in it, and it has no network: whatever is typed there changes nothing on the machine that runs the test.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { parseDraft } from '../../src/state/draft.ts';
import { openNetworkForm } from '../helpers/drive-wizard.ts';
import { type Pty, startPty } from '../helpers/pty.ts';
import { createRandom } from '../helpers/random/random.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const slow = 30_000;
const namespaces = ['--mount', '--uts', '--net', '--ipc'] as const;
const setUp = [
  'mount --make-rprivate /',
  'mount -t tmpfs tmpfs /run',
  'for program in systemctl reboot poweroff; do',
  '  path=$(command -v $program) && mount --bind /bin/false "$path"; done',
  'echo ready; exec sleep 600',
].join('\n');

const whyNot = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'needs root';
  const tried = spawnSync('unshare', [...namespaces, 'mount', '-t', 'tmpfs', 'tmpfs', '/run']);
  return tried.status === 0 ? undefined : 'no mount namespaces here';
};
const why = whyNot();

let room: ChildProcess | undefined;
afterEach(() => {
  room?.kill('SIGKILL');
  room = undefined;
});

/** Somewhere of its own, where consoles come and go. */
const openRoom = async (): Promise<number> => {
  room = spawn('unshare', [...namespaces, 'sh', '-ec', setUp], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (room.stdout === null || room.pid === undefined) throw new Error('unshare cannot be started');
  const [said] = await once(room.stdout, 'data');
  expect(String(said)).toContain('ready');
  return room.pid;
};

const consoleIn = (id: number, mode: '--screen' | '--line'): Promise<Pty> =>
  startPty(
    ['nsenter', `--target=${id}`, ...namespaces, '--wd=.', process.execPath, 'dist/mayfly.mjs', 'console', mode],
    {
      term: 'vt100',
    },
  );

const draftIn = (id: number) => {
  const text = readFileSync(`/proc/${id}/root/run/mayfly/draft.json`, 'utf8');
  return { draft: parseDraft(text), text };
};

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789-';

describe.skipIf(why !== undefined)(`a lost line${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  test.each(Array.from({ length: 15 }, (_, index) => [index % 5 === 4 ? '--line' : '--screen', index + 1] as const))(
    '%s keeps what was typed, to the last character that was seen (seed %i)',
    async (mode, seed) => {
      const random = createRandom(seed);
      const id = await openRoom();
      const pty = await consoleIn(id, mode);
      const typed = Array.from({ length: 4 + random.below(30) }, () => letters[random.below(letters.length)]).join('');
      if (mode === '--screen') {
        await openNetworkForm(
          { screen: pty.lines, press: pty.press, type: pty.type, waitForScreen: pty.waitFor },
          slow,
        );
        for (const letter of typed) {
          pty.type(letter);
          if (random.happens(0.2)) await pause(random.below(120));
        }
      } else {
        await pty.waitFor('Choice [1]:', slow);
        pty.send(`\r\r${typed}!\r`);
      }
      await pty.waitFor(mode === '--screen' ? typed : `[${typed}!]`, slow);
      await pause(random.happens(0.5) ? 0 : random.below(600));
      const program = await pty.pid();
      if (random.happens(0.5)) pty.hangUp();
      else await pty.signal(random.pick(['SIGHUP', 'SIGTERM']));
      await pty.waitForProgramEnd(5_000);
      expect(program).toBeGreaterThan(1);
      const wanted = mode === '--screen' ? typed : `${typed}!`;
      expect(draftIn(id).draft?.values['node.hostname']).toBe(wanted);
      const next = await consoleIn(id, '--screen');
      await next.waitFor('Your draft is as you left it', slow);
      await next.waitFor(wanted, slow);
    },
  );

  test('a password is kept by nobody, and the draft belongs to root', async () => {
    const id = await openRoom();
    const pty = await consoleIn(id, '--screen');
    await openNetworkForm({ screen: pty.lines, press: pty.press, type: pty.type, waitForScreen: pty.waitFor }, slow);
    pty.type('stor-01');
    await pty.waitFor('stor-01', slow);
    for (const title of ['Which cluster', 'Algorithm', 'Root password']) {
      pty.press('pagedown');
      await pty.waitFor(title, slow);
    }
    pty.press('tab');
    pty.type('Geheim-123456');
    await pty.waitFor('•••••••••••••', slow);
    pty.hangUp();
    await pty.waitForProgramEnd(5_000);
    await waitUntil(() => draftIn(id).draft?.step === 'access', 'the draft of the access screen');
    expect(draftIn(id).text).not.toContain('Geheim');
  });
});
