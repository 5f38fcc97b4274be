import { describe, expect, it } from 'vitest';
import { readJoinCode } from '../../src/cli/join-code-input.ts';
import { parseIpAddress } from '../../src/probes/links.ts';
import { bytes } from '../../src/state/bytes.ts';
import { offerAddress } from '../../src/state/join-address.ts';
import { type JoinBundle, joinBundleSchema, joinRequestSchema, refusal } from '../../src/state/join-bundle.ts';
import { clusterFor, clusterIdentity, clusterMark, type JoinableCluster } from '../../src/state/join-cluster.ts';
import { joinPort, renderJoinCode } from '../../src/state/join-code.ts';
import { type Gate, knock, mostTries, openGate, settle } from '../../src/state/join-gate.ts';
import { joinedProfile, leftToChoose, memberAfter } from '../../src/state/join-profile.ts';
import { type Profile, profileSchema } from '../../src/state/profile.ts';

const secret = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
const cephKey = 'AQBoJ1NoAAAAABAAMDEyMzQ1Njc4OWFiY2RlZg==';

const clusterIn = (part: unknown): JoinableCluster => {
  const { cluster } = profileSchema.parse({ version: 1, role: 'storage', cluster: part });
  if (cluster === undefined || cluster.filesystem === 'none') throw new Error('no cluster');
  return cluster;
};

const gluster = clusterIn({
  filesystem: 'gluster',
  volume: { name: 'tank', type: 'replicate', replica: 3 },
  peers: ['stor-01', 'stor-02', 'stor-03'],
  bricks: [{ device: { serial: 'A1' }, path: '/bricks/b1' }],
  state: { device: { serial: 'A2' } },
});
const ceph = clusterIn({
  filesystem: 'ceph',
  secret,
  monitors: ['mon-01'],
  osds: [{ device: { serial: 'A1' } }],
  state: { device: { serial: 'A2' } },
  mds: true,
  mount: '/srv/fs',
});
const beegfs = clusterIn({
  filesystem: 'beegfs',
  management: 'stor-01',
  release: '8',
  secret,
  interfaces: ['ens3'],
  node: 7,
  metadata: [{ device: { serial: 'A1' }, path: '/beegfs/meta' }],
});
const lustre = clusterIn({
  filesystem: 'lustre',
  fsname: 'lfs0',
  mgs: ['mds-01'],
  networks: [{ net: 'tcp', interfaces: ['ens3'] }],
  targets: [{ kind: 'mdt', index: 0, device: { serial: 'A1' } }],
});

describe('what a joining node is given', () => {
  it.each([
    ['a server of GlusterFS', gluster, 'server', { peers: ['stor-01', 'stor-02', 'stor-03', 'stor-04'] }],
    ['a client of GlusterFS', gluster, 'client', { peers: ['stor-01', 'stor-02', 'stor-03'] }],
    ['a server of Ceph', ceph, 'server', { secret, monitors: ['mon-01'] }],
    ['a client of Ceph', ceph, 'client', { key: cephKey, mount: '/srv/fs' }],
    ['a server of BeeGFS', beegfs, 'server', { secret, management: 'stor-01' }],
    ['a client of Lustre', lustre, 'client', { fsname: 'lfs0', mgs: ['mds-01'] }],
  ] as const)('%s', (_, cluster, kind, expected) => {
    const made = clusterFor(cluster, { kind, hostname: 'stor-04', cephKey });
    if (!made.ok) throw new Error(made.problem.summary);
    expect(made.value).toMatchObject(expected);
    // Of the same cluster, which the schema takes, and without anything of this one node.
    expect(clusterMark(made.value)).toBe(clusterMark(cluster));
    expect(clusterIn(made.value)).toEqual(made.value);
    for (const key of ['bricks', 'osds', 'state', 'mds', 'targets', 'metadata', 'networks', 'interfaces', 'node'])
      expect(made.value).not.toHaveProperty(key);
    if (cluster === ceph) expect('secret' in made.value).toBe(kind === 'server');
  });

  it('is nothing where this node itself has no secret', () => {
    const { secret: _, ...open } = ceph.filesystem === 'ceph' ? ceph : { secret };
    const client = clusterIn(open);
    for (const kind of ['server', 'client'] as const)
      expect(clusterFor(client, { kind, hostname: 'c1', cephKey })).toMatchObject({
        problem: { code: 'join/no-secret' },
      });
  });

  it('tells clusters apart', () => {
    expect([gluster, ceph, beegfs, lustre].map(clusterIdentity)).toEqual([
      'GlusterFS tank',
      expect.stringMatching(/^Ceph [0-9a-f-]{36}$/),
      'BeeGFS of stor-01',
      'Lustre lfs0 of mds-01',
    ]);
    for (const cluster of [gluster, ceph, beegfs, lustre]) expect(clusterMark(cluster)).toBeLessThan(2048);
  });
});

