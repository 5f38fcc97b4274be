// What is wrong with the cluster part of a draft, each problem at the field that can put it right.
import { checkCluster } from './check-cluster.ts';
import { clusterChoices, keepsCluster } from './cluster-choices.ts';
import { type DiskUse, diskField, diskRows } from './cluster-disks.ts';
import { chosenFilesystem, repositoryKeys, wordsOf } from './cluster-form.ts';
import { lackingPackages, packageSource, packagesField, urlField } from './cluster-packages.ts';
import type { Draft, FieldId } from './draft.ts';
import { clusterValues } from './draft-to-cluster.ts';
import type { Facts } from './facts.ts';
import type { FieldProblem, Place } from './field-problem.ts';
import { placeProblems } from './field-problem.ts';
import { problemsOfSeverity } from './finding.ts';
import type { Problem } from './problem.ts';
import { profileSchema } from './profile.ts';

const inForm = (field: FieldId, problem: Problem): FieldProblem => ({ step: 'cluster-form', field, problem });

/** What each filesystem cannot be without, in the words of the wizard and not of a file. */
const needed: Readonly<Record<string, readonly (readonly [field: FieldId, summary: string, remedy: string])[]>> = {
  gluster: [
    ['cluster.peers', 'a volume has members', 'type their names, this node included, e.g. stor-01 stor-02 stor-03'],
  ],
  ceph: [['cluster.monitors', 'a Ceph cluster has monitors', 'type their names, e.g. stor-01 stor-02 stor-03']],
  beegfs: [['cluster.management', 'BeeGFS has a management host', 'type its name, e.g. stor-01']],
  lustre: [
    ['cluster.fsname', 'the filesystem needs a name', 'type 1 to 8 letters and digits, e.g. lfs0'],
    ['cluster.mgs', 'Lustre has a management server', 'type its address or name, e.g. 10.40.0.5'],
  ],
};

const notPossible = (draft: Draft, facts: Facts | undefined): readonly FieldProblem[] => {
  const chosen = chosenFilesystem(draft);
  const choice = clusterChoices(facts).find(({ value }) => value === chosen);
  if (choice?.obstacles[0] === undefined || keepsCluster(draft)) return [];
  const problem: Problem = {
    code: 'cluster/not-possible',
    summary: `${choice.label} is not possible here`,
    remedy: 'choose none; F2 adds one later',
    path: 'cluster.filesystem',
  };
  return [{ step: 'cluster', field: 'cluster.filesystem', problem }];
};

const missing = (draft: Draft): readonly FieldProblem[] =>
  (needed[chosenFilesystem(draft)] ?? [])
    .filter(([field]) => (draft.values[field] ?? '').trim() === '')
    .map(([field, summary, remedy]) => inForm(field, { code: 'cluster/missing', summary, remedy, path: field }));

/** Where this node lacks them the rules say so, with what is missing. */
const noRepository = (draft: Draft, facts: Facts | undefined): readonly FieldProblem[] =>
  packageSource(draft, facts) !== 'repository' ||
  lackingPackages(draft, facts) !== undefined ||
  (draft.values[urlField] ?? '').trim() !== ''
    ? []
    : [
        inForm(urlField, {
          code: 'cluster/missing',
          summary: 'no repository is named',
          remedy: 'type its URL, or choose where else the packages come from',
          path: urlField,
        }),
      ];

/** A host without an address would be refused as an empty text: that says less than what is missing. */
const halfHosts = (draft: Draft): readonly FieldProblem[] =>
  wordsOf(draft.values['node.hosts'] ?? '')
    .filter((word) => !/^[^=]+=[^=]+$/.test(word))
    .slice(0, 1)
    .map((word) =>
      inForm('node.hosts', {
        code: 'node/hosts',
        summary: `${word} is no name with its address`,
        remedy: 'type both with = between them, e.g. stor-02=10.0.0.12',
        path: 'node.hosts',
      }),
    );

