// A git checkout on the config partition of a node that trusts a key, pulled from a git server: only what was signed is applied, and only forwards.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { configDisk, makeConfigPartition } from '../helpers/config-disk.ts';
import { whyNoHosts } from '../helpers/host-tree.ts';
import { createLab, type Host, type Lab } from '../helpers/hosts.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const why = whyNoHosts();
const title = why === undefined ? 'signed checkouts' : `signed checkouts (skipped: ${why})`;
const trusted = '/usr/lib/mayfly/profile-keys.pem';
const statusSchema = z.object({ problems: z.array(z.object({ code: z.string(), summary: z.string() })) });

describe.skipIf(why !== undefined)(title, () => {
  let lab: Lab;
  let server: Host;
  let node: Host;
  let key = '';

  const startNode = () =>
    lab.start('node', { address: '10.95.0.21/24', disks: [configDisk], files: { [trusted]: key } });

  beforeAll(async () => {
    lab = await createLab('git');
    server = await lab.start('server', { address: '10.95.0.1/24' });
    key = await server.must(['mayfly', 'profile', 'keygen', '/root/fleet.key']);
    await server.must(['mayfly', 'profile', 'keygen', '/root/other.key']);
    await server.must(['git', 'init', '--quiet', '--bare', '--initial-branch=main', '/srv/fleet.git']);
    await server.must(['git', 'clone', '--quiet', '/srv/fleet.git', '/root/fleet']);
    for (const [name, value] of [
      ['user.name', 'fleet'],
      ['user.email', 'fleet@rack7.example'],
    ] as const)
      await server.must(['git', '-C', '/root/fleet', 'config', name, value]);
    await push('UTC', { serial: 1 });
    await server.must([
      'systemd-run',
      '--unit=git-server',
      'git',
      'daemon',
      '--export-all',
      '--base-path=/srv',
      '/srv',
    ]);
    node = await startNode();
    await makeConfigPartition(node);
    await node.must(['mount', '-o', 'remount,rw', '/config']);
    const clone = ['git', 'clone', '--quiet', 'git://10.95.0.1/fleet.git', '/config/node'];
    await waitUntil(async () => (await node.run(clone)).exitCode === 0, 'the git server answers');
    await node.must(['mount', '-o', 'remount,ro', '/config']);
  });
  afterAll(() => lab?.close());

  type Signing = { readonly serial?: number; readonly by?: string };
  /** A commit on the server with that time zone; without a serial number the signature stays what it was. */
  const push = async (zone: string, { serial, by = '/root/fleet.key' }: Signing = {}): Promise<string> => {
    const profile = `version: 1\nrole: client\nnode: { hostname: stor-01, timezone: ${zone} }\naccess: { sshPasswords: false }\n`;
    server.write('/root/fleet/profile.yaml', profile);
    server.write('/root/fleet/etc/motd', `in ${zone}\n`);
    if (serial !== undefined)
      await server.must(['mayfly', 'profile', 'sign', '--key', by, '--serial', `${serial}`, '/root/fleet']);
    await server.must(['git', '-C', '/root/fleet', 'add', '.']);
    await server.must(['git', '-C', '/root/fleet', 'commit', '--quiet', '--message', zone]);
    await server.must(['git', '-C', '/root/fleet', 'push', '--quiet', '--force', 'origin', 'HEAD:main']);
    return (await server.must(['git', '-C', '/root/fleet', 'rev-parse', 'HEAD'])).trim();
  };
  const back = (commit: string) => server.must(['git', '-C', '/root/fleet', 'reset', '--quiet', '--hard', commit]);
  const pull = () => node.run(['mayfly', 'pull'], { timeoutMs: 90_000 });
  /** What counts on the node: its time zone, its file from `etc/`, its checkout. */
  const state = async () => ({
    zone: (await node.must(['date', '+%Z'])).trim(),
    motd: node.read('/etc/motd'),
    head: (await node.must(['git', '-c', 'safe.directory=*', '-C', '/config/node', 'rev-parse', 'HEAD'])).trim(),
  });
  const told = async (): Promise<readonly string[]> => {
    const { stdout } = await node.run(['mayfly', 'status', '--json']);
    return statusSchema.parse(JSON.parse(stdout)).problems.map(({ code, summary }) => `${code}: ${summary}`);
  };
  const takenBack = (words: RegExp) =>
    expect.stringMatching(
      new RegExp(`^sources/git-taken-back: /config/node: commit .* was pulled and taken back .*${words.source}`),
    );

  let good = '';

  it('are applied at boot and after a pull when their signature is good', async () => {
    const booted = await node.run(['mayfly', 'configure'], { timeoutMs: 90_000 });
    expect(booted).toMatchObject({ exitCode: 0 });
    expect(await state()).toMatchObject({ zone: 'UTC', motd: 'in UTC\n' });
    expect((await node.must(['hostname'])).trim()).toBe('stor-01');
    good = await push('Asia/Tokyo', { serial: 2 });
    expect(await pull()).toMatchObject({ exitCode: 0 });
    expect(await state()).toEqual({ zone: 'JST', motd: 'in Asia/Tokyo\n', head: good });
    expect((await told()).join('\n')).not.toContain('sources/');
  });

  it.each([
    ['changed after they were signed', {}, /was changed after it was signed/],
    [
      'signed by a key that nobody trusts',
      { serial: 3, by: '/root/other.key' },
      /not made by a key that this image trusts/,
    ],
  ] as const)('are not applied when they were %s, and the node says so', async (_, signing, words) => {
    await push('America/Lima', signing);
    const pulled = await pull();
    expect(pulled.stdout + pulled.stderr).toMatch(words);
    expect(await state()).toEqual({ zone: 'JST', motd: 'in Asia/Tokyo\n', head: good });
    expect(await told()).toContainEqual(takenBack(words));
    await back(good);
  });

  it('are not applied without any signature', async () => {
    await server.must(['git', '-C', '/root/fleet', 'rm', '--quiet', 'signature.json']);
    await push('America/Lima');
    await pull();
    expect(await state()).toEqual({ zone: 'JST', motd: 'in Asia/Tokyo\n', head: good });
    expect(await told()).toContainEqual(takenBack(/has no signature/));
    await back(good);
  });

  it('are refused when an older one with a good signature is put back, also after a power cut', async () => {
    const replayed = await push('Europe/Berlin', { serial: 1 });
    await pull();
    expect(await state()).toEqual({ zone: 'JST', motd: 'in Asia/Tokyo\n', head: good });
    const words = /has the serial number 1, and 2 was in force/;
    expect(await told()).toContainEqual(takenBack(words));
    await lab.cutPower(node);
    node = await startNode();
    expect(await node.run(['mayfly', 'configure'], { timeoutMs: 90_000 })).toMatchObject({ exitCode: 0 });
    expect(await state()).toEqual({ zone: 'JST', motd: 'in Asia/Tokyo\n', head: good });
    expect(await told()).toContainEqual(takenBack(words));
    // Somebody moves the checkout itself, on the partition: nothing of it is applied, and no other source is asked.
    await node.must(['mount', '-o', 'remount,rw', '/config']);
    await node.must(['git', '-c', 'safe.directory=*', '-C', '/config/node', 'fetch', '--quiet', 'origin']);
    await node.must(['git', '-c', 'safe.directory=*', '-C', '/config/node', 'reset', '--quiet', '--hard', replayed]);
    await lab.cutPower(node);
    node = await startNode();
    const refused = await node.run(['mayfly', 'configure'], { timeoutMs: 90_000 });
    expect(refused.stderr).toContain('THE PROFILE IS NOT VALID');
    expect(refused.stderr).toContain('sources/replayed');
    expect(await state()).toMatchObject({ zone: 'UTC', head: replayed });
  });

  it('are applied again once something newer is signed', async () => {
    const newer = await push('America/Lima', { serial: 4 });
    expect(await pull()).toMatchObject({ exitCode: 0 });
    expect(await state()).toEqual({ zone: '-05', motd: 'in America/Lima\n', head: newer });
    expect((await told()).join('\n')).not.toContain('sources/');
  });
});
