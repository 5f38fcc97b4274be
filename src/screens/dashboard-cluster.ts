// The dashboard's part on the cluster filesystem: which one, how it is, what it is made of, and whether its mount answers.
import { fitted, type Line, labelled, paragraph, type Span, span, widthOf } from '../components/line.ts';
import {
  type ClusterHealth,
  type ClusterRow,
  type ClusterStatus,
  type MountStatus,
  noCluster,
} from '../state/cluster-status.ts';
import { clusterName } from '../state/judge-cluster.ts';
import type { Status } from '../state/status.ts';
import { column } from './column.ts';
import { durationText, readingSpans } from './words.ts';

const healthSpans: Readonly<Record<ClusterHealth, Span>> = {
  healthy: span('healthy', 'good'),
  degraded: span('DEGRADED', 'warn'),
  waiting: span('WAITING', 'warn'),
  failed: span('FAILED', 'bad'),
};

const mountSpans = (mount: MountStatus): readonly Span[] => {
  switch (mount.kind) {
    case 'answers':
      return [span(`${mount.path} `), span(`answers in ${mount.milliseconds} ms`, 'good')];
    case 'hung':
      return [span(`${mount.path} `), span(`HUNG for ${durationText(mount.seconds)}`, 'bad')];
    case 'absent':
      return [span(`${mount.path} `), span('NOT MOUNTED', 'bad')];
  }
};

type Part = { readonly label: string; readonly spans: readonly Span[] };

const tones = { good: 'good', warn: 'warn', bad: 'bad', plain: 'plain' } as const;

const isWrong = ({ tone }: ClusterRow): boolean => tone === 'warn' || tone === 'bad';

/** Marked as well as coloured where something is not as it shall be. */
const partOf = (row: ClusterRow): Part => ({
  label: row.label,
  spans: [span(isWrong(row) ? `! ${row.text}` : row.text, tones[row.tone])],
});

/** Two to a line where both fit; a longer one has its line for itself. */
const rowLines = (parts: readonly Part[], width: number): readonly Line[] => {
  const half = Math.floor((width - column) / 2);
  const lines: Line[] = [];
  let open = false;
  for (const { label, spans } of parts) {
    const words: Line = [span(`${label} `, 'dim'), ...spans];
    const last = lines.at(-1);
    if (open && last !== undefined && widthOf(last) <= column + half - 2 && widthOf(words) <= half) {
      lines[lines.length - 1] = [...last, span(' '.repeat(column + half - widthOf(last))), ...words];
      open = false;
      continue;
    }
    lines.push(labelled('', column, ...words));
    open = true;
  }
  return lines;
};

/** What is worth most comes first, since there may be room for one row only: a mount that does not answer, then whatever is not as it shall be. */
const partsOf = ({ rows, mount }: ClusterStatus): readonly Part[] => {
  const own = [...rows.filter(isWrong), ...rows.filter((row) => !isWrong(row))].map(partOf);
  if (mount === undefined) return own;
  const mounted: Part = { label: 'Mount', spans: mountSpans(mount) };
  return mount.kind === 'answers' ? [...own.slice(0, 3), mounted, ...own.slice(3)] : [mounted, ...own];
};

/** One that has failed is known to have, whatever its mount does. */
const isHung = ({ mount, health }: ClusterStatus): boolean => mount?.kind === 'hung' && health !== 'failed';

const headWords = (status: ClusterStatus): readonly (Span | string)[] => [
  span(clusterName(status), 'strong'),
  '  ',
  // A filesystem whose daemons are well and whose mount hangs is well for nobody here.
  isHung(status) ? span('HUNG', 'bad') : healthSpans[status.health],
];

/** At most so many lines; none where the profile has no cluster filesystem. */
export const clusterLines = (status: Status, nowMs: number, width: number, most: number): readonly Line[] => {
  const { cluster } = status;
  if (cluster.kind === 'unavailable' && cluster.why === noCluster) return [];
  if (cluster.kind !== 'live' && cluster.kind !== 'stale')
    return [labelled('Cluster', column, ...readingSpans(cluster, () => [], nowMs))];
  const head = labelled('Cluster', column, ...readingSpans(cluster, headWords, nowMs), '  ');
  const room = width - widthOf(head);
  const summary = `${isHung(cluster.value) ? 'daemons: ' : ''}${cluster.value.summary}`;
  // What is wrong stands among the problems in full.
  const first: readonly Line[] =
    most > 4 && summary.length > room
      ? [head, ...paragraph(summary, width, column)]
      : [[...head, span(fitted(summary, room).trimEnd())]];
  return [...first, ...rowLines(partsOf(cluster.value), width)].slice(0, Math.max(1, most));
};
