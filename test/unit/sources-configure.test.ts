import { describe, expect, it } from 'vitest';
import type { CliIo } from '../../src/cli/cli-io.ts';
import { runConfigure } from '../../src/cli/configure.ts';
import { runProfile } from '../../src/cli/profile.ts';
import { maintenancePath, maintenanceSchema } from '../../src/state/maintenance.ts';
import { parseProfile } from '../../src/state/parse-profile.ts';
import type { Profile } from '../../src/state/profile.ts';
import { profileSourcePath } from '../../src/state/profile-source.ts';
import { renderProfile } from '../../src/state/render-profile.ts';
import { lsblk } from '../helpers/fake-filesystems.ts';
import { createFakeSystem, type FakeOptions, type FakeSystem } from '../helpers/fake-system.ts';

const hash = '$y$j9T$abcdefghijklmnop$abcdefghijklmnopqrstuvwxyz';
const nodeYaml = `version: 1\nrole: client\nnode: { hostname: n1 }\naccess: { rootPasswordHash: "${hash}" }\n`;

const run = async (verb: typeof runProfile, args: readonly string[], system: FakeSystem, stdin = '') => {
  let out = '';
  let err = '';
  const io: CliIo = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    readStdin: async () => stdin,
    interactive: false,
    system,
  };
  const status = await verb(args, io);
  return { status, out, err };
};

const profileOf = (text: string): Profile => {
  const parsed = parseProfile(text);
  if (!parsed.ok) throw new Error(parsed.problem[0].summary);
  return parsed.value;
};

const withProfile = (text: string, more: FakeOptions['files'] = {}): FakeSystem =>
  createFakeSystem({
    files: { '/config/.mayfly-config': '', '/config/node/profile.yaml': text, ...more },
    commands: lsblk({ name: '/dev/vdb', label: 'MAYFLY', mountpoints: ['/config'] }),
  });

