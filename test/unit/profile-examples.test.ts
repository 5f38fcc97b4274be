import { expect, it } from 'vitest';
import { profileWarnings } from '../../src/state/check-profile.ts';
import { roles } from '../../src/state/profile.ts';
import { exampleProfile, exampleProfiles } from '../helpers/example-profiles.ts';

it.each(exampleProfiles)('$name is valid and warns of nothing', ({ profile }) => {
  expect(profileWarnings(profile)).toEqual([]);
});

it('has one for every role and every filesystem', () => {
  expect(new Set(exampleProfiles.map(({ profile }) => profile.role))).toEqual(new Set(roles));
  expect(new Set(exampleProfiles.map(({ profile }) => profile.cluster?.filesystem))).toEqual(
    new Set(['none', 'ceph', 'gluster', 'beegfs', 'lustre']),
  );
});

/** What a node can be of each filesystem. Clients of GlusterFS, for example, are no monitors of it. */
it.each([
  'boot-none',
  'storage-none',
  'storage-gluster',
  'hyperconverged-gluster-arbiter',
  'client-gluster',
  'storage-ceph',
  'monitor-ceph',
  'storage-beegfs',
  'metadata-beegfs',
  'monitor-beegfs',
  'client-beegfs',
  'storage-lustre',
  'metadata-lustre',
  'client-lustre',
])('%s is what its name says', (name) => {
  const [role, filesystem] = name.split('-');
  expect(exampleProfile(name)).toMatchObject({ role, cluster: { filesystem } });
});
