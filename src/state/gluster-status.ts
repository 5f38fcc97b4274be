// A GlusterFS node as every display shows it: rows, one line of summary, and problems, from what was read of it.
import { bytes, renderBytes } from './bytes.ts';
import type { ClusterHealth, ClusterRow, ClusterStatus } from './cluster-status.ts';
import { type BrickState, backlog, brickStates, type GlusterHealth, healsItself, serviceOf } from './gluster-health.ts';
import { latencyRow } from './gluster-latency.ts';
import { describeVolume } from './gluster-layout.ts';
import type { Gluster } from './gluster-node.ts';
import type { Volume } from './gluster-reading.ts';
import { statusProblems } from './gluster-status-problems.ts';

export const glusterStatus = (cluster: Gluster, health: GlusterHealth): ClusterStatus => {
  const { volume } = health;
  const states = volume === undefined ? [] : brickStates(volume, health);
  const problems = statusProblems(cluster, health, states);
  const state = healthOf(cluster, health, states, problems.length);
  const waiting = `waiting for ${cluster.peers[0]} to make volume ${cluster.volume?.name ?? ''}`;
  return {
    filesystem: 'gluster',
    name: volume?.name ?? cluster.volume?.name,
    health: state,
    summary: problems[0]?.summary ?? (state === 'waiting' ? waiting : wholeSummary(health)),
    rows: [peersRow(cluster, health), ...(volume === undefined ? [] : volumeRows(volume, health, states))],
    mount: undefined,
    problems,
  };
};

/** Of a node whose daemon does not run or does not answer. */
export const daemonDown = (cluster: Gluster, why: string): ClusterStatus => {
  const summary = `glusterd does not answer here: ${why}`;
  return {
    filesystem: 'gluster',
    name: cluster.volume?.name,
    health: 'failed',
    summary,
    rows: [{ label: 'glusterd', text: `no answer: ${why}`, tone: 'bad' }],
    mount: undefined,
    problems: [
      {
        code: 'gluster/daemon-down',
        summary,
        remedy:
          'See `journalctl -b -u glusterd` and /var/log/glusterfs/glusterd.log, then `systemctl restart glusterd`',
      },
    ],
  };
};

const healthOf = (
  cluster: Gluster,
  { volume, peers }: GlusterHealth,
  states: readonly BrickState[],
  problems: number,
): ClusterHealth => {
  if (volume === undefined) return cluster.volume === undefined && peers.every(isWell) ? 'healthy' : 'waiting';
  if (volume.state === 'created') return 'waiting';
  if (volume.state === 'stopped' || serviceOf(volume, states) === 'unreachable') return 'failed';
  return problems > 0 ? 'degraded' : 'healthy';
};

const isWell = ({ state }: GlusterHealth['peers'][number]): boolean => state === 'answers';

const wholeSummary = ({ volume, peers }: GlusterHealth): string =>
  volume === undefined
    ? `${peers.length + 1} peers, no volume wanted`
    : `${describeVolume(volume)} over ${volume.bricks.length} bricks, all online`;

const peersRow = ({ peers: all }: Gluster, { peers }: GlusterHealth): ClusterRow => {
  const missing = peers.filter((peer) => !isWell(peer));
  const text = `${all.length - missing.length} of ${all.length} answer`;
  return missing.length === 0
    ? { label: 'Peers', text, tone: 'good' }
    : {
        label: 'Peers',
        text: `${text}: ${missing.map(({ name, state }) => `${name} ${words[state]}`).join(', ')}`,
        tone: 'bad',
      };
};

const words: Readonly<Record<GlusterHealth['peers'][number]['state'], string>> = {
  answers: 'answers',
  silent: 'is silent',
  disconnected: 'is disconnected',
  'not in the pool': 'is not in the pool',
};

