import { describe, expect, it, test } from 'vitest';
import { bearable, type GlusterHealth, type PeerState, serviceOf } from '../../src/state/gluster-health.ts';
import { isProfiled } from '../../src/state/gluster-latency.ts';
import type { Gluster } from '../../src/state/gluster-node.ts';
import type { Volume } from '../../src/state/gluster-reading.ts';
import { daemonDown, glusterStatus } from '../../src/state/gluster-status.ts';
import { recordedGluster } from '../helpers/gluster-answers.ts';

const { volume, peersAre, whole, down } = recordedGluster();
const cluster: Gluster = {
  filesystem: 'gluster',
  peers: ['g1', 'g2', 'g3'],
  volume: { name: 'vol3', type: 'replicate', replica: 3 },
};
const shown = (health: GlusterHealth, wanted = cluster) => {
  const status = glusterStatus(wanted, health);
  return {
    health: status.health,
    summary: status.summary,
    rows: status.rows.map(({ label, text, tone }) => `${label}: ${text} (${tone})`),
    problems: status.problems.map(({ code }) => code),
  };
};

describe('what the displays say', () => {
  it('of a whole volume', () => {
    expect(shown(whole)).toEqual({
      health: 'healthy',
      summary: 'replica 3 over 3 bricks, all online',
      rows: [
        'Peers: 3 of 3 answer (good)',
        'Bricks: 3 of 3 online (good)',
        'Heal: nothing to heal (good)',
        'Space: 909 MiB of 960 MiB free on the fullest brick (g1) (plain)',
        'Volume: vol3 started, replica 3 over 3 (plain)',
        'Healers: all 3 self-heal daemons run (good)',
        'Ports: 24007 and 59315 on this node (plain)',
      ],
      problems: [],
    });
  });

  it('of a dead brick, with what is to be healed', () => {
    const { rows, ...rest } = shown(down);
    expect(rest).toEqual({
      health: 'degraded',
      summary: 'brick g3:/data/b1/brick is down',
      problems: ['gluster/brick-down', 'gluster/heal-pending'],
    });
    expect(rows.slice(1, 3)).toEqual([
      'Bricks: 2 of 3 online, down: g3:/data/b1/brick (bad)',
      'Heal: 2 entries to heal, 1 of 3 bricks not asked (warn)',
    ]);
  });

  test.each<[string, GlusterHealth, string, string, readonly string[]]>([
    [
      'a host whose cable was pulled',
      { ...whole, peers: peersAre('answers', 'silent') },
      'degraded',
      'peer g3 is connected and does not answer',
      ['gluster/peer-down'],
    ],
    [
      'two of three gone',
      { ...whole, peers: peersAre('silent', 'disconnected') },
      'failed',
      'volume vol3 has too few bricks online: g2:/data/b1/brick, g3:/data/b1/brick down',
      ['gluster/unreachable', 'gluster/peer-down', 'gluster/peer-down'],
    ],
    [
      'bricks that nobody could ask for are unknown, neither down nor well',
      { ...whole, processes: { kind: 'silent', why: 'gluster: no answer in 3 s' } },
      'degraded',
      '2 of 3 bricks of volume vol3 are not known: gluster: no answer in 3 s',
      ['gluster/bricks-unknown'],
    ],
    [
      'a split brain',
      { ...whole, heal: { kind: 'told', value: [{ brick: 'b', entries: 3, splitBrain: 1 }] } },
      'degraded',
      '1 entry of volume vol3 differ between bricks, and nobody knows which is right',
      ['gluster/split-brain', 'gluster/heal-pending'],
    ],
    [
      'a volume that was stopped',
      { ...whole, volume: { ...volume, state: 'stopped' } },
      'failed',
      'volume vol3 was stopped: nobody can use it',
      ['gluster/volume-stopped'],
    ],
    ['no volume yet', { ...whole, volume: undefined }, 'waiting', 'waiting for g1 to make volume vol3', []],
    [
      'a peer that never came',
      { ...whole, volume: undefined, peers: [{ name: 'g2', peer: undefined, state: 'not in the pool' }] },
      'waiting',
      'peer g2 is not in the pool',
      ['gluster/peer-missing'],
    ],
  ])('of %s', (_, health, state, summary, problems) => {
    expect(shown(health)).toMatchObject({ health: state, summary, problems });
  });

  it('of a brick of its own it knows without asking anybody', () => {
    const status = shown({
      ...whole,
      served: new Map([['/data/b1/brick', false]]),
      processes: { kind: 'silent', why: 'late' },
    });
    expect(status).toMatchObject({ health: 'degraded', summary: 'brick g1:/data/b1/brick is down' });
    expect(status.rows[1]).toBe('Bricks: 0 of 3 online, 2 unknown (late), down: g1:/data/b1/brick (bad)');
  });

  it('of a node that was replaced by one of another name', () => {
    const replaced = { ...cluster, peers: ['g1', 'g2', 'g4'] };
    const [g2] = whole.peers;
    const heir: PeerState = {
      name: 'g4',
      peer: { uuid: 'new', names: ['g4'], connected: true, member: true },
      state: 'answers',
    };
    if (g2 === undefined) throw new Error('no peer');
    const processes = { kind: 'told', value: [] } as const;
    const status = glusterStatus(replaced, { ...whole, peers: [g2, heir], processes });
    expect(status.problems.map(({ code, remedy }) => [code, remedy])).toContainEqual([
      'gluster/brick-elsewhere',
      expect.stringContaining('replace-brick vol3 g3:/data/b1/brick g4:/data/b1/brick commit force'),
    ]);
    // What cannot be matched to anybody may well be the one that is missing.
    const unmatched = { ...heir, peer: undefined, state: 'not in the pool' } as const;
    const codes = glusterStatus(replaced, { ...whole, peers: [g2, unmatched] }).problems.map(({ code }) => code);
    expect(codes).not.toContain('gluster/brick-elsewhere');
  });

  it('in other words where something is not well, since colour alone tells nobody', () => {
    const told = whole.processes.kind === 'told' ? whole.processes.value : [];
    const poor = told.map((each) => ({
      ...each,
      free: 1,
      online: each.kind !== 'self-heal' || each.peer === whole.uuid,
    }));
    const { rows } = shown({ ...whole, processes: { kind: 'told', value: poor } });
    expect(rows).toContain('Space: almost full: 1 B of 960 MiB free on the fullest brick (g1) (warn)');
    expect(rows).toContain('Healers: 2 of 3 self-heal daemons stopped (warn)');
  });

  it('of what somebody measures, the slowest brick', () => {
    const latencies = [
      { brick: 'g1:/data/b1/brick', read: 0.213, write: 12.34 },
      { brick: 'g2:/data/b1/brick', read: undefined, write: 3 },
    ];
    expect(shown({ ...whole, latencies }).rows).toContain(
      'Latency: on the slowest brick: read 0.21 ms (g1), write 12 ms (g1) (plain)',
    );
    const on = new Map([
      ['diagnostics.latency-measurement', 'on'],
      ['diagnostics.count-fop-hits', 'on'],
    ]);
    expect([isProfiled(volume), isProfiled({ ...volume, settings: on })]).toEqual([false, true]);
  });

  it('of a daemon that does not answer', () => {
    expect(daemonDown(cluster, 'Connection failed')).toMatchObject({
      health: 'failed',
      problems: [{ code: 'gluster/daemon-down', remedy: expect.stringContaining('systemctl restart glusterd') }],
    });
  });

  it('every label fits', () => {
    for (const { label } of glusterStatus(cluster, down).rows) expect(label.length).toBeLessThanOrEqual(10);
  });
});

