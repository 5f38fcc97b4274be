// Finds the profile of this boot: asks the transports in their order and takes the first that offers a bundle, whole, never a mix.
import { kernelLayer } from '../state/kernel-command-line.ts';
import type { Problem } from '../state/problem.ts';
import type { Resolution } from '../state/resolved-profile.ts';
import type { Reader } from '../system/system.ts';
import { buildProfile } from './build-profile.ts';
import { type Accepted, checkSignature, withSums } from './check-signature.ts';
import { askConfigPartition } from './config-transport.ts';
import { surveyConfigPartition } from './find-config-partition.ts';
import { askKernel } from './kernel-profile.ts';
import { askLastGood } from './last-good.ts';
import type { Answer, Offered } from './transport.ts';

export type ResolveOptions = {
  /** Milliseconds since the epoch, for the age of a last good copy. */
  readonly nowMs?: number;
};

type Resolved = Extract<Resolution, { kind: 'resolved' }>;

/** Reads only. Mount the config partition first (`mountConfigPartition`) where its `etc/` folders are wanted too. */
export const resolveProfile = async (reader: Reader, options: ResolveOptions = {}): Promise<Resolution> => {
  const commandLine = (await reader.readText('/proc/cmdline')) ?? '';
  const { nowMs = Date.now() } = options;
  const survey = surveyConfigPartition(reader);
  const transports: readonly (() => Promise<Answer>)[] = [
    () => askKernel(reader, commandLine),
    async () => askConfigPartition(reader, await survey),
    // The cluster's etcd has its place here: /mayfly/global/profile and /mayfly/nodes/<uuid>/profile, pinned to a revision.
    async () => askLastGood(reader, await survey, nowMs),
  ];

  const tried: Problem[] = [];
  const missed: Problem[] = [];
  for (const ask of transports) {
    const answer = await ask();
    if (answer.kind === 'absent') {
      tried.push(answer.why);
      if (answer.expected) missed.push(answer.why);
      continue;
    }
    const { transport } = answer;
    // Present and wrong is shown, never passed over: an older profile from further down could undo what was meant.
    if (answer.kind === 'unusable') return { kind: 'invalid', transport, problems: answer.problems };
    const accepted = await checkSignature(reader, answer, await survey);
    if (!accepted.ok) return { kind: 'invalid', transport, problems: [accepted.problem] };
    const built = buildProfile(answer.layers, kernelLayer(commandLine));
    if (!built.ok) return { kind: 'invalid', transport, problems: built.problem };
    return {
      kind: 'resolved',
      profile: built.value.profile,
      provenance: built.value.provenance,
      transport,
      ...(answer.stale === undefined ? {} : { stale: answer.stale }),
      overlays: withSums(answer.overlays, accepted.value),
      ...(accepted.value === undefined ? {} : { signed: signedAs(accepted.value, answer) }),
      missed,
      warnings: [...missed, ...answer.warnings, ...built.value.warnings],
    };
  }
  return { kind: 'none', tried, missed };
};

const signedAs = ({ serial, signature }: Accepted, { layers }: Offered): NonNullable<Resolved['signed']> => {
  const [only, ...others] = layers;
  const isOneFile = only !== undefined && others.length === 0 && only.file === 'profile.yaml';
  return { serial, signature, ...(isOneFile ? { text: only.text } : {}) };
};
