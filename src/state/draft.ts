// What the operator has typed so far, exactly as typed, valid or not: nothing typed is ever lost, not even with the console that it was typed into.

import * as z from 'zod';
import type { Facts, LinkFact } from './facts.ts';
import { type Profile, profileSchema } from './profile.ts';
import { cluster } from './profile-cluster.ts';
import { withoutClusterSecrets } from './redact-profile.ts';

/** `cluster-form`: the second part of the cluster screen, where a filesystem was chosen. */
export const wizardSteps = ['welcome', 'role', 'network', 'cluster', 'cluster-form', 'zram', 'access'] as const;
export type WizardStep = (typeof wizardSteps)[number];

/** `node.hostname`, `link/ens3/addresses`: where a typed text belongs. */
export type FieldId = string;

export const draftSchema = z.strictObject({
  version: z.literal(1),
  /** Where the operator was last. */
  step: z.enum(wizardSteps),
  /** By field; a field that nobody touched is absent. Never a password. */
  values: z.record(z.string(), z.string()),
  passwordHash: z.string().optional(),
  /** The profile that is being changed: its parts without a field here are kept as they are. */
  base: profileSchema.optional(),
  /** What a join code brought, without its keys: what of it has no field is kept as it is. */
  joined: cluster.optional(),
});
export type Draft = z.infer<typeof draftSchema>;

export const emptyDraft: Draft = { version: 1, step: 'welcome', values: {} };

export const setValue = (draft: Draft, field: FieldId, value: string): Draft => ({
  ...draft,
  values: { ...draft.values, [field]: value },
});

/** Undefined when the text is no draft of this version: an old or foreign file is left alone and not used. */
export const parseDraft = (text: string): Draft | undefined => {
  try {
    const parsed = draftSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
};

/** Without the keys of a cluster, which whoever opens it again gets from the profile in force: see session-start. */
export const renderDraft = (draft: Draft): string =>
  `${JSON.stringify(draft.base === undefined ? draft : { ...draft, base: withoutClusterSecrets(draft.base) })}\n`;

/** Nothing is asked about a cluster filesystem that was not chosen. */
const stepsOf = ({ values }: Draft): readonly WizardStep[] =>
  wizardSteps.filter((step) => step !== 'cluster-form' || (values['cluster.filesystem'] ?? 'none') !== 'none');

export const stepAfter = (draft: Draft, step: WizardStep): WizardStep | undefined =>
  stepsOf(draft).find((each) => wizardSteps.indexOf(each) > wizardSteps.indexOf(step));

export const stepBefore = (draft: Draft, step: WizardStep): WizardStep | undefined =>
  stepsOf(draft).findLast((each) => wizardSteps.indexOf(each) < wizardSteps.indexOf(step));

export const linkUses = ['off', 'dhcp', 'static', 'bare'] as const;
export type LinkUse = (typeof linkUses)[number];

/** A link as the wizard lists it: what the profile or the operator says of it, and what the node knows of it. */
export type LinkRow = {
  /** A kernel name, a MAC, or `primary`. */
  readonly match: string;
  readonly fact: LinkFact | undefined;
};

export const matchText = (match: 'primary' | { name: string } | { mac: string }): string =>
  match === 'primary' ? match : 'name' in match ? match.name : match.mac;

type ProfileLink = NonNullable<NonNullable<Profile['network']>['links']>[number];

const factOf = (match: ProfileLink['match'], ethernet: readonly LinkFact[]): LinkFact | undefined => {
  if (match === 'primary') return ethernet.find(({ carrier }) => carrier === true);
  if ('name' in match) return ethernet.find(({ name }) => name === match.name);
  return ethernet.find(({ mac }) => mac?.toLowerCase() === match.mac.toLowerCase());
};

/** The profile's links in its order, then the node's other ports. */
export const linkRows = (draft: Draft, facts: Facts | undefined): readonly LinkRow[] => {
  const ethernet = (facts?.links ?? []).filter(({ kind }) => kind === 'ethernet');
  const wished = (draft.base?.network?.links ?? []).map(({ match }) => ({
    match: matchText(match),
    fact: factOf(match, ethernet),
  }));
  const rest = ethernet.filter((fact) => !wished.some((row) => row.fact?.name === fact.name));
  return [...wished, ...rest.map((fact) => ({ match: fact.name, fact }))];
};

export const linkField = (match: string, part: 'use' | 'addresses' | 'mtu'): FieldId => `link/${match}/${part}`;

/** On a bare node the first port with a carrier now starts with DHCP; everything else is left alone until somebody says so. */
const defaultUse = (row: LinkRow, draft: Draft, rows: readonly LinkRow[]): LinkUse =>
  draft.base === undefined && row === rows.find(({ fact }) => fact?.carrier === true) ? 'dhcp' : 'off';

export const linkUse = (draft: Draft, row: LinkRow, rows: readonly LinkRow[]): LinkUse => {
  const typed = draft.values[linkField(row.match, 'use')];
  return linkUses.find((use) => use === typed) ?? defaultUse(row, draft, rows);
};

/** Whoever types into a part of a port has seen how it is used: from then on its use stays, whatever its wire does. */
export const setTyped = (draft: Draft, facts: Facts | undefined, field: FieldId, value: string): Draft => {
  const rows = linkRows(draft, facts);
  const row = rows.find(({ match }) =>
    (['addresses', 'mtu'] as const).some((part) => linkField(match, part) === field),
  );
  const typed = setValue(draft, field, value);
  return row === undefined ? typed : setValue(typed, linkField(row.match, 'use'), linkUse(draft, row, rows));
};
