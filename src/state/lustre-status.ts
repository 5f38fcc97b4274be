// What a Lustre filesystem is like, seen from one of its nodes: worst first.
import { bytes, renderBytes } from './bytes.ts';
import type { ClusterRow, ClusterStatus } from './cluster-status.ts';
import type { Lustre } from './lustre-node.ts';
import type { Recovery, ServerSeen, TargetSpace } from './lustre-output.ts';
import type { Problem } from './problem.ts';

export type LustreReading = {
  /** Whether the kernel has the modules loaded; without them no tool has anything to say. */
  readonly modules: boolean;
  /** Undefined where `lctl` did not answer. */
  readonly health: 'healthy' | 'not healthy' | 'LBUG' | undefined;
  /** Of `lfs check servers`, which needs a mounted client. */
  readonly servers: readonly ServerSeen[] | undefined;
  readonly recoveries: readonly Recovery[];
  readonly spaces: readonly TargetSpace[];
  /** Targets that this node serves by its profile, and whether each is mounted. */
  readonly targets: readonly { readonly name: string; readonly mounted: boolean }[];
  readonly mount: { readonly path: string; readonly mounted: boolean } | undefined;
};

export const lustreStatus = (reading: LustreReading, { fsname, mgs }: Lustre): ClusterStatus => {
  const problems = problemsOf(reading, mgs);
  const [worst] = problems;
  const recovering = reading.recoveries.filter(isRecovering);
  return {
    filesystem: 'lustre',
    name: fsname,
    health: healthOf(reading, problems.length > 0),
    summary:
      worst?.summary ??
      (recovering[0] === undefined
        ? `${reading.targets.length > 0 ? `${reading.targets.length} targets mounted here` : 'mounted'}, healthy`
        : recoveryWords(recovering[0])),
    rows: rowsOf(reading),
    mount:
      reading.mount === undefined || reading.mount.mounted ? undefined : { kind: 'absent', path: reading.mount.path },
    problems,
  };
};

const healthOf = (
  { modules, health, targets, recoveries }: LustreReading,
  trouble: boolean,
): ClusterStatus['health'] => {
  const none = targets.length > 0 && targets.every(({ mounted }) => !mounted);
  if (!modules || health === 'LBUG' || none) return 'failed';
  if (trouble) return 'degraded';
  return recoveries.some(isRecovering) ? 'waiting' : 'healthy';
};

/** `INACTIVE` is a target that no client has used yet. */
const isRecovering = ({ status }: Recovery): boolean => status !== 'COMPLETE' && status !== 'INACTIVE';

const problemsOf = (reading: LustreReading, mgs: readonly string[]): readonly Problem[] => {
  const { modules, health, servers, targets, mount } = reading;
  if (!modules)
    return [
      {
        code: 'lustre/no-modules',
        summary: 'the kernel has no Lustre loaded, so nothing of it can be served, mounted or asked',
        remedy: 'See `journalctl -b -u lnet.service`; the modules must be built for this kernel (`uname -r`)',
      },
    ];
  return [
    ...(health === 'LBUG' || health === 'not healthy'
      ? [
          {
            code: 'lustre/health',
            summary:
              health === 'LBUG'
                ? 'Lustre met a bug of its own (LBUG) and stands still'
                : 'Lustre calls itself NOT HEALTHY',
            remedy:
              health === 'LBUG'
                ? 'Save `dmesg`, then restart this node'
                : 'See `dmesg` and `lctl get_param health_check`: it names the device',
          },
        ]
      : []),
    ...targets
      .filter(({ mounted }) => !mounted)
      .map(({ name }) => ({
        code: 'lustre/target-down',
        summary: `target ${name} of this node is not mounted`,
        remedy: 'Apply again, and see `dmesg` for why it does not mount',
      })),
    ...(servers ?? [])
      .filter(({ active }) => !active)
      .map(({ name }) => ({
        code: 'lustre/server-down',
        summary: `${name} does not answer this client`,
        remedy: `See the node that serves it; \`lctl ping\` tells whether it can be reached${name.startsWith('MGC') ? ` (${mgs.join(', ')})` : ''}`,
      })),
    ...(mount === undefined || mount.mounted
      ? []
      : [
          {
            code: 'lustre/not-mounted',
            summary: `nothing is mounted at ${mount.path}`,
            remedy: 'Apply again, and see `dmesg` for why it does not mount',
          },
        ]),
  ];
};

const recoveryWords = ({ target, status, remaining, clients }: Recovery): string => {
  const rest = [
    clients === undefined ? '' : `${clients} clients`,
    remaining === undefined ? '' : `${remaining} s left`,
  ];
  const words = status === 'RECOVERING' ? 'recovers its clients' : 'waits for its clients';
  return [`${target} ${words}`, ...rest.filter((part) => part !== '')].join(', ');
};

const rowsOf = ({ health, servers, recoveries, spaces, targets }: LustreReading): readonly ClusterRow[] => {
  const mounted = targets.filter((target) => target.mounted).length;
  const active = (servers ?? []).filter((server) => server.active).length;
  const recovering = recoveries.filter(isRecovering);
  const low = spaces.filter(({ total, free }) => total > 0 && free / total < 0.05);
  const sum = (key: 'free' | 'total') => renderBytes(bytes(spaces.reduce((all, each) => all + each[key], 0)));
  const rows: (ClusterRow | undefined)[] = [
    {
      label: 'Health',
      text: health ?? 'not known',
      tone: health === 'healthy' ? 'good' : health === undefined ? 'plain' : 'bad',
    },
    targets.length === 0
      ? undefined
      : {
          label: 'Targets',
          text: `${mounted} of ${targets.length} mounted here`,
          tone: mounted < targets.length ? 'bad' : 'good',
        },
    servers === undefined
      ? undefined
      : {
          label: 'Servers',
          text: `${active} of ${servers.length} answer`,
          tone: active < servers.length ? 'bad' : 'good',
        },
    recovering[0] === undefined ? undefined : { label: 'Recovery', text: recoveryWords(recovering[0]), tone: 'warn' },
    spaces.length === 0
      ? undefined
      : {
          label: 'Free',
          text: `${sum('free')} of ${sum('total')} here${low[0] === undefined ? '' : `, ${low[0].target} nearly full`}`,
          tone: low.length > 0 ? 'warn' : 'plain',
        },
  ];
  return rows.filter((row) => row !== undefined);
};
