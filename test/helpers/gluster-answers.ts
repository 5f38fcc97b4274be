// What the daemons of a real GlusterFS cluster answered (test/fixtures/cluster), put together as a node reads it: whole, and with a brick down.
import { readFileSync } from 'node:fs';
import type { GlusterHealth, PeerState } from '../../src/state/gluster-health.ts';
import {
  type GlusterAnswer,
  parseHealSummary,
  parsePool,
  parseVolumeStatus,
  parseVolumes,
} from '../../src/state/gluster-output.ts';
import { othersIn, ownUuid } from '../../src/state/gluster-reading.ts';

/** `named` gives the recorded answers other names of hosts, volume and paths. */
export const recordedGluster = (named: (xml: string) => string = (xml) => xml) => {
  const read = <T>(parse: (xml: string) => GlusterAnswer<T>, name: string): T => {
    const xml = readFileSync(new URL(`../fixtures/cluster/gluster-${name}.xml`, import.meta.url), 'utf8');
    const answer = parse(named(xml));
    if (answer.kind !== 'answer') throw new Error(answer.why);
    return answer.value;
  };
  const pool = read(parsePool, 'pool-list');
  const volume = read(parseVolumes, 'volume-info').find(({ type }) => type === 'Replicate');
  if (volume === undefined) throw new Error('no replicated volume in the fixture');
  const brickDown = read(parseVolumeStatus, 'volume-status-brickdown');

  const peersAre = (...states: readonly PeerState['state'][]): readonly PeerState[] =>
    othersIn(pool).map((peer, index) => ({ name: peer.names[0] ?? '', peer, state: states[index] ?? 'answers' }));
  const whole: GlusterHealth = {
    peers: peersAre(),
    uuid: ownUuid(pool),
    volume,
    processes: {
      kind: 'told',
      value: [
        ...read(parseVolumeStatus, 'volume-status-detail'),
        ...brickDown.filter(({ kind }) => kind === 'self-heal'),
      ],
    },
    served: new Map(volume.bricks.slice(0, 1).map(({ path }) => [path, true])),
    heal: { kind: 'told', value: volume.bricks.map(({ name }) => ({ brick: name, entries: 0, splitBrain: 0 })) },
    latencies: [],
  };
  const down: GlusterHealth = {
    ...whole,
    processes: { kind: 'told', value: brickDown },
    heal: { kind: 'told', value: read(parseHealSummary, 'heal-summary-degraded') },
  };
  return { volume, peersAre, whole, down };
};
