// What speaks against making a new cluster where no monitor answers: an old one cannot be told from none, so any trace of it refuses.
import { readOsdDisks } from '../../probes/ceph/osd-disks.ts';
import type { Problem } from '../../state/problem.ts';
import type { Reader } from '../../system/system.ts';
import type { CephContext } from './context.ts';

export const evidenceOfCluster = async (
  context: CephContext,
  fsid: string,
  reader: Reader,
): Promise<Problem | undefined> => {
  const disks = (await readOsdDisks(reader, context.cluster.osds ?? [], fsid)) ?? [];
  const own = disks.flatMap(({ serial, disk }) => (disk?.is.kind === 'ours' ? [{ serial, id: disk.is.id }] : []));
  const [first] = own;
  if (first !== undefined) return storeLost(`its own disk ${first.serial} holds osd.${first.id} of it`);
  const running = (await readOthers(context, reader)).find(({ answer }) => answer === 'listens');
  return running === undefined ? undefined : storeLost(`a monitor runs on ${running.member}, without a quorum`);
};

/** `refuses`: the host is there and runs no monitor; `silent`: nobody knows. */
type Other = { readonly member: string; readonly answer: 'listens' | 'refuses' | 'silent' };

/** Port 3300 is open while a monitor runs, in quorum or not; bash is the only program of every image that can open a connection. */
export const readOthers = (context: CephContext, reader: Reader): Promise<readonly Other[]> =>
  Promise.all(
    context.node.monitors
      .filter((_, index) => index !== context.node.place)
      .map(async ({ member, address = '' }): Promise<Other> => {
        const opened = await reader.query(['bash', '-c', 'exec 3<>"/dev/tcp/$1/3300"', 'probe', address], {
          timeoutMs: 3_000,
        });
        if (opened.exitCode === 0) return { member, answer: 'listens' };
        return { member, answer: /connection refused/i.test(opened.stderr) ? 'refuses' : 'silent' };
      }),
  );

const storeLost = (evidence: string): Problem => ({
  code: 'ceph/cluster-exists',
  summary: `this first monitor has no store, and the cluster exists already: ${evidence}; a second one would be made beside it`,
  remedy:
    'Start the nodes of the other monitors and apply again; where all stores are lost, see "All monitors lost" in docs/cluster-ceph.md',
  path: 'cluster.monitors',
});
