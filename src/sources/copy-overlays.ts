// Copies the files of the `etc/` folders over /etc, each whole or not at all.
import type { Problem } from '../state/problem.ts';
import type { OverlayFile } from '../state/resolved-profile.ts';
import { sha256Of } from '../state/signed-bundle.ts';
import type { System } from '../system/system.ts';
import { checksum } from './check-signature.ts';

export type Copied = { readonly count: number; readonly problems: readonly Problem[] };

export const copyOverlays = async (system: System, files: readonly OverlayFile[]): Promise<Copied> => {
  const problems: Problem[] = [];
  for (const file of files) {
    const reason = await copy(system, file);
    if (reason !== undefined) problems.push(notCopied(file, reason));
  }
  // A unit that was added or changed is unknown to systemd until it reads them again.
  if (files.some(({ to }) => to.startsWith('/etc/systemd/'))) await system.run(['systemctl', 'daemon-reload']);
  return { count: files.length - problems.length, problems };
};

/** Why it could not be done; undefined when it was. */
const copy = async (system: System, { from, to, sha256 }: OverlayFile): Promise<string | undefined> => {
  const status = await system.stat(from);
  const text = await system.readText(from);
  // Looked at again: the medium may be a git checkout that was pulled in between.
  if (status?.kind !== 'file' || text === undefined) return 'it is no longer a readable file';
  const mode = status.mode & 0o777;
  if (!text.includes('\ufffd')) {
    if (sha256 !== undefined && sha256Of(text) !== sha256) return changedSince;
    if ((await system.readText(to)) === text && (await system.stat(to))?.mode === mode) return undefined;
    return refusalOf(system.writeText(to, text, { mode }));
  }
  // Not UTF-8, a keytab for one: only a copy byte by byte keeps it whole.
  const folder = await refusalOf(system.makeDirectory(to.slice(0, to.lastIndexOf('/'))));
  if (folder !== undefined) return folder;
  const { exitCode, stderr } = await system.run([
    'cp',
    '--no-dereference',
    '--remove-destination',
    '--preserve=mode',
    '--',
    from,
    to,
  ]);
  if (exitCode !== 0) return stderr.trim() || `cp ended with ${exitCode}`;
  if (sha256 === undefined || (await checksum(system, to)) === sha256) return undefined;
  await system.remove(to);
  return changedSince;
};

const changedSince = 'it was changed since its signature was checked';

const refusalOf = async (writing: Promise<void>): Promise<string | undefined> => {
  try {
    await writing;
    return undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
    throw error;
  }
};

const notCopied = ({ from, to }: OverlayFile, reason: string): Problem => ({
  code: 'sources/overlay-failed',
  summary: `${from} was not copied to ${to}: ${reason}`,
  remedy: 'check space on / and the medium, then `systemctl restart mayfly-configure`',
});
