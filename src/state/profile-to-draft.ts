// Opens a profile for editing: every field of the wizard filled with the text that stands for the profile's value.
import { joined } from './cluster-form.ts';
import { clusterPairs } from './cluster-to-draft.ts';
import { type Draft, emptyDraft, linkField, linkRows, matchText, setValue } from './draft.ts';
import type { Facts } from './facts.ts';
import type { Profile } from './profile.ts';

const linkValues = (profile: Profile): readonly (readonly [string, string | undefined])[] =>
  (profile.network?.links ?? []).flatMap((link) => {
    const match = matchText(link.match);
    const hasDhcp = link.dhcp4 === true || link.dhcp6 === true;
    const use = hasDhcp ? 'dhcp' : link.addresses === undefined || link.addresses.length === 0 ? 'bare' : 'static';
    return [
      [linkField(match, 'use'), use],
      [linkField(match, 'addresses'), joined(link.addresses)],
      [linkField(match, 'mtu'), link.mtu?.toString()],
    ] as const;
  });

/** The network routes that the field `gateway` stands for: default routes. */
export const defaultRoutes = (profile: Profile | undefined) =>
  (profile?.network?.routes ?? []).filter(({ to }) => to === 'default');

export const profileToDraft = (profile: Profile): Draft => {
  const root = profile.zram?.root;
  const values: readonly (readonly [string, string | undefined])[] = [
    ['role', profile.role],
    ['node.hostname', profile.node?.hostname],
    ['node.domain', profile.node?.domain],
    ...linkValues(profile),
    ['network.gateway', joined(defaultRoutes(profile).map(({ via }) => via))],
    ['network.dns', joined(profile.network?.dns?.servers)],
    ['network.search', joined(profile.network?.dns?.search)],
    ...clusterPairs(profile),
    ['zram.choice', root?.memoryLimit === undefined && root?.size === undefined ? undefined : 'custom'],
    ['zram.limit', root?.memoryLimit],
    ['zram.size', root?.size],
    ['zram.algorithm', root?.algorithm],
    ['access.keys', profile.access?.sshKeys?.join('\n')],
    ['node.keyboard', profile.node?.keyboard],
    ['node.timezone', profile.node?.timezone],
    ['node.ntp', joined(profile.node?.ntp)],
  ];
  const filled = values.flatMap(([field, value]) => (value === undefined ? [] : [[field, value] as const]));
  const hash = profile.access?.rootPasswordHash;
  return {
    version: 1,
    step: 'role',
    values: Object.fromEntries(filled),
    base: profile,
    ...(hash === undefined ? {} : { passwordHash: hash }),
  };
};

/** True when nobody has typed anything: a draft of nothing, or one that still says what its profile says. */
export const isUntouched = ({ base, values, passwordHash }: Draft): boolean => {
  const start = base === undefined ? emptyDraft : profileToDraft(base);
  return passwordHash === start.passwordHash && JSON.stringify(values) === JSON.stringify(start.values);
};

/** The draft of a profile that somebody has agreed to: no port's use follows its wire any more, which an apply moves. */
export const pinUses = (draft: Draft, profile: Profile, facts: Facts | undefined): Draft => {
  if (draft.base !== undefined) return draft;
  const { values } = profileToDraft(profile);
  return linkRows(draft, facts)
    .map(({ match }) => linkField(match, 'use'))
    .filter((field) => draft.values[field] === undefined)
    .reduce((pinned, field) => setValue(pinned, field, values[field] ?? 'off'), draft);
};
