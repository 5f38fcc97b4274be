// The cluster part of a profile from what was typed: values as the schema wants them, or as typed where it shall say what is wrong.
import { type DiskRow, type DiskUse, diskField, diskRows, indexesOf, pathsOf } from './cluster-disks.ts';
import {
  chosenFilesystem,
  type FormKind,
  formKeys,
  formSecrets,
  volumeNumbers,
  volumeType,
  wordsOf,
} from './cluster-form.ts';
import { isOfRepository, packageSource } from './cluster-packages.ts';
import type { Draft, FieldId } from './draft.ts';
import type { Facts } from './facts.ts';
import type { Cluster } from './profile-cluster.ts';
import { isArmoured } from './vendor-packages.ts';

type Values = Record<string, unknown>;

/** A whole number where it is one; otherwise the text as typed, so that the schema rejects it by its own rule. */
export const numberOf = (text: string): unknown => {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  return /^\d{1,9}$/.test(trimmed) ? Number(trimmed) : trimmed;
};

const listOf = <T>(items: readonly T[]): readonly T[] | undefined => (items.length === 0 ? undefined : items);

/** `tcp(ens3,ens4) o2ib0(ib0)`, as module options name them. */
const networksOf = (text: string): unknown =>
  listOf(
    (text.match(/[^\s,(]+(?:\s*\([^)]*\)?)?/g) ?? []).map((part) => {
      const [, net = part, interfaces = ''] = /^([^(\s]*)\s*\(([^)]*)\)?$/.exec(part) ?? [];
      return { net, interfaces: wordsOf(interfaces) };
    }),
  );

const readAs = (kind: FormKind, text: string): unknown => {
  switch (kind) {
    case 'text':
      return text.trim() || undefined;
    case 'words':
      return listOf(wordsOf(text));
    case 'number':
      return numberOf(text);
    case 'flag':
      return text === '' ? undefined : text === 'yes';
    case 'networks':
      return networksOf(text);
  }
};

/** What is said of a volume goes by its type; what was typed for another type stays typed and is left out. */
const volumeValue = (draft: Draft, field: FieldId, typed: string): string | undefined => {
  const key = field.split('.').at(-1) ?? '';
  const type = volumeType(draft);
  if (key === 'name') return typed;
  if (key === 'type') return type;
  const usual = volumeNumbers[type][key];
  return usual === undefined ? undefined : typed.trim() === '' ? usual : typed;
};

/** Nothing was said of a volume: this node only joins the others. */
const hasVolume = ({ values }: Draft): boolean =>
  (values['cluster.volume.name'] ?? '').trim() !== '' || (values['cluster.volume.type'] ?? '') !== '';

const put = (into: Values, field: FieldId, value: unknown): void => {
  const [, first = '', second] = field.split('.');
  if (second === undefined) into[first] = value;
  else if (value !== undefined)
    into[first] = { ...(typeof into[first] === 'object' ? into[first] : {}), [second]: value };
};

/** No field asks for the settings of a volume: they stay with it, and not with one of another name. */
const settingsOf = ({ base, values }: Draft, volume: unknown): unknown => {
  const { cluster } = base ?? {};
  const known = cluster?.filesystem === 'gluster' ? cluster.volume : undefined;
  return volume !== undefined && known?.name === values['cluster.volume.name']?.trim() ? known?.settings : undefined;
};

/** A choice of three in the form, two keys in the profile. */
const packagesOf = (draft: Draft, facts: Facts | undefined, typed: unknown): Values => {
  const { cluster } = draft.base ?? {};
  const base = cluster?.filesystem === chosenFilesystem(draft) && 'repository' in cluster ? cluster : undefined;
  const key = base?.repository?.key;
  const started = { configureOnly: base?.configureOnly === false ? false : undefined };
  switch (packageSource(draft, facts)) {
    case undefined:
      return {};
    case 'only':
      return { configureOnly: true };
    case 'here':
      return { ...started, repository: undefined };
    case 'repository':
      return {
        ...started,
        repository: isRecord(typed) && key !== undefined && isArmoured(key) ? { key, ...typed } : typed,
      };
  }
};

const isRecord = (value: unknown): value is Values => typeof value === 'object' && value !== null;

