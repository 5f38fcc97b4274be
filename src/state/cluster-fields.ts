// The fields of the cluster screen's second part: what a filesystem has to know from the operator, each with what its value means.
import {
  type DiskRow,
  type DiskUse,
  diskField,
  diskRows,
  indexesOf,
  pathsOf,
  useLabels,
  usesOf,
  wantsIndex,
  wantsPath,
} from './cluster-disks.ts';
import { chosenFilesystem, volumeNumbers, volumeType } from './cluster-form.ts';
import { lackingPackages, packageSource, packagesField } from './cluster-packages.ts';
import type { Draft, FieldId } from './draft.ts';
import type { Facts } from './facts.ts';
import { type Field, text } from './field.ts';
import { volumeTypes } from './profile-cluster.ts';
import { isArmoured } from './vendor-packages.ts';

type Secrets = Readonly<Record<FieldId, string>>;
type Options = readonly (readonly [value: string, label: string])[];

const choice = (id: FieldId, label: string, value: string, options: Options, hint: string): Field => ({
  kind: 'choice',
  id,
  label,
  value,
  options: options.map(([each, words]) => ({ value: each, label: words })),
  hint,
  when: undefined,
});

const hosts = (draft: Draft): Field =>
  text(
    draft,
    'node.hosts',
    'Hosts',
    'by DNS',
    'Where no DNS knows the others: name=address of each, e.g. stor-02=10.0.0.12 stor-03=10.0.0.13',
  );

const mount = (draft: Draft): Field =>
  text(draft, 'cluster.mount', 'Mount at', 'not here', 'Where this node mounts it, e.g. /srv/tank; empty: not at all');

const uses: Readonly<Record<DiskUse, string>> = {
  off: 'left alone',
  brick: 'data of the volume, on XFS',
  osd: 'data: the whole disk belongs to one OSD',
  metadata: 'names and places of files, on ext4',
  target: 'contents of files, on XFS',
  mgs: 'the management target of Lustre: one in a filesystem',
  mdt: 'a metadata target of Lustre',
  ost: 'an object target of Lustre',
  state: 'what the daemons must remember over a boot',
};

const diskFields = (draft: Draft, rows: readonly DiskRow[]): readonly Field[] => {
  const filesystem = chosenFilesystem(draft);
  const paths = pathsOf(draft, rows);
  const indexes = indexesOf(draft, rows);
  return rows.flatMap(({ serial, use }): readonly Field[] => [
    choice(
      diskField(serial, 'use'),
      serial,
      use,
      usesOf[filesystem].map((value) => [value, useLabels[value]]),
      `how this disk is used: ${uses[use]}`,
    ),
    ...(wantsPath(use)
      ? [
          text(
            draft,
            diskField(serial, 'path'),
            'path',
            paths.get(serial) ?? '',
            `Where it is mounted; empty: ${paths.get(serial)}`,
          ),
        ]
      : []),
    ...(wantsIndex(use)
      ? [
          text(
            draft,
            diskField(serial, 'index'),
            'number',
            indexes.get(serial) ?? '',
            'Its number in the filesystem: no two of a kind have the same, on all servers together',
          ),
          text(
            draft,
            diskField(serial, 'servers'),
            'servers',
            'this one only',
            'Of a disk that two servers share: the NIDs of both, e.g. 10.40.0.5@tcp 10.40.0.6@tcp',
          ),
        ]
      : []),
  ]);
};

/** Clients hold nothing: their disks are asked about only where one of them is in use. */
const disksAsked = (draft: Draft, facts: Facts | undefined): readonly Field[] => {
  const rows = diskRows(draft, facts, chosenFilesystem(draft));
  return isClient(draft) && rows.every(({ use }) => use === 'off') ? [] : diskFields(draft, rows);
};

const isClient = ({ values }: Draft): boolean => values.role === 'client';

const layouts: Readonly<Record<(typeof volumeTypes)[number], string>> = {
  replicate: 'every file whole on several members',
  distribute: 'every file on one brick only: a lost brick takes its files along',
  disperse: 'pieces with redundancy, as RAID 6 has it: less space, more work',
  arbiter: 'two copies and a third member that only keeps the names, against split brain',
  'distributed-replicate': 'several sets of copies; every file in one of them',
  'distributed-disperse': 'several sets of pieces; every file in one of them',
};