describe('the bundle', () => {
  const bundle: JoinBundle = {
    kind: 'server',
    from: { hostname: 'stor-01', address: '10.20.0.11' },
    you: { hostname: 'stor-04', address: '10.20.0.14' },
    cluster: { filesystem: 'gluster', peers: ['stor-01', 'stor-04'] },
    hosts: [
      { name: 'stor-01', address: '10.20.0.11' },
      { name: 'stor-04', address: '10.20.0.14' },
    ],
  };

  it.each([
    ['as it is', {}, true],
    ['with a key that nobody knows', { wipe: ['A1'] }, false],
    ['that names disks', { cluster: gluster }, false],
    ['that names no filesystem', { cluster: { filesystem: 'none' } }, false],
    ['with a name that is a line of its own', { hosts: [{ name: 'a\nb', address: '10.0.0.1' }] }, false],
  ])('%s', (_, more, passes) => {
    expect(joinBundleSchema.safeParse({ ...bundle, ...more }).success).toBe(passes);
  });

  it('makes a profile of a node that had none', () => {
    const profile = joinedProfile(undefined, bundle);
    expect(profile).toEqual({
      version: 1,
      role: 'storage',
      node: { hostname: 'stor-04', hosts: bundle.hosts },
      cluster: bundle.cluster,
    });
    expect(leftToChoose(profile, 'server')).toEqual(['cluster.bricks: the disks that hold data']);
  });

  it('keeps what the node had: its role, its disks, its other names', () => {
    const own = profileSchema.parse({
      version: 1,
      role: 'hyperconverged',
      node: {
        hostname: 'old',
        timezone: 'Europe/Berlin',
        hosts: [
          { name: 'ntp', address: '10.0.0.1' },
          { name: 'stor-01', address: '10.9.9.9' },
        ],
      },
      cluster: gluster,
      wipe: ['A1'],
    });
    const profile = joinedProfile(own, bundle);
    expect(profile).toMatchObject({ role: 'hyperconverged', wipe: ['A1'], node: { timezone: 'Europe/Berlin' } });
    expect(profile.cluster).toMatchObject({ bricks: [{ path: '/bricks/b1' }], peers: ['stor-01', 'stor-04'] });
    expect(profile.node?.hosts).toEqual([{ name: 'ntp', address: '10.0.0.1' }, ...bundle.hosts]);
  });

  it('refuses a request that says more than is asked', () => {
    const request = { version: 1, secret: 'K7QZ03MX', hostname: 'stor-04', addresses: ['10.20.0.14'] };
    expect(joinRequestSchema.safeParse(request).success).toBe(true);
    for (const more of [
      { secret: 'K7QZ03M' },
      { secret: 'K7QZ03MU' },
      { hostname: 'a b' },
      { addresses: [] },
      { as: 'root' },
    ])
      expect(joinRequestSchema.safeParse({ ...request, ...more }).success).toBe(false);
  });

  it('of a refusal carries nothing that moves a cursor', () => {
    const said = refusal({ code: 'join/x', summary: 'one\n\u001b[2Jtwo', remedy: 'r' });
    expect(said).toMatchObject({ problem: { summary: 'one [2Jtwo' } });
  });
});

describe('the profile of a member', () => {
  const member = profileSchema.parse({ version: 1, role: 'storage', node: { hostname: 'stor-01' }, cluster: gluster });
  const joiner = { kind: 'server', hostname: 'stor-04', address: '10.20.0.14' } as const;

  it('names a new server of GlusterFS, once', () => {
    const after = memberAfter(member, joiner);
    expect(after).toMatchObject({ node: { hosts: [{ name: 'stor-04', address: '10.20.0.14' }] } });
    expect(after?.cluster).toMatchObject({ peers: ['stor-01', 'stor-02', 'stor-03', 'stor-04'] });
    expect(memberAfter(after ?? member, joiner)).toBe(undefined);
  });

  it('does not change for a client, nor where members are found by their monitors', () => {
    expect(memberAfter(member, { ...joiner, kind: 'client' })).toBe(undefined);
    expect(memberAfter({ ...member, cluster: ceph }, joiner)).toBe(undefined);
  });
});

