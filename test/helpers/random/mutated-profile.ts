// Profiles that were valid until somebody's finger slipped: mutations of values and of text, and what must hold of every one of them.
import fc from 'fast-check';
import { profileWarnings } from '../../../src/state/check-profile.ts';
import { parseProfile } from '../../../src/state/parse-profile.ts';
import type { Problem } from '../../../src/state/problem.ts';
import type { Profile } from '../../../src/state/profile.ts';
import { redactProfile, redactSecretsInText, withoutSecrets } from '../../../src/state/redact-profile.ts';
import { profileDigest, renderProfile } from '../../../src/state/render-profile.ts';
import { validateProfile } from '../../../src/state/validate-profile.ts';
import { exampleProfiles } from '../example-profiles.ts';

const planted = 'PLANTEDplantedPLANTED';
const secret = `$y$j9T$abcdefghijkl$${planted}`;

const bases = exampleProfiles.map(({ profile }) => ({
  ...profile,
  access: { ...profile.access, rootPasswordHash: secret },
}));

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What a slip, a template or somebody with bad intentions leaves in a place. */
const strange = fc.oneof(
  fc.constantFrom<Json>(
    ...[
      null,
      true,
      false,
      0,
      -1,
      1.5,
      1e308,
      -0,
      4294967296,
      Number.MAX_SAFE_INTEGER + 2,
      '',
      ' ',
      '\n',
      '\0',
      '~',
      '{}',
    ],
    ...['::', '0.0.0.0/0', '255.255.255.255/33', 'fe80::1%eth0', '10.0.0.300', 'ff:ff', 'a'.repeat(300), '../..', '-'],
    ...[
      '0GiB',
      '1e9GiB',
      '99999999999999999999MiB',
      '101%',
      'never',
      'x'.repeat(9000),
      '‮abc',
      '👍🏽',
      'é',
      '%s%n',
      '$(x)',
    ],
    ...[[], {}, [[]], [{}], { '': '' }, { constructor: 1 }, { toString: null }, [null], { match: 'primary' }],
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.integer(),
);

const mutation = fc.record({
  at: fc.nat(10_000),
  what: fc.constantFrom('replace', 'delete', 'rename', 'double', 'borrow', 'wrap', 'retype'),
  value: strange,
  from: fc.nat(10_000),
});
type Mutation = { readonly at: number; readonly what: string; readonly value: Json; readonly from: number };

export type MutatedProfile =
  | { readonly kind: 'values'; readonly values: unknown }
  | { readonly kind: 'text'; readonly text: string };

const values = fc
  .record({ base: fc.nat(bases.length - 1), mutations: fc.array(mutation, { minLength: 1, maxLength: 4 }) })
  .map(({ base, mutations }): MutatedProfile => ({ kind: 'values', values: mutate(base, mutations) }));

const slip = fc.record({
  at: fc.nat(100_000),
  cut: fc.nat(12),
  put: fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '\t',
      '\n',
      ':',
      '- ',
      '{',
      '[',
      ']',
      '}',
      '"',
      "'",
      '#',
      '&a ',
      '*a',
      '!!str ',
      '---\n',
      '|',
      '? ',
      '\0',
    ),
    fc.string({ maxLength: 5, unit: 'binary' }),
  ),
});

const texts = fc
  .record({ base: fc.nat(bases.length - 1), slips: fc.array(slip, { minLength: 1, maxLength: 4 }) })
  .map(({ base, slips }): MutatedProfile => {
    let text = renderProfile(profileAt(base));
    for (const { at, cut, put } of slips) {
      const index = at % (text.length + 1);
      text = text.slice(0, index) + put + text.slice(index + cut);
    }
    return { kind: 'text', text };
  });

/** Values mostly: a text that is no YAML any more tests the parser, and that only. */
export const mutatedProfile: fc.Arbitrary<MutatedProfile> = fc.oneof(
  { arbitrary: values, weight: 4 },
  { arbitrary: texts, weight: 1 },
);

const profileAt = (index: number): Profile => {
  const base = bases[index % bases.length];
  if (base === undefined) throw new Error('there are no examples');
  return base;
};

type Place = { readonly holder: Json[] | { [key: string]: Json }; readonly key: string };

