// The sizes of the zram root for this node and this draft: what the policy recommends, what else is offered, and what was chosen.
import { formatBytes, parseBytes } from './bytes.ts';
import type { Draft } from './draft.ts';
import { clusterValues } from './draft-to-cluster.ts';
import type { Facts } from './facts.ts';
import { type OverlaySizing, sizeOverlay } from './overlay-sizing.ts';
import { type Profile, roles } from './profile.ts';
import { cluster } from './profile-cluster.ts';
import { roleNeeds } from './role-needs.ts';
import { offeredSizes, rootChoices } from './zram-choices.ts';
import { type RootSizing, type SizingInput, sizeRoot } from './zram-sizing.ts';

/** What of a half-typed draft decides how much RAM the daemons need. */
const sketch = (draft: Draft, facts: Facts): Profile => {
  const role = roles.find((candidate) => candidate === draft.values.role) ?? 'storage';
  const typed = cluster.safeParse(clusterValues(draft, facts, {}));
  const hostname = (draft.values['node.hostname'] ?? '').trim();
  return {
    ...draft.base,
    version: 1,
    role,
    ...(hostname === '' ? {} : { node: { ...draft.base?.node, hostname } }),
    ...(typed.success ? { cluster: typed.data } : {}),
  };
};

/** `custom`: the size and the limit that were typed. */
export const sizeChoices = [...rootChoices, 'custom'] as const;
export type SizeChoice = (typeof sizeChoices)[number];

export const sizeChoiceLabels: Readonly<Record<SizeChoice, string>> = {
  recommended: 'Recommended',
  smallest: 'Smallest',
  largest: 'Largest',
  custom: 'Custom',
};

export const sizeChoiceOf = ({ values }: Draft): SizeChoice =>
  sizeChoices.find((choice) => choice === values['zram.choice']) ?? 'recommended';

/** Undefined when the image is not known, because this machine was not booted by Mayfly, or the memory. */
export const sizingInput = (draft: Draft, facts: Facts): SizingInput | undefined => {
  const { image, algorithms } = facts.root;
  if (image === undefined || facts.memory === undefined) return undefined;
  const algorithm = draft.values['zram.algorithm'] ?? '';
  // The wizard does not ask for it; a profile that says is kept.
  const dictionary = draft.base?.zram?.root?.dictionary;
  return {
    memory: facts.memory,
    roleNeeds: roleNeeds(sketch(draft, facts)),
    image: image.uncompressed,
    compressed: image.zramBytes,
    squashfs: image.squashfs,
    dictionary: image.dictionary !== undefined,
    inodes: image.inodes,
    ...(algorithms.length === 0 ? {} : { algorithms }),
    wish: {
      ...(algorithm === '' ? {} : { algorithm }),
      ...(dictionary === undefined ? {} : { dictionary }),
    },
  };
};

/** What stands for the choice in the profile, as it is typed there; nothing where the policy decides at every boot. */
export const chosenWish = (
  draft: Draft,
  facts: Facts | undefined,
): { readonly size?: string; readonly limit?: string } => {
  const choice = sizeChoiceOf(draft);
  const { 'zram.size': size, 'zram.limit': limit } = draft.values;
  if (choice === 'custom')
    return { ...(size === undefined ? {} : { size }), ...(limit === undefined ? {} : { limit }) };
  const input = facts === undefined ? undefined : sizingInput(draft, facts);
  const disksize = input === undefined ? undefined : offeredSizes(input)[choice].disksize;
  return disksize === undefined ? {} : { size: formatBytes(disksize) };
};

/** Of what is chosen. */
export const chosenSizing = (draft: Draft, input: SizingInput): RootSizing => {
  const choice = sizeChoiceOf(draft);
  if (choice !== 'custom') return offeredSizes(input)[choice].sizing;
  const disksize = parseBytes(draft.values['zram.size'] ?? '');
  const limit = parseBytes(draft.values['zram.limit'] ?? '');
  return sizeRoot({
    ...input,
    wish: { ...input.wish, ...(disksize === undefined ? {} : { disksize }), ...(limit === undefined ? {} : { limit }) },
  });
};

/** The overlay that the node boots with: asked for in the profile, or because a zram root does not fit. Undefined: with zram, or not at all. */
export const chosenOverlay = (draft: Draft, input: SizingInput, chosen: RootSizing): OverlaySizing | undefined => {
  const asked = draft.base?.zram?.root?.kind;
  if (asked === 'overlay' && input.squashfs !== undefined) return sizeOverlay({ ...input, squashfs: input.squashfs });
  return asked === 'zram' || chosen.kind !== 'refused' ? undefined : chosen.fallback;
};
