// A support bundle on a played machine: what is in it, what is not, and what it says of what is absent.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runBundle } from '../../src/cli/bundle.ts';
import { collectBundle } from '../../src/probes/collect-bundle.ts';
import { redactBundle } from '../../src/state/redact-bundle.ts';
import { renderSerialLines } from '../../src/state/serial-lines.ts';
import { createHost } from '../../src/system/host.ts';
import { createFakeSystem } from '../helpers/fake-system.ts';

const hash = '$y$j9T$abcdefghijklmnopqrstuv$PLANTEDhashPLANTEDhashPLANTEDhashPLANTEDhas';
const profile = `version: 1
role: storage
node: { hostname: stor-01 }
network: { links: [{ match: primary, dhcp4: true }] }
access: { rootPasswordHash: "${hash}" }
`;
const machine = () =>
  createFakeSystem({
    files: {
      '/run/mayfly/profile.yaml': profile,
      '/run/mayfly/journal.jsonl': '{"event":"started"}\n',
      '/run/mayfly/profile.key': 'never\n',
      '/etc/ceph/ceph.conf': '[global]\nfsid = 1\n',
      '/etc/ceph/ceph.client.admin.keyring': 'never\n',
      '/proc/cmdline': 'quiet\n',
    },
    commands: {
      journalctl: `usermod[7]: set ${hash}\n`,
      dmesg: { exitCode: 1, stderr: 'dmesg: Operation not permitted\n' },
      'ceph --connect-timeout 8 status': { exitCode: 124, stderr: 'ceph: no answer in 15 s' },
    },
  });

describe('a support bundle', () => {
  it('holds what there is, says what is absent and why, and no secret', async () => {
    const files = await collectBundle(machine(), { logLines: 10, profilePath: '/run/mayfly/profile.yaml' });
    const textOf = (name: string) => files.find((file) => file.name === name)?.text;
    expect(textOf('kernel/cmdline')).toBe('quiet\n');
    expect(textOf('mayfly/journal.jsonl')).toBe('{"event":"started"}\n');
    expect(textOf('cluster/ceph/ceph.conf')).toContain('fsid');
    expect(textOf('services/journal.txt')).toBe('usermod[7]: set (redacted)\n');
    expect(textOf('kernel/messages.txt')).toContain('Operation not permitted');
    const index = textOf('INDEX.txt') ?? '';
    expect(index).toContain('kernel/messages.txt  exit status 1: dmesg --ctime');
    expect(index).toContain('cluster/ceph-status.txt  out of time: ceph --connect-timeout 8 status');
    expect(index).toContain('storage/disks.json  not installed: lsblk');
    expect(index).toContain('kernel/meminfo  absent: /proc/meminfo');
    for (const { name, text } of files) expect(`${name} ${text}`).not.toMatch(/PLANTED|never|keyring/);
  });

  it.each([
    ['key = AQDJ2fZmAAAAABAAvqnGZp0YzCvlGz3F0r6o9w==', 'key = (redacted)'],
    ['password=hunter2 user=x', 'password=(redacted) user=x'],
    ['{"passphrase": "two words"}', /^\{"passphrase": .*\(redacted\)/],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\nafter', '(redacted)\nafter'],
    ['-----BEGIN EC PRIVATE KEY-----\ncut off', '(redacted)'],
    [`root:${hash}:1`, /^root:\(redacted\)/],
    ['mem_limit 280000000, sha256 is fine', 'mem_limit 280000000, sha256 is fine'],
  ])('takes a secret out of %o', (text, clean) => {
    const redacted = redactBundle(text, []);
    if (typeof clean === 'string') expect(redacted).toBe(clean);
    else expect(redacted).toMatch(clean);
  });
});

describe('mayfly bundle', () => {
  it.each([
    [['--serial', '--out', 'F'], 'stand alone'],
    [['--serial', '--lines', '1'], 'stand alone'],
    [['--lines', '5-3'], '--lines 5-3 is not understood'],
    [['extra'], 'takes no argument extra'],
  ])('%o is wrong usage, and makes nothing', async (args, words) => {
    const host = createHost();
    let err = '';
    const io = {
      interactive: false,
      system: host,
      readStdin: async () => '',
      out: () => undefined,
      err: (text: string) => {
        err += text;
      },
    };
    expect(await runBundle(args, io)).toBe(2);
    expect(err.replaceAll(/\s+/g, ' ')).toContain(words);
    expect(await host.stat('/run/mayfly/bundle')).toBeUndefined();
  });
});

describe('mayfly bundle join', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-bundle-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const said = { out: '', err: '' };
  const joining = async (...args: string[]) => {
    said.out = '';
    said.err = '';
    return runBundle(['join', ...args], {
      interactive: false,
      system: createHost(),
      readStdin: async () => '',
      out: (text) => {
        said.out += text;
      },
      err: (text) => {
        said.err += text;
      },
    });
  };

  it('names what to ask for again, and then writes the file', async () => {
    writeFileSync(join(folder, 'file'), 'text\n'.repeat(200));
    execFileSync('tar', ['-czf', join(folder, 'sent.tar.gz'), '-C', folder, 'file']);
    const sent = readFileSync(join(folder, 'sent.tar.gz'));
    const lines = renderSerialLines(sent);
    const [one, two, out] = ['one.log', 'two.log', 'got.tar.gz'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(one, lines.filter((_, at) => at !== 2).join('\r\n'));
    expect(await joining(one, '--out', out)).toBe(2);
    expect(said.err).toContain('mayfly bundle --lines 2\n');
    writeFileSync(two, renderSerialLines(sent, [{ from: 2, to: 2 }]).join('\r\n'));
    expect(await joining(one, two, '--out', out)).toBe(0);
    expect(readFileSync(out)).toEqual(sent);
    expect(await joining(join(folder, 'nothing'), '--out', out)).toBe(1);
    expect(said.err).toContain('bundle/unreadable');
  });
});
