// Decides what is wrong with a node from one reading of it: the one place with the thresholds, worst first.
import { renderBytes } from './bytes.ts';
import { type ClusterStatus, noCluster } from './cluster-status.ts';
import type { LinkFact } from './facts.ts';
import { type GuardStatus, guardSilenceSeconds } from './guard-status.ts';
import { judgeCluster } from './judge-cluster.ts';
import { judgeProfile } from './judge-source.ts';
import type { Maintenance } from './maintenance.ts';
import type { Problem } from './problem.ts';
import type { Profile } from './profile.ts';
import type { Reading } from './reading.ts';
import { overlayGrowth, type RootKind } from './root-kind.ts';
import { type RootStatus, renderServiceState, type Status, type ZramStatus } from './status.ts';

/** Of blocks and of inodes; and of zram's memory limit. Below and above them ext4 comes close to EIO (see docs/status.md). */
const leastFree = 0.15;
const mostUsed = 0.8;
const leastMemory = 0.1;

export type Readings = Omit<Status, 'problems'>;

/** What is known of it, also when it is old; undefined when nothing is. */
const known = <T>(reading: Reading<T>): T | undefined =>
  reading.kind === 'live' || reading.kind === 'stale' ? reading.value : undefined;

/** `profile` is the one in force; undefined means maintenance, of which `maintenance` may know the reason. */
export const judgeStatus = (
  readings: Readings,
  profile: Profile | undefined,
  maintenance?: Maintenance | undefined,
): readonly Problem[] => [
  ...judgeTrust(known(readings.root), known(readings.zram)),
  ...judgeApply(readings),
  ...judgeReturn(readings),
  ...judgeCluster(known(readings.cluster)).grave,
  ...judgeGuard(readings),
  ...judgeSpace(readings),
  ...judgeMemory(readings),
  ...judgeCluster(known(readings.cluster)).other,
  ...judgeLinks(known(readings.links), profile),
  ...judgeServices(readings),
  ...judgeTime(readings),
  ...judgeProfile(readings, maintenance),
];

/** Nobody has to know how a cluster is that there shall not be. */
const isWithoutCluster = (cluster: Reading<ClusterStatus>): boolean =>
  cluster.kind === 'unavailable' && cluster.why === noCluster;

export type Health = 'healthy' | 'unhealthy' | 'unknown';

/** Unknown when something that could be wrong could not be seen. */
export const healthOf = (status: Status): Health => {
  if (status.problems.length > 0) return 'unhealthy';
  const isZram = known(status.root)?.device.startsWith('/dev/zram') ?? false;
  const needed = [
    status.root,
    status.memory,
    status.links,
    status.services,
    status.time,
    ...(isZram ? [status.zram] : []),
    ...(isWithoutCluster(status.cluster) ? [] : [status.cluster]),
  ];
  return needed.every(({ kind }) => kind === 'live') ? 'healthy' : 'unknown';
};

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** ext4 goes on after an error, and a write that zram refused is an error to nobody: only these counters know. */
const judgeTrust = (root: RootStatus | undefined, zram: ZramStatus | undefined): readonly Problem[] => {
  const signs: string[] = [];
  if (zram !== undefined && zram.failedWrites > 0) {
    const atLimit = zram.limit !== undefined && zram.usedMax >= zram.limit * 0.98;
    signs.push(
      `${counted(zram.failedWrites, 'failed write')} on ${zram.device}${atLimit ? ' (memory limit reached)' : ''}`,
    );
  }
  if (root?.errors !== undefined && root.errors > 0)
    signs.push(
      `${counted(root.errors, 'ext4 error')}${root.lastError === undefined ? '' : ` (last: ${root.lastError})`}`,
    );
  if (root?.writable === false && root.device.startsWith('/dev/zram')) signs.push('it is read-only now');
  if (signs.length === 0) return [];
  return [
    {
      code: 'root/untrusted',
      summary: `The root filesystem cannot be trusted: ${signs.join(', ')}`,
      remedy: 'Save what matters elsewhere, then restart: that makes the root anew; the cause: `journalctl -kg zram`',
    },
  ];
};

