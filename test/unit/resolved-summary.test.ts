// The console names a transport as every other part of Mayfly does.
import { expect, test } from 'vitest';
import { parseProfile } from '../../src/state/parse-profile.ts';
import { describeTransport, type Transport, transportKinds } from '../../src/state/resolved-profile.ts';
import { summariseMaintenance, summariseResolution } from '../../src/state/resolved-summary.ts';

test.each(transportKinds)('%s', (kind) => {
  const transport: Transport = { kind, detail: '/dev/vdb at /config', revision: '3f2a' };
  const parsed = parseProfile('version: 1\nrole: storage\n');
  if (!parsed.ok) throw new Error('a profile that is sound');
  const found = {
    kind: 'resolved',
    profile: parsed.value,
    provenance: new Map(),
    overlays: [],
    missed: [],
    warnings: [],
  } as const;
  const problem = { code: 'x', summary: 'y', remedy: 'z' };
  expect(summariseResolution({ ...found, transport }).text).toBe(`${describeTransport(transport)}, revision 3f2a`);
  expect(summariseResolution({ kind: 'invalid', transport, problems: [problem] })).toEqual({
    found: false,
    text: `the profile is not valid (${describeTransport(transport)})`,
    notes: [problem],
  });
});

test('what a boot left in maintenance reads as what it found', () => {
  const [asked, other] = ['sources/unreachable', 'sources/no-last-good'].map((code) => ({
    code,
    summary: 'y',
    remedy: 'z',
  }));
  if (asked === undefined || other === undefined) throw new Error('two problems');
  const none = { version: 1, reason: 'no-profile', problems: [asked, other] } as const;
  expect(summariseMaintenance({ ...none, problems: [asked, other], missed: [asked] })).toEqual({
    found: false,
    text: 'no profile was found',
    notes: [asked],
  });
  expect(summariseMaintenance({ ...none, problems: [asked, other], missed: [] }).notes).toEqual([asked, other]);
  expect(
    summariseMaintenance({ version: 1, reason: 'invalid-profile', transport: 'config partition', problems: [other] }),
  ).toEqual({ found: false, text: 'the profile is not valid (config partition)', notes: [other] });
});
