// The key of a client of Ceph that joins: made by the cluster for this one client, with the rights of a filesystem's user and no others.
import * as z from 'zod';
import { parseJsonAs } from '../../probes/json.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { CommandResult, System } from '../../system/system.ts';

const entities = z.array(z.object({ key: z.string(), caps: z.record(z.string(), z.string()) })).length(1);

const ceph = ['ceph', '--connect-timeout', '10'] as const;
const timeoutMs = 30_000;
/** ENOENT. */
const absent = 2;

/** One that exists already is handed out again to a client that returns, but never one that may do more than a client. */
export const cephClientKey = async (system: System, hostname: string, fsName: string): Promise<Result<string>> => {
  const entity = `client.${hostname}`;
  const before = await readEntity(system, entity);
  if (before.exitCode !== 0 && before.exitCode !== absent) return fail(notMade(entity, before));
  if (before.exitCode === absent) {
    // Its answer is the key: nobody reads it, so that it is nowhere but here.
    const made = await system.run([...ceph, 'fs', 'authorize', fsName, entity, '/', 'rw'], { timeoutMs });
    if (made.exitCode !== 0) return fail(notMade(entity, made));
  }
  const now = before.exitCode === 0 ? before : await readEntity(system, entity);
  const [found] = (now.exitCode === 0 ? parseJsonAs(entities, now.stdout) : undefined) ?? [];
  if (found === undefined) return fail(notMade(entity, now));
  return isClientOf(fsName, found.caps) ? ok(found.key) : fail(otherRights(entity));
};

const readEntity = (system: System, entity: string): Promise<CommandResult> =>
  system.query([...ceph, 'auth', 'get', entity, '--format', 'json'], { timeoutMs });

/** As `ceph fs authorize` writes them: `allow r fsname=F`, `allow rw fsname=F`, `allow rw tag cephfs data=F`. */
const isClientOf = (fsName: string, caps: Readonly<Record<string, string>>): boolean => {
  const { mon, mds, osd, ...more } = caps;
  return (
    mon === `allow r fsname=${fsName}` &&
    mds === `allow rw fsname=${fsName}` &&
    osd === `allow rw tag cephfs data=${fsName}` &&
    Object.keys(more).length === 0
  );
};

const otherRights = (entity: string): Problem => ({
  code: 'join/ceph-rights',
  summary: `${entity} exists with other rights than those of a client of the filesystem`,
  remedy: 'Give the joining node another host name: `mayfly join --name NAME`',
});

const notMade = (entity: string, { exitCode, stderr }: CommandResult): Problem => ({
  code: 'join/ceph-key',
  summary: `Ceph made no key for ${entity} (exit status ${exitCode}): ${stderr.trim().split('\n').at(-1) ?? ''}`,
  remedy: 'See with `mayfly status` whether the cluster has its quorum, then join again',
});
