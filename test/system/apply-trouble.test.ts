// What an apply does when the node is not as it should be: a full disk, a broken sshd file, nobody or somebody who confirms.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apply, ending, plan, story } from '../helpers/applying.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab } from '../helpers/hosts.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const why = whyNoHosts();
const title = why === undefined ? 'an apply in trouble' : `an apply in trouble (skipped: ${why})`;

const profile = (address: string, hostname = 'stor-01', more = ''): string => `version: 1
role: storage
node: { hostname: ${hostname} }
network: { links: [{ match: { name: eth0 }, addresses: [${address}] }] }
${more}`;

describe.skipIf(why !== undefined)(title, () => {
  let lab: Lab;
  let node: Host;

  beforeAll(async () => {
    lab = await createLab();
    node = await lab.start('node', { address: '10.77.0.11/24' });
    expect((await apply(node, profile('10.77.0.21/24'))).exitCode).toBe(0);
  });
  afterAll(() => lab?.close());

  const etc = (): Promise<string> =>
    node.must(['sh', '-c', 'cd /etc && find . -type f ! -name filler -exec sha256sum {} + | sort; find . | sort']);
  const address = (): Promise<string> => node.must(['ip', '-brief', '-4', 'address', 'show', 'eth0']);

  /** As typed on a terminal of the node: `script` makes the pseudo-terminal. */
  const typed = (text: string, answers: string) => {
    node.write('/root/profile.yaml', text);
    return node.run(['script', '-qec', 'mayfly apply --profile /root/profile.yaml', '/dev/null'], {
      input: answers,
      timeoutMs: 60_000,
    });
  };
  const provisional = (): Promise<void> =>
    waitUntil(async () => node.exists('/run/mayfly/network-provisional'), 'the network is provisional');

  it('fails on a full disk, says what to do, and leaves nothing half-written', async () => {
    await node.must([
      'sh',
      '-c',
      'cp -a /etc /run/etc && mount -t tmpfs -o size=8m,mode=755 tmpfs /etc && cp -a /run/etc/. /etc/',
    ]);
    try {
      await node.run(['sh', '-c', 'cat /dev/zero > /etc/filler']);
      const before = await etc();
      const full = await apply(node, profile('10.77.0.22/24', 'stor-02'));
      expect(full.exitCode).toBe(1);
      expect(ending(full.events)).toContain('system/disk-full');
      expect(await etc()).toBe(before);
      expect((await node.must(['hostname'])).trim()).toBe('stor-01');
      expect(await address()).toContain('10.77.0.21/24');
      node.write('/etc/filler', '');
      const next = await apply(node, profile('10.77.0.22/24', 'stor-02'));
      expect(ending(next.events)).toBe('converged');
    } finally {
      await node.must(['umount', '-l', '/etc']);
    }
    expect((await apply(node, profile('10.77.0.21/24'))).exitCode).toBe(0);
  });

  it('does not give sshd a configuration that it refuses', async () => {
    node.write('/etc/ssh/sshd_config.d/50-own.conf', 'NoSuchKeyword yes\n');
    const failed = await apply(node, profile('10.77.0.21/24', 'stor-01', 'access: { sshPasswords: true }'));
    expect(ending(failed.events)).toContain('access/sshd-config');
    expect(node.read('/etc/ssh/sshd_config.d/10-mayfly.conf')).toContain('PasswordAuthentication no');
    expect(await node.must(['systemctl', 'is-active', 'ssh.service'])).toBe('active\n');
    await node.must(['rm', '/etc/ssh/sshd_config.d/50-own.conf']);
  });

  it('refuses what cannot be done before it touches anything', async () => {
    const refused = await apply(
      node,
      profile(
        '10.77.0.29/24',
        'stor-09',
        `packages: [{ name: 10-x, kind: container, source: /x, sha256: ${'a'.repeat(64)} }]`,
      ),
    );
    expect(refused, refused.stderr).toMatchObject({ exitCode: 3 });
    expect(story(refused.events)).toEqual(['plan', 'finished:refused']);
    expect(await address()).toContain('10.77.0.21/24');
  });

  it('keeps a network change that somebody confirms', async () => {
    const running = typed(profile('10.77.0.31/24'), 'y\n');
    await provisional();
    expect(await node.must(['systemctl', 'list-timers', '--no-legend'])).toContain('mayfly-network-revert.timer');
    await node.must(['mayfly', 'network', 'confirm']);
    expect(await running).toMatchObject({ exitCode: 0 });
    expect(await address()).toContain('10.77.0.31/24');
    expect(await node.must(['systemctl', 'list-timers', '--no-legend'])).not.toContain('mayfly-network-revert');
  });

  it('takes a network change back when the timer fires', async () => {
    const running = typed(profile('10.77.0.32/24'), 'y\n');
    await provisional();
    // What the timer starts after 90 s.
    await node.must(['systemctl', 'start', 'mayfly-network-revert.service']);
    const ended = await running;
    expect(ended.exitCode).toBe(1);
    expect(ended.stdout).toContain('network/not-confirmed');
    expect(await address()).toContain('10.77.0.31/24');
    expect((await plan(node, profile('10.77.0.31/24'))).exitCode).toBe(0);
  });

  /** As mayfly-apply.service runs what somebody reviewed at a console. */
  const fromConsole = async (text: string) => {
    const reviewed = (await plan(node, text)).plan;
    node.write('/run/mayfly/pending.yaml', text);
    node.write('/run/mayfly/pending-plan.json', JSON.stringify(reviewed));
    return node.run(['mayfly', 'apply', '--yes', '--json', '--profile', '/run/mayfly/pending.yaml'], {
      timeoutMs: 60_000,
    });
  };
  const trial = async () =>
    JSON.parse(await node.run(['mayfly', 'status', '--json']).then(({ stdout }) => stdout)).network.value;

  it('waits for somebody to confirm what a console asked for', async () => {
    const running = fromConsole(profile('10.77.0.37/24'));
    await provisional();
    expect(await trial()).toMatchObject({
      kind: 'provisional',
      settings: ['eth0: 10.77.0.37/24'],
      evidence: [{ what: 'eth0 has carrier' }, { what: 'eth0 has 10.77.0.37/24' }],
    });
    await node.must(['mayfly', 'network', 'confirm']);
    expect(await running).toMatchObject({ exitCode: 0 });
    expect(await trial()).toEqual({ kind: 'none' });
    expect(await address()).toContain('10.77.0.37/24');
  });

  it('takes back what somebody at the console does not want, and tells that the return was checked', async () => {
    const running = fromConsole(profile('10.77.0.38/24'));
    await provisional();
    // As the console asks for it.
    await node.must([
      'systemd-run',
      '--quiet',
      '--collect',
      '--wait',
      '--pipe',
      '/usr/bin/mayfly',
      'network',
      'revert',
    ]);
    const ended = await running;
    expect(ended.exitCode).toBe(1);
    expect(ended.stdout).toContain('network/taken-back');
    expect(await trial()).toMatchObject({ kind: 'returned', state: 'checked', why: { code: 'network/taken-back' } });
    expect(await address()).toContain('10.77.0.37/24');
    expect((await apply(node, profile('10.77.0.31/24'))).exitCode).toBe(0);
  });

  it('is not taken back by the timer of an apply that was killed', async () => {
    const running = typed(profile('10.77.0.35/24'), 'y\n');
    await provisional();
    // Of this host only: it has a process namespace of its own.
    await node.must(['pkill', '-KILL', '-f', '^/usr/lib/mayfly/node']);
    await running;
    expect(ending((await apply(node, profile('10.77.0.36/24'))).events)).toBe('converged');
    expect(await node.must(['systemctl', 'list-timers', '--no-legend'])).not.toContain('mayfly-network-revert');
    expect((await apply(node, profile('10.77.0.31/24'))).exitCode).toBe(0);
  });

  it('does nothing when the answer on the terminal is no', async () => {
    const ended = await typed(profile('10.77.0.33/24'), 'n\n');
    expect(ended.exitCode).toBe(3);
    expect(ended.stdout).toContain('10.77.0.31/24, MTU 1500 -> 10.77.0.33/24');
    expect(await address()).toContain('10.77.0.31/24');
  });

  const stopInNetwork = async (wanted: string) => {
    node.write('/root/profile.yaml', wanted);
    const running = node.run([
      'sh',
      '-c',
      'echo $$ > /run/apply.pid; exec mayfly apply --yes --profile /root/profile.yaml',
    ]);
    await waitUntil(async () => node.exists('/run/mayfly/undo/network/open.json'), 'the network step is under way');
    await node.must(['kill', node.read('/run/apply.pid').trim()]);
    const ended = await running;
    expect(ended.stdout).toContain('apply/stopped');
    expect(ended.exitCode).toBe(1);
  };

  it('stops after the step when it is asked to', async () => {
    await stopInNetwork(profile('10.77.0.34/24', 'stor-04'));
    expect(await address()).toContain('10.77.0.34/24');
    expect(await node.run(['mayfly', 'apply', '--resume'])).toMatchObject({ exitCode: 0 });
    expect(await node.run(['mayfly', 'apply', '--resume'])).toMatchObject({ exitCode: 3 });
  });

  it('is taken back as a whole when it stopped half-way', async () => {
    await stopInNetwork(profile('10.77.0.35/24', 'stor-05'));
    expect(await address()).toContain('10.77.0.35/24');
    expect(await node.must(['hostname'])).toBe('stor-05\n');
    const undone = await node.run(['mayfly', 'apply', '--undo', '--json'], { timeoutMs: 120_000 });
    expect([undone.exitCode, undone.stderr]).toEqual([0, '']);
    const events = undone.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.filter(({ event }) => event === 'undone').map(({ step }) => step)).toEqual(['network', 'identity']);
    expect(events.at(-1)).toMatchObject({ event: 'finished', problem: { code: 'apply/taken-back' } });
    expect(await address()).toContain('10.77.0.34/24');
    expect(await node.must(['hostname'])).toBe('stor-04\n');
    // The profile in force is still that of before, and the node is as it says.
    expect((await node.run(['mayfly', 'plan'])).exitCode).toBe(0);
    expect((await node.run(['mayfly', 'apply', '--undo'])).exitCode).toBe(3);
    expect((await node.run(['mayfly', 'apply', '--resume'])).exitCode).toBe(3);
  });
});
