// What Ceph 18 says of itself in JSON, as far as displays use it, and what of that one reading has.
import * as z from 'zod';

const check = z.object({
  severity: z.string(),
  summary: z.object({ message: z.string() }),
  detail: z.array(z.object({ message: z.string() })).default([]),
  muted: z.boolean().default(false),
});

const health = { status: z.string(), checks: z.record(z.string(), check) };

/** `ceph -s` */
export const cephSummary = z.object({
  health: z.object(health),
  quorum_names: z.array(z.string()),
  monmap: z.object({ num_mons: z.number() }),
  osdmap: z.object({ num_osds: z.number(), num_up_osds: z.number(), num_in_osds: z.number() }),
  pgmap: z.object({
    pgs_by_state: z.array(z.object({ state_name: z.string(), count: z.number() })),
    num_pgs: z.number(),
    bytes_used: z.number(),
    bytes_total: z.number(),
    degraded_objects: z.number().default(0),
    degraded_total: z.number().default(0),
    misplaced_objects: z.number().default(0),
    recovering_bytes_per_sec: z.number().default(0),
    read_bytes_sec: z.number().default(0),
    write_bytes_sec: z.number().default(0),
  }),
  fsmap: z.object({
    by_rank: z.array(z.object({ name: z.string(), rank: z.number(), status: z.string() })).default([]),
    'up:standby': z.number().default(0),
  }),
  mgrmap: z.object({ available: z.boolean(), num_standbys: z.number() }),
});
export type CephSummary = z.infer<typeof cephSummary>;

/** `ceph health detail` */
export const cephHealth = z.object(health);
export type CephHealth = z.infer<typeof cephHealth>;

/** `ceph osd tree`: hosts with their children, and OSDs. */
export const osdTree = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      type: z.string(),
      status: z.string().optional(),
      children: z.array(z.number()).default([]),
    }),
  ),
});
export type OsdTree = z.infer<typeof osdTree>;

/** `ceph df` */
export const cephDf = z.object({
  pools: z.array(z.object({ name: z.string(), stats: z.object({ bytes_used: z.number(), max_avail: z.number() }) })),
});
type CephDf = z.infer<typeof cephDf>;

/** `ceph fs status` */
export const fsStatus = z.object({ clients: z.array(z.object({ clients: z.number(), fs: z.string() })) });
type FsStatus = z.infer<typeof fsStatus>;

/** `ceph osd perf` */
export const osdPerf = z.object({
  osdstats: z.object({
    osd_perf_infos: z.array(z.object({ id: z.number(), perf_stats: z.object({ commit_latency_ms: z.number() }) })),
  }),
});
export type OsdPerf = z.infer<typeof osdPerf>;

const monitor = z.object({
  name: z.string(),
  public_addrs: z.object({ addrvec: z.array(z.object({ addr: z.string() })) }),
});

/** `ceph quorum_status` */
export const quorumStatus = z.object({
  quorum_names: z.array(z.string()),
  monmap: z.object({ fsid: z.string(), mons: z.array(monitor) }),
});

/** `mon_status` of one monitor, which answers without the others. */
export const monitorStatus = z.object({
  name: z.string(),
  /** probing, synchronizing, electing, leader, peon */
  state: z.string(),
  outside_quorum: z.array(z.string()).default([]),
  monmap: z.object({ mons: z.array(monitor) }),
});
type MonitorStatus = z.infer<typeof monitorStatus>;

export type CephReading = {
  readonly fsName: string;
  /** Undefined: no quorum answers, and `local` is all that is known. */
  readonly cluster:
    | {
        readonly summary: CephSummary;
        readonly detail: CephHealth | undefined;
        readonly tree: OsdTree | undefined;
        readonly df: CephDf | undefined;
        readonly filesystem: FsStatus | undefined;
        readonly perf: OsdPerf | undefined;
      }
    | undefined;
  /** Of the monitor on this node, where it has one. */
  readonly local: MonitorStatus | undefined;
  /** Of the profile, for the case that nobody answers. */
  readonly monitors: readonly string[];
};