const asked = (draft: Draft, facts: Facts | undefined): Values => {
  const filesystem = chosenFilesystem(draft);
  const made: Values = {};
  for (const [field, kind] of formKeys[filesystem]) {
    const typed = draft.values[field] ?? '';
    const isVolume = field.startsWith('cluster.volume.');
    if (isVolume && !hasVolume(draft)) {
      made.volume = undefined;
      continue;
    }
    if (isOfRepository(field) && packageSource(draft, facts) !== 'repository') continue;
    put(made, field, readAs(kind, (isVolume ? volumeValue(draft, field, typed) : typed) ?? ''));
  }
  if (filesystem === 'gluster') put(made, 'cluster.volume.settings', settingsOf(draft, made.volume));
  if (filesystem === 'ceph') made.pool ??= undefined;
  if (filesystem === 'beegfs') made.release ??= '8';
  return { ...made, ...packagesOf(draft, facts, made.repository) };
};

type Target = Extract<Cluster, { filesystem: 'lustre' }>['targets'];

/** What the form has no field for, of a target that the profile has already. */
const baseTarget = (targets: Target, serial: string): object =>
  (targets ?? []).find(({ device }) => device.serial === serial) ?? {};

const disksOf = (draft: Draft, facts: Facts | undefined): Values => {
  const filesystem = chosenFilesystem(draft);
  const rows = diskRows(draft, facts, filesystem);
  const paths = pathsOf(draft, rows);
  const indexes = indexesOf(draft, rows);
  const of = (use: DiskUse): readonly DiskRow[] => rows.filter((row) => row.use === use);
  const device = ({ serial }: DiskRow) => ({ device: { serial } });
  const mounted = (use: DiskUse) => listOf(of(use).map((row) => ({ ...device(row), path: paths.get(row.serial) })));
  const [state] = of('state');
  const kept = { state: state === undefined ? undefined : device(state) };
  switch (filesystem) {
    case 'none':
      return {};
    case 'gluster':
      return { bricks: mounted('brick'), ...kept };
    case 'ceph':
      return { osds: listOf(of('osd').map(device)), ...kept };
    case 'beegfs':
      return { metadata: mounted('metadata'), targets: mounted('target'), ...kept };
    case 'lustre': {
      const base = draft.base?.cluster?.filesystem === 'lustre' ? draft.base.cluster.targets : undefined;
      const targets = rows
        .filter(({ use }) => use !== 'off')
        .map((row) => ({
          ...baseTarget(base, row.serial),
          kind: row.use,
          index: numberOf(indexes.get(row.serial) ?? ''),
          ...device(row),
          serviceNodes: listOf(wordsOf(draft.values[diskField(row.serial, 'servers')] ?? '')),
        }));
      return { targets: listOf(targets.map(withoutAbsent)) };
    }
  }
};

/** An empty list of the profile under change is as good as none; it is kept as it was written. */
const emptyOfBase = (base: Cluster | undefined, made: Values): Values =>
  Object.fromEntries(
    Object.entries(base ?? {}).filter(
      ([key, value]) => Array.isArray(value) && value.length === 0 && made[key] === undefined,
    ),
  );

const withoutAbsent = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** With what the profile under change has, or a join code brought, and no field asks for, where it is of the same filesystem. */
export const clusterValues = (
  draft: Draft,
  facts: Facts | undefined,
  secrets: Readonly<Record<FieldId, string>>,
): Values => {
  const filesystem = chosenFilesystem(draft);
  const base = draft.base?.cluster?.filesystem === filesystem ? draft.base.cluster : undefined;
  const given = draft.joined?.filesystem === filesystem ? draft.joined : undefined;
  const made = { ...asked(draft, facts), ...disksOf(draft, facts) };
  const typed = formSecrets[filesystem].flatMap((field) => {
    const secret = (secrets[field] ?? '').trim();
    return secret === '' ? [] : [[field.replace('cluster.', ''), secret] as const];
  });
  return withoutAbsent({
    ...base,
    ...given,
    filesystem,
    ...made,
    ...emptyOfBase(base, made),
    ...Object.fromEntries(typed),
  });
};
