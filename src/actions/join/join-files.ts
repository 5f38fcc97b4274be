// Where joining leaves profiles for their operators: in RAM, readable by root alone, since they may hold the secret of the cluster.
import type { Problem } from '../../state/problem.ts';
import type { Profile } from '../../state/profile.ts';
import { renderProfile } from '../../state/render-profile.ts';
import type { System } from '../../system/system.ts';

export const joinPaths = {
  /** Of the node that joined. */
  joined: '/run/mayfly/join/joined.yaml',
  /** Of the member that let it in, with the new node named. */
  member: '/run/mayfly/join/member.yaml',
} as const;

/** `remarks` become comments at its top. A file of that name that `replace` does not allow to be replaced stays. */
export const writeProfile = async (
  system: System,
  path: string,
  profile: Profile,
  remarks: readonly string[],
  replace: boolean,
): Promise<Problem | undefined> => {
  const text = `${remarks.map((line) => `# ${line}\n`).join('')}${renderProfile(profile)}`;
  if (replace) await system.writeText(path, text, { mode: 0o600 });
  else if (!(await system.createText(path, text, { mode: 0o600 }))) return exists(path);
  return undefined;
};

export const exists = (path: string): Problem => ({
  code: 'join/exists',
  summary: `${path} exists already, and is not replaced`,
  remedy: 'Name another file with --out, or allow it with --yes',
});
