// Commits a profile to the config partition: the one thing that outlives this uptime, shown as a diff before.
import { renderBootEnv } from '../state/boot-env.ts';
import { lineDiff } from '../state/line-diff.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { redactSecretsInText } from '../state/redact-profile.ts';
import { renderProfile } from '../state/render-profile.ts';
import { validateProfile } from '../state/validate-profile.ts';
import type { Reader, System } from '../system/system.ts';
import { readTrustedKeys } from './check-signature.ts';
import { readFileOn } from './filesystems.ts';
import { configMountpoint, surveyConfigPartition } from './find-config-partition.ts';
import { writeConfigFiles } from './write-config.ts';

const nodeProfile = 'node/profile.yaml';
const bootEnv = 'boot.env';

/** The text of the committed node profile; undefined when there is none. */
export const readCommitted = (reader: Reader): Promise<string | undefined> => readOnConfig(reader, nodeProfile);

/** Writes node/profile.yaml and boot.env, both or neither. */
export const commitProfile = async (system: System, profile: Profile): Promise<Result<{ readonly path: string }>> => {
  const valid = validateProfile(profile);
  if (!valid.ok) return fail(valid.problem[0]);
  if ((await readTrustedKeys(system)) !== undefined) return fail(signedOnly);
  const environment = renderBootEnv(profile, await readOnConfig(system, bootEnv));
  const written = await writeConfigFiles(system, [
    { path: nodeProfile, text: renderProfile(profile) },
    { path: bootEnv, text: environment },
  ]);
  return written.ok ? ok({ path: `${configMountpoint}/${nodeProfile}` }) : written;
};

/** Unified diff of the committed node profile and this one, without secrets; empty when they are the same. */
export const diffCommitted = async (reader: Reader, profile: Profile): Promise<string> => {
  const committed = (await readCommitted(reader)) ?? '';
  const hash = profile.access?.rootPasswordHash;
  const isNew = hash !== undefined && !committed.includes(hash);
  return lineDiff(
    redactSecretsInText(committed, '(set)'),
    redactSecretsInText(renderProfile(profile), isNew ? '(replaced)' : '(set)'),
    { before: 'committed profile', after: 'this profile' },
  );
};

const readOnConfig = async (reader: Reader, path: string): Promise<string | undefined> => {
  const { filesystem } = await surveyConfigPartition(reader);
  if (filesystem === undefined) return undefined;
  const read = await readFileOn(reader, filesystem, `/${path}`);
  return read.ok ? read.value : undefined;
};

const signedOnly: Problem = {
  code: 'sources/signed-only',
  summary:
    'this image takes signed profiles only, and no private key is on a node: what is saved here would not be applied at the next boot',
  remedy:
    'Take it away (`mayfly profile export --with-secrets`), sign it where the key is (`mayfly profile sign`), and put both on the config partition',
};
