// Asks systemd to save a profile on the config partition: the console itself may write to no disk.
import * as z from 'zod';
import { fail, ok, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import { renderProfile } from '../state/render-profile.ts';
import type { System } from '../system/system.ts';
import { askMayfly } from './ask-mayfly.ts';

/** What `mayfly profile commit --json` prints when it is done. */
const answer = z.object({ version: z.literal(1), saved: z.literal(true), path: z.string() });

export const requestCommit = async (system: System, profile: Profile): Promise<Result<{ readonly path: string }>> => {
  const asked = await askMayfly(system, ['profile', 'commit', '--json'], { input: renderProfile(profile) });
  if (!asked.ok) return asked;
  const said = answer.safeParse(parseJson(asked.value));
  if (said.success) return ok({ path: said.data.path });
  return fail({
    code: 'profile/commit-unknown',
    summary: `\`mayfly profile commit\` ended well and did not say where it saved: ${asked.value || 'nothing'}`,
    remedy: 'Look with `mayfly profile show`, then save again',
  });
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Cut off: the schema refuses undefined.
    return undefined;
  }
};
