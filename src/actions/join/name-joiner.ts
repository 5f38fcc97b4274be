// After a node has joined: the profile of this member with the new one named, for its operator to review. It is prepared, not applied.
import type { Joined, NamedJoiner } from '../../state/join-offer.ts';
import { memberAfter, otherMembers } from '../../state/join-profile.ts';
import type { Profile } from '../../state/profile.ts';
import type { System } from '../../system/system.ts';
import { joinPaths, writeProfile } from './join-files.ts';

/** Undefined where this node's profile need not change. */
export const nameJoiner = async (
  system: System,
  profile: Profile,
  joiner: Joined,
): Promise<NamedJoiner | undefined> => {
  const after = memberAfter(profile, joiner);
  if (after?.cluster === undefined || after.cluster.filesystem === 'none') return undefined;
  await writeProfile(system, joinPaths.member, after, [], true);
  const others = otherMembers(after.cluster, profile.node?.hostname ?? '', joiner.hostname);
  return { path: joinPaths.member, others };
};
