// Makes one profile of the layers of a bundle, and says for everything wrong in it which file and line it stands in.
import { profileWarnings } from '../state/check-profile.ts';
import { imageDefaults, isRole, type KernelLayer, type Layer, type LayerName, roleDefaults } from '../state/layers.ts';
import { layerOf, mergeLayers } from '../state/merge-layers.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { type PathPart, renderPath, valueAt } from '../state/profile-path.ts';
import { migrateProfile, versionOf } from '../state/profile-version.ts';
import { readYaml, type YamlText } from '../state/read-yaml.ts';
import { type ProfileProblems, validateProfile } from '../state/validate-profile.ts';
import type { LayerText } from './transport.ts';

export type BuiltProfile = {
  readonly profile: Profile;
  readonly provenance: ReadonlyMap<string, LayerName>;
  readonly warnings: readonly Problem[];
};

export const buildProfile = (
  texts: readonly LayerText[],
  kernel: KernelLayer,
): Result<BuiltProfile, ProfileProblems> => {
  const problems: Problem[] = [...kernel.problems];
  const read: { readonly from: LayerText; readonly yaml: YamlText }[] = [];
  for (const from of texts) {
    const yaml = readYaml(from.text);
    if (!yaml.ok) {
      problems.push(...yaml.problem.map((problem) => ({ ...problem, summary: `${from.name}: ${problem.summary}` })));
    } else if (!isGroup(yaml.value.values)) {
      problems.push(notKeys(from.name));
    } else {
      read.push({ from, yaml: yaml.value });
    }
  }
  const [first, ...rest] = problems;
  if (first !== undefined) return fail([first, ...rest]);

  const version = read.map(({ yaml }) => versionOf(yaml.values)).find((one) => one !== undefined);
  const layers: Layer[] = [];
  for (const { from, yaml } of read) {
    const migrated = migrateProfile(yaml.values, version);
    if (!migrated.ok) return fail([{ ...migrated.problem, summary: `${from.name}: ${migrated.problem.summary}` }]);
    layers.push({ layer: from.layer, values: migrated.value });
  }
  const given: readonly Layer[] = [...layers, { layer: 'kernel', values: kernel.values }];
  const role = valueAt(mergeLayers(given).values, ['role']);
  const { values, provenance } = mergeLayers([
    { layer: 'image', values: imageDefaults },
    { layer: 'role', values: isRole(role) ? roleDefaults[role] : {} },
    ...given,
  ]);
  const placeOf = (path: readonly PathPart[]): string | undefined => {
    const layer = layerOf(provenance, renderPath(path));
    if (layer === 'kernel') return 'kernel command line';
    const source = read.find(({ from }) => from.layer === layer);
    const place = source?.yaml.placeOf(path);
    return source === undefined ? undefined : [source.from.name, place].filter(Boolean).join(' ');
  };
  const valid = validateProfile(values, placeOf);
  return valid.ok ? ok({ profile: valid.value, provenance, warnings: profileWarnings(valid.value) }) : valid;
};

const isGroup = (values: unknown): boolean => typeof values === 'object' && values !== null && !Array.isArray(values);

const notKeys = (name: string): Problem => ({
  code: 'yaml/not-keys',
  summary: `${name}: it is no group of keys`,
  remedy: 'begin with `version: 1` and `role: storage`',
});
