// The console names a transport as every other part of Mayfly does.
import { expect, test } from 'vitest';
import { parseProfile } from '../../src/state/parse-profile.ts';
import { describeTransport, type Transport, transportKinds } from '../../src/state/resolved-profile.ts';
import { summariseResolution } from '../../src/state/resolved-summary.ts';

test.each(transportKinds)('%s', (kind) => {
  const transport: Transport = { kind, detail: '/dev/vdb at /config', revision: '3f2a' };
  const parsed = parseProfile('version: 1\nrole: storage\n');
  if (!parsed.ok) throw new Error('a profile that is sound');
  const found = { kind: 'resolved', profile: parsed.value, provenance: new Map(), overlays: [], warnings: [] } as const;
  const problem = { code: 'x', summary: 'y', remedy: 'z' };
  expect(summariseResolution({ ...found, transport }).text).toBe(`${describeTransport(transport)}, revision 3f2a`);
  expect(summariseResolution({ kind: 'invalid', transport, problems: [problem] })).toEqual({
    found: false,
    text: `the profile is not valid (${describeTransport(transport)})`,
    notes: [problem],
  });
});
