// The metadata server of this node and the filesystem that it serves: every such node sees to both, and what is there already stays as it is.

import { crushRules, filesystems, pools } from '../../probes/ceph/answers.ts';
import { askCeph } from '../../probes/ceph/ask-ceph.ts';
import { type Ceph, fsNameOf, poolCopies } from '../../state/ceph-node.ts';
import { type Change, change } from '../../state/change.ts';
import { ok, type Result } from '../../state/problem.ts';
import type { Reader, System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { runCeph } from './command.ts';
import type { CephContext } from './context.ts';
import { hasDaemonKey, writeDaemonKey } from './daemon-key.ts';
import { isActive, mdsUnit, startUnit } from './units.ts';

/** Small, since the autoscaler is on: it splits what grows. */
const firstGroups = '8';

type Wanted = { readonly metadata: string; readonly data: string; readonly rule: string | undefined };

const wantedOf = (cluster: Ceph): Wanted => {
  const name = fsNameOf(cluster);
  const domain = cluster.pool?.failureDomain ?? 'host';
  // Ceph's own first rule keeps copies on different hosts.
  return { metadata: `${name}_metadata`, data: `${name}_data`, rule: domain === 'host' ? undefined : `by-${domain}` };
};

/** Of the pools of the filesystem, what is not as the profile says; undefined: nobody answers. */
const poolChanges = async (cluster: Ceph, reader: Reader): Promise<readonly Change[] | undefined> => {
  const { metadata, data, rule } = wantedOf(cluster);
  // The pools were made with what ceph.conf says; who asks for nothing else changes nothing by hand-tuned ones.
  if (cluster.pool === undefined) return [];
  const found = await askCeph(reader, pools, ['osd', 'pool', 'ls', 'detail']);
  const rules = rule === undefined ? [] : await askCeph(reader, crushRules, ['osd', 'crush', 'rule', 'dump']);
  if (found === undefined || rules === undefined) return undefined;
  const { size, minSize } = poolCopies(cluster);
  return found
    .filter(({ pool_name }) => pool_name === metadata || pool_name === data)
    .flatMap(({ pool_name, ...pool }) => {
      const ruleName = rules.find(({ rule_id }) => rule_id === pool.crush_rule)?.rule_name;
      const isCopies = pool.size === size && pool.min_size === minSize;
      return [
        ...(isCopies
          ? []
          : [
              change(
                'update',
                `pool ${pool_name}`,
                `${pool.size} copies, ${pool.min_size} to write`,
                `${size} copies, ${minSize} to write`,
              ),
            ]),
        ...(rule === undefined || rule === ruleName
          ? []
          : [change('update', `pool ${pool_name} rule`, ruleName ?? 'another', rule)]),
      ];
    });
};

export const checkFilesystem = async (
  { roles, cluster, name }: CephContext,
  reader: Reader,
): Promise<readonly Change[]> => {
  if (!roles.mds) return [];
  const fsName = fsNameOf(cluster);
  if (!(await isActive(reader, mdsUnit(name))))
    return [change('run', `metadata server ${name}`, 'not running', 'running')];
  // Where nobody answers, nothing is known to be wrong with what this node brings.
  const found = await askCeph(reader, filesystems, ['fs', 'ls']);
  if (found === undefined) return [];
  return found.some((one) => one.name === fsName)
    ? ((await poolChanges(cluster, reader)) ?? [])
    : [change('create', `filesystem ${fsName}`, undefined, 'a metadata pool and a data pool')];
};

export const applyFilesystem = async (context: CephContext, system: System, note: Note): Promise<Result<undefined>> => {
  const { roles, cluster, name } = context;
  if (!roles.mds) return ok(undefined);
  if (!(await isActive(system, mdsUnit(name)))) {
    if (!(await hasDaemonKey(system, 'mds', name))) {
      const written = await writeDaemonKey(system, 'mds', name);
      if (!written.ok) return written;
    }
    const started = await startUnit(system, mdsUnit(name), note);
    if (!started.ok) return started;
  }
  const made = await makeFilesystem(cluster, system, note);
  return made.ok ? settlePools(cluster, system, note) : made;
};

/** Every command of it may be repeated, and by two nodes at once: what is there is answered with success. */
const makeFilesystem = async (cluster: Ceph, system: System, note: Note): Promise<Result<undefined>> => {
  const fsName = fsNameOf(cluster);
  const found = await askCeph(system, filesystems, ['fs', 'ls']);
  if (found?.some((one) => one.name === fsName) === true) return ok(undefined);
  const { metadata, data, rule } = wantedOf(cluster);
  const domain = cluster.pool?.failureDomain ?? 'host';
  const commands = [
    ...(rule === undefined ? [] : [['osd', 'crush', 'rule', 'create-replicated', rule, 'default', domain]]),
    ...[metadata, data].map((pool) => [
      'osd',
      'pool',
      'create',
      pool,
      firstGroups,
      firstGroups,
      'replicated',
      ...(rule === undefined ? [] : [rule]),
    ]),
    ['fs', 'new', fsName, metadata, data],
  ];
  for (const command of commands) {
    const ran = await runCeph(system, command);
    if (!ran.ok) return ran;
  }
  note(`filesystem ${fsName} with the pools ${metadata} and ${data}`);
  return ok(undefined);
};

const settlePools = async (cluster: Ceph, system: System, note: Note): Promise<Result<undefined>> => {
  const changes = (await poolChanges(cluster, system)) ?? [];
  const { metadata, data, rule } = wantedOf(cluster);
  for (const pool of [metadata, data]) {
    const mine = changes.filter(({ subject }) => subject.startsWith(`pool ${pool}`));
    if (mine.length === 0) continue;
    const { size, minSize } = poolCopies(cluster);
    // Ceph takes one copy only from who says so twice.
    const sure = size === 1 ? ['--yes-i-really-mean-it'] : [];
    const commands = [
      ...(rule === undefined
        ? []
        : [
            ['osd', 'crush', 'rule', 'create-replicated', rule, 'default', cluster.pool?.failureDomain ?? 'host'],
            ['osd', 'pool', 'set', pool, 'crush_rule', rule],
          ]),
      ['osd', 'pool', 'set', pool, 'size', `${size}`, ...sure],
      ['osd', 'pool', 'set', pool, 'min_size', `${minSize}`],
    ];
    for (const command of commands) {
      const ran = await runCeph(system, command);
      if (!ran.ok) return ran;
    }
    note(`pool ${pool}: ${mine.map(({ after }) => after).join(', ')}`);
  }
  return ok(undefined);
};
