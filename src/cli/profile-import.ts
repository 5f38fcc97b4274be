// `mayfly profile import`: takes what `export --paste` printed, whole or not at all.
import { resolve } from 'node:path';
import { parseProfile } from '../state/parse-profile.ts';
import { parsePaste } from '../state/paste.ts';
import type { Problem } from '../state/problem.ts';
import { renderProblemLines } from '../state/render-event.ts';
import type { CliIo } from './cli-io.ts';
import { saveProfile } from './profile-commit.ts';

type ImportOptions = {
  readonly json: boolean;
  /** Saves it on the config partition. */
  readonly commit: boolean;
  /** A file for it, of mode 0600. */
  readonly out: string | undefined;
};

export const importProfile = async (io: CliIo, { json, commit, out }: ImportOptions): Promise<number> => {
  if (io.interactive) io.err('Paste the profile, then press Ctrl-D on a line of its own.\n');
  const pasted = parsePaste(await io.readStdin());
  if (!pasted.ok) return refuse(io, json, [pasted.problem]);
  const { text, lines } = pasted.value;
  const parsed = parseProfile(text);
  if (!parsed.ok) return refuse(io, json, parsed.problem);
  const done = { version: 1, imported: true, lines };
  if (commit) {
    const saved = await saveProfile(io, parsed.value);
    if (!saved.ok) return refuse(io, json, [saved.problem]);
    return tell(
      io,
      json,
      { ...done, path: saved.value.path },
      `Whole (${lines} lines), saved as ${saved.value.path}.\n`,
    );
  }
  if (out !== undefined) {
    const path = resolve(out);
    await io.system.writeText(path, text, { mode: 0o600 });
    return tell(io, json, { ...done, path }, `Whole (${lines} lines), written to ${path}.\n`);
  }
  return tell(io, json, { ...done, text }, text);
};

const tell = (io: CliIo, json: boolean, answer: unknown, words: string): number => {
  io.out(json ? `${JSON.stringify(answer)}\n` : words);
  return 0;
};

const refuse = (io: CliIo, json: boolean, problems: readonly Problem[]): number => {
  if (json) io.out(`${JSON.stringify({ version: 1, imported: false, problems })}\n`);
  for (const problem of problems) io.err(renderProblemLines(problem));
  return 1;
};
