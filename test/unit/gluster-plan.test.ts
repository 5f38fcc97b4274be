import { describe, expect, it, test } from 'vitest';
import { brickOrder, createWords, describeVolume, isOfLayout, setSize } from '../../src/state/gluster-layout.ts';
import type { Gluster } from '../../src/state/gluster-node.ts';
import { planGluster } from '../../src/state/gluster-plan.ts';
import type { GlusterReading, OwnBrick, Peer, Volume } from '../../src/state/gluster-reading.ts';
import { volumeMount } from '../../src/state/gluster-units.ts';
import type { Profile } from '../../src/state/profile.ts';

const names = ['n1', 'n2', 'n3'];
const uuid = (name: string): string => `uuid-${name}`;
const volumeId = 'aaaa';
const cluster = (more: Partial<Gluster> = {}): Gluster => ({
  filesystem: 'gluster',
  volume: { name: 'tank', type: 'replicate', replica: 3 },
  peers: names,
  bricks: [{ device: { serial: 'S1' }, path: '/bricks/b1' }],
  ...more,
});
const profile = (more: Partial<Profile> = {}, own = 'n1'): Profile => ({
  version: 1,
  role: 'storage',
  node: { hostname: own },
  ...more,
});
const peer = (name: string, more: Partial<Peer> = {}): Peer => ({
  uuid: uuid(name),
  names: [name],
  connected: true,
  member: true,
  ...more,
});
const self = (name: string): Peer => peer(name, { names: ['localhost'] });
const volume = (more: Partial<Volume> = {}): Volume => ({
  name: 'tank',
  id: volumeId,
  state: 'started',
  type: 'Replicate',
  replica: 3,
  arbiter: 0,
  disperse: 0,
  redundancy: 0,
  bricks: names.map((name) => ({
    name: `${name}:/bricks/b1/brick`,
    path: '/bricks/b1/brick',
    peer: uuid(name),
    arbiter: false,
  })),
  settings: new Map(),
  ...more,
});
const brick = (more: Partial<OwnBrick> = {}): OwnBrick => ({
  mountpoint: '/bricks/b1',
  serial: 'S1',
  path: '/bricks/b1/brick',
  mounted: true,
  empty: false,
  volumeId,
  served: true,
  ...more,
});
const reading = (more: Partial<GlusterReading> = {}): GlusterReading => ({
  installed: { server: true, client: true },
  stateBound: true,
  foreignState: false,
  unitsWritten: true,
  daemon: 'active',
  pool: [self('n1'), peer('n2'), peer('n3')],
  volumes: [volume()],
  knownVolumes: undefined,
  bricks: [brick()],
  addresses: new Map(names.map((name, index) => [name, [`10.0.0.${index + 1}`]])),
  ownAddresses: ['127.0.0.1', '10.0.0.1'],
  others: [],
  mounted: undefined,
  ...more,
});

const planned = (wanted: Gluster, seen: GlusterReading, by = profile()): readonly string[] | string => {
  const result = planGluster(by, wanted, seen);
  return result.ok
    ? result.value.map(({ subject, before, after, destroysData }) => {
        return `${subject}: ${before === undefined ? '' : `${before} -> `}${after}${destroysData ? ' DESTROYS' : ''}`;
      })
    : result.problem.code;
};

