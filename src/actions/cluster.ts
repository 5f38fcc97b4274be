// Step cluster: hands over to the filesystem that the profile names.
// What all have in common is asked around it: what the roles need of the machine, and a firewall in the way.
import { fail, ok } from '../state/problem.ts';
import type { ClusterFilesystem, Profile } from '../state/profile.ts';
import type { Reader } from '../system/system.ts';
import type { Action } from './action.ts';
import { beegfsAction } from './beegfs/beegfs.ts';
import { cephAction } from './ceph/step.ts';
import { checkNeeds } from './cluster-needs.ts';
import { applyFirewall, checkFirewall } from './firewall.ts';
import { glusterAction } from './gluster/gluster.ts';
import { lustreAction } from './lustre/lustre.ts';
import { blocked, verdictOfPart } from './verdict.ts';

/** What a filesystem brings: a step like any other, for profiles that name it. */
type ClusterAction = Pick<Action, 'check' | 'apply'>;

/** `partly`: as the storage step understands it. */
const actions: Readonly<Record<Exclude<ClusterFilesystem, 'none'>, (partly: boolean) => ClusterAction>> = {
  gluster: () => glusterAction,
  beegfs: beegfsAction,
  ceph: cephAction,
  lustre: lustreAction,
};

/** Undefined where the profile names no cluster filesystem. */
const actionFor = ({ cluster }: Profile, partly: boolean): ClusterAction | undefined =>
  cluster === undefined || cluster.filesystem === 'none' ? undefined : actions[cluster.filesystem](partly);

/** A cluster that runs has what it needs: only one that is to be changed is asked for it. */
const checkAround = async (action: ClusterAction, profile: Profile, reader: Reader, partly: boolean) => {
  const verdict = await action.check(profile, reader);
  if (verdict.kind === 'blocked') return verdict;
  const changes = verdict.kind === 'drifted' ? verdict.changes : [];
  const unmet = changes.length > 0 ? await checkNeeds(profile, reader) : undefined;
  if (unmet !== undefined) return blocked(unmet);
  const openings = await checkFirewall(profile, reader);
  return openings.ok
    ? verdictOfPart([...openings.value, ...changes], [], partly)
    : verdictOfPart(changes, [openings.problem], partly);
};

/** `partly`: with what is there, and past a firewall that keeps others out, as at a boot with nobody there; it fails at its end. */
export const clusterAction = (partly: boolean): Action => ({
  id: 'cluster',
  title: 'Join the cluster filesystem',
  check: async (profile, reader) => {
    const action = actionFor(profile, partly);
    return action === undefined ? { kind: 'converged' } : checkAround(action, profile, reader, partly);
  },
  apply: async (profile, system, note) => {
    const opened = await applyFirewall(profile, system, note);
    if (!opened.ok && !partly) return opened;
    const applied = (await actionFor(profile, partly)?.apply(profile, system, note)) ?? ok(undefined);
    return applied.ok && !opened.ok ? fail(opened.problem) : applied;
  },
});
