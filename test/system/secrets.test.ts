// Secrets that are planted in a profile and looked for afterwards: in what every command was given, in the journal, in every file, in every answer.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apply, ending } from '../helpers/applying.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab } from '../helpers/hosts.ts';

const why = whyNoHosts();
const title = why === undefined ? 'planted secrets' : `planted secrets (skipped: ${why})`;

const plantedHash = 'PLANTEDhashPLANTEDhashPLANTEDhashPLANTEDhas';
const plantedSecret = 'UExBTlRFRHNlY3JldFBMQU5URURzZWNyZXRQTEFOVEU=';
const hash = `$y$j9T$abcdefghijklmnopqrstuv$${plantedHash}`;

const base = `version: 1
role: storage
node: { hostname: stor-01, timezone: Etc/UTC }
network: { links: [{ match: { name: eth0 }, addresses: [10.77.0.21/24] }] }
`;
const good = `${base}access: { rootPasswordHash: "${hash}" }\n`;
const ceph = `${good}cluster: { filesystem: ceph, monitors: [stor-01, stor-02, stor-03], secret: "${plantedSecret}" }\n`;
/** Slips that leave a secret where none belongs. */
const slips = [
  `${base}access: { rootPaswordHash: "${hash}" }\n`,
  `${base}access:\n   rootPasswordHash: "${hash}"\n  sshPasswords: true\n`,
  `${base}access: { rootPasswordHash: "${hash}x y" }\n`,
  `${base}logs: { forward: [{ host: "${hash}", port: 514, protocol: udp }] }\n`,
  `${base}cluster: { filesystem: ceph, monitors: ["${plantedSecret}"] }\n`,
];

/** In front of every program that Mayfly runs: what it was given, and in which environment. */
const recorder = `#!/bin/sh
name=\${0##*/}
{ printf '%s ' "$name" "$@"; echo; /usr/bin/env; } >> /root/commands
for folder in /usr/sbin /usr/bin; do
  [ ! -x "$folder/$name" ] || exec "$folder/$name" "$@"
done
exit 127
`;
const record = `mkdir -p /usr/local/lib/recorder
for program in /usr/bin/* /usr/sbin/*; do
  name=\${program##*/}
  # env is what the test itself enters a host with.
  case $name in mayfly | env | '[') continue ;; esac
  ln -sf /usr/local/bin/recorder "/usr/local/sbin/$name"
done`;

