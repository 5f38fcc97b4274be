import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { imageDefaults, layerNames } from '../../src/state/layers.ts';
import { parseProfile } from '../../src/state/parse-profile.ts';
import { transportKinds } from '../../src/state/resolved-profile.ts';
import { renderProfileFields } from '../helpers/profile-fields.ts';

const docs = readFileSync(new URL('../../docs/profile.md', import.meta.url), 'utf8');

it('the table of fields is the one that the schema gives', async () => {
  await expect(renderProfileFields()).toMatchFileSnapshot('../../docs/profile-fields.md');
});

it('every profile in the text is valid', () => {
  const profiles = [...docs.matchAll(/```yaml\n(version: 1\n[\s\S]*?)```/g)].map(([, text = '']) => text);
  expect(profiles.length).toBeGreaterThan(0);
  for (const text of profiles) expect(parseProfile(text)).toMatchObject({ ok: true });
});

it.each([...layerNames, ...transportKinds.filter((kind) => kind !== 'none')])('the text explains %s', (name) => {
  expect(docs).toContain(`\`${name}\``);
});

it('the text tells the defaults', () => {
  expect(docs).toContain(`\`node.timezone: ${imageDefaults.node.timezone}\``);
  expect(docs).toContain(`\`access.consoleLock: ${imageDefaults.access.consoleLock}\``);
});
