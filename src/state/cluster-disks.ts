// The disks of a node as the wizard lists them: what each is used as, where it is mounted, and what is on it.
import type { Draft, FieldId } from './draft.ts';
import type { DiskFact, Facts } from './facts.ts';
import type { ClusterFilesystem } from './profile.ts';
import type { Cluster } from './profile-cluster.ts';

export type DiskUse = 'off' | 'brick' | 'osd' | 'metadata' | 'target' | 'mgs' | 'mdt' | 'ost' | 'state';

export type DiskRow = {
  readonly serial: string;
  /** Undefined for a disk that the profile names and this machine has not. */
  readonly fact: DiskFact | undefined;
  readonly use: DiskUse;
};

export const usesOf: Readonly<Record<ClusterFilesystem, readonly DiskUse[]>> = {
  none: ['off'],
  gluster: ['off', 'brick', 'state'],
  ceph: ['off', 'osd', 'state'],
  beegfs: ['off', 'target', 'metadata', 'state'],
  lustre: ['off', 'ost', 'mdt', 'mgs'],
};

export const useLabels: Readonly<Record<DiskUse, string>> = {
  off: 'not used',
  brick: 'brick',
  osd: 'OSD',
  metadata: 'metadata',
  target: 'target',
  mgs: 'MGS',
  mdt: 'MDT',
  ost: 'OST',
  state: 'state',
};

export const diskField = (serial: string, part: 'use' | 'path' | 'index' | 'servers'): FieldId =>
  `disk/${serial}/${part}`;

/** Of a field of a disk; a serial number may have any sign in it. */
export const diskOfField = (field: FieldId): string | undefined =>
  /^disk\/(.*)\/(?:use|path|index|servers)$/.exec(field)?.[1];

type Named = { readonly serial: string; readonly use: DiskUse };

const named = (use: DiskUse, entries: readonly { readonly device: { readonly serial: string } }[] = []) =>
  entries.map(({ device }): Named => ({ serial: device.serial, use }));

/** The disks that the cluster part of a profile names, in its order; that of the state last. */
const namedDisks = (cluster: Cluster | undefined): readonly Named[] => {
  switch (cluster?.filesystem) {
    case 'gluster':
      return [...named('brick', cluster.bricks), ...named('state', cluster.state && [cluster.state])];
    case 'ceph':
      return [...named('osd', cluster.osds), ...named('state', cluster.state && [cluster.state])];
    case 'beegfs':
      return [
        ...named('metadata', cluster.metadata),
        ...named('target', cluster.targets),
        ...named('state', cluster.state && [cluster.state]),
      ];
    case 'lustre':
      return (cluster.targets ?? []).map(({ device, kind }) => ({ serial: device.serial, use: kind }));
    default:
      return [];
  }
};

const useOf = (draft: Draft, filesystem: ClusterFilesystem, serial: string): DiskUse => {
  const typed = draft.values[diskField(serial, 'use')];
  return usesOf[filesystem].find((use) => use === typed) ?? 'off';
};

/** The disks that the profile under change names, in its order, then the node's others. One without a serial number cannot be named. */
export const diskRows = (draft: Draft, facts: Facts | undefined, filesystem: ClusterFilesystem): readonly DiskRow[] => {
  const here = facts?.disks ?? [];
  const wished = namedDisks(draft.base?.cluster).map(({ serial }) => serial);
  const typed = Object.keys(draft.values).flatMap((field) => diskOfField(field) ?? []);
  const serials = [...new Set([...wished, ...here.flatMap(({ serial }) => serial ?? []), ...typed])];
  return serials
    .map((serial) => ({
      serial,
      fact: here.find((disk) => disk.serial === serial),
      use: useOf(draft, filesystem, serial),
    }))
    .filter(({ fact, use }) => fact !== undefined || use !== 'off');
};

/** What no profile can name. */
export const disksWithoutSerial = (facts: Facts | undefined): readonly DiskFact[] =>
  (facts?.disks ?? []).filter(({ serial }) => serial === undefined);

/** True where something is on it that an apply would have to destroy, unless it is this cluster's own. */
export const holdsData = ({ contents, mountedAt }: DiskFact): boolean => contents.length > 0 || mountedAt.length > 0;

const folders: Partial<Readonly<Record<DiskUse, string>>> = {
  brick: '/bricks/b',
  metadata: '/data/meta',
  target: '/data/target',
};

export const wantsPath = (use: DiskUse): boolean => folders[use] !== undefined;
export const wantsIndex = (use: DiskUse): boolean => use === 'mgs' || use === 'mdt' || use === 'ost';

const leastFree = (taken: ReadonlySet<string>, make: (number: number) => string, first: number): string => {
  let number = first;
  while (taken.has(make(number))) number += 1;
  return make(number);
};

/** For every disk in use where it is mounted, or its number: as typed, else the next that is free. */
const numbered = (
  draft: Draft,
  rows: readonly DiskRow[],
  part: 'path' | 'index',
  kinds: readonly DiskUse[],
  make: (use: DiskUse, number: number) => string,
  first: number,
): ReadonlyMap<string, string> => {
  const made = new Map<string, string>();
  for (const kind of kinds) {
    const own = rows.filter(({ use }) => use === kind);
    const typedIn = (serial: string): string => (draft.values[diskField(serial, part)] ?? '').trim();
    const taken = new Set(own.map(({ serial }) => typedIn(serial)));
    for (const { serial } of own) {
      const value = typedIn(serial) || leastFree(taken, (number) => make(kind, number), first);
      taken.add(value);
      made.set(serial, value);
    }
  }
  return made;
};

export const pathsOf = (draft: Draft, rows: readonly DiskRow[]): ReadonlyMap<string, string> =>
  numbered(draft, rows, 'path', ['brick', 'metadata', 'target'], (use, number) => `${folders[use]}${number}`, 1);

export const indexesOf = (draft: Draft, rows: readonly DiskRow[]): ReadonlyMap<string, string> =>
  numbered(draft, rows, 'index', ['mgs', 'mdt', 'ost'], (_, number) => `${number}`, 0);
