// One reading of everything the dashboard shows; `mayfly status --json` prints exactly this, as version 1.
import type { Bytes } from './bytes.ts';
import type { ClusterStatus } from './cluster-status.ts';
import type { Drift } from './drift.ts';
import type { LinkFact } from './facts.ts';
import type { GuardStatus } from './guard-status.ts';
import type { NetworkTrial } from './network-trial.ts';
import type { Problem } from './problem.ts';
import type { PullState } from './pull-state.ts';
import type { Reading } from './reading.ts';
import type { RootKind } from './root-kind.ts';
import type { UptimeBefore } from './uptime-before.ts';
import type { Dictionary } from './zram-dictionary.ts';

export type ZramStatus = {
  readonly device: string;
  readonly algorithm: string;
  /** Absent where no boot module has said. */
  readonly dictionary?: Dictionary | 'none' | undefined;
  readonly disksize: Bytes;
  /** mm_stat: what was written, without same-filled pages. */
  readonly original: Bytes;
  readonly compressed: Bytes;
  /** mem_used_total: RAM that it takes, fragmentation included. */
  readonly used: Bytes;
  readonly usedMax: Bytes;
  /** Undefined when there is no limit. */
  readonly limit: Bytes | undefined;
  readonly samePages: number;
  readonly hugePages: number;
  readonly failedReads: number;
  readonly failedWrites: number;
};

export type RootStatus = {
  readonly kind: RootKind;
  /** Of an overlay: its squashfs in memory, and why this boot made no zram root. Size, blocks and inodes are those of the tmpfs for what is written. */
  readonly overlay?: { readonly squashfs: Bytes; readonly why: string } | undefined;
  readonly device: string;
  readonly filesystem: string;
  readonly size: Bytes;
  readonly free: Bytes;
  readonly inodes: number;
  readonly inodesFree: number;
  /** ext4's own count; undefined where the filesystem has none. */
  readonly errors: number | undefined;
  /** The kernel's function that met the last of them. */
  readonly lastError: string | undefined;
  /** False also where the filesystem has stopped by itself and /proc/mounts still says `rw`. */
  readonly writable: boolean;
};

export type MemoryStatus = {
  readonly total: Bytes;
  readonly available: Bytes;
  /** PSI `some avg10`, percent; undefined where the kernel has none. */
  readonly pressure: number | undefined;
};

export type ServiceStatus = {
  readonly unit: string;
  readonly state: string;
  /** Absent: nobody asked for it, and systemd calls it failed. */
  readonly wanted?: 'active';
  readonly healthy: boolean;
};

export const renderServiceState = ({ state, wanted, healthy }: ServiceStatus): string =>
  healthy || wanted === undefined ? state : `${state}, wanted ${wanted}`;

export type TimeStatus = {
  readonly synchronised: boolean;
  readonly source: string | undefined;
  readonly offsetMs: number | undefined;
};

export type ApplyStatus = {
  readonly apply: string;
  readonly outcome: 'running' | 'converged' | 'failed' | 'refused' | 'interrupted';
  readonly atMs: number;
  readonly done: number;
  readonly total: number;
  readonly problem: Problem | undefined;
};

/** Where the profile in force came from. */
export type ProfileStatus = {
  readonly transport: string;
  readonly revision: string | undefined;
  readonly persisted: boolean;
  /** Of a last good copy: when it was kept, where that is known. */
  readonly stale?: { readonly keptAtMs?: number | undefined } | undefined;
  /** Sources before it that somebody asked for and that had nothing, with why. */
  readonly missed?: readonly Problem[] | undefined;
  /** What the last pull came to; absent where there was none. */
  readonly pull?: PullState | undefined;
  /** What a look at the node found to differ, when that was after the last apply. */
  readonly drift?: Drift | undefined;
};

export type Status = {
  readonly version: 1;
  readonly atMs: number;
  readonly hostname: string;
  readonly role: string | undefined;
  /** Seconds. */
  readonly uptime: Reading<number>;
  readonly load: Reading<readonly [number, number, number]>;
  readonly memory: Reading<MemoryStatus>;
  readonly zram: Reading<ZramStatus>;
  readonly root: Reading<RootStatus>;
  readonly guard: Reading<GuardStatus>;
  readonly links: Reading<readonly LinkFact[]>;
  readonly time: Reading<TimeStatus>;
  readonly services: Reading<readonly ServiceStatus[]>;
  readonly cluster: Reading<ClusterStatus>;
  readonly profile: Reading<ProfileStatus>;
  readonly lastApply: Reading<ApplyStatus>;
  /** What the uptime before left undone; absent where its last apply came to a good end, or nothing kept it. */
  readonly uptimeBefore?: UptimeBefore;
  readonly network: Reading<NetworkTrial>;
  /** Everything wrong, worst first; empty is healthy. */
  readonly problems: readonly Problem[];
};
