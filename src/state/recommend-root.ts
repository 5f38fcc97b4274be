// The sizes that the policy recommends for this node and this draft, in the shape in which the wizard shows them.
import { parseBytes } from './bytes.ts';
import type { Draft } from './draft.ts';
import type { Facts } from './facts.ts';
import type { Profile } from './profile.ts';
import { roles } from './profile.ts';
import { roleNeeds } from './role-needs.ts';
import { type RootSizing, sizeRoot } from './zram-sizing.ts';

/** What of a half-typed draft decides how much RAM the daemons need. */
const sketch = (draft: Draft): Profile => {
  const role = roles.find((candidate) => candidate === draft.values.role) ?? 'storage';
  return { ...draft.base, version: 1, role };
};

/** Undefined when the image is not known, because this machine was not booted by Mayfly, or the memory. */
export const recommendRoot = (draft: Draft, facts: Facts): RootSizing | undefined => {
  const { image, algorithms } = facts.root;
  if (image === undefined || facts.memory === undefined) return undefined;
  const disksize = parseBytes(draft.values['zram.size'] ?? '');
  const limit = parseBytes(draft.values['zram.limit'] ?? '');
  const algorithm = draft.values['zram.algorithm'] ?? '';
  // The wizard does not ask for it; a profile that says is kept.
  const dictionary = draft.base?.zram?.root?.dictionary;
  return sizeRoot({
    memory: facts.memory,
    roleNeeds: roleNeeds(sketch(draft)),
    image: image.uncompressed,
    compressed: image.zramBytes,
    dictionary: image.dictionary !== undefined,
    inodes: image.inodes,
    ...(algorithms.length === 0 ? {} : { algorithms }),
    wish: {
      ...(disksize === undefined ? {} : { disksize }),
      ...(limit === undefined ? {} : { limit }),
      ...(algorithm === '' ? {} : { algorithm }),
      ...(dictionary === undefined ? {} : { dictionary }),
    },
  });
};