const oneState = (draft: Draft, facts: Facts | undefined): readonly FieldProblem[] => {
  const [first, ...more] = diskRows(draft, facts, chosenFilesystem(draft)).filter(({ use }) => use === 'state');
  return more.map(({ serial }) =>
    inForm(diskField(serial, 'use'), {
      code: 'cluster/two-state-disks',
      summary: `${first?.serial} keeps the state already`,
      remedy: 'choose one disk for it',
    }),
  );
};

/** What the form itself knows to be wrong; the schema and its rules come after it. */
export const clusterProblems = (draft: Draft, facts: Facts | undefined): readonly FieldProblem[] => {
  const blocked = notPossible(draft, facts);
  return blocked.length > 0
    ? blocked
    : [...missing(draft), ...noRepository(draft, facts), ...halfHosts(draft), ...oneState(draft, facts)];
};

const lists: Readonly<Record<string, readonly (readonly [list: string, uses: readonly DiskUse[]])[]>> = {
  gluster: [['bricks', ['brick']]],
  ceph: [['osds', ['osd']]],
  beegfs: [
    ['metadata', ['metadata']],
    ['targets', ['target']],
  ],
  lustre: [['targets', ['mgs', 'mdt', 'ost']]],
};

const repositoryPlaces = repositoryKeys.map(([field]): Place => ({ path: field, step: 'cluster-form', field }));

/** Where the keys of this draft's disks are asked for, the nearest first. */
export const clusterPlaces = (draft: Draft, facts: Facts | undefined): readonly Place[] => {
  const filesystem = chosenFilesystem(draft);
  const rows = diskRows(draft, facts, filesystem);
  const step = 'cluster-form';
  const disks = (lists[filesystem] ?? []).flatMap(([list, uses]) =>
    rows
      .filter(({ use }) => uses.includes(use))
      .flatMap(({ serial }, index): readonly Place[] => {
        const path = `cluster.${list}[${index}]`;
        return [
          { path: `${path}.path`, step, field: diskField(serial, 'path') },
          { path: `${path}.index`, step, field: diskField(serial, 'index') },
          { path: `${path}.serviceNodes`, step, field: diskField(serial, 'servers') },
          { path, step, field: diskField(serial, 'use') },
        ];
      }),
  );
  const state = rows
    .filter(({ use }) => use === 'state')
    .map(({ serial }): Place => ({ path: 'cluster.state', step, field: diskField(serial, 'use') }));
  // Where there is none yet, the field that makes it needed; a monitor's is asked for with the last disk that could be it.
  const spare = rows.findLast(({ use }) => use === 'off');
  const stateless: readonly Place[] =
    filesystem === 'beegfs'
      ? [{ path: 'cluster.state', step, field: 'cluster.management' }]
      : [{ path: 'cluster.state', step, field: spare === undefined ? '' : diskField(spare.serial, 'use') }];
  const packages: Place = {
    path: 'cluster.repository',
    step,
    field: packageSource(draft, facts) === 'repository' ? urlField : packagesField,
  };
  return [...disks, ...state, ...stateless, ...repositoryPlaces, packages];
};

/** What is worth knowing where it is chosen, and stops nobody: the warnings of the profile's own rules, as far as they are about the cluster. */
export const clusterNotes = (draft: Draft, facts: Facts | undefined): readonly FieldProblem[] => {
  const values = clusterValues(draft, facts, {});
  const hostname = (draft.values['node.hostname'] ?? '').trim();
  const parsed = profileSchema.safeParse({
    version: 1,
    role: draft.values.role ?? 'storage',
    ...(hostname === '' ? {} : { node: { hostname } }),
    cluster: values,
  });
  if (!parsed.success) return [];
  const warnings = problemsOfSeverity(checkCluster(parsed.data), 'warning');
  return placeProblems(warnings, [], clusterPlaces(draft, facts)).filter(({ step }) => step === 'cluster-form');
};