describe('what a node lacks of its profile', () => {
  const fresh = reading({
    stateBound: false,
    unitsWritten: false,
    daemon: 'not active',
    pool: undefined,
    volumes: undefined,
    bricks: [brick({ mounted: false, empty: true, volumeId: undefined, served: false })],
  });
  const everything = [
    'state of glusterd: kept on its disk',
    'glusterd.service: active',
    'peer n2: in the pool',
    'peer n3: in the pool',
    'volume tank: started, replica 3 over 3 bricks',
  ];

  test.each<[string, Gluster, GlusterReading, readonly string[] | string, Profile?]>([
    ['all of it before the daemon runs', cluster(), fresh, everything],
    ['nothing of a node that is as it should be', cluster(), reading(), []],
    [
      'a peer that is on its way in',
      cluster(),
      reading({ pool: [self('n1'), peer('n2'), peer('n3', { member: false })] }),
      ['peer n3: in the pool'],
    ],
    [
      'not a peer that is in and switched off',
      cluster(),
      reading({ pool: [self('n1'), peer('n2'), peer('n3', { connected: false })] }),
      [],
    ],
    [
      'a peer known by its address only',
      cluster(),
      reading({ pool: [self('n1'), peer('n2', { names: ['10.0.0.2'] }), peer('n3')] }),
      [],
    ],
    [
      'a volume that is made and not started',
      cluster(),
      reading({ volumes: [volume({ state: 'created' })] }),
      ['volume tank: created -> started, replica 3 over 3 bricks'],
    ],
    ['not a volume that somebody stopped', cluster(), reading({ volumes: [volume({ state: 'stopped' })] }), []],
    [
      'a brick that nobody serves',
      cluster(),
      reading({ bricks: [brick({ served: false })] }),
      ['brick /bricks/b1/brick: offline -> online'],
    ],
    [
      'not a brick for which the daemon waits for a peer',
      cluster(),
      reading({
        pool: [self('n1'), peer('n2', { connected: false }), peer('n3', { connected: false })],
        bricks: [brick({ served: false })],
      }),
      [],
    ],
    [
      'a brick on a new disk',
      cluster(),
      reading({ bricks: [brick({ empty: true, volumeId: undefined, served: false })] }),
      ['brick /bricks/b1/brick: empty -> filled from the other bricks'],
    ],
    [
      'not a brick whose attributes cannot be read',
      cluster(),
      reading({ bricks: [brick({ volumeId: undefined, served: false })] }),
      [],
    ],
    [
      'a new disk where there is no second copy',
      cluster({ volume: { name: 'tank', type: 'distribute' } }),
      reading({ volumes: [volume({ replica: 1 })], bricks: [brick({ empty: true, volumeId: undefined })] }),
      'gluster/brick-lost',
    ],
    [
      'a brick of a volume that nobody knows',
      cluster(),
      reading({ volumes: [], knownVolumes: [] }),
      'gluster/brick-of-another-volume',
    ],
    [
      'not before everybody was asked',
      cluster(),
      reading({ volumes: [], knownVolumes: undefined }),
      ['volume tank: started, replica 3 over 3 bricks'],
    ],
    [
      'not where another peer knows it',
      cluster(),
      reading({ volumes: [], knownVolumes: [volume()] }),
      ['volume tank: started, replica 3 over 3 bricks'],
    ],
    [
      'with consent',
      cluster(),
      reading({ volumes: [], knownVolumes: [] }),
      [
        'disk S1: brick of volume aaaa -> cleared, brick at /bricks/b1 DESTROYS',
        'volume tank: started, replica 3 over 3 bricks',
      ],
      profile({ wipe: ['S1'] }),
    ],
    ['a wipe that was left in the profile takes nothing', cluster(), reading(), [], profile({ wipe: ['S1'] })],
    [
      'a brick of another volume of this cluster',
      cluster(),
      reading({ volumes: [volume({ name: 'other' })] }),
      'gluster/brick-in-use',
    ],
    ['another layout', cluster(), reading({ volumes: [volume({ replica: 2 })] }), 'gluster/other-layout'],
    ['bricks that make no whole sets', cluster({ peers: [...names, 'n4'] }), reading({ volumes: [] }), 'gluster/sets'],
    [
      'a pool of strangers',
      cluster(),
      reading({ pool: [self('n1'), peer('x')], volumes: [] }),
      'gluster/other-cluster',
    ],
    [
      'names that lead nowhere prove nothing',
      cluster(),
      reading({ pool: [self('n1'), peer('x')], addresses: new Map() }),
      ['peer n2: in the pool', 'peer n3: in the pool'],
    ],
    [
      'a copied identity',
      cluster(),
      reading({ others: [{ name: 'n2', pool: [{ ...self('n2'), uuid: uuid('n1') }] }] }),
      'gluster/cloned-identity',
    ],
    ['no packages', cluster(), reading({ installed: { server: false, client: true } }), 'gluster/not-installed'],
    ['a pool on no disk', cluster(), reading({ foreignState: true }), 'gluster/foreign-state'],
    ['a mount', cluster({ mount: '/srv/tank' }), reading(), ['mount /srv/tank: tank']],
    [
      'no mount twice',
      cluster({ mount: '/srv/tank' }),
      reading({ mounted: { source: 'n1:/tank', type: 'fuse.glusterfs' } }),
      [],
    ],
    [
      'another volume there',
      cluster({ mount: '/srv/tank' }),
      reading({ mounted: { source: 'n1:/old', type: 'fuse.glusterfs' } }),
      'gluster/mountpoint-in-use',
    ],
    [
      'a client has a mount and nothing else',
      { filesystem: 'gluster', peers: names, mount: '/srv/tank' },
      { ...fresh, bricks: [] },
      ['mount /srv/tank: the volume of n1, n2, n3'],
      profile({}, 'desk'),
    ],
  ])('%s', (_, wanted, seen, expected, by) => {
    expect(planned(wanted, seen, by)).toEqual(expected);
  });

  it('settings are the business of the first peer', () => {
    const settings = [{ name: 'network.ping-timeout', value: '5' }];
    const wanted = cluster({ volume: { name: 'tank', type: 'replicate', replica: 3, settings } });
    const has = (value: string) =>
      reading({ volumes: [volume({ settings: new Map([['network.ping-timeout', value]]) })] });
    expect(planned(wanted, reading())).toEqual(['volume tank network.ping-timeout: 5']);
    expect(planned(wanted, has('42'))).toEqual(['volume tank network.ping-timeout: 42 -> 5']);
    expect(planned(wanted, has('5'))).toEqual([]);
    const second = reading({ ...has('42'), ownAddresses: ['10.0.0.2'], pool: [self('n2'), peer('n1'), peer('n3')] });
    expect(planned(wanted, second, profile({}, 'n2'))).toEqual([]);
  });
});

