// F12 on the console's own unit, on a host with real systemd: a shell that is not confined, that ends with the line, and that returns to the console.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consoleUnit } from '../helpers/confined.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab } from '../helpers/hosts.ts';
import { type Pty, startPty } from '../helpers/pty.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const why = whyNoHosts();
const slow = 60_000;
const password = 'four words of mine';
const profile = 'version: 1\nrole: client\n';
// A pseudo-terminal stands for the line, and somebody has to hold its other end.
const lineIsTaken = '[Service]\nStandardInput=tty-force\nTTYVHangup=no\nTTYReset=no\nRestart=no\n';

describe.skipIf(why !== undefined)(`the shell of a console${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  let lab: Lab | undefined;
  let node: Host;
  let line: Pty;
  const unit = (): string =>
    `mayfly-console@${node.read('/run/line').trim().replace('/dev/', '').replace('/', '-')}.service`;
  const shells = async (): Promise<string> =>
    node.must(['systemctl', 'list-units', '--all', '--no-legend', '--plain', 'run-*.service']);
  const openConsole = async (): Promise<void> => {
    const enter = ['-t', `${node.pid}`, '-m', '-u', '-i', '-n', '-p', '-r', '--wdns=/', 'env', '-i'];
    const holder = ['script', '-qefc', 'tty > /run/line; exec sleep 600', '/dev/null'];
    await node.run(['rm', '-f', '/run/line']);
    line = await startPty(['nsenter', ...enter, 'PATH=/usr/bin:/usr/sbin', 'TERM=vt220', ...holder], {
      term: 'vt220',
    });
    await waitUntil(() => node.exists('/run/line') && node.read('/run/line') !== '', 'there is a line');
    await node.must(['systemctl', 'start', unit()]);
    await line.waitFor('press Enter for the console', slow);
    line.press('enter');
  };
  const openShell = async (): Promise<void> => {
    await openConsole();
    await line.waitFor('── Dashboard', slow);
    line.press('f12');
    await line.waitFor('Control-D to continue', slow);
    line.type(`${password}\r`);
    await line.waitFor(/root@node:~# *$/m, slow);
  };

  beforeAll(async () => {
    lab = await createLab();
    node = await lab.start('node', {
      programs: ['assets/root/usr/lib/mayfly/console-line'],
      files: {
        '/etc/systemd/system/mayfly-console@.service': consoleUnit,
        '/etc/systemd/system/mayfly-console@.service.d/line.conf': lineIsTaken,
      },
    });
    await node.must(['chmod', '755', '/usr/lib/mayfly/console-line']);
    await node.must(['chpasswd'], { input: `root:${password}\n` });
    node.write('/run/mayfly/profile.yaml', profile, 0o600);
  });
  afterAll(() => lab?.close());

  it('opens a shell that is not confined, and comes back from it', async () => {
    await openShell();
    const before = line.bytes().length;
    line.type(
      'grep -c 0000000000000000 /proc/self/status; : > /etc/from-the-shell; stty size; echo $TERM-$HOME-$TMOUT\r',
    );
    await line.waitFor(/24 80\s+vt220-\/root-600/, slow);
    expect(node.exists('/etc/from-the-shell')).toBe(true);
    line.type('sleep 600\r');
    await waitUntil(async () => (await node.run(['pgrep', '-x', 'sleep', '-c'])).stdout.trim() === '2', 'it sleeps');
    line.send('\x03');
    line.type('echo status=$?\r');
    await line.waitFor('status=130', slow);
    // What an old terminal would show: titles, colours of the background, questions for its size.
    expect(line.bytes().slice(before)).not.toMatch(/\x1b\]|\x1b\[\d*;?\d*;?\d*t|\x1bP/);
    const device = node.read('/run/line').trim();
    const stops = async () => (await node.must(['stty', '-F', device, '-a'])).includes(' ixon');
    await waitUntil(stops, 'XOFF stops the line');
    expect(await shells()).toMatch(/Shell of the Mayfly console/);
    line.type('exit 7\r');
    await line.waitFor('── Dashboard', slow);
    expect(await shells()).toBe('');
    expect(line.text()).not.toContain('cannot be started');
    await node.must(['systemctl', 'stop', unit()]);
  });

  it('ends the shell with the line', async () => {
    await openShell();
    line.type('sleep 700\r');
    await waitUntil(async () => (await node.run(['pgrep', '-f', 'sleep 700'])).exitCode === 0, 'it sleeps');
    await node.must(['systemctl', 'kill', '--signal=KILL', '--kill-whom=all', unit()]);
    await waitUntil(async () => (await node.run(['pgrep', '-f', 'sleep 700'])).exitCode === 1, 'it is gone');
    await waitUntil(async () => (await shells()) === '', 'so is its unit');
  });

  it('ends a shell that is left alone, and says when there is none', async () => {
    node.write('/run/mayfly/profile.yaml', `${profile}access: { consoleLock: 10s }\n`, 0o600);
    await openShell();
    await line.waitFor('── Dashboard', slow);
    expect(line.bytes()).toContain('timed out waiting for input');
    node.write('/run/mayfly/profile.yaml', profile, 0o600);
    await node.must(['mv', '/usr/sbin/sulogin', '/usr/sbin/sulogin.away']);
    line.press('f12');
    await line.waitFor('sulogin cannot be started', slow);
    await node.must(['mv', '/usr/sbin/sulogin.away', '/usr/sbin/sulogin']);
  });

  it('asks for no password in maintenance, where root has none', async () => {
    await node.must(['usermod', '--password', '*', 'root']);
    await node.must(['rm', '/run/mayfly/profile.yaml']);
    await openConsole();
    await line.waitFor('Press Enter to set', slow);
    line.press('f12');
    await line.waitFor(/root@node:~# *$/m, slow);
    expect(line.text()).toContain('the shell asks for none');
    line.type('echo "$HOME-$LANG-$TMOUT."; shopt login_shell\r');
    await line.waitFor(/\/root-C\.UTF-8-\.\s+login_shell\s+on/, slow);
    line.type('exit\r');
    await waitUntil(async () => (await shells()) === '', 'the shell has ended');
  });
});