describe('mayfly configure', () => {
  it('without a profile leaves a note of what it tried, and touches nothing', async () => {
    const system = createFakeSystem({ commands: lsblk() });
    const { status, err } = await run(runConfigure, [], system);
    expect(status).toBe(0);
    expect(err).toContain('No profile was found');
    const note = maintenanceSchema.parse(JSON.parse(system.text(maintenancePath)));
    expect(note.reason).toBe('no-profile');
    expect(note.problems.map(({ code }) => code)).toContain('sources/no-config-partition');
    expect(await system.stat('/run/mayfly/profile.yaml')).toBe(undefined);
    expect(system.ran).toEqual([]);
  });

  it('with an invalid profile is loud, names every problem, and touches nothing', async () => {
    const system = withProfile('version: 1\nrole: clint\nnode: { hostname: -x- }\n', { '/config/node/etc/motd': 'x' });
    const { status, err } = await run(runConfigure, [], system);
    expect(status).toBe(0);
    expect(err).toContain('THE PROFILE IS NOT VALID (config partition, /dev/vdb at /config)');
    expect(err).toContain('did you mean `client`?');
    const note = maintenanceSchema.parse(JSON.parse(system.text(maintenancePath)));
    expect(note).toMatchObject({ reason: 'invalid-profile', transport: 'config partition, /dev/vdb at /config' });
    expect(note.problems.map(({ path }) => path)).toEqual(['role', 'node.hostname']);
    expect(await system.stat('/etc/motd')).toBe(undefined);
  });

  it('with a profile copies etc, puts it in force and applies it', async () => {
    const system = withProfile(nodeYaml, {
      '/config/node/etc/motd': 'node',
      '/config/global/etc/motd': 'global',
      [maintenancePath]: '{}',
    });
    const { status, out, err } = await run(runConfigure, [], system);
    // The fake has none of the programs that the steps need, so that the apply itself cannot converge.
    expect(status).not.toBe(0);
    expect(out).toMatch(/^Profile: config partition, \/dev\/vdb at \/config, revision [0-9a-f]{12}\n/);
    expect(system.text('/etc/motd')).toBe('node');
    expect(system.text('/run/mayfly/profile.yaml')).toContain('hostname: n1');
    expect((await system.stat('/run/mayfly/profile.yaml'))?.mode).toBe(0o600);
    expect(JSON.parse(system.text('/run/mayfly/profile-source.json'))).toMatchObject({ version: 1, persisted: true });
    expect(await system.stat(maintenancePath)).toBe(undefined);
    expect(await system.stat('/run/mayfly/journal.jsonl')).not.toBe(undefined);
    expect(out + err).not.toContain(hash);
  });

  const leasePath = '/run/systemd/network/98-mayfly-sources.network';
  const fromServer = (curl: string | { exitCode: number }, more: FakeOptions['files'] = {}): FakeSystem => {
    const system = withProfile(nodeYaml, { '/proc/cmdline': 'ro mayfly.profile=http://boot/n1.yaml\n', ...more });
    system.answer('mount', '');
    system.answer('curl', () => curl);
    return system;
  };
  const reloads = (system: FakeSystem) => system.ran.filter((command) => command.join(' ') === 'networkctl reload');

  it('asks for a lease for as long as it asks a server, on a node that has no network yet', async () => {
    const system = fromServer(nodeYaml);
    const leases: (string | undefined)[] = [];
    system.answer('curl', async () => {
      leases.push(await system.readText(leasePath));
      return nodeYaml.replace('n1', 'served');
    });
    system.answer('networkctl reload', '');
    await run(runConfigure, [], system);
    expect(leases).toEqual([expect.stringContaining('DHCP=yes')]);
    expect(await system.stat(leasePath)).toBe(undefined);
    const [asked, waited] = ['curl', '/usr/lib/systemd/systemd-networkd-wait-online'].map((program) =>
      system.queried.findIndex((command) => command[0] === program),
    );
    expect(waited).toBeGreaterThan(-1);
    expect(asked).toBeGreaterThan(waited ?? 0);
    expect(reloads(system).length).toBeGreaterThanOrEqual(2);
    expect(system.text('/run/mayfly/profile.yaml')).toContain('hostname: served');
  });

  it('leaves the links alone that a profile has set up, and those of a node that asks no server', async () => {
    const setUp = fromServer(nodeYaml, { '/etc/systemd/network/10-mayfly-ens3.network': '' });
    await run(runConfigure, [], setUp);
    const local = withProfile(nodeYaml);
    await run(runConfigure, [], local);
    for (const system of [setUp, local])
      expect(system.queried.some((command) => command.includes('--operational-state=routable'))).toBe(system === setUp);
    expect(reloads(setUp)).toEqual([]);
  });

  it('notes beside the profile in force what should have been there before it, and why it was not', async () => {
    const system = fromServer({ exitCode: 7 });
    await run(runConfigure, [], system);
    expect(JSON.parse(system.text(profileSourcePath))).toMatchObject({
      transport: 'config partition, /dev/vdb at /config',
      missed: [{ code: 'sources/unreachable', remedy: expect.stringContaining('Check cable') }],
    });
    await system.remove('/config/node/profile.yaml');
    system.put('/config/last-good/profile.yaml', nodeYaml);
    system.put('/config/last-good/source.json', '{"version":1,"keptAtMs":1700000000000,"from":"http://boot/n1.yaml"}');
    await run(runConfigure, [], system);
    const copy = JSON.parse(system.text(profileSourcePath));
    expect(copy).toMatchObject({ missed: [{ code: 'sources/unreachable' }] });
    // Within the time that this test takes.
    expect(Math.abs(copy.stale.keptAtMs - 1_700_000_000_000)).toBeLessThan(60_000);
    await system.remove('/config/last-good/profile.yaml');
    await run(runConfigure, [], system);
    const note = maintenanceSchema.parse(JSON.parse(system.text(maintenancePath)));
    expect(note.missed?.map(({ code }) => code)).toEqual(['sources/unreachable']);
  });

  it('takes no arguments', async () => {
    expect((await run(runConfigure, ['x'], createFakeSystem())).status).toBe(1);
    expect((await run(runConfigure, ['--help'], createFakeSystem())).out).toContain('Usage: mayfly configure');
  });
});

