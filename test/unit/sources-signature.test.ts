// Signed profiles: signed by the program itself, and everything that an image with a key must not take.
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { runProfile } from '../../src/cli/profile.ts';
import { unusableKey } from '../../src/image/profile-key.ts';
import { keepSerial } from '../../src/sources/check-signature.ts';
import { commitProfile } from '../../src/sources/config-partition.ts';
import { copyOverlays } from '../../src/sources/copy-overlays.ts';
import { resolveProfile } from '../../src/sources/resolve-profile.ts';
import { isSignedBy, parseSignature, signBundle, trustedKeysPath } from '../../src/state/signed-bundle.ts';
import { lsblk } from '../helpers/fake-filesystems.ts';
import { createFakeSystem, type FakeSystem } from '../helpers/fake-system.ts';

const nodeYaml = 'version: 1\nrole: client\nnode: { hostname: n1 }\naccess: { sshPasswords: false }\n';
const globalYaml = 'version: 1\nnode: { domain: x.example }\n';

/** sha256sum of the fake machine's own files. */
const withSums = (system: FakeSystem): FakeSystem => {
  system.answer('sha256sum', async ([, , file = '']) => {
    return `${createHash('sha256').update(system.text(file)).digest('hex')} *${file}\n`;
  });
  return system;
};

const publicPem = ({ publicKey }: { readonly publicKey: KeyObject }): string =>
  publicKey.export({ type: 'spki', format: 'pem' }).toString();

const io = (system: FakeSystem) => {
  const said = { out: '', err: '' };
  return {
    said,
    io: {
      system,
      out: (text: string) => {
        said.out += text;
      },
      err: (text: string) => {
        said.err += text;
      },
      interactive: false,
      readStdin: async () => '',
    },
  };
};
const mayfly = async (system: FakeSystem, ...args: readonly string[]) => {
  const run = io(system);
  return { status: await runProfile(args, run.io), ...run.said };
};

