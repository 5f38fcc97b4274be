import { describe, expect, it } from 'vitest';
import { parseProfile } from '../../src/state/parse-profile.ts';
import type { Problem } from '../../src/state/problem.ts';

const problemsOf = (text: string): readonly Problem[] => {
  const parsed = parseProfile(text);
  return parsed.ok ? [] : parsed.problem;
};
const body = (more: string): string => `version: 1\nrole: client\n${more}`;

describe('YAML', () => {
  it.each([
    ['', 'yaml/empty', 'nothing in it'],
    ['# only a comment\n', 'yaml/empty', 'nothing in it'],
    ['version: 1\nversion: 1\n', 'yaml/duplicate-key', 'line 2, column 1'],
    ['a: &x 1\nb: *x\n', 'yaml/alias', 'alias'],
    ['version: 1\n---\nversion: 1\n', 'yaml/documents', 'line 2'],
    ['version: !!js/function x\n', 'yaml/tag', 'line 1'],
    ['version: [1\n', 'yaml/syntax', 'line'],
    ['a:\n\t- b\n', 'yaml/syntax', 'line 2'],
    ['['.repeat(100_000), 'yaml/too-deep', 'deeper than 32'],
    [`${'- '.repeat(5_000)}x`, 'yaml/too-deep', 'deeper than 32'],
    ['x'.repeat(300_000), 'yaml/too-long', '300000 characters'],
  ])('refuses %#', (text, code, says) => {
    const [first] = problemsOf(text);
    expect(first).toMatchObject({ code });
    expect(first?.summary).toContain(says);
  });

  it('does not expand a billion laughs', () => {
    const lines = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (const [name, below] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih'].map((pair) => [...pair])) {
      lines.push(`${name}: &${name} [${Array(9).fill(`*${below}`).join(',')}]`);
    }
    expect(problemsOf(lines.join('\n'))[0]?.code).toBe('yaml/alias');
  });

  it('says for a list or a word that it is no profile', () => {
    expect(problemsOf('- a\n')[0]?.summary).toBe('found a list of 1 (line 1)');
    expect(problemsOf('hello\n')[0]?.summary).toBe('found "hello" (line 1)');
  });
});

