// BeeGFS's files against the settings that its daemons know, release by release, and the command lines against their options.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import {
  checkServers7,
  healthCheck8,
  listNodes7,
  listNodes8,
  listTargets7,
  listTargets8,
} from '../../src/state/beegfs-commands.ts';
import { beegfsFiles } from '../../src/state/beegfs-files.ts';
import {
  type Beegfs,
  freeTargetNumber,
  numberOf,
  placesOf,
  setupManagement,
  setupServer,
} from '../../src/state/beegfs-node.ts';
import { checkBeegfs } from '../../src/state/check-beegfs.ts';
import type { Profile } from '../../src/state/profile.ts';
import { refusalOf } from '../helpers/strict-programs.ts';

const known: unknown = JSON.parse(
  readFileSync(new URL('../fixtures/cluster/beegfs-keys.json', import.meta.url), 'utf8'),
);
const keysOf = (release: string, file: string): readonly string[] => {
  const entry = Object.entries(Object(Object(known)[release])).find(([name]) => name === file)?.[1];
  return typeof entry === 'string' ? entry.split(' ') : [];
};

const everything = (release: '7.4' | '8'): Beegfs => ({
  filesystem: 'beegfs',
  management: 'all-07',
  release,
  secret: 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
  interfaces: ['ens3', 'ib0'],
  state: { device: { serial: 'S' } },
  metadata: [{ device: { serial: 'M' }, path: '/data/m' }],
  targets: [
    { device: { serial: 'A' }, path: '/data/a' },
    { device: { serial: 'B' }, path: '/data/b' },
  ],
  closed: true,
  mount: '/mnt/beegfs',
});
const profileOf = (cluster: Beegfs, hostname = 'all-07'): Profile => ({
  version: 1,
  role: 'hyperconverged',
  node: { hostname },
  cluster,
});
const filesOf = (release: '7.4' | '8', tls = false) => {
  const cluster = everything(release);
  const uuids = new Map([
    ['/data/m', 'u-m'],
    ['/data/a', 'u-a'],
    ['/data/b', 'u-b'],
  ]);
  return new Map(
    beegfsFiles({ profile: profileOf(cluster), cluster, uuids, auth: 'c2VjcmV0', tls }).map((file) => [
      file.path,
      file,
    ]),
  );
};
/** Names before the `=`, outside of comments. */
const written = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => /^([A-Za-z][\w-]*) = ./.exec(line)?.[1] ?? []);

describe.each(['7.4', '8'] as const)('files of BeeGFS %s', (release) => {
  const files = filesOf(release, true);
  const settings = [...files.keys()].filter((path) => /\/etc\/beegfs\/beegfs-(?!mounts)/.test(path));

  it('are those that its daemons read', () => {
    const management = release === '7.4' ? ['beegfs-mgmtd.conf', 'beegfs-helperd.conf'] : ['beegfs-mgmtd.toml'];
    expect(settings.map((path) => path.slice('/etc/beegfs/'.length)).sort()).toEqual(
      ['beegfs-client.conf', 'beegfs-meta.conf', 'beegfs-storage.conf', ...management].sort(),
    );
  });

  it.each(settings)('%s names only settings that exist', (path) => {
    const names = written(files.get(path)?.text ?? '');
    const exist = keysOf(release, path.slice('/etc/beegfs/'.length));
    expect(names.length).toBeGreaterThan(0);
    expect(exist.length).toBeGreaterThan(5);
    expect(names.filter((name) => !exist.includes(name))).toEqual([]);
    // Each line is a setting, the heading, or empty.
    const lines = (files.get(path)?.text ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines).toHaveLength(names.length);
  });

  it('have as many UUIDs as directories, or none', () => {
    expect(files.get('/etc/beegfs/beegfs-storage.conf')?.text).toContain('storeFsUUID = u-a,u-b\n');
    const cluster = everything(release);
    const half = beegfsFiles({
      profile: profileOf(cluster),
      cluster,
      uuids: new Map([['/data/a', 'u-a']]),
      auth: '',
      tls: false,
    });
    expect(half.find(({ path }) => path.endsWith('beegfs-storage.conf'))?.text).not.toContain('storeFsUUID');
  });

  it('mount the client where the profile says, by a file that is no setting', () => {
    expect(files.get('/etc/beegfs/beegfs-mounts.conf')?.text).toBe('/mnt/beegfs /etc/beegfs/beegfs-client.conf\n');
    expect(files.get('/etc/beegfs/interfaces.conf')?.text).toBe('ens3\nib0\n');
  });
});