test.each<[string, Partial<Volume>, readonly number[], number, string]>([
  ['replica 2, one down', { replica: 2 }, [0], 1, 'reduced'],
  ['replica 2, both down', { replica: 2 }, [0, 1], 1, 'unreachable'],
  ['replica 3, one down', { replica: 3 }, [1], 1, 'reduced'],
  ['replica 3, two down', { replica: 3 }, [1, 2], 1, 'unreachable'],
  ['disperse 6 redundancy 2, two down', { replica: 1, disperse: 6, redundancy: 2 }, [0, 5], 2, 'reduced'],
  ['disperse 6 redundancy 2, three down', { replica: 1, disperse: 6, redundancy: 2 }, [0, 1, 2], 2, 'unreachable'],
  ['distribute, one down', { replica: 1 }, [3], 0, 'unreachable'],
  ['two sets of three, one down in each', { replica: 3 }, [0, 3], 1, 'reduced'],
  ['nothing down', { replica: 3 }, [], 1, 'whole'],
])('%s', (_, more, gone, bears, service) => {
  const one = volume.bricks[0];
  if (one === undefined) throw new Error('no brick');
  const wanted: Volume = { ...volume, disperse: 0, redundancy: 0, ...more };
  const states = Array.from({ length: 6 }, (_, index) => ({
    brick: one,
    state: gone.includes(index) ? ('down' as const) : ('online' as const),
  }));
  expect([bearable(wanted), serviceOf(wanted, states)]).toEqual([bears, service]);
});