const volumeFields = (draft: Draft): readonly Field[] => {
  const type = volumeType(draft);
  const has = (key: string): boolean => volumeNumbers[type][key] !== undefined;
  const number = (key: string, label: string, hint: string): readonly Field[] =>
    has(key) ? [text(draft, `cluster.volume.${key}`, label, volumeNumbers[type][key] ?? '', hint)] : [];
  const arbiter =
    type === 'distributed-replicate'
      ? [
          choice(
            'cluster.volume.arbiter',
            'Arbiter',
            draft.values['cluster.volume.arbiter'] ?? '',
            [
              ['', 'none'],
              ['1', 'one in each set'],
            ],
            'whether the last copy of each set holds names only',
          ),
        ]
      : [];
  return [
    choice(
      'cluster.volume.type',
      'Layout',
      type,
      volumeTypes.map((each) => [each, each]),
      `the layout of the volume: ${layouts[type]}`,
    ),
    ...number(
      'replica',
      'Copies',
      type === 'arbiter'
        ? 'An arbiter goes with 3: two copies and itself'
        : 'Of every file; 3, since two can come apart',
    ),
    ...arbiter,
    ...number('disperse', 'Bricks of a set', 'Over which a file is spread, its redundancy included, e.g. 6'),
    ...number('redundancy', 'Redundancy', 'Bricks of a set that may be lost, less than half of them, e.g. 2'),
  ];
};

const gluster = (draft: Draft, disks: readonly Field[]): readonly Field[] => [
  text(
    draft,
    'cluster.peers',
    'Members',
    'e.g. stor-01 stor-02 stor-03',
    'All of them by name, this node included where it serves; the first makes the volume',
  ),
  hosts(draft),
  text(
    draft,
    'cluster.volume.name',
    'Volume',
    isClient(draft) ? 'the only one' : 'none: this node only joins',
    'Its name, e.g. tank: letters, digits, - and _',
  ),
  ...(isClient(draft) ? [] : volumeFields(draft)),
  ...disks,
  mount(draft),
];

const secretField = (draft: Draft, secrets: Secrets, id: FieldId, label: string, hint: string): Field => {
  const { cluster } = draft.base ?? {};
  const key = id.replace('cluster.', '');
  const isSet = cluster?.filesystem === draft.values['cluster.filesystem'] && Object.hasOwn(cluster ?? {}, key);
  const placeholder = isSet ? 'set; typing replaces it' : 'none yet';
  return { kind: 'secret', id, label, value: secrets[id] ?? '', placeholder, hint };
};

const secretHint = 'made here on the first, pasted on the others; it is not shown';

const domains: Readonly<Record<string, string>> = {
  '': 'no two copies on one host, so that a node may fail',
  host: 'no two copies on one host, so that a node may fail',
  osd: 'two copies may be on one host: its loss can take both',
  rack: 'no two copies in one rack; the racks have to be named in the CRUSH map',
};

const ceph = (draft: Draft, secrets: Secrets, disks: readonly Field[]): readonly Field[] => {
  const { values } = draft;
  const domain = values['cluster.pool.failureDomain'] ?? '';
  const monitors = text(
    draft,
    'cluster.monitors',
    'Monitors',
    'e.g. stor-01 stor-02 stor-03',
    'All of them by name, an odd number: more than half must be there; the first makes the cluster',
  );
  const name = text(draft, 'cluster.fsName', 'Filesystem', 'cephfs', 'Its name in the cluster');
  const client = choice(
    'cluster.client',
    'Mounted by',
    values['cluster.client'] ?? '',
    [
      ['', 'as usual: FUSE'],
      ['fuse', 'FUSE'],
      ['kernel', 'the kernel'],
    ],
    'what mounts it: FUSE works with every kernel, the kernel is faster',
  );
  if (isClient(draft) && disks.length === 0)
    return [
      monitors,
      hosts(draft),
      name,
      secretField(
        draft,
        secrets,
        'cluster.key',
        'Key',
        'Of client.<hostname>, as `ceph auth print-key` prints it; not shown',
      ),
      mount(draft),
      client,
    ];
  return [
    monitors,
    hosts(draft),
    text(draft, 'cluster.publicNetwork', 'Public network', 'any', 'Of clients and monitors, e.g. 10.0.0.0/24'),
    text(draft, 'cluster.clusterNetwork', 'Cluster network', 'the same', 'Of copies between OSDs, e.g. 10.20.0.0/24'),
    secretField(
      draft,
      secrets,
      'cluster.secret',
      'Secret',
      `What all keys are made from, the same on every server: ${secretHint}`,
    ),
    ...disks,
    choice(
      'cluster.mds',
      'Metadata server',
      values['cluster.mds'] ?? 'no',
      [
        ['no', 'not here'],
        ['yes', 'here'],
      ],
      'whether an MDS runs here: the filesystem needs one, and a second to take over',
    ),
    text(draft, 'cluster.pool.size', 'Copies', '3', 'Of every object; with 3 one may be lost and writing goes on'),
    text(
      draft,
      'cluster.pool.minSize',
      'Least copies',
      '2',
      'That must be there to go on writing (min_size); with 1 the last write can be lost',
    ),
    choice(
      'cluster.pool.failureDomain',
      'Failure domain',
      domain,
      [
        ['', 'as usual: host'],
        ['host', 'host'],
        ['osd', 'OSD'],
        ['rack', 'rack'],
      ],
      `the failure domain: ${domains[domain] ?? ''}`,
    ),
    name,
    mount(draft),
    client,
  ];
};

