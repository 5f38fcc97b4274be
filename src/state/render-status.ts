// Writes one reading of a node as text for 80 columns: unknown is n/a with its reason, old is marked as old.
import { type Bytes, bytes, renderBytes } from './bytes.ts';
import { type ClusterStatus, type MountStatus, noCluster } from './cluster-status.ts';
import { renderDuration } from './duration.ts';
import type { LinkFact } from './facts.ts';
import { deedWords, type GuardStatus } from './guard-status.ts';
import { clusterName } from './judge-cluster.ts';
import { ageOf, ageWords } from './judge-source.ts';
import { healthOf } from './judge-status.ts';
import type { NetworkTrial } from './network-trial.ts';
import { describeCheckout } from './pull-state.ts';
import type { Reading } from './reading.ts';
import { overlayLimits } from './root-kind.ts';
import type { RootStatus, Status } from './status.ts';
import { uptimeBeforeWords } from './uptime-before.ts';

const width = 80;
const labelWidth = 11;

export const renderStatus = (status: Status): string => {
  const show = <T>(reading: Reading<T>, render: (value: T) => readonly string[]): readonly string[] => {
    switch (reading.kind) {
      case 'pending':
        return ['n/a (not read yet)'];
      case 'unavailable':
        return [`n/a (${reading.why})`];
      case 'stale':
        return [
          ...render(reading.value),
          `STALE by ${Math.round((status.atMs - reading.atMs) / 1000)} s: ${reading.why}`,
        ];
      case 'live':
        return render(reading.value);
    }
  };

  const health = healthOf(status);
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['node', [`${status.hostname}${status.role === undefined ? '' : `, ${status.role}`}`]],
    ['health', [health === 'unhealthy' ? 'NOT HEALTHY' : health]],
    ['uptime', show(status.uptime, (seconds) => [renderDuration(seconds)])],
    ['load', show(status.load, (load) => [load.map((value) => value.toFixed(2)).join(' ')])],
    [
      'memory',
      show(status.memory, ({ total, available, pressure }) => [
        `${renderBytes(available)} available of ${renderBytes(total)}, pressure ${pressure === undefined ? 'n/a' : `${pressure.toFixed(1)} %`}`,
      ]),
    ],
    [
      'root',
      show(status.root, ({ overlay, device, filesystem, size, free, inodes, inodesFree, errors, writable }) => [
        ...(overlay === undefined ? [] : overlayWords(overlay, size, free)),
        `${filesystem} on ${overlay === undefined ? device : 'squashfs'}, ${writable ? '' : 'NOT WRITABLE, '}${errors === undefined ? 'errors n/a' : errors === 0 ? 'no errors' : `${errors} ERRORS`}`,
        `${renderBytes(free)} of ${renderBytes(size)} free (${percent(free, size)})`,
        `${inodesFree} of ${inodes} inodes free (${percent(inodesFree, inodes)})`,
      ]),
    ],
    [
      'zram',
      show(status.zram, (zram) => [
        `${zram.algorithm}, disksize ${renderBytes(zram.disksize)}, ratio ${ratio(zram.original, zram.used)}`,
        `${renderBytes(zram.original)} stored in ${renderBytes(zram.used)} (compressed ${renderBytes(zram.compressed)}, peak ${renderBytes(zram.usedMax)})`,
        zram.limit === undefined
          ? 'no memory limit'
          : `limit ${renderBytes(zram.limit)}, ${percent(zram.used, zram.limit)} of it used`,
        `${zram.samePages} same-filled pages, ${zram.hugePages} incompressible`,
        `failed reads ${zram.failedReads}, failed writes ${zram.failedWrites}`,
      ]),
    ],
    ['guard', show(status.guard, guardWords)],
    ['links', show(status.links, (links) => links.filter(({ kind }) => kind !== 'loopback').map(renderLink))],
    [
      'time',
      show(status.time, ({ synchronised, source, offsetMs }) => [
        `${synchronised ? 'synchronised' : 'NOT SYNCHRONISED'}${source === undefined ? '' : ` to ${source}`}${
          offsetMs === undefined ? '' : `, off by ${offsetMs.toFixed(3)} ms`
        }`,
      ]),
    ],
    [
      'services',
      show(status.services, (services) =>
        services.length === 0
          ? ['none wanted, none failed']
          : services.map(({ unit, state, healthy }) => `${healthy ? 'ok ' : 'BAD'} ${unit} ${state}`),
      ),
    ],
    ...(status.cluster.kind === 'unavailable' && status.cluster.why === noCluster
      ? []
      : ([['cluster', show(status.cluster, clusterWords)]] as const)),
    [
      'profile',
      show(status.profile, ({ transport, revision, persisted, stale, pull }) => [
        `${transport}${revision === undefined ? '' : `, revision ${revision}`}`,
        ...(stale === undefined ? [] : [ageWords(ageOf(stale, status.atMs))]),
        persisted ? 'kept for the next boot' : 'NOT kept: gone at the next boot',
        ...(pull?.checkouts ?? []).map(describeCheckout),
        ...(pull?.problem === undefined ? [] : [`NOT PULLED: ${pull.problem.summary}`]),
      ]),
    ],
    ...(status.network.kind === 'live' && status.network.value.kind === 'none'
      ? []
      : ([['network', show(status.network, (trial) => trialWords(trial, status.uptime))]] as const)),
    [
      'last apply',
      show(status.lastApply, ({ outcome, done, total, atMs, apply }) => [
        `${outcome}, ${done} of ${total} steps, ${new Date(atMs).toISOString().slice(0, 19)}Z (${apply})`,
      ]),
    ],
    ...(status.uptimeBefore === undefined ? [] : ([['before', [uptimeBeforeWords(status.uptimeBefore)]]] as const)),
  ];
  const lines = parts.flatMap(([label, values]) =>
    (values.length === 0 ? ['none'] : values).flatMap((value, index) =>
      wrap(value, width - labelWidth).map(
        (line, part) => `${(index === 0 && part === 0 ? label : '').padEnd(labelWidth)}${line}`,
      ),
    ),
  );
  const problems = status.problems.flatMap(({ code, summary, remedy }) => [
    '',
    ...wrap(`${code}: ${summary}`, width),
    ...wrap(remedy, width - 4).map((line, part) => `${part === 0 ? ' -> ' : '    '}${line}`),
  ]);
  return `${[...lines, ...problems].join('\n')}\n`;
};