describe('an image that trusts a key', () => {
  let trusted: string;
  let key: string;
  beforeAll(() => {
    const pair = generateKeyPairSync('ed25519');
    trusted = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  });

  const node = (files: Readonly<Record<string, string>> = {}): FakeSystem =>
    withSums(
      createFakeSystem({
        files: {
          '/config/.mayfly-config': '',
          '/config/global/profile.yaml': globalYaml,
          '/config/node/profile.yaml': nodeYaml,
          '/config/node/etc/motd': 'hello\n',
          [trustedKeysPath]: trusted,
          '/root/key.pem': key,
          ...files,
        },
        commands: lsblk({ name: '/dev/vdb', label: 'MAYFLY', mountpoints: ['/config'] }),
      }),
    );
  const sign = (system: FakeSystem, serial: number) =>
    mayfly(system, 'sign', '--key', '/root/key.pem', '--serial', `${serial}`, '/config');
  const codeOf = async (system: FakeSystem) => {
    const resolution = await resolveProfile(system);
    return resolution.kind === 'invalid' ? resolution.problems[0].code : resolution.kind;
  };

  it('takes what was signed with it, and knows under which number', async () => {
    const system = node();
    expect(await sign(system, 7)).toMatchObject({ status: 0, out: expect.stringContaining('3 files') });
    expect(await resolveProfile(system)).toMatchObject({ kind: 'resolved', signed: { serial: 7 } });
  });

  it.each<[string, string, (system: FakeSystem) => unknown]>([
    ['without a signature', 'sources/unsigned', (system) => system.remove('/config/signature.json')],
    [
      'when a profile was changed',
      'sources/not-as-signed',
      (system) => system.put('/config/node/profile.yaml', `${nodeYaml}# x\n`),
    ],
    [
      'when a file of etc was changed',
      'sources/not-as-signed',
      (system) => system.put('/config/node/etc/motd', 'evil\n'),
    ],
    [
      'when a file of etc was added',
      'sources/not-as-signed',
      (system) => system.put('/config/global/etc/cron.d/x', 'evil\n'),
    ],
    ['when a file was taken away', 'sources/not-as-signed', (system) => system.remove('/config/node/etc/motd')],
    ['when a profile was taken away', 'sources/not-as-signed', (system) => system.remove('/config/node/profile.yaml')],
    [
      'with half a signature',
      'sources/bad-signature',
      (system) => system.put('/config/signature.json', system.text('/config/signature.json').slice(0, 90)),
    ],
    [
      'with another serial number in it',
      'sources/bad-signature',
      (system) =>
        system.put(
          '/config/signature.json',
          system.text('/config/signature.json').replace('"serial": 7', '"serial": 8'),
        ),
    ],
    [
      'that is older than what was in force',
      'sources/replayed',
      (system) => system.put('/config/last-good/serial.json', '{"version":1,"serial":8}'),
    ],
    [
      'that is older than what was in force in this uptime',
      'sources/replayed',
      (system) => system.put('/run/mayfly/profile-serial.json', '{"version":1,"serial":8}'),
    ],
  ])('takes nothing %s', async (_, code, change) => {
    const system = node();
    await sign(system, 7);
    await change(system);
    expect(await codeOf(system)).toBe(code);
  });

  it('takes the last good copy under its own number: a newer profile may have been in force and never converged', async () => {
    const system = node({ '/config/last-good/serial.json': '{"version":1,"serial":9}' });
    await mayfly(system, 'sign', '--key', '/root/key.pem', '--serial', '5', '/config');
    await system.remove('/config/global/profile.yaml');
    await system.remove('/config/node/profile.yaml');
    system.put('/config/last-good/profile.yaml', nodeYaml);
    const one = await mayfly(
      system,
      'sign',
      '--key',
      '/root/key.pem',
      '--serial',
      '5',
      '/config/last-good/profile.yaml',
    );
    expect(one.status).toBe(0);
    system.put('/config/last-good/signature.json', system.text('/config/last-good/profile.yaml.sig'));
    expect(await resolveProfile(system)).toMatchObject({ kind: 'resolved', transport: { kind: 'last-good' } });
    system.put('/config/last-good/profile.yaml', `${nodeYaml}# x\n`);
    expect(await codeOf(system)).toBe('sources/not-as-signed');
  });

  it('the number never goes down, and is written only when it goes up', async () => {
    const system = node();
    system.answer('mount', '');
    await keepSerial(system, { serial: 7 });
    expect(system.text('/config/last-good/serial.json')).toContain('"serial":7');
    const remounts = system.ran.length;
    await keepSerial(system, { serial: 5 });
    expect(system.text('/run/mayfly/profile-serial.json')).toContain('"serial":7');
    expect(system.ran.length).toBe(remounts);
  });

  it('copies no file that was changed after it was checked', async () => {
    const system = node();
    await sign(system, 7);
    const resolved = await resolveProfile(system);
    if (resolved.kind !== 'resolved') throw new Error(JSON.stringify(resolved));
    system.put('/config/node/etc/motd', 'evil\n');
    expect(await copyOverlays(system, resolved.overlays)).toMatchObject({
      count: 0,
      problems: [{ summary: expect.stringContaining('changed since its signature was checked') }],
    });
    expect(await system.stat('/etc/motd')).toBe(undefined);
    system.put('/config/node/etc/motd', 'hello\n');
    expect(await copyOverlays(system, resolved.overlays)).toEqual({ count: 1, problems: [] });
  });

  it('signs no file that a signature cannot name', async () => {
    const system = node({ '/config/node/etc/müll': 'x' });
    expect(await sign(system, 7)).toMatchObject({
      status: 1,
      err: expect.stringContaining('profile/name-not-signed'),
    });
    expect(await system.stat('/config/signature.json')).toBe(undefined);
  });

  it('takes nothing that another key has signed', async () => {
    const other = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const system = node({ '/root/key.pem': other });
    await sign(system, 7);
    expect(await codeOf(system)).toBe('sources/bad-signature');
    // Until its public half is trusted beside the first.
    system.put('/root/key.pem', key);
    await sign(system, 7);
    system.put(
      trustedKeysPath,
      `${generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' })}${trusted}`,
    );
    expect(await codeOf(system)).toBe('resolved');
  });

  it('an image whose file of keys holds none takes nothing at all', async () => {
    const system = node({ [trustedKeysPath]: 'nonsense\n' });
    await sign(system, 7);
    expect(await codeOf(system)).toBe('sources/bad-signature');
  });

  it('asks a server for the signature beside the profile', async () => {
    const system = node({ '/proc/cmdline': 'mayfly.profile=http://boot/n1.yaml', '/srv/n1.yaml': nodeYaml });
    const signed = await mayfly(system, 'sign', '--key', '/root/key.pem', '--serial', '3', '/srv/n1.yaml');
    expect(signed.status).toBe(0);
    system.answer('curl', async (command) => system.text(`/srv/${command.at(-1)?.split('/').at(-1)}`));
    expect(await resolveProfile(system)).toMatchObject({
      kind: 'resolved',
      transport: { kind: 'kernel-url' },
      signed: { serial: 3, text: nodeYaml },
    });
    system.answer('curl', (command) => (command.at(-1)?.endsWith('.sig') ? { exitCode: 22 } : nodeYaml));
    expect(await codeOf(system)).toBe('sources/unsigned');
    system.answer('curl', (command) =>
      command.at(-1)?.endsWith('.sig') ? { exitCode: 28, stderr: 'late' } : nodeYaml,
    );
    expect(await codeOf(system)).toBe('sources/unreachable');
  });

  it('saves nothing from the console: the next boot would not take it', async () => {
    const system = node();
    expect(await commitProfile(system, { version: 1, role: 'client' })).toMatchObject({
      ok: false,
      problem: { code: 'sources/signed-only' },
    });
    expect(system.text('/config/node/profile.yaml')).toBe(nodeYaml);
  });

  it('takes the signature that a checkout brings before the one at the top', async () => {
    const system = node({ '/config/node/.git/HEAD': 'ref: refs/heads/main\n' });
    await sign(system, 7);
    expect(system.text('/config/node/signature.json')).toContain('"serial": 7');
    expect(await system.stat('/config/signature.json')).toBe(undefined);
    expect(await resolveProfile(system)).toMatchObject({ kind: 'resolved', signed: { serial: 7 } });
    const good = system.text('/config/node/signature.json');
    system.put('/config/signature.json', good);
    system.put('/config/node/signature.json', good.replace('"serial": 7', '"serial": 8'));
    const refused = await resolveProfile(system);
    expect(refused).toMatchObject({
      problems: [{ code: 'sources/bad-signature', summary: expect.stringContaining('/config/node/signature.json') }],
    });
  });

  it('signs a folder that becomes node/ by the names that it has there', async () => {
    const system = node({ '/work/profile.yaml': nodeYaml, '/work/etc/motd': 'hello\n', '/work/README': 'x' });
    await system.remove('/config/global/profile.yaml');
    const signed = await mayfly(system, 'sign', '--key', '/root/key.pem', '--serial', '3', '/work');
    expect(signed).toMatchObject({ status: 0, out: expect.stringContaining('2 files') });
    system.put('/config/node/signature.json', system.text('/work/signature.json'));
    expect(await resolveProfile(system)).toMatchObject({ kind: 'resolved', signed: { serial: 3 } });
  });

  it('without a key nothing needs a signature', async () => {
    const system = node();
    await system.remove(trustedKeysPath);
    expect(await codeOf(system)).toBe('resolved');
  });
});

