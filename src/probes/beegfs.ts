// Reads how a BeeGFS cluster is, from any of its nodes. Every question has its deadline: a management daemon that is gone makes nobody wait for it.
import {
  checkServers7,
  healthCheck8,
  listNodes7,
  listNodes8,
  listTargets7,
  listTargets8,
} from '../state/beegfs-commands.ts';
import { certificatePath, privateKeyPath } from '../state/beegfs-files.ts';
import { type Beegfs, unitsOf } from '../state/beegfs-node.ts';
import type { BeegfsNodeSeen, BeegfsReading, BeegfsTarget, NodeKind } from '../state/beegfs-reading.ts';
import { beegfsStatus } from '../state/beegfs-status.ts';
import { parseCheckServers7, parseNodes7, parseTargets7 } from '../state/beegfs7-output.ts';
import { parseNodes8, parseTargets8 } from '../state/beegfs8-output.ts';
import type { ClusterStatus } from '../state/cluster-status.ts';
import type { Profile } from '../state/profile.ts';
import type { CommandResult, Reader } from '../system/system.ts';
import { parseMountInfo } from './mount-info.ts';

/** Less than who reads a whole status waits for all of it. */
const deadline = { timeoutMs: 6_000 };

type Nodes = { readonly nodes: readonly BeegfsNodeSeen[] | undefined; readonly silence: string | undefined };

/** Undefined where the profile names no BeeGFS, or writes its configuration only. */
export const readBeegfs = async (reader: Reader, profile: Profile): Promise<ClusterStatus | undefined> => {
  const { cluster } = profile;
  if (cluster?.filesystem !== 'beegfs' || cluster.configureOnly === true) return undefined;
  return beegfsStatus(await readAll(reader, profile, cluster), cluster);
};

const readAll = async (reader: Reader, profile: Profile, cluster: Beegfs): Promise<BeegfsReading> => {
  const [asked, targets, check, stopped, mount] = await Promise.all([
    readReachability(reader, cluster),
    readTargets(reader, cluster),
    readCheck(reader, cluster),
    readStopped(reader, unitsOf(profile, cluster)),
    readMount(reader, cluster),
  ]);
  return { ...asked, targets, check, stopped, mount };
};

/** Those of one kind that the management daemon lists; whether they answer is not asked. */
export const readBeegfsNodes = async (
  reader: Reader,
  cluster: Beegfs,
  kind: Exclude<NodeKind, 'client'>,
): Promise<Nodes> => {
  if (cluster.release === '8') return readReachability(reader, cluster);
  const answer = await reader.query(listNodes7(kind), deadline);
  return answer.exitCode === 0
    ? { nodes: parseNodes7(answer.stdout, kind), silence: undefined }
    : { nodes: undefined, silence: silenceOf(answer) };
};

const readReachability = async (reader: Reader, cluster: Beegfs): Promise<Nodes> => {
  const answer =
    cluster.release === '8'
      ? await reader.query(listNodes8(cluster, await hasTls(reader)), deadline)
      : await reader.query(checkServers7, deadline);
  const nodes =
    answer.exitCode !== 0
      ? undefined
      : cluster.release === '8'
        ? parseNodes8(answer.stdout)
        : parseCheckServers7(answer.stdout);
  return { nodes, silence: nodes === undefined ? silenceOf(answer) : undefined };
};

const readTargets = async (reader: Reader, cluster: Beegfs): Promise<readonly BeegfsTarget[] | undefined> => {
  if (cluster.release === '8') {
    const answer = await reader.query(listTargets8(cluster, await hasTls(reader)), deadline);
    return answer.exitCode === 0 ? parseTargets8(answer.stdout) : undefined;
  }
  const kinds = ['meta', 'storage'] as const;
  const answers = await Promise.all(kinds.map((kind) => reader.query(listTargets7(kind), deadline)));
  // Without any server of a kind it ends with 3.
  const lists = answers.map(({ exitCode, stdout }, index) =>
    exitCode === 0 ? parseTargets7(stdout, index === 0 ? 'meta' : 'storage') : undefined,
  );
  return lists.every((list) => list === undefined) ? undefined : lists.flatMap((list) => list ?? []);
};

/** Of 8 only: it looks at queues and fallbacks, too. */
const readCheck = async (reader: Reader, cluster: Beegfs): Promise<BeegfsReading['check']> => {
  if (cluster.release === '7.4') return undefined;
  const { exitCode } = await reader.query(healthCheck8(cluster, await hasTls(reader)), deadline);
  return exitCode === 0 ? 'passed' : exitCode === 1 ? 'failed' : undefined;
};

const readStopped = async (reader: Reader, units: readonly string[]): Promise<readonly string[]> => {
  const answers = await Promise.all(
    units.map((unit) => reader.query(['systemctl', 'is-active', unit], { timeoutMs: 5_000 })),
  );
  return units.filter((_, index) => answers[index]?.exitCode !== 0);
};

const hasTls = async (reader: Reader): Promise<boolean> =>
  (await reader.stat(certificatePath)) !== undefined && (await reader.stat(privateKeyPath)) !== undefined;

/** By the kernel's own table: whether it answers is for the mount probe, which cannot be made to wait. */
const readMount = async (reader: Reader, { mount }: Beegfs): Promise<BeegfsReading['mount']> => {
  if (mount === undefined) return undefined;
  const mounts = parseMountInfo((await reader.readText('/proc/self/mountinfo')) ?? '');
  const last = mounts.findLast(({ where }) => where === mount);
  return { path: mount, mounted: last?.type.startsWith('beegfs') === true };
};

/** A wrong conn.auth shows as `Node download failed`, with 3. */
const silenceOf = ({ exitCode, stdout, stderr }: CommandResult): string => {
  if (exitCode === 124) return `no answer in ${deadline.timeoutMs / 1000} s`;
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').at(-1) ?? `exit status ${exitCode}`;
};
