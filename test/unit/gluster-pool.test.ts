import { expect, test } from 'vitest';
import type { Gluster } from '../../src/state/gluster-node.ts';
import { nextPoolMove } from '../../src/state/gluster-pool.ts';
import type { OtherPeer, Peer } from '../../src/state/gluster-reading.ts';

const cluster: Gluster = { filesystem: 'gluster', peers: ['n1', 'n2', 'n3'] };
const at = (name: string): string => `10.0.0.${name.slice(1)}`;
const addresses = new Map(cluster.peers.map((name) => [name, [at(name)]]));
const peer = (name: string, more: Partial<Peer> = {}): Peer => ({
  uuid: `uuid-${name}`,
  names: [name],
  connected: true,
  member: true,
  ...more,
});
const self = (name: string): Peer => peer(name, { names: ['localhost'] });
const says = (name: string, ...others: readonly Peer[]): OtherPeer => ({ name, pool: [self(name), ...others] });
const dead = (name: string): OtherPeer => ({ name, pool: undefined });
const gone = { connected: false };

/** In words: what the node does that is `own`. */
const move = (own: string, pool: readonly Peer[], others: readonly OtherPeer[], ownAddress = at(own)): string => {
  const next = nextPoolMove(cluster, {
    pool: [self(own), ...pool],
    own,
    addresses,
    ownAddresses: ['127.0.0.1', ownAddress],
    others,
  });
  switch (next.kind) {
    case 'whole':
      return 'whole';
    case 'probe':
      return `probe ${next.names.join(' and ')}`;
    case 'restore':
      return `restore ${next.uuid} with ${next.members.map(({ uuid }) => uuid).join(', ')}`;
    case 'wait':
      return `wait for ${next.what}: ${next.why}`;
    case 'refuse':
      return next.problem.code;
  }
};

test.each<[string, string, readonly Peer[], readonly OtherPeer[], string]>([
  ['the first takes in all who answer', 'n1', [], [says('n2'), says('n3')], 'probe n2 and n3'],
  ['the first takes in who answers', 'n1', [], [dead('n2'), says('n3')], 'probe n3'],
  [
    'the first waits while nobody answers',
    'n1',
    [],
    [dead('n2'), dead('n3')],
    'wait for peer n2: glusterd does not answer there (port 24007)',
  ],
  [
    'the second waits for the first',
    'n2',
    [],
    [says('n1'), says('n3')],
    'wait for n1 to take this node into the pool: it has not done so yet',
  ],
  [
    'the second is in and leaves the third to the first',
    'n2',
    [peer('n1')],
    [says('n3')],
    'wait for peer n3: n1 is to take it in',
  ],
  ['with the first gone, the next member takes in', 'n2', [peer('n1', gone)], [says('n3')], 'probe n3'],
  [
    'one that is being taken in belongs to no other pool',
    'n1',
    [peer('n2')],
    [says('n3', peer('n1'))],
    'wait for peer n3: it is on its way in',
  ],
  ['two pools are never joined', 'n1', [peer('n2')], [says('n3', peer('x'))], 'gluster/in-another-pool'],
  [
    'a new first node does not begin a second pool',
    'n1',
    [],
    [says('n2', peer('n3')), says('n3', peer('n2'))],
    'wait for n2 to take this node into the pool: it has not done so yet',
  ],
  [
    'a lost identity is taken up again, with the peers',
    'n1',
    [],
    [says('n2', peer('n1', { ...gone, uuid: 'old' }), peer('n3'))],
    'restore old with uuid-n2, uuid-n3',
  ],
  [
    'also where the others hear the new daemon at its address',
    'n1',
    [],
    [says('n2', peer('n1', { uuid: 'old' }))],
    'restore old with uuid-n2',
  ],
  [
    'also where they know it by its address only',
    'n1',
    [],
    [says('n2', peer('n1', { uuid: 'old', names: ['10.0.0.1'] }))],
    'restore old with uuid-n2',
  ],
  ['an interrupted return is gone on with', 'n1', [], [says('n2', peer('n1'))], 'restore uuid-n1 with uuid-n2'],
  [
    'not one that is being taken in',
    'n2',
    [],
    [says('n1', peer('n2', { member: false })), says('n3')],
    'wait for n1 to take this node into the pool: it has not done so yet',
  ],
  [
    'not one whose UUID is not known yet',
    'n2',
    [],
    [says('n1', peer('n2', { member: false, uuid: '00000000-0000-0000-0000-000000000000' }))],
    'wait for n1 to take this node into the pool: it has not done so yet',
  ],
  [
    'a copied identity',
    'n2',
    [],
    [{ name: 'n1', pool: [{ ...self('n1'), uuid: 'uuid-n2' }] }],
    'gluster/cloned-identity',
  ],
  ['all are in, one of them switched off', 'n1', [peer('n2'), peer('n3', gone)], [], 'whole'],
  [
    'one is on its way in',
    'n1',
    [peer('n2'), peer('n3', { member: false })],
    [],
    'wait for peer n3: it is on its way in',
  ],
])('%s', (_, own, pool, others, expected) => {
  expect(move(own, pool, others)).toBe(expected);
});

test('a name that leads to another machine', () => {
  expect(move('n1', [], [], '10.0.0.9')).toBe('gluster/name-elsewhere');
});

test('two names of one machine', () => {
  const twice = new Map([...addresses, ['n2', ['10.0.0.1']]]);
  const seen = {
    pool: [self('n1')],
    own: 'n1',
    addresses: twice,
    ownAddresses: ['10.0.0.1'],
    others: [],
  };
  expect(nextPoolMove(cluster, seen)).toMatchObject({ kind: 'refuse', problem: { code: 'gluster/same-machine' } });
});

test('where its own name leads to the loopback only, a record that is connected may be somebody else', () => {
  const seen = {
    pool: [self('n1')],
    own: 'n1',
    addresses: new Map([['n2', ['10.0.0.2']]]),
    ownAddresses: ['10.0.0.1'],
    others: [says('n2', peer('n1', { uuid: 'old' }))],
  };
  expect(nextPoolMove(cluster, seen)).toMatchObject({ kind: 'wait', what: 'the pool' });
});
