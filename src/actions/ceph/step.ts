// The step cluster for Ceph: every part checked, and applied in the order in which one part needs another.

import { askCeph } from '../../probes/ceph/ask-ceph.ts';
import { isServer } from '../../state/ceph-node.ts';
import { quorumStatus } from '../../state/ceph-reading.ts';
import { type Change, change } from '../../state/change.ts';
import { normalAddress } from '../../state/ip-subnet.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { Profile } from '../../state/profile.ts';
import type { Reader, System } from '../../system/system.ts';
import type { Action, Note } from '../action.ts';
import { blocked, verdictOfPart } from '../verdict.ts';
import { applyClient, checkClient } from './client.ts';
import { type CephContext, cephContext } from './context.ts';
import { applyFiles, checkFiles, missingPackages, unresolvedProblem } from './files.ts';
import { applyFilesystem, checkFilesystem } from './filesystem.ts';
import { applyManager, checkManager } from './manager.ts';
import { awaitOwnQuorum, checkMonitor, startMonitor } from './monitor.ts';
import { applyOsds, checkOsds, startOsds } from './osds.ts';
import { waitFor } from './wait.ts';

const resolveSeconds = 60;
const quorumSeconds = 600;

type Part = (context: CephContext, system: System, note: Note) => Promise<Result<undefined>>;

/** `partly`: at a boot, where a dead disk or a monitor that cannot start keeps nothing else of this node from serving (decision 0016). */
export const cephAction = (partly: boolean): Pick<Action, 'check' | 'apply'> => ({
  check: async (profile, reader) => {
    const context = await cephContext(profile, reader, partly);
    if (!context.ok) return blocked(context.problem);
    const { changes, problems } = await lookAt(context.value, reader);
    return verdictOfPart(changes, problems, partly);
  },

  apply: async (profile, system, note) => {
    const context = await resolvedContext(profile, system, note, partly);
    if (!context.ok) return context;
    const stranger = strangerHere(context.value);
    if (stranger !== undefined) return fail(stranger);
    const files = await applyFiles(context.value, system, note);
    if (!files.ok) return files;
    const problems: Problem[] = [];
    /** Whether to go on. */
    const does = async (part: Part, roles = context.value.roles): Promise<boolean> => {
      const done = await part({ ...context.value, roles }, system, note);
      if (!done.ok) problems.push(done.problem);
      return done.ok;
    };
    const result = (): Result<undefined> => {
      const [first] = problems;
      return first === undefined ? ok(undefined) : fail(first);
    };
    // Before anything that waits for others: these are what others wait for.
    if (!(await does(startOsds)) && !partly) return result();
    const hasMonitor = await does(startMonitor);
    if (!hasMonitor && !partly) return result();
    // What follows needs a quorum: with this node's monitor, or with those of the others.
    const roles = hasMonitor ? context.value.roles : { ...context.value.roles, monitor: false };
    if (!(await does(awaitOwnQuorum, roles)) || !(await does(awaitQuorum, roles))) return result();
    for (const part of [applyOsds, applyManager, applyFilesystem, applyClient])
      if (!(await does(part, roles)) && !partly) return result();
    return result();
  },
});

type Looked = { readonly changes: readonly Change[]; readonly problems: readonly Problem[] };

const lookAt = async (context: CephContext, reader: Reader): Promise<Looked> => {
  const missing = await missingPackages(context, reader);
  if (missing !== undefined) return { changes: [], problems: [missing] };
  const files =
    context.unresolved.length === 0
      ? await checkFiles(context, reader)
      : [change('update', '/etc/ceph/ceph.conf', `no address of ${context.unresolved.join(', ')}`, 'from the profile')];
  const monitor = await checkMonitor(context, reader);
  const manager = await checkManager(context, reader);
  const osds = await checkOsds(context, reader);
  const filesystem = await checkFilesystem(context, reader);
  const client = await checkClient(context, reader);
  return {
    changes: [
      ...files,
      ...(monitor.ok ? monitor.value : []),
      ...manager,
      ...(osds.ok ? osds.value.changes : []),
      ...filesystem,
      ...(client.ok ? client.value : []),
    ],
    problems: [
      ...(monitor.ok ? [] : [monitor.problem]),
      ...(osds.ok ? osds.value.problems : [osds.problem]),
      ...(client.ok ? [] : [client.problem]),
    ],
  };
};

/** Names come late at a boot: the resolver has only just been told of its servers. */
const resolvedContext = async (
  profile: Profile,
  system: System,
  note: Note,
  partly: boolean,
): Promise<Result<CephContext>> => {
  let last = await cephContext(profile, system, partly);
  const found = await waitFor(
    { for: 'the addresses of the monitors', seconds: resolveSeconds, note, everyMs: 1_000 },
    async () => {
      last = await cephContext(profile, system, partly);
      return !last.ok || last.value.unresolved.length === 0 ? last : undefined;
    },
  );
  if (found !== undefined) return found;
  return last.ok ? unresolvedProblem(last.value.unresolved) : last;
};

/** A monitor at an address that is not here: most often, two nodes were given one host name. */
const strangerHere = ({ roles, name, node, conf: { ownAddress } }: CephContext): Problem | undefined =>
  !roles.monitor ||
  ownAddress === undefined ||
  node.localAddresses.map(normalAddress).includes(normalAddress(ownAddress))
    ? undefined
    : {
        code: 'ceph/not-its-address',
        summary: `monitor ${name} is at ${ownAddress}, and this node does not have that address`,
        remedy: 'Give the node that address, or, if another has the same host name, a name of its own',
        path: 'cluster.monitors',
      };

/** Whoever has no monitor of its own waits for those of the others. */
const awaitQuorum: Part = async ({ roles, cluster }, system, note) => {
  if (!isServer(roles) || roles.monitor) return ok(undefined);
  const answers = await waitFor(
    { for: `the monitors (${cluster.monitors.join(', ')})`, seconds: quorumSeconds, note },
    () => askCeph(system, quorumStatus, ['quorum_status']),
  );
  return answers === undefined ? fail(noMonitor(cluster.monitors)) : ok(undefined);
};

const noMonitor = (monitors: readonly string[]): Problem => ({
  code: 'ceph/no-monitor',
  summary: `no monitor of the cluster has answered in ${quorumSeconds} s: ${monitors.join(', ')}`,
  remedy: 'Start more than half of their nodes, see that port 3300 is open on them, then apply again',
  path: 'cluster.monitors',
});
