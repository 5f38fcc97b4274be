// Turns what Ceph says into what every display shows: how the cluster is, seen from this node.
import { bytes, renderBytes } from './bytes.ts';
import { cephProblems } from './ceph-problems.ts';
import type { CephReading, CephSummary, OsdPerf, OsdTree } from './ceph-reading.ts';
import type { ClusterHealth, ClusterRow, ClusterStatus } from './cluster-status.ts';
import type { Problem } from './problem.ts';

type Known = NonNullable<CephReading['cluster']>;

export const cephStatus = (reading: CephReading): ClusterStatus => {
  const { cluster, fsName } = reading;
  const base = { filesystem: 'ceph', name: fsName, mount: undefined } as const;
  if (cluster === undefined) return { ...base, ...withoutQuorum(reading) };
  const problems = cephProblems(cluster.detail ?? cluster.summary.health);
  return {
    ...base,
    health: healthOf(cluster.summary),
    summary: problems.length === 0 ? 'all daemons up, all data whole' : firstTwo(problems),
    rows: rowsOf(cluster),
    problems,
  };
};

const firstTwo = (problems: readonly Problem[]): string =>
  problems
    .slice(0, 2)
    .map(({ summary }) => summary)
    .join('; ');

const healthOf = ({ health, osdmap }: CephSummary): ClusterHealth => {
  const { checks, status } = health;
  // A new cluster, or one that is just powered on: hosts with OSDs are still to come.
  if (osdmap.num_up_osds === 0 || checks.TOO_FEW_OSDS !== undefined) return 'waiting';
  if (status === 'HEALTH_ERR' || checks.PG_AVAILABILITY !== undefined) return 'failed';
  return status === 'HEALTH_OK' ? 'healthy' : 'degraded';
};

const row = (label: string, text: string, tone: ClusterRow['tone']): ClusterRow => ({ label, text, tone });

const rowsOf = ({ summary, tree, df, filesystem, perf }: Known): readonly ClusterRow[] => [
  monitorsRow(summary),
  osdsRow(summary, tree),
  groupsRow(summary),
  ...recoveryRow(summary),
  metadataRow(summary),
  managerRow(summary),
  usageRow(summary),
  ...(df === undefined ? [] : freeRow(df)),
  ...latencyRow(perf),
  ...(filesystem === undefined
    ? []
    : [row('Clients', `${filesystem.clients.reduce((sum, one) => sum + one.clients, 0)} mounted`, 'plain')]),
  row('Traffic', `${rate(summary.pgmap.read_bytes_sec)} read, ${rate(summary.pgmap.write_bytes_sec)} written`, 'plain'),
];

const monitorsRow = ({ quorum_names, monmap }: CephSummary): ClusterRow => {
  const missing = monmap.num_mons - quorum_names.length;
  const text = `${quorum_names.length} of ${monmap.num_mons} in quorum`;
  return missing === 0 ? row('Monitors', text, 'good') : row('Monitors', `${text}, ${missing} missing`, 'warn');
};

const osdsRow = ({ osdmap }: CephSummary, tree: OsdTree | undefined): ClusterRow => {
  const { num_osds: all, num_up_osds: up, num_in_osds: inside } = osdmap;
  const down = (tree?.nodes ?? []).filter(({ type, status }) => type === 'osd' && status === 'down');
  const named = down.map((osd) => {
    const host = tree?.nodes.find(({ type, children }) => type === 'host' && children.includes(osd.id));
    return host === undefined ? osd.name : `${osd.name} on ${host.name}`;
  });
  const who = named.length === 0 ? `${all - up}` : `${named.slice(0, 3).join(', ')}${named.length > 3 ? ', …' : ''}`;
  const shown = up === all ? '' : `: ${who} down`;
  const out = inside === all ? '' : `, ${all - inside} out`;
  return row(
    'OSDs',
    `${up} of ${all} up${out}${shown}`,
    up === all && inside === all ? 'good' : up === 0 ? 'bad' : 'warn',
  );
};

const groupsRow = ({ pgmap, health }: CephSummary): ClusterRow => {
  const clean = pgmap.pgs_by_state
    .filter(({ state_name }) => /^active\+clean(\+(deep|scrubbing|snaptrim(_wait)?))*$/.test(state_name))
    .reduce((sum, { count }) => sum + count, 0);
  if (clean === pgmap.num_pgs) return row('PGs', `all ${pgmap.num_pgs} active+clean`, 'good');
  const others = pgmap.pgs_by_state.filter(({ state_name }) => !state_name.startsWith('active+clean'));
  const words = others.map(({ state_name, count }) => `${count} ${state_name}`).join(', ');
  return row(
    'PGs',
    `${clean} of ${pgmap.num_pgs} clean: ${words}`,
    health.checks.PG_AVAILABILITY === undefined ? 'warn' : 'bad',
  );
};

