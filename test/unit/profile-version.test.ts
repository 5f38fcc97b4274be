// The way of a profile from version to version, walked with steps made for it: so far there is one version.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildProfile } from '../../src/sources/build-profile.ts';
import { parseProfile } from '../../src/state/parse-profile.ts';
import {
  type Migration,
  migrateProfile,
  migrations,
  profileVersion,
  versionOf,
} from '../../src/state/profile-version.ts';

/** Version 2 called the host name `name`; version 3 has no `old` any more, but says where it went. */
const steps = new Map<number, Migration>([
  [1, ({ hostname, ...rest }) => (hostname === undefined ? rest : { ...rest, name: hostname })],
  [2, ({ old, ...rest }) => (old === undefined ? rest : { ...rest, kept: old })],
]);
const later = { newest: 3, steps };

describe('a profile of another version', () => {
  it.each([
    [
      { version: 1, hostname: 'a', old: 1 },
      { version: 3, name: 'a', kept: 1 },
    ],
    [
      { version: 2, name: 'a', old: 1 },
      { version: 3, name: 'a', kept: 1 },
    ],
    [
      { version: 3, name: 'a', old: 1 },
      { version: 3, name: 'a', old: 1 },
    ],
    [{ name: 'a' }, { name: 'a' }],
    ['text', 'text'],
    [
      { version: 'one', old: 1 },
      { version: 'one', old: 1 },
    ],
  ])('%o goes up step by step', (values, wanted) => {
    expect(migrateProfile(values, undefined, later)).toEqual({ ok: true, value: wanted });
  });

  it('is that of the layers beside it where it says none', () => {
    expect(migrateProfile({ hostname: 'a' }, 1, later)).toEqual({ ok: true, value: { name: 'a' } });
    expect(migrateProfile({ version: 3, name: 'a' }, 1, later)).toEqual({ ok: true, value: { version: 3, name: 'a' } });
  });

  it('that this image does not know is one problem, whatever else it holds', () => {
    const text = 'version: 2\nrole: orchestra\nnew: { things: 1 }\n';
    const parsed = parseProfile(text);
    expect(parsed).toMatchObject({ ok: false, problem: [{ code: 'profile/newer-version', path: 'version' }] });
    expect(parsed.ok ? 0 : parsed.problem.length).toBe(1);
    const layer = { layer: 'global', name: 'global/profile.yaml', file: 'global/profile.yaml', text } as const;
    expect(buildProfile([layer], { values: {}, problems: [] })).toMatchObject({
      ok: false,
      problem: [
        { code: 'profile/newer-version', summary: expect.stringContaining('global/profile.yaml: it is written') },
      ],
    });
  });

  it('has a way up from every version there was', () => {
    for (let version = 1; version < profileVersion; version += 1) expect(migrations.get(version)).toBeDefined();
    expect(Math.max(0, ...migrations.keys())).toBe(profileVersion - 1);
  });

  it('never throws, and a version is a whole number', () => {
    fc.assert(
      fc.property(fc.anything(), (values) => {
        migrateProfile(values);
        const version = versionOf(values);
        expect(version === undefined || (Number.isInteger(version) && version >= 1)).toBe(true);
      }),
    );
  });
});
