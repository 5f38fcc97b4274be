// The last transport: a copy of the last profile that came over a wire and converged, for the day that its server is gone.
import * as z from 'zod';
import type { Result } from '../state/problem.ts';
import { renderProfile } from '../state/render-profile.ts';
import type { Resolution } from '../state/resolved-profile.ts';
import type { Reader, System } from '../system/system.ts';
import { readFileOn } from './filesystems.ts';
import type { ConfigSurvey } from './find-config-partition.ts';
import { revisionOf } from './revision.ts';
import { type Answer, absent } from './transport.ts';
import { writeConfigFiles } from './write-config.ts';

const profilePath = 'last-good/profile.yaml';
const signaturePath = 'last-good/signature.json';
const sourcePath = 'last-good/source.json';

const sourceSchema = z.object({ version: z.literal(1), keptAtMs: z.number().nonnegative(), from: z.string() });

export const askLastGood = async (reader: Reader, { filesystem }: ConfigSurvey, nowMs: number): Promise<Answer> => {
  const read = filesystem === undefined ? undefined : await readFileOn(reader, filesystem, `/${profilePath}`);
  if (filesystem === undefined || read === undefined || !read.ok || read.value === undefined) {
    return absent(
      'sources/no-last-good',
      'there is no last good copy',
      'nothing to do: one is kept once a profile from elsewhere has been applied and there is a config partition',
      false,
    );
  }
  const note = await readFileOn(reader, filesystem, `/${sourcePath}`);
  const source = sourceSchema.safeParse(parseJson(note.ok ? note.value : undefined));
  const from = source.success ? `, from ${source.data.from}` : '';
  return {
    kind: 'offered',
    transport: { kind: 'last-good', detail: `${filesystem.device}${from}`, revision: revisionOf(read.value) },
    layers: [{ layer: 'node', name: profilePath, file: 'profile.yaml', text: read.value }],
    overlays: [],
    warnings: [],
    signature: () => readFileOn(reader, filesystem, `/${signaturePath}`),
    signatureName: signaturePath,
    // Kept in the future means that a clock was set back: then nobody knows the age.
    stale: { ageMs: source.success && source.data.keptAtMs <= nowMs ? nowMs - source.data.keptAtMs : undefined },
  };
};

/** Keeps the profile that has just converged; one that was signed as it came, with its signature, so that it is worth as much the next time. */
export const keepLastGood = async (
  system: System,
  { profile, transport, signed }: Pick<Extract<Resolution, { kind: 'resolved' }>, 'profile' | 'transport' | 'signed'>,
  nowMs: number,
): Promise<Result<undefined>> => {
  const note = { version: 1, keptAtMs: nowMs, from: transport.detail };
  return writeConfigFiles(system, [
    { path: profilePath, text: signed?.text ?? renderProfile(profile) },
    ...(signed === undefined ? [] : [{ path: signaturePath, text: signed.signature }]),
    { path: sourcePath, text: `${JSON.stringify(note)}\n` },
  ]);
};

const parseJson = (json: string | undefined): unknown => {
  try {
    return JSON.parse(json ?? 'null');
  } catch {
    // Half a file after a power cut: its age is unknown, the profile itself may still be whole.
    return undefined;
  }
};
