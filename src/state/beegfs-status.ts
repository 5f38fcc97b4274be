// What a BeeGFS cluster is like, from what was seen of it: worst first.
import type { Beegfs } from './beegfs-node.ts';
import type { BeegfsReading, BeegfsTarget } from './beegfs-reading.ts';
import { bytes, renderBytes } from './bytes.ts';
import type { ClusterRow, ClusterStatus } from './cluster-status.ts';
import type { Problem } from './problem.ts';

export const beegfsStatus = (reading: BeegfsReading, cluster: Beegfs): ClusterStatus => {
  const problems = problemsOf(reading, cluster);
  const [worst] = problems;
  const silent = reading.nodes === undefined;
  const waiting = !silent && (reading.targets ?? []).filter(({ kind }) => kind === 'storage').length === 0;
  return {
    filesystem: 'beegfs',
    name: undefined,
    health: isFailed(reading) ? 'failed' : waiting ? 'waiting' : worst === undefined ? 'healthy' : 'degraded',
    summary: worst?.summary ?? (waiting ? 'no storage target has joined yet' : summaryOf(reading)),
    rows: rowsOf(reading, cluster),
    mount:
      reading.mount === undefined || reading.mount.mounted ? undefined : { kind: 'absent', path: reading.mount.path },
    problems,
  };
};

/** Without the management daemon what is mounted goes on for a while, and nothing new starts; without the only metadata server nothing does. */
const isFailed = ({ nodes, targets = [], stopped }: BeegfsReading): boolean => {
  const meta = targets.filter(({ kind }) => kind === 'meta');
  const storage = targets.filter(({ kind }) => kind === 'storage');
  const allGone = (list: readonly BeegfsTarget[]) => list.length > 0 && list.every(isOffline);
  return nodes === undefined || stopped.includes('beegfs-mgmtd.service') || allGone(meta) || allGone(storage);
};

const isOffline = ({ reachability }: BeegfsTarget): boolean => reachability === 'Offline';

const summaryOf = ({ targets = [] }: BeegfsReading): string => `${targets.length} targets online and consistent`;

const problemsOf = (reading: BeegfsReading, cluster: Beegfs): readonly Problem[] => {
  const { nodes, targets = [], stopped, check, mount } = reading;
  const silence: readonly Problem[] =
    nodes === undefined
      ? [
          {
            code: 'beegfs/no-management',
            summary: `the management daemon on ${cluster.management} does not answer: ${reading.silence ?? 'no reason given'}`,
            remedy: `See whether ${cluster.management} is up (\`mayfly status\` there) and has the same cluster.secret`,
          },
        ]
      : [];
  const found = [
    ...silence,
    ...stopped.map((unit) => ({
      code: 'beegfs/stopped',
      summary: `${unit} does not run on this node`,
      remedy: `See \`journalctl -b -u ${unit}\``,
    })),
    ...targets.filter(isOffline).map((target) => ({
      code: 'beegfs/offline',
      summary: `${nameOf(target)} is offline`,
      remedy:
        'Bring its node back, or see its daemon there (`mayfly status`); files with parts on it cannot be read until then',
    })),
    ...(nodes ?? [])
      .filter(({ reachable }) => reachable === false)
      .map(({ name, kind }) => ({
        code: 'beegfs/unreachable',
        summary: `${kind} node ${name} is not reachable from here`,
        remedy: 'Check its network and a firewall between (docs/cluster-beegfs.md has the ports)',
      })),
    ...targets
      .filter(({ reachability }) => reachability === 'Probably-offline')
      .map((target) => ({
        code: 'beegfs/probably-offline',
        summary: `${nameOf(target)} has not been heard of for a while`,
        remedy: 'Wait: it is called offline 180 s after its last word. Then see its node',
      })),
    ...targets
      .filter(({ consistency }) => consistency !== 'Good')
      .map((target) => ({
        code: 'beegfs/consistency',
        summary: `${nameOf(target)}: ${target.consistency === 'Needs-resync' ? 'needs a resync, or is in one' : target.consistency}`,
        remedy: 'A resync starts by itself and takes its time; for a bad target see the vendor on `resync`',
      })),
    ...targets.filter(({ pool }) => pool === 'emergency').map((target) => emergency(target, cluster)),
    ...targets
      .filter(({ pool }) => pool === 'low')
      .map((target) => ({
        code: 'beegfs/low',
        summary: `${nameOf(target)} has little room left${freeWords(target)}`,
        remedy: 'Remove files, or add targets: new files avoid it',
      })),
    ...(mount === undefined || mount.mounted
      ? []
      : [
          {
            code: 'beegfs/not-mounted',
            summary: `nothing is mounted at ${mount.path}`,
            remedy: 'See `journalctl -b -u beegfs-client.service`, then apply again',
          },
        ]),
  ];
  return found.length > 0 || check !== 'failed'
    ? found
    : [
        {
          code: 'beegfs/check',
          summary:
            '`beegfs health check` found something that its lists do not show: busy servers, or connections that fell back',
          remedy: 'Run it here: it names what it found',
        },
      ];
};