describe('values', () => {
  it.each([
    ['node: { hostname: "-x" }', 'node.hostname', 'found "-x" (line 3)', 'e.g. stor-01'],
    ['node: { hostname: 123 }', 'node.hostname', 'found 123', 'in quotes, exactly as it is meant: "123"'],
    ['node: { hostnme: x }', 'node.hostnme', 'no key "hostnme"', 'did you mean `hostname`?'],
    ['node: { colour: x }', 'node.colour', 'no key "colour"', 'hostname, domain, timezone, keyboard, ntp'],
    ['node: { timezone: }', 'node.timezone', 'found nothing', 'Europe/Berlin'],
    ['node: { keyboard: ../de }', 'node.keyboard', '"../de"', 'e.g. de'],
    ['node: { domain: 10.0.0.256 }', 'node.domain', '"10.0.0.256"', 'rack7.example'],
    ['node: { ntp: [10.0.0.256] }', 'node.ntp[0]', '"10.0.0.256"', 'a host name or an address'],
    ['network: { links: [{ match: { name: ens3 }, mtu: "9000" }] }', 'network.links[0].mtu', '"9000"', ': 9000'],
    ['network: { links: [{ match: { name: ens3 }, mtu: 20 }] }', 'network.links[0].mtu', 'found 20', '68 to 65535'],
    ['network: { links: [{ match: { name: "en*" } }] }', 'network.links[0].match.name', '"en*"', 'ens3'],
    ['network: { links: [{ match: { mac: "52:54" } }] }', 'network.links[0].match.mac', '"52:54"', '52:54:00'],
    ['network: { links: [{ match: first }] }', 'network.links[0].match', '"first"', 'primary'],
    ['network: { links: [{}] }', 'network.links[0].match', '`match` is missing', 'add `match: { name: ens3 }`'],
    ['network: { vlans: [{ name: a, link: b, id: 4095 }] }', 'network.vlans[0].id', '4095', '1 to 4094'],
    ['network: { bonds: [{ name: b, members: [], mode: 802.3ad }] }', 'network.bonds[0].members', 'empty list', 'ens3'],
    ['network: { routes: [{ to: 10.0.0.1, via: x }] }', 'network.routes[0].to', '"10.0.0.1"', 'default'],
    ['network: { dns: { servers: ["fe80::1%eth0"] } }', 'network.dns.servers[0]', 'fe80', '10.0.0.1'],
    ['cluster: { filesystem: glustr }', 'cluster.filesystem', '"glustr"', 'did you mean `gluster`?'],
    ['cluster: { volume: {} }', 'cluster.filesystem', '`filesystem` is missing', 'one of none, ceph'],
    ['cluster: { filesystem: none, mont: /x }', 'cluster.mont', 'no key "mont"', 'filesystem'],
    ['cluster: { filesystem: lustre, fsname: toolongname, mgs: [a] }', 'cluster.fsname', 'toolongname', 'lfs0'],
    ['cluster: { filesystem: gluster, peers: [a], mount: /a/../b }', 'cluster.mount', '/a/../b', '/srv/tank'],
    ['zram: { root: { size: 2GB } }', 'zram.root.size', '"2GB"', '2GiB'],
    ['zram: { root: { size: 0B } }', 'zram.root.size', '"0B"', '2GiB'],
    ['zram: { swap: { size: 101% } }', 'zram.swap.size', '"101%"', '25%'],
    ['access: { consoleLock: 10 }', 'access.consoleLock', 'found 10', '10min'],
    ['access: { sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK7/8Yuu"] }', 'access.sshKeys[0]', 'AAAAC3', 'whole'],
    ['packages: [{ name: tuning, kind: script, source: a }]', 'packages[0].name', '"tuning"', '10-tuning'],
    ['wipe: [7]', 'wipe[0]', 'found 7', 'in quotes'],
  ])('%s', (yaml, path, found, remedy) => {
    const problem = problemsOf(body(yaml)).find((candidate) => candidate.path === path);
    expect(problem?.summary).toContain(found);
    expect(problem?.remedy).toContain(remedy);
  });

  it.each([
    ['version: 2\nrole: client\n', 'version'],
    ['role: client\n', 'version'],
    ['version: 1\n', 'role'],
    ['version: 1\nrole: stroage\n', 'role'],
  ])('%j', (text, path) => {
    expect(problemsOf(text).map((problem) => problem.path)).toEqual([path]);
  });

  it('never repeats a secret', () => {
    const problems = problemsOf(body('access: { rootPasswordHash: hunter2 }'));
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('shows nothing that a terminal would obey', () => {
    const text = JSON.stringify(problemsOf(body('node: { "ti\\u009b2Jme": 1, hostname: "a\\u001b[2J\\u202eb" }')));
    expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });

  it('reports what the schema and what the rules find, all at once', () => {
    const paths = problemsOf(body('node: { hostnme: x }\nzram: { root: { size: 1GiB, memoryLimit: 2GiB } }'));
    expect(paths.map(({ path }) => path)).toEqual(['node.hostnme', 'zram.root.memoryLimit']);
  });
});

describe('accepts', () => {
  it.each([
    'network: { links: [{ match: primary, dhcp4: true, dhcp6: false, acceptRa: true }] }',
    'network: { links: [{ match: { mac: "52:54:00:AB:cd:57" }, addresses: ["2001:db8::5/64", 192.0.2.4/31] }] }',
    'node: { hostname: STOR-01, ntp: [pool.ntp.example, "2001:db8::1"] }',
    'zram: { root: { size: 1.5GiB, memoryLimit: none } }',
    'access: { consoleLock: never, rootPasswordHash: "$6$salt$hash" }',
  ])('%s', (yaml) => {
    expect(problemsOf(body(yaml))).toEqual([]);
  });
});
