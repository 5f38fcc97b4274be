// Packages of the vendors: what is missing, the repository as apt wants it, and what apt says when it cannot.
import { describe, expect, it } from 'vitest';
import { applyVendorPackages, checkVendorPackages } from '../../src/actions/vendor-packages.ts';
import { parseAptSources } from '../../src/image/apt-sources.ts';
import type { Profile } from '../../src/state/profile.ts';
import { renderSource, vendorOf } from '../../src/state/vendor-packages.ts';
import { createVendorMachine } from '../helpers/vendor-machine.ts';

const key = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQINBF\n-----END PGP PUBLIC KEY BLOCK-----\n';
const repository = { url: 'https://packages.example/beegfs', suite: 'trixie', components: ['non-free'], key };
type Cluster = NonNullable<Profile['cluster']>;
const profileOf = (cluster: Cluster, hostname = 'node-1'): Profile => ({
  version: 1,
  role: 'storage',
  node: { hostname },
  cluster,
});
const disk = { device: { serial: 'A' }, path: '/data/a' };
const target = { kind: 'ost', index: 0, device: { serial: 'A' } } as const;
const namesOf = (profile: Profile) => vendorOf(profile, '6.12.1-amd64')?.packages.map(({ name }) => name);

describe('packages', () => {
  it.each<[string, Profile, readonly string[] | undefined]>([
    [
      'management of 7.4',
      profileOf({ filesystem: 'beegfs', management: 'node-1', release: '7.4' }),
      ['beegfs-mgmtd', 'beegfs-utils'],
    ],
    [
      'metadata of 8',
      profileOf({ filesystem: 'beegfs', management: 'm', release: '8', metadata: [disk] }),
      ['beegfs-meta', 'beegfs-tools'],
    ],
    [
      'a client of 7.4',
      profileOf({ filesystem: 'beegfs', management: 'm', release: '7.4', mount: '/mnt' }),
      ['beegfs-client', 'beegfs-helperd', 'beegfs-utils'],
    ],
    [
      'a client of 8',
      profileOf({ filesystem: 'beegfs', management: 'm', release: '8', mount: '/mnt' }),
      ['beegfs-client', 'beegfs-tools'],
    ],
    [
      'a server of Lustre',
      profileOf({ filesystem: 'lustre', fsname: 'lfs0', mgs: ['m'], targets: [target] }),
      ['lustre-server-utils', 'lustre-server-modules-6.12.1-amd64'],
    ],
    [
      'a client of Lustre',
      profileOf({ filesystem: 'lustre', fsname: 'lfs0', mgs: ['m'], mount: '/mnt' }),
      ['lustre-client-utils', 'lustre-client-modules-6.12.1-amd64'],
    ],
    ['what Debian carries', profileOf({ filesystem: 'gluster', peers: ['a'] }), undefined],
  ])('of %s', (_, profile, names) => {
    expect(namesOf(profile)).toEqual(names);
  });

  it('the source is one that apt reads, signed by its own key alone', () => {
    const vendor = vendorOf(profileOf({ filesystem: 'beegfs', management: 'm', release: '8' }), '');
    if (vendor === undefined) throw new Error('no vendor');
    const text = renderSource(vendor, repository);
    expect(parseAptSources('x.sources', text)).toEqual([
      { uri: repository.url, suite: 'trixie', components: ['non-free'] },
    ]);
    expect(text).toContain('\nSigned-By: /etc/apt/keyrings/mayfly-beegfs.asc\n');
    // A flat repository: its suite ends with a slash, and there are no components.
    const flat = renderSource(vendor, { url: 'https://packages.example/b', suite: 'x', key });
    expect(flat).toContain('Suites: x/\n');
    expect(flat).not.toContain('Components');
  });
});

const client = (part: object = { repository }): Profile =>
  profileOf({ filesystem: 'beegfs', management: 'm', release: '8', mount: '/mnt', ...part });

/** apt puts the programs where the packages have them. */
const machine = () => {
  const made = createVendorMachine({ files: { '/proc/sys/kernel/osrelease': '6.12.1-amd64\n' } });
  made.answer('apt-get', (command) => {
    if (command.includes('install'))
      for (const name of command.slice(command.indexOf('--') + 1))
        made.fake.put(`/opt/beegfs/sbin/${name === 'beegfs-tools' ? 'beegfs' : name}`, '');
    return {};
  });
  return made;
};
const quiet = () => undefined;