describe.skipIf(why !== undefined)(title, () => {
  let lab: Lab;
  let node: Host;
  const said: string[] = [];

  const hear = async (command: readonly string[], input?: string) => {
    const ran = await node.run(command, { timeoutMs: 90_000, ...(input === undefined ? {} : { input }) });
    said.push(`${command.join(' ')}\n${ran.stdout}${ran.stderr}`);
    return ran;
  };
  const mayfly = (...args: readonly string[]) => hear(['mayfly', ...args]);

  beforeAll(async () => {
    lab = await createLab();
    node = await lab.start('node', { address: '10.77.0.11/24' });
    node.write('/usr/local/bin/recorder', recorder, 0o755);
    await node.must(['/bin/sh', '-c', record]);
  });
  afterAll(() => lab?.close());

  it('are applied, refused and misplaced', { timeout: 170_000 }, async () => {
    const applied = await apply(node, good);
    said.push(applied.stdout, applied.stderr);
    expect(ending(applied.events)).toBe('converged');
    expect(node.read('/etc/shadow')).toContain(plantedHash);
    expect((await hear(['mayfly', 'plan', '--profile', '-'], ceph)).exitCode).toBe(1);
    await hear(['mayfly', 'apply', '--yes', '--profile', '-'], ceph);
    for (const slip of slips) {
      expect((await hear(['mayfly', 'profile', 'check', '-'], slip)).exitCode).toBe(1);
      expect((await hear(['mayfly', 'apply', '--yes', '--json', '--profile', '-'], slip)).exitCode).toBe(1);
    }
    for (const args of [['plan'], ['plan', '--json'], ['status'], ['status', '--json'], ['profile', 'export']])
      await mayfly(...args);
    await hear(['mayfly', 'profile', 'commit'], good);
    await hear(['mayfly', 'profile', 'import'], 'nothing');
    expect((await mayfly('bundle')).exitCode).toBe(0);
    await mayfly('bundle', '--serial');
  });

  it('are in no answer', () => {
    for (const text of said) expect(text).not.toMatch(/PLANTED|UExBTlRFR/);
    expect(said.join('\n')).toContain('rootPaswordHash');
  });

  it('are in no support bundle, which has what helps all the same', async () => {
    const unpack = 'mkdir /root/bundle && /usr/bin/tar -xzf /run/mayfly/bundle/bundle.tar.gz -C /root/bundle';
    await node.must(['/bin/sh', '-c', unpack]);
    const bundle = await node.must(['/bin/sh', '-c', "/usr/bin/find /root/bundle -type f -exec /usr/bin/cat '{}' +"]);
    expect(bundle).not.toMatch(/PLANTED|UExBTlRFR/);
    expect(bundle).toMatch(/mayfly\/journal.jsonl {2}from \/run\/mayfly\/journal.jsonl/);
    expect(bundle).toContain('"event":"converged"');
    expect(bundle).toMatch(/services\/journal.txt {2}exit status 0/);
    expect(await node.must(['/usr/bin/stat', '--format', '%a', '/run/mayfly/bundle/bundle.tar.gz'])).toBe('600\n');
  });

  it('are in no argument and no environment of what Mayfly ran', async () => {
    const commands = node.read('/root/commands');
    // It examined something: the password went by this very way.
    expect(commands).toMatch(/^chpasswd -e/m);
    expect(commands).not.toMatch(/PLANTED|UExBTlRFR/);
    const now = await node.must(['/bin/sh', '-c', 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null || true']);
    expect(now).not.toMatch(/PLANTED|UExBTlRFR/);
  });

  it('are in no log', async () => {
    const log = await node.must(['/usr/bin/journalctl', '--boot', '--no-pager', '--output=export'], {
      timeoutMs: 60_000,
    });
    expect(log.length).toBeGreaterThan(1_000);
    expect(log).not.toMatch(/PLANTED|UExBTlRFR/);
  });

  it('are in files that only root reads, and in no others', async () => {
    const grep = ['/usr/bin/grep', '-rlIE', '-D', 'skip', 'PLANTED|UExBTlRFR', '/run', '/var', '/etc', '/tmp', '/root'];
    const files = (await node.must(grep)).trim().split('\n').sort();
    expect(files.filter((file) => !/^\/(etc\/shadow-?|root\/profile\.yaml)$/.test(file))).toEqual([
      '/run/mayfly/profile.yaml',
    ]);
    const modes = await node.must(['/usr/bin/stat', '--format', '%a', '/etc/shadow', '/run/mayfly/profile.yaml']);
    expect(modes.trim().split('\n')).toEqual([expect.stringMatching(/^6[04]0$/), '600']);
  });

  it('what differs from the profile is looked for by a timer of systemd, and told', async () => {
    expect(await node.must(['/usr/bin/systemctl', 'is-active', 'mayfly-drift.timer'])).toBe('active\n');
    expect(await node.must(['/usr/bin/systemctl', 'show', '--property=Unit', 'mayfly-drift.timer'])).toContain(
      'mayfly-drift.service',
    );
    await node.must(['/usr/bin/hostname', 'other']);
    await node.must(['/usr/bin/systemctl', 'start', 'mayfly-drift.service'], { timeoutMs: 60_000 });
    expect((await mayfly('status')).stdout.replaceAll(/\s+/g, ' ')).toContain(
      'profile/drift: 1 thing differs from the profile: hostname',
    );
    expect(ending((await apply(node, good)).events)).toBe('converged');
    expect((await mayfly('status')).stdout).not.toContain('profile/drift');
    // Off where the profile says so, and asked for where it does.
    const pulled = await apply(node, `${good}pull: { every: 30min }\ndrift: { every: never }\n`);
    expect(ending(pulled.events)).toBe('converged');
    const timers = await node.must(['/usr/bin/systemctl', 'list-timers', '--all', '--no-legend', 'mayfly-*']);
    expect(timers).toContain('mayfly-pull.timer');
    expect(timers).not.toContain('mayfly-drift.timer');
  });
});
