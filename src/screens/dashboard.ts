// The dashboard: how this node lives, at most once a second. Unknown is `n/a` with its reason, old is marked, nothing is told by colour alone.
import { besides, blank, type Line, labelled, line, paragraph, type Span, span, widthOf } from '../components/line.ts';
import { renderBytes } from '../state/bytes.ts';
import { healthOf } from '../state/judge-status.ts';
import type { Session } from '../state/session.ts';
import { type ApplyStatus, renderServiceState, type Status } from '../state/status.ts';
import { column } from './column.ts';
import { clusterLines } from './dashboard-cluster.ts';
import { linkLines } from './dashboard-links.ts';
import { diskLines, stepLines } from './dashboard-more.ts';
import { guardLine, rootLines } from './dashboard-root.ts';
import { networkTrialLines } from './network-trial.ts';
import { durationText, readingSpans } from './words.ts';

const applyWords = (apply: ApplyStatus, nowMs: number): readonly (Span | string)[] => {
  const count = `${apply.done} of ${apply.total}`;
  const when = `${durationText((nowMs - apply.atMs) / 1000)} ago`;
  const words = {
    running: 'running',
    converged: 'converged',
    failed: 'FAILED',
    refused: 'REFUSED',
    interrupted: 'INTERRUPTED',
  }[apply.outcome];
  const tone = apply.outcome === 'converged' ? 'good' : apply.outcome === 'running' ? 'accent' : 'bad';
  return [
    span(words, tone),
    `, ${count} steps, ${when}`,
    ...(apply.problem === undefined ? [] : [`: ${apply.problem.code}`]),
  ];
};

const nodeLines = (status: Status, nowMs: number): readonly Line[] => {
  const memory = readingSpans(
    status.memory,
    ({ available, total, pressure }) => [
      span(renderBytes(available), 'strong'),
      ` available of ${renderBytes(total)}  pressure `,
      pressure === undefined
        ? span('n/a: this kernel has no PSI', 'dim')
        : pressure > 10
          ? span(`${pressure.toFixed(1)} % (HIGH)`, 'warn')
          : span(`${pressure.toFixed(1)} %`),
    ],
    nowMs,
  );
  const load = readingSpans(status.load, (values) => [values.map((value) => value.toFixed(2)).join(' ')], nowMs);
  const uptime = readingSpans(status.uptime, (seconds) => [durationText(seconds)], nowMs);
  const time = readingSpans(
    status.time,
    ({ synchronised, source, offsetMs }) =>
      synchronised
        ? [
            span('synchronised', 'good'),
            source === undefined ? '' : ` with ${source}`,
            offsetMs === undefined ? '' : `, ${offsetMs.toFixed(1)} ms off`,
          ]
        : [span('not synchronised', 'warn'), source === undefined ? '' : ` (${source})`],
    nowMs,
  );
  const profile = readingSpans(
    status.profile,
    ({ transport, revision, persisted }) => [
      `${transport}${revision === undefined ? '' : `, ${revision.slice(0, 12)}`}, `,
      persisted ? span('saved', 'good') : span('for this uptime only', 'warn'),
    ],
    nowMs,
  );
  return [
    labelled('Uptime', column, ...uptime, '  load ', ...load),
    labelled('Memory', column, ...memory),
    labelled('Time', column, ...time),
    labelled('Profile', column, ...profile),
    labelled('Last apply', column, ...readingSpans(status.lastApply, (apply) => applyWords(apply, nowMs), nowMs)),
  ];
};

const serviceLines = (status: Status, nowMs: number, width: number, most: number): readonly Line[] => {
  const { services } = status;
  if (services.kind !== 'live' && services.kind !== 'stale')
    return [labelled('Services', column, ...readingSpans(services, () => [], nowMs))];
  const ordered = [...services.value].sort((one, other) => Number(one.healthy) - Number(other.healthy));
  const lines: Line[] = [];
  for (const service of ordered) {
    const name = service.unit.replace(/\.service$/, '');
    const part = [`${name} `, span(renderServiceState(service), service.healthy ? 'good' : 'bad')];
    const last = lines.at(-1);
    const room = last === undefined ? 0 : width - widthOf(last);
    if (last !== undefined && room > widthOf(line(...part)) + 2)
      lines[lines.length - 1] = [...last, span('  '), ...line(...part)];
    else lines.push(labelled(lines.length === 0 ? 'Services' : '', column, ...part));
  }
  return lines.length === 0 ? [labelled('Services', column, span('none', 'dim'))] : lines.slice(0, most);
};

