// What a join code brought, put into the wizard: its texts into the fields, its keys where typed keys are, and the rest beside them.
import { formKeys, formSecrets, joined, wordsOf } from './cluster-form.ts';
import { clusterPairs } from './cluster-to-draft.ts';
import { type Draft, type FieldId, linkField, linkRows, linkUse } from './draft.ts';
import { clusterValues } from './draft-to-cluster.ts';
import type { Facts } from './facts.ts';
import { normalAddress } from './ip-subnet.ts';
import type { JoinBundle, JoinKind } from './join-bundle.ts';
import { wishesLeft } from './join-profile.ts';
import { isAddress } from './profile-values.ts';
import { withoutClusterSecrets } from './redact-profile.ts';

/** What each node says for itself: a join code does not take it away. */
const ownFields: ReadonlySet<FieldId> = new Set([
  'cluster.mds',
  'cluster.mount',
  'cluster.client',
  'cluster.interfaces',
  'cluster.node',
  'cluster.networks',
]);

/** Roles that hold something of a cluster, as no client does; and the other way round. */
const roleFor = (kind: JoinKind, role: string = 'storage'): string => {
  if (kind === 'server') return role === 'client' ? 'storage' : role;
  return ['storage', 'metadata', 'monitor'].includes(role) ? 'client' : role;
};

/** `stor-02=10.0.0.12`; those of the bundle win. */
const hostsText = (typed: string, { hosts }: JoinBundle): string => {
  const names = hosts.map(({ name }) => name.toLowerCase());
  const kept = wordsOf(typed).filter((word) => !names.includes((word.split('=')[0] ?? '').toLowerCase()));
  return joined([...kept, ...hosts.map(({ name, address }) => `${name}=${address}`)]) ?? '';
};

export const joinToDraft = (draft: Draft, bundle: JoinBundle): Draft => {
  const { cluster, kind } = bundle;
  const shared = new Set(formKeys[cluster.filesystem].map(([field]) => field).filter((field) => !ownFields.has(field)));
  const kept = Object.entries(draft.values).filter(([field]) => !shared.has(field));
  const given = clusterPairs({ version: 1, role: 'storage', cluster }).filter(([, text]) => text !== undefined);
  const open = withoutClusterSecrets({ version: 1, role: 'storage', cluster }).cluster;
  return {
    ...draft,
    values: {
      ...Object.fromEntries(kept),
      ...Object.fromEntries(given.map(([field, text]) => [field, text ?? ''])),
      role: roleFor(kind, draft.values.role),
      'node.hosts': hostsText(draft.values['node.hosts'] ?? '', bundle),
    },
    ...(open === undefined ? {} : { joined: open }),
  };
};

type Secrets = Readonly<Record<FieldId, string>>;

/** Instead of any that were typed for the same filesystem. */
export const joinToSecrets = (secrets: Secrets, { cluster }: JoinBundle): Secrets => {
  const fields = formSecrets[cluster.filesystem];
  const values = new Map<string, unknown>(Object.entries(cluster));
  const given = fields.flatMap((field) => {
    const value = values.get(field.replace('cluster.', ''));
    return typeof value === 'string' ? [[field, value] as const] : [];
  });
  const kept = Object.entries(secrets).filter(([field]) => !fields.includes(field));
  return { ...Object.fromEntries(kept), ...Object.fromEntries(given) };
};

const staticAddresses = (draft: Draft, facts: Facts | undefined): readonly string[] => {
  const rows = linkRows(draft, facts);
  return rows
    .filter((row) => linkUse(draft, row, rows) === 'static')
    .flatMap(({ match }) => wordsOf(draft.values[linkField(match, 'addresses')] ?? ''))
    .map((text) => text.split('/')[0] ?? '')
    .filter(isAddress)
    .map(normalAddress);
};

/** What is left to choose or to put right, in the words of the screens. */
export const leftInDraft = (
  draft: Draft,
  facts: Facts | undefined,
  { cluster, kind, you }: JoinBundle,
): readonly string[] => {
  const values = { ...clusterValues(draft, facts, {}), filesystem: cluster.filesystem };
  const wishes = wishesLeft(values, kind).map(({ onScreen }) => onScreen);
  const addresses = staticAddresses(draft, facts);
  const isElsewhere = addresses.length > 0 && !addresses.includes(normalAddress(you.address));
  return [
    ...(wishes.length === 0 ? [] : [`Left to choose: ${wishes.join('; ')}.`]),
    ...(isElsewhere
      ? [
          `The members know this node at ${you.address}, and the screen Network gives it ${addresses.join(', ')}: put it right in Hosts, and on them.`,
        ]
      : []),
  ];
};
