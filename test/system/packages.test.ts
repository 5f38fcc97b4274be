// Config packages on a real host: scripts in units of their own, tarballs over the root, and everything that must not get through.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagesAction } from '../../src/actions/packages.ts';
import type { Profile } from '../../src/state/profile.ts';
import { systemOf } from '../helpers/host-system.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab } from '../helpers/hosts.ts';

const why = whyNoHosts();
const title = why === undefined ? 'config packages' : `config packages (skipped: ${why})`;
type Package = NonNullable<Profile['packages']>[number];

describe.skipIf(why !== undefined)(title, () => {
  let lab: Lab;
  let node: Host;
  let notes: string[] = [];

  beforeAll(async () => {
    lab = await createLab();
    node = await lab.start('node');
  });
  afterAll(() => lab?.close());

  const put = (path: string, text: string): string => {
    node.write(`/config/${path}`, text);
    return createHash('sha256').update(text).digest('hex');
  };
  const sumOf = (path: string): string =>
    createHash('sha256')
      .update(readFileSync(`/proc/${node.pid}/root${path}`))
      .digest('hex');
  const profile = (...packages: readonly Package[]): Profile => ({
    version: 1,
    role: 'storage',
    packages: [...packages],
  });
  const check = (wanted: Profile) => packagesAction.check(wanted, systemOf(node));
  const apply = async (wanted: Profile) => {
    notes = [];
    return packagesAction.apply(wanted, systemOf(node), (text) => notes.push(text));
  };
  const script = (name: string, body: string, more: Partial<Package> = {}): Package => ({
    name,
    kind: 'script',
    source: `packages/${name}.sh`,
    sha256: put(`node/packages/${name}.sh`, `#!/bin/sh\n${body}\n`),
    ...more,
  });

  it('runs scripts in the order of their numbers, once for each edition, in a clean environment', async () => {
    const second = script('20-second', 'echo second >> /root/ran; env | sort > /root/environment; tty; pwd');
    const first = script('3-first'.padStart(8, '0'), 'echo first >> /root/ran');
    const wanted = profile(second, first);
    expect(await check(wanted)).toMatchObject({
      changes: [
        {
          op: 'run',
          subject: 'package 03-first',
          after: expect.stringMatching(/^run script packages\/03-first.sh, sha256 /),
        },
        { subject: 'package 20-second' },
      ],
    });
    expect(await apply(wanted)).toMatchObject({ ok: true });
    expect(node.read('/root/ran')).toBe('first\nsecond\n');
    expect(await check(wanted)).toEqual({ kind: 'converged' });
    expect(await apply(wanted)).toMatchObject({ ok: true });
    expect(node.read('/root/ran')).toBe('first\nsecond\n');
    const names = node
      .read('/root/environment')
      .split('\n')
      .map((line) => line.split('=')[0]);
    for (const name of ['PATH', 'LANG', 'HOME']) expect(names).toContain(name);
    expect(names.filter((name) => /TERM|SSH|MAYFLY|NODE/.test(name ?? ''))).toEqual([]);
    expect(notes.join('\n') + node.read('/run/mayfly/packages/20-second/log')).toMatch(/not a tty[\s\S]*\//);
    // Another edition runs again.
    const newer = profile(script('20-second', 'echo newer >> /root/ran'), first);
    expect(await check(newer)).toMatchObject({ changes: [{ before: expect.stringContaining('in this uptime') }] });
    expect(await apply(newer)).toMatchObject({ ok: true });
    expect(node.read('/root/ran')).toBe('first\nsecond\nnewer\n');
  });

  it('tells a failure with its last line and its log, and begins nothing after it', async () => {
    const wanted = profile(
      script('30-fails', 'echo some words; echo no such disk >&2; exit 7'),
      script('31-after', 'touch /root/after'),
    );
    expect(await apply(wanted)).toMatchObject({
      problem: {
        code: 'packages/failed',
        summary: '30-fails ended with exit status 7: no such disk',
        remedy: expect.stringContaining('/run/mayfly/packages/30-fails/log'),
        path: 'packages[0]',
      },
    });
    expect(node.exists('/root/after')).toBe(false);
    expect(notes).toContain('30-fails: some words');
    expect(await check(wanted)).toMatchObject({ changes: [{}, {}] });
  });

  it('ends a script that takes too long, with all that it started', async () => {
    const wanted = profile(script('40-slow', 'sleep 4711 & sleep 4712', { timeout: '2s' }));
    expect(await apply(wanted)).toMatchObject({
      problem: { code: 'packages/timeout', summary: expect.stringContaining('40-slow did not end within 2s') },
    });
    expect((await node.run(['pgrep', '-f', 'sleep 471'])).exitCode).toBe(1);
  });

  it('runs nothing whose checksum is not the one of the profile', async () => {
    const wanted = profile(script('50-changed', 'touch /root/changed'));
    node.write('/config/node/packages/50-changed.sh', '#!/bin/sh\ntouch /root/changed # exchanged\n');
    expect(await check(wanted)).toMatchObject({ problem: { code: 'packages/checksum', path: 'packages[0]' } });
    expect(await apply(wanted)).toMatchObject({ problem: { code: 'packages/checksum' } });
    expect(node.exists('/root/changed')).toBe(false);
    expect(
      await check(profile({ name: '51-gone', kind: 'script', source: 'packages/gone.sh', sha256: '0'.repeat(64) })),
    ).toMatchObject({
      problem: { code: 'packages/no-source', summary: expect.stringContaining('/config/global/packages/gone.sh') },
    });
  });

  it('unpacks a tarball over the root, and shows before what it replaces', async () => {
    await node.must([
      'sh',
      '-ec',
      'mkdir -p /root/tree/etc /root/tree/opt/new /config/global && cd /root/tree && echo from the tarball > etc/motd && echo new > opt/new/file && chmod 640 opt/new/file && tar --zstd -cf /config/global/files.tar.zst . || tar -czf /config/global/files.tar.zst .',
    ]);
    const wanted = profile({
      name: '60-files',
      kind: 'tarball',
      source: 'files.tar.zst',
      sha256: sumOf('/config/global/files.tar.zst'),
    });
    node.write('/etc/motd', 'before\n');
    expect(await check(wanted)).toMatchObject({
      changes: [
        {
          after: expect.stringMatching(/^unpack tarball files.tar.zst, sha256 \w{12}: 2 files, replaces \/etc\/motd$/),
        },
      ],
    });
    const before = await node.must(['stat', '-c', '%a', '/etc']);
    expect(await apply(wanted)).toMatchObject({ ok: true });
    expect(node.read('/etc/motd')).toBe('from the tarball\n');
    expect(await node.must(['stat', '-c', '%a', '/opt/new/file'])).toBe('640\n');
    expect(await node.must(['stat', '-c', '%a', '/etc'])).toBe(before);
    expect(await check(wanted)).toEqual({ kind: 'converged' });
  });

  it('refuses a tarball that reaches further than it should, before anything of it is written', async () => {
    await node.must([
      'sh',
      '-ec',
      'cd /root/tree && cp /bin/true etc/tool && chmod u+s etc/tool && tar -cf /config/global/setuid.tar .',
    ]);
    const item = {
      name: '61-setuid',
      kind: 'tarball',
      source: 'setuid.tar',
      sha256: sumOf('/config/global/setuid.tar'),
    } as const;
    expect(await check(profile(item))).toMatchObject({
      problem: { code: 'packages/refused', summary: expect.stringContaining('./etc/tool') },
    });
    expect(await apply(profile(item))).toMatchObject({ problem: { code: 'packages/refused' } });
    expect(node.exists('/etc/tool')).toBe(false);
    expect(await apply(profile({ ...item, setuid: true }))).toMatchObject({ ok: true });
    expect(await node.must(['stat', '-c', '%a', '/etc/tool'])).toBe('4755\n');
  });

  it('a container without podman says what is missing', async () => {
    const source = `example.org/image@sha256:${'0'.repeat(64)}`;
    expect(await check(profile({ name: '70-box', kind: 'container', source }))).toMatchObject({
      problem: {
        code: 'packages/no-podman',
        path: 'packages[0]',
        remedy: expect.stringContaining('--with podman'),
      },
    });
  });
});