describe('installing', () => {
  it('writes key and source, then exactly the packages that are missing', async () => {
    const made = machine();
    expect(await checkVendorPackages(client(), made.system)).toMatchObject({
      value: [
        { subject: '/etc/apt/sources.list.d/mayfly-beegfs.sources', after: 'https://packages.example/beegfs trixie' },
        { subject: 'packages of BeeGFS 8', after: 'beegfs-client, beegfs-tools' },
      ],
    });
    expect(await applyVendorPackages(client(), made.system, quiet)).toMatchObject({ ok: true });
    expect(made.fake.text('/etc/apt/keyrings/mayfly-beegfs.asc')).toBe(key);
    expect((await made.system.stat('/etc/apt/keyrings/mayfly-beegfs.asc'))?.mode).toBe(0o644);
    expect(made.said.at(-1)).toMatch(/install --yes .* -- beegfs-client beegfs-tools$/);
    expect(await checkVendorPackages(client(), made.system)).toEqual({ ok: true, value: [] });
    made.said.length = 0;
    await applyVendorPackages(client(), made.system, quiet);
    expect(made.said).toEqual([]);
  });

  it('takes the key from a file, and nothing else for one', async () => {
    const made = machine();
    const named = client({ repository: { ...repository, key: '/config/global/beegfs.asc' } });
    expect(await applyVendorPackages(named, made.system, quiet)).toMatchObject({
      problem: { code: 'packages/key', summary: 'there is no key at /config/global/beegfs.asc' },
    });
    made.fake.put('/config/global/beegfs.asc', '<html>404</html>');
    expect(await applyVendorPackages(named, made.system, quiet)).toMatchObject({
      problem: { summary: expect.stringContaining('no armoured OpenPGP key') },
    });
    expect(made.said).toEqual([]);
    made.fake.put('/config/global/beegfs.asc', key);
    expect(await applyVendorPackages(named, made.system, quiet)).toMatchObject({ ok: true });
  });

  it.each([
    [
      'update',
      'E: Failed to fetch https://packages.example/beegfs  Could not connect\nE: Some index files failed to download.\n',
      'Some index files failed',
    ],
    ['install', 'W: Whatever\nE: Unable to locate package beegfs-client\n', 'Unable to locate package beegfs-client'],
  ])('gives apt’s own last word when %s fails', async (verb, stderr, words) => {
    const made = machine();
    made.answer('apt-get', (command) => (command.includes(verb) ? { exitCode: 100, stderr } : {}));
    expect(await applyVendorPackages(client(), made.system, quiet)).toMatchObject({
      problem: { code: 'packages/apt', summary: expect.stringContaining(words) },
    });
  });

  it('does not call it done when the repository carries something else', async () => {
    const made = machine();
    made.answer('apt-get', () => ({}));
    expect(await applyVendorPackages(client(), made.system, quiet)).toMatchObject({
      problem: { code: 'packages/other-release' },
    });
  });

  it('without a repository says what is missing, how to add it, and what can be had without', async () => {
    const answer = await checkVendorPackages(client({}), machine().system);
    expect(answer).toMatchObject({
      problem: {
        code: 'cluster/packages',
        summary: 'BeeGFS 8 is not on this node: beegfs-client (client), beegfs-tools (command line)',
        remedy: expect.stringMatching(/repository: \{ url: .*configureOnly: true/),
      },
    });
  });

  it('knows modules of Lustre by the kernel’s own list', async () => {
    const made = machine();
    const lustre = profileOf({ filesystem: 'lustre', fsname: 'lfs0', mgs: ['m'], mount: '/mnt' });
    made.fake.put('/usr/sbin/mount.lustre', '');
    expect(await checkVendorPackages(lustre, made.system)).toMatchObject({
      problem: { summary: expect.stringContaining('lustre-client-modules-6.12.1-amd64') },
    });
    made.fake.put('/lib/modules/6.12.1-amd64/modules.dep', 'updates/fs/lustre.ko.xz: updates/net/lnet.ko.xz\n');
    expect(await checkVendorPackages(lustre, made.system)).toEqual({ ok: true, value: [] });
  });
});