const placesIn = (root: Json): readonly Place[] => {
  const places: Place[] = [];
  const visit = (value: Json): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push({ holder: value, key });
      visit(get({ holder: value, key }));
    }
  };
  visit(root);
  return places;
};

const get = ({ holder, key }: Place): Json => (Array.isArray(holder) ? holder[Number(key)] : holder[key]) ?? null;
const set = ({ holder, key }: Place, value: Json): void => {
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else Object.defineProperty(holder, key, { value, configurable: true, enumerable: true, writable: true });
};

const mutate = (base: number, mutations: readonly Mutation[]): Json => {
  const root: Json = JSON.parse(JSON.stringify(profileAt(base)));
  for (const { at, what, value, from } of mutations) {
    const places = placesIn(root);
    const place = places[at % places.length];
    if (place === undefined) return structuredClone(value);
    const now = get(place);
    const { holder, key } = place;
    // A copy: the same strange value comes again, and one put into itself would have no end.
    if (what === 'replace') set(place, structuredClone(value));
    else if (what === 'wrap') set(place, from % 2 === 0 ? [now] : { [key]: now });
    else if (what === 'retype')
      set(place, typeof now === 'string' ? Number(now) : (JSON.stringify(now) ?? String(now)));
    else if (what === 'borrow') {
      const others = placesIn(JSON.parse(JSON.stringify(profileAt(from))));
      const other = others[from % others.length];
      // Where any text may be, a serial number for one, nobody can know a hash for what it is.
      if (other !== undefined && !JSON.stringify(get(other)).includes(planted)) set(place, get(other));
    } else if (Array.isArray(holder)) {
      holder.splice(
        Number(key),
        what === 'delete' ? 1 : 0,
        ...(what === 'delete' ? [] : [JSON.parse(JSON.stringify(now))]),
      );
    } else {
      if (what !== 'double') Reflect.deleteProperty(holder, key);
      if (what !== 'delete') set({ holder, key: typeof value === 'string' ? value : `${key}x` }, now);
    }
  }
  return root;
};

/** What is wrong with how it was judged, in words; undefined when nothing is. Throws when judging it threw. */
export const brokenLaw = (mutated: MutatedProfile): string | undefined => {
  const judged = mutated.kind === 'text' ? parseProfile(mutated.text) : validateProfile(mutated.values);
  const told = judged.ok ? profileWarnings(judged.value) : judged.problem;
  for (const problem of told) {
    const wrong = wrongWith(problem);
    if (wrong !== undefined) return `${wrong}: ${JSON.stringify(problem)}`;
  }
  return judged.ok ? wrongWithValid(judged.value) : undefined;
};

const wrongWith = ({ code, summary, remedy, path }: Problem): string | undefined => {
  if (!/^[a-z]+(-[a-z]+)*\/[a-z0-9-]+$/.test(code)) return 'a code that nobody can read out';
  if (summary.trim() === '') return 'no summary';
  if (remedy.trim() === '') return 'no remedy';
  // A text that is no YAML has places and no paths, and the whole of a profile has none either.
  const isWhole = code === 'profile/value' && remedy.startsWith('write a group of keys, e.g. { version');
  if (!code.startsWith('yaml/') && !isWhole && (path === undefined || path === '')) return 'no path';
  return `${summary}${remedy}${path ?? ''}`.includes(planted) ? 'a secret in a message' : undefined;
};

const wrongWithValid = (profile: Profile): string | undefined => {
  const text = renderProfile(profile);
  const again = parseProfile(text);
  if (!again.ok) return `what it rendered is not valid: ${JSON.stringify(again.problem[0])}`;
  if (profileDigest(again.value) !== profileDigest(profile)) return 'what it rendered is another profile';
  const shared = parseProfile(renderProfile(withoutSecrets(profile)));
  if (!shared.ok && !shared.problem.every(({ path }) => path === 'cluster.secret'))
    return 'without secrets more is missing than secrets';
  // A hash that was put where any text may be, a serial number for one: nobody can know that it is one.
  if (JSON.stringify({ ...profile, access: undefined }).includes(planted)) return undefined;
  if (renderProfile(withoutSecrets(profile)).includes(planted)) return 'a secret in what is handed on';
  if (JSON.stringify(redactProfile(profile)).includes(planted)) return 'a secret in what is shown';
  return redactSecretsInText(text, '(set)').includes(planted) ? 'a secret in a diff' : undefined;
};