describe('the file of keys for an image', () => {
  const pair = generateKeyPairSync('ed25519');
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  it.each([
    ['a public key', publicKey, undefined],
    ['another kind of key', publicPem(generateKeyPairSync('x25519')), 'image/profile-key'],
    ['nonsense', 'x', 'image/profile-key'],
    [
      'the private key',
      publicKey + pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      'image/private-key',
    ],
  ])('with %s', async (_, text, code) => {
    const system = createFakeSystem({ files: { '/k.pem': text } });
    expect((await unusableKey(`${system.root}/k.pem`))?.code).toBe(code);
  });
  it('that is not there', async () => {
    expect((await unusableKey('/nowhere/k.pem'))?.summary).toContain('is not there');
  });
});

describe('the commands', () => {
  it('makes a key that signs, and never over another one', async () => {
    const system = withSums(createFakeSystem({ files: { '/w/p.yaml': nodeYaml } }));
    const made = await mayfly(system, 'keygen', '/w/key.pem');
    expect(made).toMatchObject({ status: 0, out: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----/) });
    expect((await system.stat('/w/key.pem'))?.mode).toBe(0o600);
    expect(await mayfly(system, 'keygen', '/w/key.pem')).toMatchObject({
      status: 1,
      err: expect.stringContaining('profile/key-exists'),
    });
    expect(await mayfly(system, 'sign', '--key', '/w/key.pem', '--serial', '1', '/w/p.yaml')).toMatchObject({
      status: 0,
    });
    const signed = parseSignature(system.text('/w/p.yaml.sig'));
    expect(signed !== undefined && isSignedBy(signed, made.out)).toBe(true);
  });

  it.each([
    [['--serial', '1', '/w/p.yaml'], 'needs --key'],
    [['--key', '/w/key.pem', '/w/p.yaml'], 'needs --serial'],
    [['--key', '/w/key.pem', '--serial', '0', '/w/p.yaml'], 'whole number from 1'],
    [['--key', '/w/p.yaml', '--serial', '1', '/w/p.yaml'], 'profile/no-key'],
    [['--key', '/w/key.pem', '--serial', '1', '/w/gone'], 'profile/nothing-to-sign'],
    [['--key', '/w/key.pem', '--serial', '1', '/w'], 'profile/nothing-to-sign'],
  ])('sign %j says what is missing', async (args, words) => {
    const system = withSums(createFakeSystem({ files: { '/w/p.yaml': nodeYaml } }));
    await mayfly(system, 'keygen', '/w/key.pem');
    expect(await mayfly(system, 'sign', ...args)).toMatchObject({ status: 1, err: expect.stringContaining(words) });
  });
});

it('no change of a signature, of its number or of its files passes', () => {
  const pair = generateKeyPairSync('ed25519');
  const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const sum = fc.stringMatching(/^[0-9a-f]{64}$/);
  const files = fc.dictionary(fc.constantFrom('profile.yaml', 'global/profile.yaml', 'node/etc/a b'), sum, {
    minKeys: 1,
  });
  fc.assert(
    fc.property(
      files,
      fc.integer({ min: 1, max: 1e6 }),
      files,
      fc.integer({ min: 1, max: 1e6 }),
      (mine, serial, theirs, other) => {
        const signed = signBundle({ files: mine, serial }, pair.privateKey);
        expect(isSignedBy(signed, pem)).toBe(true);
        const same =
          serial === other &&
          JSON.stringify(Object.entries(mine).sort()) === JSON.stringify(Object.entries(theirs).sort());
        expect(isSignedBy({ ...signed, files: theirs, serial: other }, pem)).toBe(same);
      },
    ),
    { numRuns: 100 },
  );
});