const volumeRows = (volume: Volume, health: GlusterHealth, states: readonly BrickState[]): readonly ClusterRow[] => [
  ...brickRow(health, states),
  ...healRow(volume, health),
  ...spaceRow(health),
  {
    label: 'Volume',
    text: `${volume.name} ${volume.state}, ${describeVolume(volume)} over ${volume.bricks.length}`,
    tone: volume.state === 'started' ? 'plain' : 'bad',
  },
  ...latencyRow(health.latencies),
  ...healerRow(health),
  ...portsRow(health),
];

const brickRow = ({ processes }: GlusterHealth, states: readonly BrickState[]): readonly ClusterRow[] => {
  const down = states.filter(({ state }) => state === 'down').map(({ brick }) => brick.name);
  const unknown = states.filter(({ state }) => state === 'unknown').length;
  const why = processes.kind === 'silent' ? ` (${processes.why})` : '';
  const parts = [
    `${states.length - down.length - unknown} of ${states.length} online`,
    ...(unknown === 0 ? [] : [`${unknown} unknown${why}`]),
    ...(down.length === 0 ? [] : [`down: ${down.join(', ')}`]),
  ];
  return [{ label: 'Bricks', text: parts.join(', '), tone: down.length > 0 ? 'bad' : unknown > 0 ? 'warn' : 'good' }];
};

const healRow = (volume: Volume, { heal }: GlusterHealth): readonly ClusterRow[] => {
  if (!healsItself(volume)) return [];
  if (heal.kind === 'silent') return [{ label: 'Heal', text: `unknown: ${heal.why}`, tone: 'warn' }];
  const { entries, splitBrain } = backlog(heal.value);
  if (splitBrain > 0) return [{ label: 'Heal', text: `${splitBrain} in split brain, ${entries} to heal`, tone: 'bad' }];
  const silent = heal.value.filter((each) => each.entries === undefined).length;
  const asked = silent === 0 ? '' : `, ${silent} of ${heal.value.length} bricks not asked`;
  return [
    entries === 0
      ? { label: 'Heal', text: `nothing to heal${asked}`, tone: silent === 0 ? 'good' : 'warn' }
      : { label: 'Heal', text: `${entries} ${entries === 1 ? 'entry' : 'entries'} to heal${asked}`, tone: 'warn' },
  ];
};

const spaceRow = ({ processes }: GlusterHealth): readonly ClusterRow[] => {
  const sized = (processes.kind === 'told' ? processes.value : []).flatMap(({ host, path, size, free }) =>
    size === undefined || free === undefined || size === 0 ? [] : [{ host, path, size, free }],
  );
  const [fullest] = sized.sort((one, other) => one.free / one.size - other.free / other.size);
  if (fullest === undefined) return [];
  const { host, size, free } = fullest;
  const text = `${renderBytes(bytes(free))} of ${renderBytes(bytes(size))} free on the fullest brick (${host})`;
  return [
    free / size < 0.1
      ? { label: 'Space', text: `almost full: ${text}`, tone: 'warn' }
      : { label: 'Space', text, tone: 'plain' },
  ];
};

const healerRow = ({ processes }: GlusterHealth): readonly ClusterRow[] => {
  const healers = processes.kind === 'told' ? processes.value.filter(({ kind }) => kind === 'self-heal') : [];
  const running = healers.filter(({ online }) => online).length;
  if (healers.length === 0) return [];
  return [
    running === healers.length
      ? { label: 'Healers', text: `all ${running} self-heal daemons run`, tone: 'good' }
      : {
          label: 'Healers',
          text: `${healers.length - running} of ${healers.length} self-heal daemons stopped`,
          tone: 'warn',
        },
  ];
};

/** Bricks listen on another port after every start. */
const portsRow = ({ processes, uuid }: GlusterHealth): readonly ClusterRow[] => {
  const own = (processes.kind === 'told' ? processes.value : []).filter(
    ({ kind, peer, online }) => kind === 'brick' && peer === uuid && online,
  );
  const ports = own.flatMap(({ port }) => port ?? []);
  return ports.length === 0
    ? []
    : [{ label: 'Ports', text: `24007 and ${ports.join(', ')} on this node`, tone: 'plain' }];
};
