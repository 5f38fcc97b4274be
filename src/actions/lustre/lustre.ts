// Step cluster for Lustre: packages, LNet, targets in their order, client. What needs the management server waits for it, within bounds.
import { setTimeout as pause } from 'node:timers/promises';
import { resolveHost } from '../../probes/resolve-host.ts';
import { type Change, change } from '../../state/change.ts';
import { clientSource, type Lustre, lnetOf } from '../../state/lustre-node.ts';
import type { Mount } from '../../state/mount-unit.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { Profile } from '../../state/profile.ts';
import { isAddress } from '../../state/profile-values.ts';
import type { Reader, System } from '../../system/system.ts';
import type { Action, Note } from '../action.ts';
import { isMountedAt, mountedUnits } from '../mount-units.ts';
import { applyVendorPackages, checkVendorPackages } from '../vendor-packages.ts';
import { blocked, verdictOfPart } from '../verdict.ts';
import { applyLnet, checkLnet } from './lnet.ts';
import { notMounted, notResolved } from './problems.ts';
import {
  changesOfTargets,
  formatTarget,
  type LookedTarget,
  lookAtTargets,
  mountOf,
  withoutConsent,
} from './targets.ts';

/** A rack is powered on at once, and the management server may be the last to come. Of the whole step: a dozen targets wait no longer than one. */
type Patience = { readonly withinMs: number; readonly everyMs: number };

/** `partly`: the targets that are there serve without those that are not, and the step fails at its end (storage.ts). */
export const createLustreAction = (waits: Patience, partly: boolean): Pick<Action, 'check' | 'apply'> => ({
  check: async (profile, reader) => {
    const { cluster } = profile;
    if (cluster?.filesystem !== 'lustre') return { kind: 'converged' };
    const seen = await checkAll(profile, cluster, reader, partly);
    return seen.ok ? verdictOfPart(seen.value.changes, seen.value.problems, partly) : blocked(seen.problem);
  },
  apply: async (profile, system, note) => {
    const { cluster } = profile;
    if (cluster?.filesystem !== 'lustre') return ok(undefined);
    return cluster.configureOnly === true
      ? applyLnet(cluster, system, note)
      : applyAll(profile, cluster, system, note, waits, partly);
  },
});

export const lustreAction = (partly: boolean) => createLustreAction({ withinMs: 600_000, everyMs: 5_000 }, partly);

type Seen = { readonly changes: readonly Change[]; readonly problems: readonly Problem[] };

const checkAll = async (profile: Profile, cluster: Lustre, reader: Reader, partly: boolean): Promise<Result<Seen>> => {
  const packages = cluster.configureOnly === true ? ok([]) : await checkVendorPackages(profile, reader);
  if (!packages.ok) return packages;
  const lnet = await checkLnet(cluster, reader);
  if (!lnet.ok) return lnet;
  if (cluster.configureOnly === true) return ok({ changes: lnet.value, problems: [] });
  const seen = await lookAtTargets(profile, cluster, reader);
  const { looked, problems } = partly ? withoutConsent(seen, profile.wipe ?? []) : seen;
  const client = await checkClient(cluster, reader);
  return ok({ changes: [...packages.value, ...lnet.value, ...changesOfTargets(looked), ...client], problems });
};

const checkClient = async ({ mount, fsname }: Lustre, reader: Reader): Promise<readonly Change[]> =>
  mount === undefined || (await isMountedAt(reader, mount))
    ? []
    : [change('create', `mount ${mount}`, undefined, `Lustre filesystem ${fsname}`)];

const applyAll = async (
  profile: Profile,
  cluster: Lustre,
  system: System,
  note: Note,
  { withinMs, everyMs }: Patience,
  partly: boolean,
): Promise<Result<undefined>> => {
  const packages = await applyVendorPackages(profile, system, note);
  if (!packages.ok) return packages;
  const lnet = await applyLnet(cluster, system, note);
  if (!lnet.ok) return lnet;
  const seen = await lookAtTargets(profile, cluster, system);
  const { looked, problems } = partly ? withoutConsent(seen, profile.wipe ?? []) : seen;
  const failures = [...problems];
  const nids = await resolveMgs(cluster, system);
  const waiting: Waiting = { leftMs: withinMs, everyMs };
  for (const each of looked) {
    if (failures[0] !== undefined && !partly) break;
    const served = await serve(system, each, profile, cluster, nids, note, waiting);
    if (!served.ok) failures.push(served.problem);
  }
  if (failures[0] === undefined || partly) {
    const mounted = await mountClient(system, cluster, nids, note, waiting);
    if (!mounted.ok) failures.push(mounted.problem);
  }
  const [first] = failures;
  return first === undefined ? ok(undefined) : fail(first);
};

const serve = async (
  system: System,
  looked: LookedTarget,
  profile: Profile,
  cluster: Lustre,
  nids: Result<readonly string[]>,
  note: Note,
  waiting: Waiting,
): Promise<Result<undefined>> => {
  const { task, target } = looked;
  if (task.kind === 'mounted' || task.kind === 'standby') return ok(undefined);
  if (task.kind === 'format') {
    if (!nids.ok) return nids;
    const made = await formatTarget(system, looked, cluster.fsname, nids.value, profile.wipe ?? [], note);
    if (!made.ok) return made;
  }
  return untilMounted(system, mountOf(looked), target.name, cluster, note, waiting);
};

const mountClient = async (
  system: System,
  cluster: Lustre,
  nids: Result<readonly string[]>,
  note: Note,
  waiting: Waiting,
): Promise<Result<undefined>> => {
  const { mount, fsname } = cluster;
  if (mount === undefined || (await isMountedAt(system, mount))) return ok(undefined);
  if (!nids.ok) return nids;
  const client: Mount = {
    what: clientSource(fsname, nids.value),
    where: mount,
    type: 'lustre',
    options: ['_netdev'],
    description: `Mayfly: Lustre filesystem ${fsname}`,
    after: ['lnet.service'],
  };
  return untilMounted(system, client, fsname, cluster, note, waiting);
};

/** Addresses, since what mkfs.lustre writes on the disk outlives every name. */
const resolveMgs = async (cluster: Lustre, reader: Reader): Promise<Result<readonly string[]>> => {
  const nids: string[] = [];
  for (const [index, name] of cluster.mgs.entries()) {
    const address = isAddress(name) ? name : await resolveHost(reader, name);
    if (address === undefined) return fail(notResolved(name, index));
    nids.push(`${address}@${lnetOf(cluster)}`);
  }
  return ok(nids);
};

/** What is left of the step's patience; each mount is tried once at least. */
type Waiting = { leftMs: number; readonly everyMs: number };

const untilMounted = async (
  system: System,
  mount: Mount,
  what: string,
  { mgs }: Lustre,
  note: Note,
  waiting: Waiting,
): Promise<Result<undefined>> => {
  for (let first = true; ; first = false) {
    const mounted = await mountedUnits(system, [mount]);
    if (mounted.ok) {
      note(`${what} is mounted at ${mount.where}`);
      return mounted;
    }
    const reason = mounted.problem.summary;
    if (waiting.leftMs <= 0) return fail(notMounted(what, reason, mgs));
    if (first) note(`${what} waits for the management server (${mgs.join(', ')}): ${reason}`);
    waiting.leftMs -= waiting.everyMs;
    await pause(waiting.everyMs);
  }
};
