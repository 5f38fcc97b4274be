// Turns what was typed into a profile, or into everything that is wrong with it, each problem with the field that it belongs to.
import { checkAgainstFacts } from './check-against-facts.ts';
import { wordsOf } from './cluster-form.ts';
import { clusterPlaces, clusterProblems } from './cluster-problems.ts';
import { type Draft, type FieldId, type LinkRow, linkField, linkRows, linkUse } from './draft.ts';
import { clusterValues, numberOf } from './draft-to-cluster.ts';
import type { Facts } from './facts.ts';
import { type FieldProblem, placeProblems } from './field-problem.ts';
import { fail, ok, type Result } from './problem.ts';
import type { Profile } from './profile.ts';
import { defaultRoutes } from './profile-to-draft.ts';
import { chosenWish } from './recommend-root.ts';
import { validateProfile } from './validate-profile.ts';

type Values = Record<string, unknown>;
type Secrets = Readonly<Record<FieldId, string>>;

const keyLines = (text: string): readonly string[] =>
  text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** `undefined` takes a key away; an object without keys is left out as a whole. */
const compact = (values: Values): Values | undefined => {
  const kept = Object.entries(values).filter(([, value]) => value !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
};

const listOf = (text: string): readonly string[] | undefined => {
  const words = wordsOf(text);
  return words.length === 0 ? undefined : words;
};

type BaseLink = NonNullable<NonNullable<Profile['network']>['links']>[number];

const macPattern = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;

const matchOf = (match: string): unknown =>
  match === 'primary' ? 'primary' : macPattern.test(match) ? { mac: match } : { name: match };

const baseLinkOf = (draft: Draft, match: string): BaseLink | undefined =>
  draft.base?.network?.links?.find(
    (link) =>
      (link.match === 'primary' ? 'primary' : 'name' in link.match ? link.match.name : link.match.mac) === match,
  );

const linkValues = (draft: Draft, row: LinkRow, rows: readonly LinkRow[]): Values | undefined => {
  const use = linkUse(draft, row, rows);
  if (use === 'off') return undefined;
  const base = baseLinkOf(draft, row.match);
  const dhcp = use === 'dhcp';
  const addresses = use === 'bare' ? undefined : listOf(draft.values[linkField(row.match, 'addresses')] ?? '');
  return {
    ...base,
    match: matchOf(row.match),
    dhcp4: dhcp ? (base?.dhcp4 ?? base?.dhcp6 === undefined) : undefined,
    dhcp6: dhcp ? base?.dhcp6 : undefined,
    addresses,
    mtu: numberOf(draft.values[linkField(row.match, 'mtu')] ?? ''),
  };
};

const routesOf = (draft: Draft): readonly unknown[] | undefined => {
  const others = (draft.base?.network?.routes ?? []).filter(({ to }) => to !== 'default');
  const defaults = wordsOf(draft.values['network.gateway'] ?? '').map(
    (via) => defaultRoutes(draft.base).find((route) => route.via === via) ?? { to: 'default', via },
  );
  const routes = [...defaults, ...others];
  return routes.length === 0 ? undefined : routes;
};

/** A filesystem that cannot be chosen here is a problem of its own field; the rest of the profile is still checked. */
const clusterOf = (draft: Draft, facts: Facts | undefined, secrets: Secrets): unknown =>
  clusterProblems(draft, facts).some(({ step }) => step === 'cluster')
    ? { filesystem: 'none' }
    : clusterValues(draft, facts, secrets);

/** `stor-02=10.0.0.12`, several apart by spaces. */
const hostsOf = (text: string): readonly unknown[] | undefined =>
  listOf(text)?.map((word) => {
    const [name = '', ...rest] = word.split('=');
    return { name, address: rest.join('=') };
  });

const networkOf = (draft: Draft, links: readonly Values[]): Values | undefined => {
  const base = draft.base?.network;
  return compact({
    ...base,
    links: links.length === 0 ? undefined : links.map((link) => compact(link)),
    routes: routesOf(draft),
    dns: compact({
      servers: listOf(draft.values['network.dns'] ?? ''),
      search: listOf(draft.values['network.search'] ?? ''),
    }),
  });
};

const missing = (draft: Draft, facts: Facts | undefined): readonly FieldProblem[] => {
  const nameless: FieldProblem = {
    step: 'network',
    field: 'node.hostname',
    problem: {
      code: 'profile/no-hostname',
      summary: 'this node needs a name of its own',
      remedy: 'type one, e.g. stor-01',
      path: 'node.hostname',
    },
  };
  const rows = linkRows(draft, facts);
  const addressless = rows
    .filter((row) => linkUse(draft, row, rows) === 'static')
    .filter(({ match }) => wordsOf(draft.values[linkField(match, 'addresses')] ?? '').length === 0)
    .map(
      ({ match }): FieldProblem => ({
        step: 'network',
        field: linkField(match, 'addresses'),
        problem: {
          code: 'profile/no-address',
          summary: `${match} is static and has no address`,
          remedy: 'type one with its prefix length, e.g. 10.0.0.11/24',
        },
      }),
    );
  const unnamed = (draft.values['node.hostname'] ?? '').trim() === '';
  return [...(unnamed ? [nameless] : []), ...addressless, ...clusterProblems(draft, facts)];
};

const unlessEmpty = (typed: string | undefined): string | undefined => typed?.trim() || undefined;

const text = (draft: Draft, field: FieldId): string | undefined => unlessEmpty(draft.values[field]);

/** `secrets`: what was typed where it is not shown, which no draft holds. */
export const draftToProfile = (
  draft: Draft,
  facts: Facts | undefined,
  secrets: Secrets = {},
): Result<Profile, readonly FieldProblem[]> => {
  const rows = linkRows(draft, facts);
  const used = rows.flatMap((row) => {
    const values = linkValues(draft, row, rows);
    return values === undefined ? [] : [{ match: row.match, values }];
  });
  const keys = keyLines(draft.values['access.keys'] ?? '');
  const { base } = draft;
  const root = chosenWish(draft, facts);
  const raw = compact({
    ...base,
    version: 1,
    role: draft.values.role ?? 'storage',
    node: compact({
      ...base?.node,
      hostname: text(draft, 'node.hostname'),
      domain: text(draft, 'node.domain'),
      timezone: text(draft, 'node.timezone'),
      keyboard: text(draft, 'node.keyboard'),
      ntp: listOf(draft.values['node.ntp'] ?? ''),
      hosts: hostsOf(draft.values['node.hosts'] ?? ''),
    }),
    network: networkOf(
      draft,
      used.map(({ values }) => values),
    ),
    cluster: clusterOf(draft, facts, secrets),
    zram: compact({
      ...base?.zram,
      root: compact({
        ...base?.zram?.root,
        memoryLimit: unlessEmpty(root.limit),
        size: unlessEmpty(root.size),
        algorithm: text(draft, 'zram.algorithm'),
      }),
    }),
    access: compact({
      ...base?.access,
      rootPasswordHash: draft.passwordHash,
      sshKeys: keys.length === 0 ? undefined : keys,
    }),
  });
  const lacking = missing(draft, facts);
  const parsed = validateProfile(raw);
  const found = parsed.ok ? (facts === undefined ? [] : checkAgainstFacts(parsed.value, facts)) : parsed.problem;
  const links = used.map(({ match }) => match);
  const problems = [...lacking, ...placeProblems(found, links, clusterPlaces(draft, facts))];
  return parsed.ok && problems.length === 0 ? ok(parsed.value) : fail(problems);
};
