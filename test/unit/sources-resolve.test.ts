import { describe, expect, it } from 'vitest';
import { resolveProfile } from '../../src/sources/resolve-profile.ts';
import type { CommandResult } from '../../src/system/system.ts';
import { lsblk, onDisk } from '../helpers/fake-filesystems.ts';
import { createFakeSystem, type FakeOptions } from '../helpers/fake-system.ts';

const nodeYaml = 'version: 1\nrole: client\nnode: { hostname: n1 }\naccess: { sshPasswords: false }\n';
const resolve = (options: FakeOptions) => resolveProfile(createFakeSystem(options), { nowMs: 10_000 });
const config = (files: Readonly<Record<string, string>>): FakeOptions => ({
  files: { '/config/.mayfly-config': '', ...files },
  commands: lsblk({ name: '/dev/vdb', label: 'MAYFLY', mountpoints: ['/config'] }),
});

describe('the config partition', () => {
  it('gives global and node, merged, with the layer of every value', async () => {
    const resolution = await resolve(
      config({
        '/config/global/profile.yaml': 'version: 1\nnode: { domain: x.example, timezone: Europe/Berlin }\n',
        '/config/node/profile.yaml': nodeYaml,
      }),
    );
    if (resolution.kind !== 'resolved') throw new Error(JSON.stringify(resolution));
    expect(resolution.profile.node).toEqual({ timezone: 'Europe/Berlin', domain: 'x.example', hostname: 'n1' });
    expect(resolution.transport).toMatchObject({ kind: 'config-partition', detail: '/dev/vdb at /config' });
    expect(resolution.transport.revision).toMatch(/^[0-9a-f]{12}$/);
    expect(Object.fromEntries(resolution.provenance)).toMatchObject({
      version: 'node',
      'node.timezone': 'global',
      'node.hostname': 'node',
      'access.consoleLock': 'image',
      'cluster.filesystem': 'role',
    });
  });

  it('is stronger than the image and weaker than the kernel command line', async () => {
    const options = config({
      '/config/node/profile.yaml': nodeYaml,
      '/proc/cmdline': 'ro mayfly.set.node.hostname=n9\n',
    });
    const resolution = await resolve(options);
    expect(resolution).toMatchObject({ kind: 'resolved', profile: { node: { hostname: 'n9' } } });
  });

  it('names file and line of what is wrong, in both files', async () => {
    const resolution = await resolve(
      config({
        '/config/global/profile.yaml': 'version: 1\nnode:\n  domian: x\n',
        '/config/node/profile.yaml': 'version: 1\nrole: client\nnode: { hostname: -x- }\n',
      }),
    );
    expect(
      resolution.kind === 'invalid' && resolution.problems.map(({ path, summary }) => `${path}: ${summary}`),
    ).toEqual([
      'node.hostname: found "-x-" (/config/node/profile.yaml line 3)',
      'node.domian: there is no key "domian" here (/config/global/profile.yaml line 3)',
    ]);
  });

  it.each([
    ['a syntax error', 'version: [\n', 'yaml/syntax'],
    ['nothing', '', 'yaml/empty'],
    ['a list', '- a\n', 'yaml/not-keys'],
  ])('with %s in it is invalid, not passed over', async (_, text, code) => {
    const resolution = await resolve(
      config({ '/config/node/profile.yaml': text, '/config/last-good/profile.yaml': nodeYaml }),
    );
    expect(resolution).toMatchObject({ kind: 'invalid', problems: [{ code }] });
    expect(resolution.kind === 'invalid' && resolution.problems[0].summary).toContain('/config/node/profile.yaml');
  });

  it('twice is an error that names both', async () => {
    const resolution = await resolve({
      files: { '/a/.mayfly-config': '', '/b/.mayfly-config': '', '/a/node/profile.yaml': nodeYaml },
      commands: lsblk(
        { name: '/dev/vdb', label: 'MAYFLY', mountpoints: ['/a'] },
        { name: '/dev/vdc', label: 'MAYFLY', mountpoints: ['/b'] },
      ),
    });
    expect(resolution).toMatchObject({ kind: 'invalid', problems: [{ code: 'sources/two-config-partitions' }] });
    expect(JSON.stringify(resolution)).toContain('/dev/vdb, /dev/vdc');
  });

  it('without the marker is none, and says so', async () => {
    const resolution = await resolve({
      files: { '/config/node/profile.yaml': nodeYaml },
      commands: lsblk({ name: '/dev/vdb', label: 'MAYFLY', mountpoints: ['/config'] }),
    });
    expect(resolution).toMatchObject({ kind: 'none' });
    expect(resolution.kind === 'none' && resolution.tried.map(({ code }) => code)).toEqual([
      'sources/no-kernel-profile',
      'sources/no-marker',
      'sources/no-last-good',
    ]);
  });

  it('is read without mounting it', async () => {
    const system = createFakeSystem({
      commands: {
        ...lsblk({ name: '/dev/vdb', label: 'MAYFLY', fstype: 'ext4' }),
        ...onDisk('/dev/vdb', { '/.mayfly-config': '', '/node/profile.yaml': nodeYaml }),
      },
    });
    const resolution = await resolveProfile(system);
    expect(resolution).toMatchObject({ kind: 'resolved', transport: { detail: '/dev/vdb' } });
    expect(system.ran).toEqual([]);
    expect(system.queried.every(([program]) => ['lsblk', 'blkid', 'unshare'].includes(program ?? ''))).toBe(true);
  });

  it('lists the etc folders, global first, and skips what must not be copied', async () => {
    const options = config({
      '/config/node/profile.yaml': nodeYaml,
      '/config/node/etc/motd': 'node',
      '/config/node/etc/hostname': 'evil',
      '/config/node/etc/vconsole.conf': 'KEYMAP=fr',
      '/config/node/etc/ssh/sshd_config.d/10-mayfly.conf': 'evil',
      '/config/global/etc/motd': 'global',
      '/config/global/etc/cron.d/job': 'x',
    });
    const resolution = await resolve({ ...options, links: { '/config/node/etc/out': '../../../etc/shadow' } });
    if (resolution.kind !== 'resolved') throw new Error(JSON.stringify(resolution));
    expect(resolution.overlays.map(({ from, to }) => `${from} ${to}`)).toEqual([
      '/config/global/etc/cron.d/job /etc/cron.d/job',
      '/config/global/etc/motd /etc/motd',
      '/config/node/etc/motd /etc/motd',
    ]);
    const skipped = resolution.warnings.filter(({ code }) => code === 'sources/overlay-skipped');
    expect(skipped.map(({ summary }) => summary.split(' ')[0])).toEqual([
      '/config/node/etc/hostname',
      '/config/node/etc/out',
      '/config/node/etc/ssh/sshd_config.d/10-mayfly.conf',
      '/config/node/etc/vconsole.conf',
    ]);
  });
});

