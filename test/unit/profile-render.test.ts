import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { renderBootEnv } from '../../src/state/boot-env.ts';
import { lineDiff } from '../../src/state/line-diff.ts';
import { parseProfile } from '../../src/state/parse-profile.ts';
import { type Profile, profileSchema } from '../../src/state/profile.ts';
import { expectationOf, keysOf, schemaAt } from '../../src/state/profile-walk.ts';
import { redactProfile, redactSecretsInText, withoutSecrets } from '../../src/state/redact-profile.ts';
import { profileDigest, renderProfile } from '../../src/state/render-profile.ts';
import { exampleProfile, exampleProfiles } from '../helpers/example-profiles.ts';

const reread = (profile: Profile): Profile => {
  const parsed = parseProfile(renderProfile(profile));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problem));
  return parsed.value;
};

/** The same keys in another order. */
const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
};

describe.each(exampleProfiles)('$name', ({ profile }) => {
  it('reads back as it was written', () => {
    expect(reread(profile)).toEqual(profile);
  });

  it('reads the same and has the same digest, in whatever order its keys are', () => {
    const other = profileSchema.parse(reversed(profile));
    expect(renderProfile(other)).toBe(renderProfile(profile));
    expect(profileDigest(other)).toBe(profileDigest(profile));
  });
});

it('Norway’s keyboard is no false', () => {
  const norwegian = { version: 1, role: 'storage', node: { keyboard: 'no' } } as const;
  expect(reread(norwegian)).toEqual(norwegian);
  expect(parseProfile('version: 1\nrole: storage\nnode: { keyboard: no }\n')).toEqual({ ok: true, value: norwegian });
});