/** Off zram there is nothing to guard. At boot it gets its time to start. */
const judgeGuard = ({ guard, root, uptime }: Readings): readonly Problem[] => {
  const seconds = known(uptime);
  if (seconds === undefined || guard.kind === 'pending') return [];
  const seen = known(guard);
  const silent = seconds - (seen?.uptime ?? 0);
  const onZram = known(root)?.device.startsWith('/dev/zram') ?? false;
  if ((seen === undefined && !onZram) || silent <= guardSilenceSeconds) return [];
  return [
    {
      code: 'guard/silent',
      summary:
        seen === undefined
          ? 'The guard of the root does not run'
          : `The guard of the root has not looked for ${Math.round(silent)} s`,
      remedy: '`systemctl restart mayfly-guard`; see `journalctl -u mayfly-guard` for the cause',
    },
  ];
};

const criticalProblem = ({ why }: GuardStatus, zram: ZramStatus | undefined): Problem => ({
  code: 'root/critical',
  summary: `The root is close to its end: ${why}; the guard has done what it can`,
  remedy: /^memory (?:\d|pressure)/.test(why)
    ? 'Stop something that takes memory: `systemctl status`, `ps --sort=-rss -eo rss,args | head`'
    : `Delete what is not needed (\`du -xh --max-depth=3 / | sort -h | tail\`), or give it more: \`mayfly zram grow\`${zram?.limit === undefined ? '' : ', `mayfly zram limit SIZE`'}`,
});

const judgeSpace = ({ root: rootReading, zram: zramReading, guard }: Readings): readonly Problem[] => {
  const [root, zram, guarded] = [known(rootReading), known(zramReading), known(guard)];
  if (guarded?.level === 'critical' && guarded.why !== 'writes were lost') return [criticalProblem(guarded, zram)];
  const problems: Problem[] = [];
  const more = root === undefined ? '' : moreRoom[root.kind];
  const held =
    guarded === undefined || guarded.heldBack === 0
      ? ''
      : `; ${renderBytes(guarded.heldBack)} are held back, because the memory limit could not carry them`;
  if (root !== undefined && root.size > 0 && root.free / root.size < leastFree)
    problems.push({
      code: 'root/low-space',
      summary: `The root filesystem has ${renderBytes(root.free)} of ${renderBytes(root.size)} free${held}`,
      remedy: `${root.kind === 'overlay' ? 'Delete what was written since boot (shipped files free nothing)' : 'Delete what is not needed'}${more}`,
    });
  if (root !== undefined && root.inodes > 0 && root.inodesFree / root.inodes < leastFree)
    problems.push({
      code: 'root/low-inodes',
      summary: `The root filesystem has ${root.inodesFree} of ${root.inodes} inodes free`,
      remedy: `Delete small files${more}`,
    });
  if (zram?.limit !== undefined && zram.used >= zram.limit * mostUsed)
    problems.push({
      code: 'zram/near-limit',
      summary: `${zram.device} uses ${renderBytes(zram.used)} of its limit of ${renderBytes(zram.limit)}: beyond it writes are lost`,
      remedy: '`mayfly zram trim`, delete what is not needed, or raise it: `mayfly zram limit SIZE`',
    });
  return problems;
};

const moreRoom: Readonly<Record<RootKind, string>> = {
  zram: ', or `mayfly zram grow`',
  overlay: `, or allow it more memory: ${overlayGrowth}`,
  other: '',
};