const nameOf = ({ kind, number, node }: BeegfsTarget): string =>
  `${kind === 'meta' ? 'metadata' : 'storage'} target ${number} (${node})`;

const freeWords = ({ free, total }: BeegfsTarget): string =>
  free === undefined || total === undefined ? '' : `: ${size(free)} of ${size(total)} free`;

const size = (value: number): string => renderBytes(bytes(Math.max(0, Math.round(value))));

/** Fixed limits of the management daemon: 3 GiB for metadata, 20 GiB (7.4) or 10 GiB (8) for storage, whatever the size of the disk. */
const emergency = (target: BeegfsTarget, { release }: Beegfs): Problem => ({
  code: 'beegfs/emergency',
  summary: `${nameOf(target)} is in the emergency pool${freeWords(target)}`,
  remedy:
    target.total !== undefined && target.total < (target.kind === 'meta' ? 3 : release === '8' ? 10 : 20) * 2 ** 30
      ? 'The disk is smaller than the limit below which BeeGFS calls a target full: it serves, as the last choice; use a larger one for real data'
      : 'Remove files, or add targets: new files are put there only when nothing else is left',
});

const rowsOf = ({ nodes, targets, check }: BeegfsReading, { release, management }: Beegfs): readonly ClusterRow[] => {
  const servers = (nodes ?? []).filter(({ kind }) => kind !== 'client');
  const here = servers.filter(({ reachable }) => reachable !== false).length;
  const all = targets ?? [];
  const online = all.filter(({ reachability }) => reachability === 'Online').length;
  const good = all.filter(({ consistency }) => consistency === 'Good').length;
  const storage = all.filter(({ kind }) => kind === 'storage');
  const tone = (part: number, whole: number): ClusterRow['tone'] => (whole > 0 && part < whole ? 'bad' : 'good');
  return [
    nodes === undefined
      ? { label: 'Management', text: `${management} does not answer`, tone: 'bad' }
      : { label: 'Nodes', text: `${here} of ${servers.length} servers reachable`, tone: tone(here, servers.length) },
    ...(targets === undefined
      ? []
      : [
          {
            label: 'Targets',
            text: `${online} of ${all.length} online, ${good} consistent`,
            tone: tone(Math.min(online, good), all.length),
          },
          spaceRow(storage),
        ]),
    {
      label: 'Release',
      text: check === undefined ? `BeeGFS ${release}` : `BeeGFS ${release}, health check ${check}`,
      tone: check === 'failed' ? 'warn' : 'plain',
    },
  ];
};

/** Only of those that said: a target that is offline has no size, and none is made up for it. */
const spaceRow = (targets: readonly BeegfsTarget[]): ClusterRow => {
  const known = targets.filter(({ free, total }) => free !== undefined && total !== undefined);
  if (known.length === 0) return { label: 'Free', text: 'not known', tone: 'plain' };
  const sum = (part: 'free' | 'total') => known.reduce((all, target) => all + (target[part] ?? 0), 0);
  const silent = targets.length - known.length;
  const pools = known.some(({ pool }) => pool === 'emergency' || pool === 'low');
  return {
    label: 'Free',
    text: `${size(sum('free'))} of ${size(sum('total'))}${silent === 0 ? '' : `, ${silent} not known`}`,
    tone: pools ? 'warn' : 'plain',
  };
};
