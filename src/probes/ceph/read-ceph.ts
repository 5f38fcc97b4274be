// Reads how the Ceph cluster is, in seven seconds at most: from a quorum where there is one, from this node's own monitor where there is none.
import type * as z from 'zod';
import { cephOf, cephRoles, fsNameOf, isServer, ownNames, shortName } from '../../state/ceph-node.ts';
import {
  type CephReading,
  cephDf,
  cephHealth,
  cephSummary,
  fsStatus,
  monitorStatus,
  osdPerf,
  osdTree,
} from '../../state/ceph-reading.ts';
import { cephStatus } from '../../state/ceph-status.ts';
import type { ClusterStatus } from '../../state/cluster-status.ts';
import type { Profile } from '../../state/profile.ts';
import type { Reader } from '../../system/system.ts';
import { parseJsonAs } from '../json.ts';
import { askDaemon } from './ask-ceph.ts';

/** Of the first question, and then of the others, which are asked at once: the displays give a reading eight seconds. */
const deadlineMs = 3_500;

/** Undefined where this node runs no daemon of it: a client's key may not ask. */
export const readCeph = async (reader: Reader, profile: Profile): Promise<ClusterStatus | undefined> => {
  const cluster = cephOf(profile);
  if (cluster === undefined) return undefined;
  const name = profile.node?.hostname ?? (await reader.readText('/etc/hostname'))?.trim() ?? '';
  const roles = cephRoles(cluster, ownNames(profile, name));
  if (!isServer(roles)) return undefined;
  const base = { fsName: fsNameOf(cluster), monitors: cluster.monitors };
  const summary = await ask(reader, cephSummary, ['status']);
  if (summary !== undefined)
    return cephStatus({ ...base, cluster: { summary, ...(await readRest(reader, summary)) }, local: undefined });
  const local = roles.monitor
    ? await askDaemon(reader, monitorStatus, `mon.${shortName(name)}`, ['mon_status'], deadlineMs)
    : undefined;
  return cephStatus({ ...base, cluster: undefined, local });
};

type Rest = Omit<NonNullable<CephReading['cluster']>, 'summary'>;

const readRest = async (reader: Reader, { mgrmap, fsmap }: z.infer<typeof cephSummary>): Promise<Rest> => {
  const [detail, tree, df, perf, filesystem] = await Promise.all([
    ask(reader, cephHealth, ['health', 'detail']),
    ask(reader, osdTree, ['osd', 'tree']),
    ask(reader, cephDf, ['df']),
    // The manager answers these; without one they would only take their time.
    mgrmap.available ? ask(reader, osdPerf, ['osd', 'perf']) : undefined,
    mgrmap.available && fsmap.by_rank.length > 0 ? ask(reader, fsStatus, ['fs', 'status']) : undefined,
  ]);
  return { detail, tree, df, perf, filesystem };
};

const ask = async <T>(reader: Reader, schema: z.ZodType<T>, words: readonly string[]): Promise<T | undefined> => {
  const answer = await reader.query(['ceph', '--connect-timeout', '3', '--format', 'json', ...words], {
    timeoutMs: deadlineMs,
  });
  return answer.exitCode === 0 ? parseJsonAs(schema, answer.stdout) : undefined;
};