const packageFields = (draft: Draft, facts: Facts | undefined): readonly Field[] => {
  const source = packageSource(draft, facts) ?? 'here';
  const lacking = lackingPackages(draft, facts);
  const meanings: Readonly<Record<typeof source, string>> = {
    here: lacking ?? 'they are on this node',
    repository: "apt gets them from the vendor's repository, where they are missing",
    only: 'they come by another way: the configuration is written, and nothing is started',
  };
  const { cluster } = draft.base ?? {};
  const key = cluster !== undefined && 'repository' in cluster ? cluster.repository?.key : undefined;
  return [
    choice(
      packagesField,
      'Packages',
      source,
      [
        ['here', 'on this node'],
        ['repository', 'from a repository'],
        ['only', 'configuration only'],
      ],
      `where the packages come from: ${meanings[source]}`,
    ),
    ...(source === 'repository'
      ? [
          text(
            draft,
            'cluster.repository.url',
            'Repository',
            'e.g. https://packages.example/debian',
            'Its URL, as its vendor gives it for apt',
          ),
          text(draft, 'cluster.repository.suite', 'Suite', 'e.g. trixie', 'As its vendor gives it, e.g. trixie'),
          text(
            draft,
            'cluster.repository.components',
            'Components',
            'none: a flat one',
            'As its vendor gives them, e.g. non-free; empty for a flat repository',
          ),
          text(
            draft,
            'cluster.repository.key',
            'Signed with',
            key !== undefined && isArmoured(key) ? 'the key in the profile' : 'e.g. /config/global/vendor.asc',
            'The key of its packages: path of an armoured file, e.g. on the config partition: /config/global/vendor.asc',
          ),
        ]
      : []),
  ];
};

const beegfs = (
  draft: Draft,
  secrets: Secrets,
  disks: readonly Field[],
  packages: readonly Field[],
): readonly Field[] => [
  text(draft, 'cluster.management', 'Management host', 'e.g. stor-01', 'The node by which all others find each other'),
  hosts(draft),
  choice(
    'cluster.release',
    'Release',
    draft.values['cluster.release'] ?? '8',
    [
      ['8', '8'],
      ['7.4', '7.4'],
    ],
    'the release, the same on all nodes. Mirroring and storage pools are enterprise features, with a contract or for 60 days',
  ),
  secretField(
    draft,
    secrets,
    'cluster.secret',
    'Secret',
    `What conn.auth is made from, the same on every node: ${secretHint}`,
  ),
  text(draft, 'cluster.interfaces', 'Links', 'all', 'That it uses, best first, e.g. ib0 ens3'),
  ...(isClient(draft)
    ? []
    : [
        text(
          draft,
          'cluster.node',
          'Number',
          'from its name',
          'Of this server in the cluster, e.g. 3; no two have the same',
        ),
      ]),
  ...disks,
  mount(draft),
  ...packages,
];

const lustre = (draft: Draft, disks: readonly Field[], packages: readonly Field[]): readonly Field[] => [
  text(draft, 'cluster.fsname', 'Filesystem', 'e.g. lfs0', 'Its name: 1 to 8 letters and digits'),
  text(draft, 'cluster.mgs', 'MGS', 'e.g. 10.40.0.5', 'Address or name of the management server; of a pair both'),
  hosts(draft),
  text(
    draft,
    'cluster.networks',
    'LNet',
    'tcp over all links',
    'Networks of this node and the links that carry each, e.g. tcp(ens3) o2ib(ib0)',
  ),
  ...disks,
  mount(draft),
  ...packages,
];

export const clusterFields = (draft: Draft, secrets: Secrets, facts: Facts | undefined): readonly Field[] => {
  const disks = disksAsked(draft, facts);
  switch (chosenFilesystem(draft)) {
    case 'none':
      return [];
    case 'gluster':
      return gluster(draft, disks);
    case 'ceph':
      return ceph(draft, secrets, disks);
    case 'beegfs':
      return beegfs(draft, secrets, disks, packageFields(draft, facts));
    case 'lustre':
      return lustre(draft, disks, packageFields(draft, facts));
  }
};