const problemLines = (status: Status, width: number, most: number): readonly Line[] => {
  if (status.problems.length === 0)
    return [
      healthOf(status) === 'healthy'
        ? labelled('Problems', column, span('none', 'good'))
        : labelled('Problems', column, span('none known, but not everything could be read', 'warn')),
    ];
  const texts = status.problems.map(({ summary, remedy }, index): readonly Line[] => {
    // Four columns are left for the mark of what is cut.
    const [first = [], ...rest] = paragraph(`! ${summary}: ${remedy}`, width - 4, column, 'bad');
    return index === 0 ? [[span(' Problems   ', 'bad'), ...first.slice(1)], ...rest] : [first, ...rest];
  });
  const lines = texts.flat();
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, Math.max(0, most - 1));
  const last = kept.at(-1);
  const isCut = last !== undefined && !texts.some((text) => text.at(-1) === last);
  return [
    ...(isCut ? [...kept.slice(0, -1), [...last, span(' ...', 'bad')]] : kept),
    labelled('', column, span(`${status.problems.length} problems in all; \`mayfly status\` lists them`, 'warn')),
  ];
};

/** From this width on there are two columns, each wide enough for every line of the other. */
const twoColumns = 180;

/** A part with a blank line before it, where there is anything in it. */
const apart = (lines: readonly Line[]): readonly Line[] => (lines.length === 0 ? [] : [blank, ...lines]);

/** Problems over the whole width; below, how the root and the node live, and beside or under that everything that there may be many of. */
const roomyLines = (session: Session, status: Status, width: number, height: number): readonly Line[] => {
  const nowMs = status.atMs;
  const told = networkTrialLines(session, width);
  const top = [...apart(told), ...apart(problemLines(status, width, 10))];
  const split = width >= twoColumns;
  const half = split ? Math.floor(width / 2) : width;
  // The guard stands where a blank line would: it takes nobody's place.
  const cluster = apart(clusterLines(status, nowMs, half, 12));
  const root = apart([...rootLines(session, status, nowMs, half, true), guardLine(status, nowMs)]);
  const own = [...cluster, ...root, ...nodeLines(status, nowMs)];
  const right = split ? width - half : width;
  const room = height - top.length - (split ? 0 : own.length);
  const services = serviceLines(status, nowMs, right, 6);
  const links = linkLines(session, status, nowMs, right, Math.max(1, room - services.length - 3));
  const disks = diskLines(session, room - services.length - links.length - 3);
  const parts = [links, services, disks];
  const left = room - parts.reduce((sum, part) => sum + apart(part).length, 0);
  const many = [...parts, stepLines(session, status.lastApply, left - 1)].flatMap(apart);
  return [...top, ...(split ? besides(own, many, half) : [...own, ...many])].slice(0, height);
};

/** The order is by worth: what does not fit is cut from links and services, never from problems or the root. */
export const dashboardLines = (session: Session, width: number, height: number): readonly Line[] => {
  const status = session.statuses.at(-1);
  if (status === undefined) return [blank, line(' Taking the first reading…')];
  if (height > 30) return roomyLines(session, status, width, height);
  const nowMs = status.atMs;
  const root = rootLines(session, status, nowMs, width, false);
  const node = nodeLines(status, nowMs);
  const problems = problemLines(status, width, 4);
  const told = networkTrialLines(session, width);
  const trial = told.length === 0 ? [] : [...told, blank];
  const spare = height - trial.length - root.length - node.length - problems.length - 2;
  // Links and services keep two lines between them, whatever else there is to say.
  const cluster = clusterLines(status, nowMs, width, Math.max(1, Math.min(4, spare - 2)));
  const left = spare - cluster.length;
  const services = serviceLines(status, nowMs, width, Math.max(1, Math.min(3, left - 2)));
  const links = linkLines(session, status, nowMs, width, Math.max(1, left - services.length - 1));
  return [
    ...trial,
    ...problems,
    blank,
    ...cluster,
    ...root,
    guardLine(status, nowMs),
    ...node,
    ...links,
    ...services,
  ].slice(0, height);
};
