// What Ceph 18 says in JSON, as far as it is used here.
import * as z from 'zod';

/** `ceph osd dump` */
export const osdDump = z.object({
  osds: z.array(
    z.object({
      osd: z.number(),
      uuid: z.string(),
      up: z.number(),
      in: z.number(),
      state: z.array(z.string()).default([]),
    }),
  ),
});

/** `status` of one OSD on this node: booting, active, … */
export const osdDaemonStatus = z.object({ state: z.string() });

/** `ceph osd metadata`: of an OSD that never started only its number. */
export const osdMetadata = z.array(
  z.object({ id: z.number(), hostname: z.string().optional(), front_addr: z.string().optional() }),
);

/** `ceph fs ls` */
export const filesystems = z.array(
  z.object({ name: z.string(), metadata_pool: z.string(), data_pools: z.array(z.string()) }),
);

/** `ceph osd pool ls detail` */
export const pools = z.array(
  z.object({ pool_name: z.string(), size: z.number(), min_size: z.number(), crush_rule: z.number() }),
);

/** `ceph osd crush rule dump` */
export const crushRules = z.array(z.object({ rule_id: z.number(), rule_name: z.string() }));

/** `ceph-bluestore-tool show-label`: by device. */
export const bluestoreLabels = z.record(
  z.string(),
  z.object({
    osd_uuid: z.string(),
    ceph_fsid: z.string().optional(),
    whoami: z.string().optional(),
    ready: z.string().optional(),
  }),
);

/** `ceph-volume lvm list DEV`: by OSD number. */
export const osdVolumes = z.record(
  z.string(),
  z.array(
    z.object({
      type: z.string(),
      tags: z.object({ 'ceph.cluster_fsid': z.string(), 'ceph.osd_fsid': z.string(), 'ceph.osd_id': z.string() }),
    }),
  ),
);