describe('the gate of an offer', () => {
  const open = openGate(1000);
  const gateOf = (more: Partial<Gate>): Gate => ({ ...open, ...more });

  it.each([
    ['the right secret', open, true, 10, 'let-in', 'serving'],
    ['a wrong one', open, false, 10, 'wrong', 'open'],
    ['the last wrong one', gateOf({ wrongTries: mostTries - 1 }), false, 10, 'wrong', 'closed'],
    ['the right one after that', gateOf({ wrongTries: mostTries, state: 'closed' }), true, 10, 'closed', 'closed'],
    ['the right one, too late', open, true, 1000, 'expired', 'open'],
    ['a wrong one, too late: it is not counted', open, false, 1000, 'expired', 'open'],
    ['the right one a second time', gateOf({ state: 'used' }), true, 10, 'used', 'used'],
    ['the right one while another is served', gateOf({ state: 'serving' }), true, 10, 'busy', 'serving'],
    ['wrong ones while another is served', gateOf({ state: 'serving', wrongTries: 9 }), false, 10, 'wrong', 'serving'],
  ] as const)('%s', (_, gate, isRight, nowMs, verdict, state) => {
    const [next, said] = knock(gate, isRight, nowMs);
    expect([said, next.state]).toEqual([verdict, state]);
  });

  it('counts no more than five', () => {
    let gate = open;
    const said: string[] = [];
    for (let time = 0; time < 7; time += 1) {
      const [next, verdict] = knock(gate, false, 10);
      gate = next;
      said.push(verdict);
    }
    expect(said).toEqual([...Array.from({ length: mostTries }, () => 'wrong'), 'closed', 'closed']);
  });

  it('is good again where nothing could be handed out, unless too many had tried meanwhile', () => {
    expect(settle(gateOf({ state: 'serving' }), false).state).toBe('open');
    expect(settle(gateOf({ state: 'serving', wrongTries: mostTries }), false).state).toBe('closed');
    expect(settle(gateOf({ state: 'serving' }), true).state).toBe('used');
  });
});

describe('the address of an offer', () => {
  const links = (
    parseIpAddress(
      JSON.stringify(
        [
          ['lo', 'loopback', ['127.0.0.1/8']],
          ['ens3', 'ether', ['192.168.5.7/24', 'fe80::1/64']],
          ['ens4', 'ether', ['10.20.0.11/24', 'fd00:20::11/64']],
        ].map(([ifname, link_type, addresses]) => ({
          ifname,
          link_type,
          mtu: 1500,
          addr_info: [addresses]
            .flat()
            .map((cidr) => ({ local: cidr?.split('/')[0], prefixlen: Number(cidr?.split('/')[1]) })),
        })),
      ),
    ) ?? []
  ).map((link) => ({
    ...link,
    ...{ carrier: true, up: true, speedMbps: undefined, driver: undefined, model: undefined },
    ...{ received: bytes(0), sent: bytes(0) },
  }));
  const profileWith = (more: object): Profile => profileSchema.parse({ version: 1, role: 'storage', ...more });

  it.each([
    ['the first, where nothing says more', {}, '192.168.5.7'],
    [
      'the one by its name',
      { node: { hostname: 'a', hosts: [{ name: 'a', address: 'FD00:20::0:11' }] } },
      'fd00:20::11',
    ],
    ['the one in the public network', { cluster: { ...ceph, publicNetwork: '10.20.0.0/24' } }, '10.20.0.11'],
    [
      'the one beside other members',
      { node: { hostname: 'a', hosts: [{ name: 'b', address: '10.20.0.12' }] } },
      '10.20.0.11',
    ],
  ])('is %s', (_, profile, address) => {
    expect(offerAddress(profileWith(profile), links)).toBe(address);
  });

  it('is none without a link', () => {
    expect(offerAddress(profileWith({}), links.slice(0, 1))).toBe(undefined);
  });
});

describe('a code that is read out', () => {
  const groups = renderJoinCode({
    ...{ address: '10.20.0.11', port: joinPort, cluster: 1, endsAt: 0 },
    ...{ fingerprint: '00112233445566778899', secret: 'K7QZ03MX' },
  });
  const hear = async (lines: readonly string[]) => {
    const said: string[] = [];
    const given = (async function* () {
      yield* lines;
    })();
    const code = await readJoinCode({ lines: given, say: (text) => void said.push(text.split('\n')[0] ?? '') });
    return { code, said };
  };

  it('is taken line by line', async () => {
    const { code, said } = await hear([
      groups.slice(0, 4).join(' '),
      groups.slice(4, 6).join(''),
      groups.slice(6).join('-'),
    ]);
    expect(code).toBe(groups.join(' '));
    expect(said.slice(1)).toEqual(['4 groups are right, 5 to go:', '6 groups are right, 3 to go:']);
  });

  it('has a misheard group asked for at once, and goes on from there', async () => {
    const { code, said } = await hear([
      `${groups[0]} ${groups[1]?.slice(0, 4)}U ${groups[2]}`,
      groups.slice(1).join(' '),
    ]);
    expect(said[1]).toBe(`Group 2 (${groups[1]?.slice(0, 4)}U) has a U, which no code has. From group 2 again:`);
    expect(code).toBe(groups.join(' '));
  });

  it('that is not read out to its end is none', async () => {
    expect((await hear(groups.slice(0, 8))).code).toBe(undefined);
  });
});
