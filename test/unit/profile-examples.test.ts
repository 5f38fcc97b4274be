import { expect, it } from 'vitest';
import { profileWarnings } from '../../src/state/check-profile.ts';
import { roles } from '../../src/state/profile.ts';
import { exampleProfiles } from '../helpers/example-profiles.ts';

it.each(exampleProfiles)('$name is valid and warns of nothing', ({ profile }) => {
  expect(profileWarnings(profile)).toEqual([]);
});

it('has one for every role and every filesystem', () => {
  expect(new Set(exampleProfiles.map(({ profile }) => profile.role))).toEqual(new Set(roles));
  expect(new Set(exampleProfiles.map(({ profile }) => profile.cluster?.filesystem))).toEqual(
    new Set(['none', 'ceph', 'gluster', 'beegfs', 'lustre']),
  );
});