describe('mayfly profile', () => {
  it('check says that a profile is valid, with warnings', async () => {
    const text = 'version: 1\nrole: client\n';
    const { status, out } = await run(runProfile, ['check', '-'], createFakeSystem(), text);
    expect(status).toBe(0);
    expect(out).toContain('access/nobody');
    expect(out).toContain('Valid (1 warning).');
  });

  it('check --json lists every problem', async () => {
    const system = createFakeSystem({ files: { '/x.yaml': 'version: 1\nrole: x\nnode: { hostnme: a }\n' } });
    const { status, out } = await run(runProfile, ['check', '/x.yaml', '--json'], system);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      valid: false,
      problems: [{ path: 'role' }, { path: 'node.hostnme', code: 'profile/unknown-key' }],
    });
  });

  it('schema prints JSON Schema with an example for every value', async () => {
    const schema = JSON.parse((await run(runProfile, ['schema'], createFakeSystem())).out);
    expect(schema).toMatchObject({
      $id: 'urn:mayfly:profile:1',
      additionalProperties: false,
      required: ['version', 'role'],
      properties: { node: { properties: { hostname: { examples: ['stor-01'] } } } },
    });
    expect(JSON.stringify(schema)).not.toContain('"form"');
  });

  it('show prints every value with its layer, and no secret', async () => {
    const { status, out } = await run(runProfile, ['show'], withProfile(nodeYaml));
    expect(status).toBe(0);
    expect(out).toContain('node    node.hostname            n1\n');
    expect(out).toContain('image   node.timezone            Etc/UTC\n');
    expect(out).toContain('node    access.rootPasswordHash  (set)\n');
    const json = await run(runProfile, ['show', '--json'], withProfile(nodeYaml));
    expect(JSON.parse(json.out)).toMatchObject({ found: true, layers: { 'node.hostname': 'node' } });
    expect(out + json.out).not.toContain(hash);
  });

  it('show says what was tried when there is none', async () => {
    const { status, err } = await run(runProfile, ['show'], createFakeSystem({ commands: lsblk() }));
    expect(status).toBe(1);
    expect(err).toContain('sources/no-config-partition');
  });

  it('export leaves secrets out unless asked for them', async () => {
    const without = await run(runProfile, ['export'], withProfile(nodeYaml));
    expect(without.out).not.toContain(hash);
    expect(without.err).toContain('--with-secrets');
    const checked = await run(runProfile, ['check', '-'], createFakeSystem(), without.out);
    expect(checked.status).toBe(0);
    expect((await run(runProfile, ['export', '--with-secrets'], withProfile(nodeYaml))).out).toContain(hash);
  });

  it.each([[[]], [['check']], [['check', 'a', 'b']], [['show', 'x']], [['frobnicate']], [['--nope']]])(
    'answers %j with the usage',
    async (args) => {
      const { status, err } = await run(runProfile, args, createFakeSystem());
      expect(status).toBe(1);
      expect(err).not.toBe('');
    },
  );

  describe('commit', () => {
    const committing = (files: FakeOptions['files'] = {}): FakeSystem => {
      const system = withProfile('version: 1\nrole: client\n', files);
      system.answer('mount', '');
      return system;
    };
    const inForce = { '/run/mayfly/profile.yaml': renderProfile(profileOf(nodeYaml)) };

    it('saves what is on standard input, and says where', async () => {
      const system = committing();
      const { status, out } = await run(runProfile, ['commit'], system, nodeYaml);
      expect({ status, out }).toEqual({ status: 0, out: 'Saved as /config/node/profile.yaml.\n' });
      expect(system.text('/config/node/profile.yaml')).toContain('hostname: n1');
      const again = await run(runProfile, ['commit', '--json'], system, nodeYaml);
      expect(JSON.parse(again.out)).toEqual({ version: 1, saved: true, path: '/config/node/profile.yaml' });
    });

    it.each([
      ['the profile in force', inForce, true],
      ['another one than is in force', { '/run/mayfly/profile.yaml': 'version: 1\nrole: boot\n' }, false],
      ['a profile while none is in force', {}, false],
    ])('%s: says that the next boot finds it only where that is so', async (_, files, told) => {
      const system = committing(files);
      expect((await run(runProfile, ['commit'], system, nodeYaml)).status).toBe(0);
      const note = await system.readText(profileSourcePath);
      expect(note === undefined ? undefined : JSON.parse(note)).toEqual(
        told ? { version: 1, transport: 'config partition', persisted: true } : undefined,
      );
    });

    it('tells every problem on standard error, and leaves what is saved', async () => {
      const system = committing(inForce);
      const wrong = await run(runProfile, ['commit', '--json'], system, 'version: 1\nrole: clint\n');
      expect(wrong).toMatchObject({ status: 1, err: expect.stringContaining('did you mean `client`?') });
      expect(JSON.parse(wrong.out)).toMatchObject({ saved: false, problems: [{ path: 'role' }] });
      system.answer('mount', { exitCode: 32, stderr: 'write-protected' });
      const refused = await run(runProfile, ['commit'], system, nodeYaml);
      expect(refused).toMatchObject({ status: 1, out: '', err: expect.stringContaining('sources/read-only-medium') });
      expect(system.text('/config/node/profile.yaml')).not.toContain('hostname');
      expect(await system.stat(profileSourcePath)).toBeUndefined();
    });
  });
});
