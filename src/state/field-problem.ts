// Where in the wizard a problem of the profile belongs: from its path to the field that can put it right.
import { filesystems, formKeys, formSecrets } from './cluster-form.ts';
import { packagesField } from './cluster-packages.ts';
import { type FieldId, linkField, type WizardStep } from './draft.ts';
import type { Problem } from './problem.ts';

export type FieldProblem = {
  readonly step: WizardStep;
  /** Empty when the wizard has no field for it. */
  readonly field: FieldId;
  readonly problem: Problem;
};

export type Place = { readonly path: string; readonly step: WizardStep; readonly field: FieldId };

/** A field of the cluster screen has the path of its key as its name. */
const clusterFields = filesystems.flatMap((name) => [...formKeys[name].map(([field]) => field), ...formSecrets[name]]);

const fixedPlaces: readonly Place[] = [
  { path: 'role', step: 'role', field: 'role' },
  { path: 'node.hostname', step: 'network', field: 'node.hostname' },
  { path: 'node.domain', step: 'network', field: 'node.domain' },
  { path: 'node.timezone', step: 'access', field: 'node.timezone' },
  { path: 'node.keyboard', step: 'access', field: 'node.keyboard' },
  { path: 'node.ntp', step: 'access', field: 'node.ntp' },
  { path: 'network.routes', step: 'network', field: 'network.gateway' },
  { path: 'network.dns.servers', step: 'network', field: 'network.dns' },
  { path: 'network.dns.search', step: 'network', field: 'network.search' },
  { path: 'network', step: 'network', field: '' },
  { path: 'node.hosts', step: 'cluster-form', field: 'node.hosts' },
  { path: 'cluster.filesystem', step: 'cluster', field: 'cluster.filesystem' },
  ...clusterFields.map((field): Place => ({ path: field, step: 'cluster-form', field })),
  { path: 'cluster.configureOnly', step: 'cluster-form', field: packagesField },
  { path: 'cluster', step: 'cluster-form', field: '' },
  { path: 'zram.root.memoryLimit', step: 'zram', field: 'zram.limit' },
  { path: 'zram.root.size', step: 'zram', field: 'zram.size' },
  { path: 'zram.root.algorithm', step: 'zram', field: 'zram.algorithm' },
  { path: 'zram.root', step: 'zram', field: 'zram.choice' },
  { path: 'zram', step: 'zram', field: '' },
  { path: 'access.sshKeys', step: 'access', field: 'access.keys' },
  { path: 'access.rootPasswordHash', step: 'access', field: 'access.password' },
];

const linkPlaces = (matches: readonly string[]): readonly Place[] =>
  matches.flatMap((match, index) => [
    { path: `network.links[${index}].addresses`, step: 'network', field: linkField(match, 'addresses') } as const,
    { path: `network.links[${index}].mtu`, step: 'network', field: linkField(match, 'mtu') } as const,
    { path: `network.links[${index}]`, step: 'network', field: linkField(match, 'use') } as const,
  ]);

const belongs = (problemPath: string, path: string): boolean =>
  problemPath === path || problemPath.startsWith(`${path}.`) || problemPath.startsWith(`${path}[`);

const placed = (problem: Problem, places: readonly Place[]): FieldProblem => {
  const place = places.find(({ path }) => belongs(problem.path ?? '', path));
  return { step: place?.step ?? 'access', field: place?.field ?? '', problem };
};

/** `links`: the matches of the profile's links, in its order. `disks`: where what is said of disks belongs. */
export const placeProblems = (
  problems: readonly Problem[],
  links: readonly string[],
  disks: readonly Place[] = [],
): readonly FieldProblem[] => {
  const places = [...linkPlaces(links), ...disks, ...fixedPlaces];
  return problems.map((problem) => placed(problem, places));
};
