// Ceph's health checks as problems with a remedy: its own words for what is wrong, ours for what to do next.
import type { CephHealth } from './ceph-reading.ts';
import type { Problem } from './problem.ts';

/** By Ceph's name for the check, worst first: the order in which they are shown. */
const remedies: Readonly<Record<string, string>> = {
  OSD_FULL: 'Nothing can be written: delete data, or add OSDs (`ceph osd df`)',
  PG_AVAILABILITY: 'Part of the data cannot be reached: start the OSDs that are down',
  OBJECT_UNFOUND: 'Start the OSDs that are down: they may have what is missing (`ceph health detail`)',
  PG_DAMAGED: 'See `ceph health detail` for the placement groups, then `ceph pg repair`',
  MDS_ALL_DOWN: 'Start a node with a metadata server: the filesystem is offline until then',
  FS_DEGRADED: 'Wait for the metadata server to take over, or start another',
  MON_DOWN: 'Start the node of that monitor, or see `journalctl -b -u "ceph-mon@*"` there',
  OSD_DOWN: 'See `journalctl -b -u "ceph-osd@*"` on that host; data is copied elsewhere after 10 minutes',
  SLOW_OPS: 'Look for a disk that is slow or dying: `ceph osd perf`, `dmesg` on its host',
  OSD_BACKFILLFULL: 'Add OSDs or delete data soon: copies can no longer be moved (`ceph osd df`)',
  OSD_NEARFULL: 'Add OSDs or delete data (`ceph osd df`)',
  POOL_FULL: 'Delete data, or raise the quota of the pool',
  PG_DEGRADED: 'It heals by itself once the OSDs are up; see `ceph -s` for its progress',
  MON_CLOCK_SKEW: 'See `chronyc tracking` on the monitors',
  MON_DISK_LOW: 'The disk for state of that monitor is nearly full',
  MGR_DOWN: 'Start the node of a manager: there are no statistics until then',
  MDS_INSUFFICIENT_STANDBY: 'Give a second node a metadata server (`mds: true`)',
  TOO_FEW_OSDS: 'Power on or add hosts with OSDs: there are fewer than copies of an object',
};

/** They only say again what another check says. */
const impliedBy: Readonly<Record<string, string>> = { OSD_HOST_DOWN: 'OSD_DOWN', OSD_ROOT_DOWN: 'OSD_DOWN' };

const rank = (name: string): number => {
  const place = Object.keys(remedies).indexOf(name);
  return place === -1 ? Number.POSITIVE_INFINITY : place;
};

/** `osd.2 (root=default,host=s3) is down` → `osd.2 on s3 is down`. */
const plain = (message: string): string => message.replace(/ \((?:[a-z]+=[^,)]*,)*host=([^,)]+)\)/, ' on $1');

/** One member's own line where there is only one, or what is said of all. */
const summaryOf = ({ summary, detail }: CephHealth['checks'][string], name: string): string => {
  const [first, ...others] = detail;
  return (name === 'OSD_DOWN' || name === 'MON_DOWN') && first !== undefined && others.length === 0
    ? plain(first.message)
    : summary.message;
};

export const cephProblems = ({ checks }: CephHealth): readonly Problem[] =>
  Object.entries(checks)
    .filter(([name, { muted }]) => !muted && checks[impliedBy[name] ?? ''] === undefined)
    .sort(
      ([one, { severity }], [other, { severity: otherSeverity }]) =>
        Number(otherSeverity === 'HEALTH_ERR') - Number(severity === 'HEALTH_ERR') || rank(one) - rank(other) || 0,
    )
    .map(([name, check]) => ({
      code: `ceph/${name.toLowerCase().replaceAll('_', '-')}`,
      summary: summaryOf(check, name),
      remedy: remedies[name] ?? 'See `ceph health detail` for what it is about',
    }));