describe('mayfly.profile= on the kernel command line', () => {
  const cmdline = (place: string) => ({ '/proc/cmdline': `BOOT_IMAGE=/x ro mayfly.profile=${place} quiet\n` });

  it('as a file on a labelled filesystem', async () => {
    const resolution = await resolve({
      files: cmdline('LABEL=STICK:/nodes/n1.yaml'),
      commands: {
        ...lsblk({ name: '/dev/sdb1', label: 'STICK', fstype: 'vfat' }),
        ...onDisk('/dev/sdb1', { '/nodes/n1.yaml': nodeYaml }),
      },
    });
    expect(resolution).toMatchObject({
      kind: 'resolved',
      transport: { kind: 'kernel-file', detail: '/dev/sdb1:/nodes/n1.yaml' },
    });
  });

  it('as a URL with the UUID and the MAC in it', async () => {
    const system = createFakeSystem({
      files: {
        '/proc/cmdline': 'mayfly.profile=http://boot/{uuid}/{mac}.yaml BOOTIF=01-52-54-00-AB-00-01',
        '/sys/class/dmi/id/product_uuid': '3F1C9A52-7C0E-4A53-9B42-1D0C5A2F8E11\n',
      },
      commands: { curl: nodeYaml, ...lsblk() },
    });
    const resolution = await resolveProfile(system);
    const url = 'http://boot/3f1c9a52-7c0e-4a53-9b42-1d0c5a2f8e11/52:54:00:ab:00:01.yaml';
    expect(resolution).toMatchObject({ kind: 'resolved', transport: { kind: 'kernel-url', detail: url } });
    expect(system.queried.find(([program]) => program === 'curl')?.at(-1)).toBe(url);
  });

  it('takes the MAC of the first link with carrier where the boot loader names none', async () => {
    const net = '/sys/class/net';
    const system = createFakeSystem({
      files: {
        ...cmdline('http://boot/{mac}'),
        [`${net}/ens3/type`]: '1\n',
        [`${net}/ens3/carrier`]: '0\n',
        [`${net}/ens3/address`]: '52:54:00:00:00:03\n',
        [`${net}/ens3/device/vendor`]: '',
        [`${net}/ens4/type`]: '1\n',
        [`${net}/ens4/carrier`]: '1\n',
        [`${net}/ens4/address`]: '52:54:00:00:00:04\n',
        [`${net}/ens4/device/vendor`]: '',
      },
      commands: { curl: nodeYaml, ...lsblk() },
    });
    expect(await resolveProfile(system)).toMatchObject({ transport: { detail: 'http://boot/52:54:00:00:00:04' } });
  });

  it.each([
    ['server is gone', 'http://boot/x', { exitCode: 7, stderr: 'curl: (7) Failed to connect' }, 'sources/unreachable'],
    ['file is not there', 'http://boot/x', { exitCode: 22, stderr: 'curl: (22) 404' }, 'sources/http-status'],
    ['medium is gone', 'LABEL=STICK:/x.yaml', {}, 'sources/no-filesystem'],
  ])('falls back with a warning when the %s', async (_, place, curl, code) => {
    const options = config({ ...cmdline(place), '/config/node/profile.yaml': nodeYaml });
    const resolution = await resolve({ ...options, commands: { ...options.commands, curl } });
    expect(resolution).toMatchObject({ kind: 'resolved', transport: { kind: 'config-partition' } });
    expect(resolution.kind === 'resolved' && resolution.warnings.map((problem) => problem.code)).toContain(code);
  });

  it.each([
    ['nonsense', 'profile.yaml', {}, 'sources/kernel-profile'],
    ['a path that leads out', 'LABEL=STICK:/../x', {}, 'sources/kernel-profile'],
    ['a UUID that the firmware does not tell', 'http://boot/{uuid}', {}, 'sources/kernel-profile'],
    ['what is no profile', 'http://boot/x', { stdout: '<html>' }, 'profile/value'],
    ['what is far too long', 'http://boot/x', { stdout: 'x'.repeat(300_000) }, 'sources/too-long'],
    ['what says that it is far too long', 'http://boot/x', { exitCode: 63 }, 'sources/too-long'],
  ])('is invalid with %s, whatever else there is', async (_, place, curl, code) => {
    const options = config({ ...cmdline(place), '/config/node/profile.yaml': nodeYaml });
    const resolution = await resolve({ ...options, commands: { ...options.commands, curl } });
    expect(resolution.kind).toBe('invalid');
    expect(resolution.kind === 'invalid' && resolution.problems[0].code).toMatch(
      code === 'profile/value' ? /^(profile|yaml)\// : new RegExp(code),
    );
  });

  /** What curl ends with, one attempt after the other; the last for all that follow. */
  const attempts = async (...answers: readonly Partial<CommandResult>[]) => {
    const options = config({ ...cmdline('http://boot/x'), '/config/node/profile.yaml': nodeYaml });
    let asked = 0;
    const curl = () => answers[Math.min(asked++, answers.length - 1)] ?? {};
    const system = createFakeSystem({ ...options, commands: { ...options.commands, curl, sleep: '' } });
    const resolution = await resolveProfile(system);
    const slept = system.queried.filter(([program]) => program === 'sleep').map(([, seconds]) => Number(seconds));
    return { asked, slept, resolution };
  };
  const status = (code: number) => ({
    exitCode: 22,
    stderr: `curl: (22) The requested URL returned error: ${code}\n`,
  });

  it('takes the whole of the answer that came whole, and nothing of one that broke off', async () => {
    const half = { exitCode: 18, stdout: nodeYaml.slice(0, 30), stderr: 'curl: (18) end of response missing\n' };
    const served = nodeYaml.replace('n1', 'served');
    const { asked, slept, resolution } = await attempts(half, half, { stdout: served });
    expect({ asked, slept }).toEqual({ asked: 3, slept: [1, 2] });
    expect(resolution).toMatchObject({ transport: { kind: 'kernel-url' }, profile: { node: { hostname: 'served' } } });
  });

  it.each([
    ['404', status(404), 1, /the server answers 404$/, /^Put the profile/],
    ['429', status(429), 5, /the server answers 429$/, /^Put the profile/],
    ['500', status(500), 5, /the server answers with its error 500$/, /^Look at the log of that server/],
    ['half an answer', { exitCode: 18, stderr: 'curl: (18) x' }, 5, /the answer breaks off \(18\) x$/, /^Look at what/],
    ['no answer in time', { exitCode: 28, stderr: 'curl: (28) late' }, 5, /fetched: \(28\) late$/, /^Check cable/],
    ['no curl', { exitCode: 127 }, 5, /curl ended with 127$/, /^Check cable/],
  ])(
    'tries again after %s as long as that can help, and says whose turn it is',
    async (_, answer, asked, why, remedy) => {
      const tried = await attempts(answer);
      expect(tried.asked).toBe(asked);
      if (tried.resolution.kind !== 'resolved') throw new Error(JSON.stringify(tried.resolution));
      const [missed] = tried.resolution.missed;
      expect(tried.resolution.transport.kind).toBe('config-partition');
      expect(missed?.summary).toMatch(why);
      expect(missed?.remedy).toMatch(remedy);
      expect(missed?.remedy).toContain('systemctl restart mayfly-configure');
      expect(tried.resolution.warnings).toContainEqual(missed);
    },
  );

  it('never shows the password of a URL', async () => {
    const resolution = await resolve({
      files: cmdline('http://user:hunter2@boot/x'),
      commands: { curl: { exitCode: 7 }, ...lsblk() },
    });
    expect(JSON.stringify(resolution)).not.toContain('hunter2');
  });
});

describe('the last good copy', () => {
  const kept = (keptAtMs: number) =>
    config({
      '/proc/cmdline': 'mayfly.profile=http://boot/x',
      '/config/last-good/profile.yaml': nodeYaml,
      '/config/last-good/source.json': JSON.stringify({ version: 1, keptAtMs, from: 'http://boot/x' }),
    });
  it.each([
    [4_000, 6_000],
    [20_000, undefined],
  ])('kept at %i is stale', async (keptAtMs, ageMs) => {
    const options = kept(keptAtMs);
    const resolution = await resolve({ ...options, commands: { ...options.commands, curl: { exitCode: 7 } } });
    expect(resolution).toMatchObject({ kind: 'resolved', transport: { kind: 'last-good' } });
    expect(resolution.kind === 'resolved' && resolution.stale).toEqual({ ageMs });
  });

  it('is not asked for when the server answers', async () => {
    const options = kept(4_000);
    const resolution = await resolve({ ...options, commands: { ...options.commands, curl: nodeYaml } });
    expect(resolution).toMatchObject({ kind: 'resolved', transport: { kind: 'kernel-url' } });
    expect(resolution).not.toHaveProperty('stale');
  });
});