/** On a zram root the guard looks after it; an overlay takes memory for all that is written, and nothing gives it back. */
const judgeMemory = ({ root, memory: reading }: Readings): readonly Problem[] => {
  const memory = known(reading);
  if (known(root)?.kind !== 'overlay' || memory === undefined || memory.available / memory.total >= leastMemory)
    return [];
  return [
    {
      code: 'root/low-memory',
      summary: `${renderBytes(memory.available)} of ${renderBytes(memory.total)} of memory are available, and all that is written to the root takes more`,
      remedy: 'Delete what was written since boot, or stop something: `ps --sort=-rss -eo rss,args | head`',
    },
  ];
};

const judgeApply = ({ lastApply }: Readings): readonly Problem[] => {
  const apply = known(lastApply);
  if (apply === undefined) return [];
  if (apply.outcome === 'failed' || apply.outcome === 'refused')
    return [
      apply.problem ?? {
        code: `apply/${apply.outcome}`,
        summary: `The last apply ${apply.outcome === 'failed' ? 'failed' : 'was refused'} after ${apply.done} of ${apply.total} steps`,
        remedy: 'Look at its journal in the console, put right what it names, then `mayfly apply`',
      },
    ];
  if (apply.outcome === 'interrupted')
    return [
      {
        code: 'apply/interrupted',
        summary: `The last apply was interrupted after ${apply.done} of ${apply.total} steps`,
        remedy: '`mayfly apply --resume`',
      },
    ];
  return [];
};

/** A change that was taken back is no fault of the node; that its old settings did not come back is. */
const judgeReturn = ({ network }: Readings): readonly Problem[] => {
  const trial = known(network);
  return trial?.kind === 'returned' && trial.problem !== undefined ? [trial.problem] : [];
};

/** Links that the profile names; `primary` is any cable. */
const judgeLinks = (links: readonly LinkFact[] | undefined, profile: Profile | undefined): readonly Problem[] => {
  if (links === undefined || profile?.network === undefined) return [];
  const { network } = profile;
  const wanted: readonly { readonly words: string; readonly link: LinkFact | undefined }[] = [
    ...(network.links ?? []).map(({ match }) => {
      if (match === 'primary')
        return { words: 'primary link', link: links.find((link) => link.kind === 'ethernet' && link.carrier === true) };
      if ('name' in match) return { words: match.name, link: links.find((link) => link.name === match.name) };
      const mac = match.mac.toLowerCase();
      return { words: match.mac, link: links.find((link) => link.kind === 'ethernet' && link.mac === mac) };
    }),
    ...[
      ...(network.bonds ?? []).flatMap((bond) => [bond.name, ...bond.members]),
      ...(network.vlans ?? []).map((vlan) => vlan.name),
    ].map((name) => ({ words: name, link: links.find((link) => link.name === name) })),
  ];
  return wanted.flatMap(({ words, link }): Problem[] => {
    if (link?.carrier === true) return [];
    const what = words === 'primary link' || link !== undefined ? 'has no carrier' : 'is not there';
    const name = link === undefined || link.name === words ? words : `${words} (${link.name})`;
    return [
      {
        code: link === undefined && words !== 'primary link' ? 'network/no-link' : 'network/no-carrier',
        summary: `Network: ${name} ${what}`,
        remedy: 'Check the cable and the switch port; compare the name and MAC with those of this node',
      },
    ];
  });
};

const judgeServices = ({ services }: Readings): readonly Problem[] =>
  (known(services) ?? [])
    .filter(({ healthy }) => !healthy)
    .map((service) => ({
      code: 'services/failed',
      summary: `${service.unit} is ${renderServiceState(service)}`,
      remedy: `See \`journalctl -b -u ${service.unit}\` for the cause`,
    }));

const judgeTime = ({ time }: Readings): readonly Problem[] => {
  const now = known(time);
  if (now === undefined || now.synchronised) return [];
  return [
    {
      code: 'time/not-synchronised',
      summary: 'The clock is not synchronised',
      remedy: 'Check `node.ntp` of the profile and that the servers can be reached: `chronyc sources`',
    },
  ];
};