describe('properties', () => {
  /** Texts that YAML would read as something else. */
  const odd = fc.constantFrom('yes', 'null', '123', '1e3', '0x1F', '~', 'true', '12:30:45', '1.5', '0o17', 'NO', 'a-1');
  const profiles = fc.record(
    {
      version: fc.constant(1 as const),
      role: fc.constantFrom('storage', 'client', 'boot'),
      node: fc.record({ hostname: odd.filter((text) => /^[a-z0-9-]+$/i.test(text)) }, { requiredKeys: [] }),
      wipe: fc.array(fc.oneof(odd, fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/))),
      access: fc.record(
        { consoleLock: fc.constantFrom('never', '10min'), sshPasswords: fc.boolean() },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['version', 'role'] },
  );

  it('parse after render is identity', () => {
    fc.assert(
      fc.property(profiles, (values) => {
        const profile = profileSchema.parse(values);
        expect(reread(profile)).toEqual(profile);
      }),
    );
  });

  it('a mutated profile never crashes the reader, and every rejection has a remedy', () => {
    const mutations = fc.tuple(
      fc.constantFrom(...exampleProfiles),
      fc.array(fc.tuple(fc.nat(), fc.oneof(fc.jsonValue({ maxDepth: 2 }), odd, fc.constant(undefined))), {
        minLength: 1,
        maxLength: 3,
      }),
    );
    fc.assert(
      fc.property(mutations, ([{ profile }, changes]) => {
        const values: unknown = JSON.parse(JSON.stringify(profile));
        for (const [choice, value] of changes) {
          const places = placesIn(values);
          const place = places[choice % places.length];
          if (place !== undefined) Reflect.set(place.of, place.key, value);
        }
        const parsed = parseProfile(stringify(values));
        if (parsed.ok) {
          expect(reread(parsed.value)).toEqual(parsed.value);
          return;
        }
        for (const problem of parsed.problem) {
          expect(problem.code).toMatch(/^[a-z]+\/[a-z0-9-]+$/);
          expect(problem.summary).not.toBe('');
          expect(problem.remedy).not.toBe('');
          if (!problem.code.startsWith('yaml/')) expect(problem.path).not.toBe(undefined);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('any text at all gets an answer', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[-:?[\]{}&*!|>%@`#"'\n a]*$/)),
        (text) => {
          const parsed = parseProfile(text);
          expect(parsed.ok || parsed.problem.length > 0).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

const placesIn = (value: unknown): readonly { readonly of: object; readonly key: string }[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) => [{ of: value, key }, ...placesIn(inner)]);

describe('what messages give as an example', () => {
  it.each(exampleProfiles)('passes, at every place of $name', ({ profile }) => {
    const check = (value: unknown, path: readonly (string | number)[]): void => {
      const schema = schemaAt(path, profile);
      if (schema === undefined) throw new Error(`nothing rules at ${path.join('.')}`);
      const places = keysOf(schema).map((key) => [...path, key]);
      for (const place of [path, ...places]) {
        const at = schemaAt(place, profile);
        if (at === undefined || place.length === 0) continue;
        expect(
          profileSchema.safeParse(replaced(profile, place, expectationOf(at).example)).error?.issues ?? [],
        ).toEqual([]);
      }
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value))
        check(inner, [...path, Array.isArray(value) ? Number(key) : key]);
    };
    check(profile, []);
  });
});

const replaced = (root: unknown, path: readonly (string | number)[], value: unknown): unknown => {
  const copy: unknown = JSON.parse(JSON.stringify(root));
  let at: unknown = copy;
  for (const part of path.slice(0, -1)) at = Reflect.get(Object(at), part);
  // Another filesystem needs other keys: there only the choice itself is of interest.
  const last = path.at(-1) ?? '';
  if (path.join('.') === 'cluster.filesystem') return root;
  Reflect.set(Object(at), last, value);
  return copy;
};

describe('secrets', () => {
  const hash = '$y$j9T$abcdefghijklmnop$abcdefghijklmnopqrstuvwxyz';
  const profile: Profile = { ...exampleProfile('boot-none'), access: { rootPasswordHash: hash, consoleLock: '5min' } };

  it('are shown as set, and left out of what is handed on', () => {
    expect(redactProfile(profile).access).toEqual({ rootPasswordHash: '(set)', consoleLock: '5min' });
    expect(withoutSecrets(profile).access).toEqual({ consoleLock: '5min' });
    expect(renderProfile(withoutSecrets(profile))).not.toContain('$y$');
  });

  it('are found in text, quoted or not', () => {
    const text = `rootPasswordHash: ${hash}\nother: "${hash}"\nplain: $HOME costs 5$\n`;
    expect(redactSecretsInText(text, '(set)')).toBe('rootPasswordHash: (set)\nother: (set)\nplain: $HOME costs 5$\n');
  });
});

describe('boot.env', () => {
  it('has whole sizes, max for no limit, and keeps what others wrote', () => {
    const profile: Profile = {
      ...exampleProfile('boot-none'),
      zram: { root: { kind: 'overlay', size: '1.5GiB', algorithm: 'lz4', memoryLimit: 'none', dictionary: false } },
    };
    const text = renderBootEnv(profile, '# mine\nRESERVE=1GiB\nZRAM_SIZE=9GiB\nZRAM_DICTIONARY=yes\n');
    expect(text.split('\n').slice(1)).toEqual([
      '# mine',
      'RESERVE=1GiB',
      'ROOT=overlay',
      'ZRAM_SIZE=1536MiB',
      'ZRAM_ALGORITHM=lz4',
      'ZRAM_LIMIT=max',
      'ZRAM_DICTIONARY=no',
      '',
    ]);
    expect(renderBootEnv(profile, text)).toBe(text);
    expect(renderBootEnv(exampleProfile('boot-none'), text)).not.toMatch(/ZRAM|ROOT/);
  });
});

describe('lineDiff', () => {
  const names = { before: 'old', after: 'new' };
  it('is empty for equal texts', () => {
    expect(lineDiff('a\n', 'a\n', names)).toBe('');
  });

  it('shows three lines around a change, and two hunks where they are far apart', () => {
    const before = Array.from({ length: 20 }, (_, index) => `l${index + 1}`);
    const after = before.with(1, 'two').toSpliced(18, 0, 'new');
    expect(lineDiff(`${before.join('\n')}\n`, `${after.join('\n')}\n`, names)).toBe(
      `--- old
+++ new
@@ -1,5 +1,5 @@
 l1
-l2
+two
 l3
 l4
 l5
@@ -16,5 +16,6 @@
 l16
 l17
 l18
+new
 l19
 l20
`,
    );
  });

  it('shows a first version as added', () => {
    expect(lineDiff('', 'a\nb\n', names)).toBe('--- old\n+++ new\n@@ -0,0 +1,2 @@\n+a\n+b\n');
  });
});
