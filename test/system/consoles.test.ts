// Two real consoles of one machine, with a /run and a root password of their own in a mount namespace: they meet, hand over, lock and unlock.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Pty, startPty } from '../helpers/pty.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const why = ((): string | undefined => {
  if (process.getuid?.() !== 0) return 'needs root';
  for (const tool of ['unshare', 'nsenter', 'mount', 'unix_chkpwd', 'openssl'])
    if (spawnSync('which', [tool]).status !== 0) return `needs ${tool}`;
  return existsSync('dist/mayfly.mjs') ? undefined : 'needs the built program (npm run build)';
})();

const slow = 30_000;
const password = 'four words of mine';

// A machine on which no password is known: its /run is empty, its root has this password, it locks after eight seconds.
const prepare = `
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/mayfly
printf 'root:%s:20000:0:99999:7:::\\n' "$(openssl passwd -6 -stdin)" > /run/shadow
chmod 600 /run/shadow
mount --bind /run/shadow /etc/shadow
exec sleep 900
`;

describe.skipIf(why !== undefined)(`two consoles${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  let holder: ReturnType<typeof spawn> | undefined;
  beforeAll(async () => {
    holder = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-ec', prepare], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    holder.stdin?.end(`${password}\n`);
    await waitUntil(() => inside('cmp', '/run/shadow', '/etc/shadow') === 0, 'the namespace is ready');
  });
  afterAll(() => {
    holder?.kill('SIGKILL');
  });

  const enter = (): string[] => ['nsenter', '-t', `${holder?.pid}`, '-m', '--wdns=/'];
  const inside = (...command: string[]): number | null => {
    const [program = '', ...args] = [...enter(), ...command];
    return spawnSync(program, args).status;
  };
  const openConsole = (): Promise<Pty> =>
    startPty([...enter(), process.execPath, `${process.cwd()}/dist/mayfly.mjs`, 'console']);

  test('what is typed at one is on the other within half a second; F6 hands it over; a killed one loses nothing', async () => {
    const one = await openConsole();
    await one.waitFor('Press Enter to set', slow);
    const other = await openConsole();
    await other.waitFor('Press Enter to set', slow);
    one.press('enter');
    await one.waitFor('What is this node for?', slow);
    await other.waitFor('Looking on at pts/', slow);
    one.press('enter');
    await other.waitFor('Hostname', slow);
    one.type('stor-17');
    await one.waitFor(/Hostname +stor-17/, slow);
    await other.waitFor(/Hostname +stor-17/, 500);
    other.type('xyz');
    other.press('f6');
    await one.waitFor('F6 gives it', slow);
    await other.waitFor('is asked; unanswered', slow);
    one.press('f6');
    await other.waitFor('gave it to you', slow);
    await one.waitFor('You gave it to', slow);
    other.type('a');
    await one.waitFor(/Hostname +stor-17a/, slow);
    const files = execFileSync('nsenter', [...enter().slice(1), 'sh', '-c', 'stat -c %a /run/mayfly/consoles/*'], {
      encoding: 'utf8',
    });
    expect(new Set(files.trim().split('\n'))).toEqual(new Set(['600']));
    await other.signal('SIGKILL');
    await one.waitFor('ended without a word', slow);
    one.type('b');
    await one.waitFor(/Hostname +stor-17ab/, slow);
    await one.signal('SIGTERM');
    await one.waitForExit(slow);
    expect(one.text()).toContain('its log: journalctl -t mayfly-console');
  });

  test('an idle console locks, and PAM’s helper decides who opens it', async () => {
    const profile = 'version: 1\\nrole: storage\\nnode: { hostname: stor-17 }\\naccess: { consoleLock: 8s }\\n';
    inside('rm', '-f', '/run/mayfly/draft.json');
    inside('sh', '-c', `printf '${profile}' > /run/mayfly/profile.yaml`);
    const console = await openConsole();
    await console.waitFor('── Dashboard', slow);
    await console.waitFor("Enter root's password", slow);
    console.type('not it\r');
    await console.waitFor('Wait 2 s', slow);
    await console.waitFor('1 wrong so far', slow);
    await console.waitFor('Characters are not shown', slow);
    console.type(`${password}`);
    await console.waitFor('Something is typed', slow);
    console.press('enter');
    await console.waitFor('Unlocked; it was locked at', slow);
    await console.waitFor('── Dashboard', slow);
    expect(console.bytes()).not.toContain(password);
    await console.close();
  });
});
