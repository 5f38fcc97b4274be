// The rules for config packages: one turn for each, and nothing from the network whose content is not known beforehand.
import { digestIn, isReference } from './container-unit.ts';
import { duplicatesOf } from './duplicates.ts';
import { error, type Finding } from './finding.ts';
import type { Profile } from './profile.ts';

type Package = NonNullable<Profile['packages']>[number];

export const checkPackages = ({ packages = [] }: Profile): readonly Finding[] => [
  ...duplicatesOf(packages, ({ name }) => String(Number(numberOf(name)))).map(({ item, index, first }) =>
    error(
      'packages/duplicate-number',
      `packages[${index}].name`,
      `${item.name} has the number of ${first.name}: it is not clear which runs first`,
      `give it another number, e.g. ${freeNumber(packages)}${item.name.slice(numberOf(item.name).length)}`,
    ),
  ),
  ...packages.flatMap((item, index) => checkSource(item, `packages[${index}]`)),
];

const checkSource = (item: Package, path: string): readonly Finding[] => {
  const { kind, source, sha256 } = item;
  const foreign = kind === 'container' ? undefined : (['network', 'volumes'] as const).find((key) => item[key]);
  if (foreign !== undefined)
    return [
      error(
        'packages/container-only',
        `${path}.${foreign}`,
        `a ${kind} has no ${foreign}`,
        'leave it out; containers only have it',
      ),
    ];
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(source);
  const pinned = sha256 !== undefined || (kind === 'container' && digestIn(source) !== undefined);
  if (!pinned) {
    const remedy =
      kind === 'container'
        ? 'append its digest, `@sha256:…`, or add sha256 for an archive'
        : 'add `sha256: …` as `sha256sum FILE` prints it';
    return [
      error(
        'packages/unpinned',
        `${path}.source`,
        `${source} has no checksum: nobody could tell it from something else`,
        remedy,
      ),
    ];
  }
  if (kind === 'container' && sha256 === undefined && !isReference(source))
    return [
      error(
        'packages/reference',
        `${path}.source`,
        `${source} is no name in a registry`,
        'write the registry too, and no tag, e.g. `registry.rack7.example/agent@sha256:…`',
      ),
    ];
  return !isUrl && source.split('/').includes('..')
    ? [error('packages/path', `${path}.source`, `${source} leads out of its folder`, 'write a path without `..`')]
    : [];
};

const numberOf = (name: string): string => name.split('-')[0] ?? '';

const freeNumber = (packages: readonly Package[]): number => {
  const used = packages.map(({ name }) => Number(numberOf(name)));
  return Math.min((Math.floor(Math.max(...used) / 10) + 1) * 10, 9999);
};