describe('the layout of a volume', () => {
  test.each([
    [{ type: 'replicate', replica: 3 }, 3, 1, 'replica 3'],
    [{ type: 'arbiter', replica: 3, arbiter: 1 }, 3, 1, 'replica 3 arbiter 1'],
    [{ type: 'distribute' }, 2, 2, ''],
    [{ type: 'disperse', disperse: 3, redundancy: 1 }, 3, 1, 'disperse 3 redundancy 1'],
    [{ type: 'distributed-replicate', replica: 2 }, 3, 2, 'replica 2'],
    [{ type: 'distributed-replicate', replica: 3 }, 4, 3, 'replica 3'],
    [{ type: 'distributed-disperse', disperse: 3, redundancy: 1 }, 3, 2, 'disperse 3 redundancy 1'],
    [{ type: 'distributed-disperse', disperse: 6, redundancy: 2 }, 8, 3, 'disperse 6 redundancy 2'],
  ] as const)(
    '%o on %d peers with %d bricks each: no two bricks of a set on one peer',
    (layout, peers, bricks, kind) => {
      const wanted = { name: 'v', ...layout };
      const all = Array.from({ length: peers }, (_, index) => `p${index + 1}`);
      const paths = Array.from({ length: bricks }, (_, index) => `/bricks/b${index + 1}`);
      const words = createWords(wanted, all, paths);
      expect(words.join(' ').startsWith(kind)).toBe(true);
      const order = brickOrder(all, paths);
      expect(words.slice(-order.length)).toEqual(order);
      expect(new Set(order).size).toBe(peers * bricks);
      const size = setSize(wanted);
      expect(order.length % size).toBe(0);
      for (let at = 0; at < order.length; at += size) {
        const owners = order.slice(at, at + size).map((name) => name.split(':')[0]);
        expect(new Set(owners).size).toBe(size);
      }
    },
  );

  it('is told from what glusterd says, distributed or not', () => {
    const disperse = volume({ type: 'Distributed-Disperse', replica: 1, disperse: 3, redundancy: 1 });
    expect(describeVolume(disperse)).toBe('disperse 3 redundancy 1');
    expect(isOfLayout(disperse, { name: 'v', type: 'disperse', disperse: 3, redundancy: 1 })).toBe(true);
    expect(isOfLayout(disperse, { name: 'v', type: 'disperse', disperse: 3, redundancy: 2 })).toBe(false);
    expect(isOfLayout(volume({ arbiter: 1 }), { name: 'v', type: 'replicate', replica: 3 })).toBe(false);
    expect(isOfLayout(volume({ replica: 1 }), { name: 'v', type: 'distribute' })).toBe(true);
  });

  it('a server mounts from itself first', () => {
    expect(volumeMount(cluster(), '/srv/tank', 'tank', 'n2')).toMatchObject({
      what: 'n2:/tank',
      options: ['_netdev', 'backup-volfile-servers=n1:n3'],
    });
    expect(volumeMount(cluster({ peers: ['n1'] }), '/srv/tank', 'tank', undefined).options).toEqual(['_netdev']);
  });
});