/** What is left to copy, and how fast that goes. */
const recoveryRow = ({ pgmap }: CephSummary): readonly ClusterRow[] => {
  const { degraded_objects: degraded, degraded_total: total, misplaced_objects: misplaced } = pgmap;
  if (degraded === 0 && misplaced === 0) return [];
  const percent = total === 0 ? '' : ` (${Math.ceil((100 * degraded) / total)} %)`;
  const words = [
    ...(degraded === 0 ? [] : [`${degraded} of ${total} copies missing${percent}`]),
    ...(misplaced === 0 ? [] : [`${misplaced} to move`]),
    pgmap.recovering_bytes_per_sec > 0 ? `${rate(pgmap.recovering_bytes_per_sec)} copied` : 'nothing is being copied',
  ];
  return [row('Recovery', words.join(', '), 'warn')];
};

const metadataRow = ({ fsmap }: CephSummary): ClusterRow => {
  const active = fsmap.by_rank.filter(({ status }) => status === 'up:active').map(({ name }) => name);
  const standby = fsmap['up:standby'];
  if (active.length > 0)
    return row('Metadata', `${active.join(', ')} active, ${standing(standby)}`, standby > 0 ? 'good' : 'plain');
  const [first] = fsmap.by_rank;
  const why = first === undefined ? `none active, ${standing(standby)}` : `${first.name} is ${first.status.slice(3)}`;
  return row('Metadata', why, 'warn');
};

const standing = (count: number): string => `${count === 0 ? 'none' : count} standing by`;

const managerRow = ({ mgrmap }: CephSummary): ClusterRow =>
  mgrmap.available
    ? row('Manager', `active, ${standing(mgrmap.num_standbys)}`, mgrmap.num_standbys > 0 ? 'good' : 'plain')
    : row('Manager', 'none active', 'warn');

const usageRow = ({ pgmap }: CephSummary): ClusterRow => {
  const { bytes_used: used, bytes_total: total } = pgmap;
  if (total === 0) return row('Raw', 'no OSD has reported yet', 'plain');
  const percent = Math.round((100 * used) / total);
  const text = `${renderBytes(bytes(used))} of ${renderBytes(bytes(total))} used (${percent} %)`;
  if (percent >= 95) return row('Raw', `${text}, full`, 'bad');
  return percent >= 85 ? row('Raw', `${text}, nearly full`, 'warn') : row('Raw', text, 'plain');
};

const freeRow = ({ pools }: NonNullable<Known['df']>): readonly ClusterRow[] => {
  const data = pools.filter(({ name }) => name.endsWith('_data'));
  return data.map(({ stats }) => row('Free', `${renderBytes(bytes(stats.max_avail))} for files`, 'plain'));
};

const latencyRow = (perf: OsdPerf | undefined): readonly ClusterRow[] => {
  const infos = perf?.osdstats.osd_perf_infos ?? [];
  const slowest = infos.toSorted(
    (one, other) => other.perf_stats.commit_latency_ms - one.perf_stats.commit_latency_ms,
  )[0];
  if (slowest === undefined) return [];
  const ms = slowest.perf_stats.commit_latency_ms;
  return [
    ms >= 500
      ? row('Latency', `slow: ${ms} ms to commit (osd.${slowest.id})`, 'warn')
      : row('Latency', `${ms} ms to commit at most (osd.${slowest.id})`, 'plain'),
  ];
};

const rate = (perSecond: number): string => `${renderBytes(bytes(Math.round(perSecond)))}/s`;

type Rest = Pick<ClusterStatus, 'health' | 'summary' | 'rows' | 'problems'>;

/** The local truth: what this node's monitor knows, or that nobody answers. */
const withoutQuorum = ({ local, monitors }: CephReading): Rest => {
  if (local === undefined) {
    const summary = `no monitor answers: ${monitors.join(', ')}`;
    return {
      health: 'failed',
      summary,
      rows: [row('Monitors', 'none answers', 'bad')],
      problems: [
        {
          code: 'ceph/no-monitor',
          summary,
          remedy: 'Start more than half of the nodes with monitors; see their consoles',
        },
      ],
    };
  }
  const all = local.monmap.mons.map(({ name }) => name);
  const others = all.filter((name) => name !== local.name);
  const needed = Math.floor(all.length / 2) + 1;
  const summary = `no quorum: ${needed} of ${all.length} monitors are needed, ${local.name} is ${local.state}`;
  return {
    health: 'failed',
    summary,
    rows: [
      row('Monitors', `no quorum, ${needed} of ${all.length} are needed`, 'bad'),
      row('This node', `monitor ${local.name} is ${local.state}`, 'warn'),
      row('Reachable', [local.name, ...local.outside_quorum.filter((name) => name !== local.name)].join(', '), 'plain'),
    ],
    problems: [
      {
        code: 'ceph/no-quorum',
        summary,
        remedy: `Start the nodes of ${others.join(', ')}: nothing is read or written until more than half are there`,
      },
    ],
  };
};
