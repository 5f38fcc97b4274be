// The second transport: global/profile.yaml and node/profile.yaml on the config partition; either may be absent, not both.
import { ok, type Problem, type Result } from '../state/problem.ts';
import { parsePullState, pullStatePath } from '../state/pull-state.ts';
import type { Transport } from '../state/resolved-profile.ts';
import type { Reader } from '../system/system.ts';
import { type Filesystem, readFileOn } from './filesystems.ts';
import {
  type ConfigSurvey,
  configMountpoint,
  noConfigPartition,
  twoConfigPartitions,
} from './find-config-partition.ts';
import { layersBelow, listOverlays } from './overlays.ts';
import { revisionOf } from './revision.ts';
import { type Answer, absent, type FoundSignature, type LayerText } from './transport.ts';

export const askConfigPartition = async (reader: Reader, survey: ConfigSurvey): Promise<Answer> => {
  const { fact, filesystem, rejected } = survey;
  if (fact.kind === 'ambiguous') {
    const transport: Transport = { kind: 'config-partition', detail: fact.devices.join(', ') };
    return { kind: 'unusable', transport, problems: [twoConfigPartitions(fact.devices)] };
  }
  if (filesystem === undefined) {
    const [why = noConfigPartition] = rejected;
    return { kind: 'absent', why, expected: rejected.length > 0 };
  }
  const [mountpoint] = filesystem.mountpoints;
  const base = mountpoint ?? configMountpoint;
  const detail = mountpoint === undefined ? filesystem.device : `${filesystem.device} at ${mountpoint}`;
  const layers: LayerText[] = [];
  for (const layer of ['global', 'node'] as const) {
    const read = await readFileOn(reader, filesystem, `/${layer}/profile.yaml`);
    if (!read.ok) {
      return { kind: 'unusable', transport: { kind: 'config-partition', detail }, problems: [read.problem] };
    }
    if (read.value !== undefined)
      layers.push({ layer, name: `${base}/${layer}/profile.yaml`, file: `${layer}/profile.yaml`, text: read.value });
  }
  if (layers.length === 0) {
    return absent(
      'sources/config-empty',
      `the config partition ${filesystem.device} has neither global/profile.yaml nor node/profile.yaml`,
      'commit a profile in the console, or put one there',
      false,
    );
  }
  const overlays =
    mountpoint === undefined ? { files: [], skipped: [] } : await listOverlays(reader, layersBelow(mountpoint));
  return {
    kind: 'offered',
    transport: { kind: 'config-partition', detail, revision: revisionOf(...layers.map(({ text }) => text)) },
    layers,
    overlays: overlays.files,
    warnings: [...rejected, ...overlays.skipped, ...(await notPulled(reader))],
    signature: () => findSignature(reader, filesystem, base),
    signatureName: signaturePlaces.map((place) => `${base}/${place}`).join(', '),
  };
};

/** One for all of the partition. A checkout brings its own, so that a pull brings both or neither: it comes before what lies at the top. */
const signaturePlaces = ['node/signature.json', 'global/signature.json', 'signature.json'] as const;

const findSignature = async (
  reader: Reader,
  filesystem: Filesystem,
  base: string,
): Promise<Result<FoundSignature | undefined>> => {
  for (const place of signaturePlaces) {
    const read = await readFileOn(reader, filesystem, `/${place}`);
    if (!read.ok) return read;
    if (read.value !== undefined) return ok({ text: read.value, name: `${base}/${place}` });
  }
  return ok(undefined);
};

/** What the last pull could not do: the checkouts are used as they are. */
const notPulled = async (reader: Reader): Promise<readonly Problem[]> =>
  (parsePullState(await reader.readText(pullStatePath))?.checkouts ?? []).flatMap(({ problem }) => problem ?? []);
