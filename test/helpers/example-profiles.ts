// The profiles of examples/, for tests that want real ones.
import { readdirSync, readFileSync } from 'node:fs';
import { parseProfile } from '../../src/state/parse-profile.ts';
import type { Profile } from '../../src/state/profile.ts';

const folder = new URL('../../examples/', import.meta.url);

export type ExampleProfile = { readonly name: string; readonly text: string; readonly profile: Profile };

export const exampleProfiles: readonly ExampleProfile[] = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .map((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const parsed = parseProfile(text);
    if (!parsed.ok) throw new Error(`${name}: ${JSON.stringify(parsed.problem, null, 2)}`);
    return { name, text, profile: parsed.value };
  });

export const exampleProfile = (name: string): Profile => {
  const found = exampleProfiles.find((example) => example.name === `${name}.yaml`);
  if (found === undefined) throw new Error(`there is no example ${name}`);
  return found.profile;
};
