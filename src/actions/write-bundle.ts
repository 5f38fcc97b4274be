// Packs a support bundle: in RAM below /run, so that a full root or a lost disk does not keep it from being made; the newest replaces the one before.
import type { BundleFile } from '../probes/collect-bundle.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { System } from '../system/system.ts';

const bundleFolder = '/run/mayfly/bundle';
/** Where the newest is unless somebody named a place. */
export const newestBundle = `${bundleFolder}/bundle.tar.gz`;

/** `top`: the one folder in the archive. A bundle is there whole or not at all. */
export const writeBundle = async (
  system: System,
  files: readonly BundleFile[],
  { top, path }: { readonly top: string; readonly path: string },
): Promise<Result<undefined>> => {
  const work = `${bundleFolder}/work`;
  const run = async (command: readonly [string, ...string[]]): Promise<void> => {
    const { exitCode, stderr } = await system.run(command, { timeoutMs: 120_000 });
    if (exitCode !== 0) throw new Error(`${command[0]}: ${stderr.trim() || `exit status ${exitCode}`}`);
  };
  await system.makeDirectory(bundleFolder, { mode: 0o700 });
  const lock = await system.lock(`${bundleFolder}/lock`);
  if (lock === undefined) return fail(underWay);
  try {
    await run(['rm', '-rf', work]);
    for (const { name, text } of files) await system.writeText(`${work}/${top}/${name}`, text, { mode: 0o600 });
    const fresh = `${path}.new`;
    await run(['tar', '--create', '--gzip', '--file', fresh, '--directory', work, '--owner=0', '--group=0', top]);
    await run(['chmod', '600', fresh]);
    await run(['mv', '-f', fresh, path]);
    return ok(undefined);
  } catch (error) {
    return fail(notWritten(path, error));
  } finally {
    await system.run(['rm', '-rf', work, `${path}.new`]);
    await lock.release();
  }
};

const underWay: Problem = {
  code: 'bundle/under-way',
  summary: 'another bundle is being made',
  remedy: 'Wait until it is done: it takes a minute where daemons do not answer',
};

const notWritten = (path: string, error: unknown): Problem => ({
  code: 'bundle/not-written',
  summary: `the bundle was not written to ${path}: ${error instanceof Error ? error.message : String(error)}`,
  remedy: 'Name a place with room: mayfly bundle --out FILE; `df -h /run` shows how much there is',
});