const clusterWords = (status: ClusterStatus): readonly string[] => [
  `${clusterName(status)}: ${status.health === 'healthy' ? 'healthy' : status.health.toUpperCase()}, ${status.summary}`,
  ...status.rows.map(({ label, text }) => `${label.padEnd(10)} ${text}`),
  ...(status.mount === undefined ? [] : [mountWords(status.mount)]),
];

const mountWords = (mount: MountStatus): string => {
  switch (mount.kind) {
    case 'answers':
      return `${'Mount'.padEnd(10)} ${mount.path} answers in ${mount.milliseconds} ms`;
    case 'hung':
      return `${'Mount'.padEnd(10)} ${mount.path} HUNG for ${mount.seconds} s`;
    case 'absent':
      return `${'Mount'.padEnd(10)} ${mount.path} NOT MOUNTED`;
  }
};

const overlayWords = (
  { squashfs, why }: NonNullable<RootStatus['overlay']>,
  size: Bytes,
  free: Bytes,
): readonly string[] => [
  `squashfs with an overlay, in memory: ${why}`,
  `${renderBytes(squashfs)} shipped and ${renderBytes(bytes(size - free))} written take memory`,
  `here ${overlayLimits.join('; ')}`,
];

const guardWords = ({ level, why, heldBack, last }: GuardStatus): readonly string[] => [
  `${level}${why === '' ? '' : `: ${why}`}`,
  ...(heldBack === 0 ? [] : [`${renderBytes(heldBack)} held back, because the memory limit could not carry them`]),
  ...(last === undefined ? [] : [`${new Date(last.atMs).toISOString().slice(0, 19)}Z ${deedWords(last)}`]),
];

const trialWords = (trial: NetworkTrial, uptime: Reading<number>): readonly string[] => {
  switch (trial.kind) {
    case 'none':
      return [];
    case 'provisional': {
      const left = uptime.kind === 'live' ? `${Math.max(0, Math.ceil(trial.untilUptime - uptime.value))} s` : '90 s';
      return [`PROVISIONAL for ${left} at most: \`mayfly network confirm\` or \`revert\``, ...trial.settings];
    }
    case 'returned': {
      const state = { returning: 'being put back', checked: 'back, and checked', unchecked: 'put back, NOT WORKING' };
      return [`the old settings are ${state[trial.state]}: ${trial.why.summary}`];
    }
  }
};

const percent = (part: number, whole: number): string =>
  whole === 0 ? 'n/a' : `${Math.round((100 * part) / whole)} %`;

const ratio = (original: Bytes, used: Bytes): string => (used === 0 ? 'n/a' : `${(original / used).toFixed(2)}:1`);

const renderLink = ({ name, up, carrier, speedMbps, mtu, addresses }: LinkFact): string => {
  const cable = !up ? 'down' : carrier === undefined ? 'carrier n/a' : carrier ? 'carrier' : 'NO CARRIER';
  const speed = speedMbps === undefined ? '' : ` ${speedMbps} Mbit/s`;
  return `${name} ${cable}${speed} mtu ${mtu} ${addresses.length === 0 ? 'no address' : addresses.join(' ')}`;
};

/** At spaces; a longer word gets a line of its own. */
const wrap = (text: string, columns: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
};