it('the management daemon of 8 gets its TOML, with TLS only where there is a certificate', () => {
  const open = filesOf('8').get('/etc/beegfs/beegfs-mgmtd.toml')?.text ?? '';
  expect(open).toContain('\ntls-disable = true\n');
  expect(open).toContain('interfaces = ["ens3", "ib0"]');
  const safe = filesOf('8', true).get('/etc/beegfs/beegfs-mgmtd.toml')?.text ?? '';
  expect(safe).toContain('tls-cert-file = "/etc/beegfs/cert.pem"');
  expect(safe).not.toContain('tls-disable');
  // Each line alone is YAML's flow as well as TOML's value: a broken string would not parse.
  for (const line of safe.split('\n').filter((each) => each.includes(' = ')))
    expect(() => parseYaml(line.slice(line.indexOf(' = ') + 3))).not.toThrow();
});

it('only conn.auth is secret, and only root reads it', () => {
  const secret = [...filesOf('7.4').values()].filter((file) => file.secret === true);
  expect(secret.map(({ path, mode, says }) => [path, mode, says])).toEqual([
    ['/etc/beegfs/conn.auth', 0o400, 'made from cluster.secret'],
  ]);
});

const everyCommand = (['7.4', '8'] as const).flatMap((release) => {
  const cluster = everything(release);
  return [setupManagement(cluster), ...placesOf(cluster).map((place) => setupServer(place, 7, 701))];
});
const questions = [true, false].flatMap((tls) => [
  listNodes8(everything('8'), tls),
  listTargets8(everything('8'), tls),
  healthCheck8(everything('8'), tls),
]);

it.each(
  [...everyCommand, ...questions, checkServers7, listNodes7('management'), listTargets7('meta')].map(
    (command) => [command.join(' '), command] as const,
  ),
)('%s is a command line that its program takes', (_, command) => {
  expect(refusalOf(command)).toBeUndefined();
  // The double would have said so.
  expect(refusalOf([...command, '--no-such-option'])).toMatch(/unknown option/);
});

it('asks a management node by its IPv6 address, too', () => {
  expect(listNodes8({ ...everything('8'), management: 'fd00::7' }, false)).toContain('[fd00::7]:8010');
});

describe('numbers', () => {
  it.each([
    ['stor-03', undefined, 3],
    ['stor-03', 12, 12],
    ['rack2stor14', undefined, 14],
    ['alpha', undefined, undefined],
    ['stor-0', undefined, undefined],
    ['stor-70000', undefined, undefined],
  ])('of %s with %s is %s', (hostname, node, number) => {
    const cluster = node === undefined ? everything('8') : { ...everything('8'), node };
    expect(numberOf(profileOf(cluster, hostname), cluster)).toBe(number);
  });

  it('of targets are free ones of the node', () => {
    expect(freeTargetNumber(3, [])).toBe(301);
    expect(freeTargetNumber(3, [301, 303])).toBe(302);
    expect(
      freeTargetNumber(
        1,
        Array.from({ length: 99 }, (_, index) => 101 + index),
      ),
    ).toBeUndefined();
  });
});

it.each<[Partial<Beegfs>, string, readonly string[]]>([
  [{}, 'all-07', []],
  [{}, 'alpha', ['beegfs/number', 'beegfs/state']],
  [{ node: 700 }, 'all-07', ['beegfs/number']],
  [
    { metadata: [...(everything('8').metadata ?? []), { device: { serial: 'N' }, path: '/data/n' }] },
    'all-07',
    ['beegfs/metadata'],
  ],
])('%j on %s is told: %j', (part, hostname, codes) => {
  const cluster = { ...everything('8'), ...part };
  expect(checkBeegfs(profileOf(cluster, hostname), cluster).map(({ code }) => code)).toEqual(codes);
});

it('a management node without a disk for its database is an error', () => {
  const { state: _, ...cluster } = everything('8');
  expect(checkBeegfs(profileOf(cluster), cluster)).toMatchObject([{ severity: 'error', path: 'cluster.state' }]);
});
