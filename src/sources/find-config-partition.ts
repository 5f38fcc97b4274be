// Finds and mounts the config partition: the small filesystem, label MAYFLY with a marker file, on which a node keeps its profile between boots.
import type { ConfigPartitionFact } from '../state/facts.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Reader, System } from '../system/system.ts';
import { type Filesystem, listFilesystems, readFileOn } from './filesystems.ts';

const configLabel = 'MAYFLY';
const configMarker = '.mayfly-config';
export const configMountpoint = '/config';

export type ConfigSurvey = {
  readonly fact: ConfigPartitionFact;
  readonly filesystem: Filesystem | undefined;
  /** Why filesystems with the label were not taken, or why nobody knows what there is. */
  readonly rejected: readonly Problem[];
};

export const surveyConfigPartition = async (reader: Reader): Promise<ConfigSurvey> => {
  const all = await listFilesystems(reader);
  if (!all.ok) return { fact: { kind: 'none' }, filesystem: undefined, rejected: [all.problem] };
  const labelled = all.value.filter(({ label }) => label === configLabel);
  const marked: Filesystem[] = [];
  const rejected: Problem[] = [];
  for (const filesystem of labelled) {
    const marker = await readFileOn(reader, preferConfig(filesystem), `/${configMarker}`);
    if (!marker.ok) rejected.push(marker.problem);
    else if (marker.value === undefined) rejected.push(withoutMarker(filesystem.device));
    else marked.push(preferConfig(filesystem));
  }
  const [filesystem, ...others] = marked;
  if (filesystem === undefined) return { fact: { kind: 'none' }, filesystem, rejected };
  if (others.length > 0) {
    const fact: ConfigPartitionFact = { kind: 'ambiguous', devices: marked.map(({ device }) => device) };
    return { fact, filesystem: undefined, rejected };
  }
  const { device, mountpoints, readOnly } = filesystem;
  return { fact: { kind: 'found', device, mountpoint: mountpoints[0], readOnly }, filesystem, rejected };
};

export const findConfigPartition = async (reader: Reader): Promise<ConfigPartitionFact> =>
  (await surveyConfigPartition(reader)).fact;

/** Mounts it read-only at /config; nothing changes when it is there already. */
export const mountConfigPartition = async (
  system: System,
): Promise<Result<{ readonly mountpoint: string; readonly device: string; readonly readOnly: boolean }>> => {
  const { fact, rejected } = await surveyConfigPartition(system);
  if (fact.kind === 'ambiguous') return fail(twoConfigPartitions(fact.devices));
  if (fact.kind === 'none') return fail(rejected[0] ?? noConfigPartition);
  const { device, readOnly } = fact;
  const there = { mountpoint: configMountpoint, device, readOnly };
  if (fact.mountpoint === configMountpoint) return ok(there);
  await system.makeDirectory(configMountpoint, { mode: 0o700 });
  const mounted = await system.run(['mount', '-o', 'ro,nosuid,nodev,noexec', device, configMountpoint]);
  return mounted.exitCode === 0
    ? ok(there)
    : fail({
        code: 'sources/mount',
        summary: `the config partition ${device} cannot be mounted: ${mounted.stderr.trim() || 'mount gave no reason'}`,
        remedy: `check the medium: \`fsck ${device}\``,
      });
};

export const noConfigPartition: Problem = {
  code: 'sources/no-config-partition',
  summary: `no filesystem here has the label ${configLabel} and the file ${configMarker}`,
  remedy: 'prepare one: `mayfly profile prepare --device serial=…` (`lsblk -o NAME,SIZE,SERIAL`)',
};

export const twoConfigPartitions = (devices: readonly string[]): Problem => ({
  code: 'sources/two-config-partitions',
  summary: `there is more than one config partition: ${devices.join(', ')}`,
  remedy: 'unplug one, or give it another label (`e2label`, `fatlabel`); which one is right only you know',
});

const withoutMarker = (device: string): Problem => ({
  code: 'sources/no-marker',
  summary: `${device} has the label ${configLabel}, but no file ${configMarker}`,
  remedy: `if it is the config partition, \`touch ${configMarker}\` at its top; otherwise give it another label`,
});

/** Where it is mounted more than once, the place that is ours counts. */
const preferConfig = (filesystem: Filesystem): Filesystem =>
  filesystem.mountpoints.includes(configMountpoint) ? { ...filesystem, mountpoints: [configMountpoint] } : filesystem;
