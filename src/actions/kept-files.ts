// Keeps files as they were before a step changed them, so that the step can be taken back, also by another process after a crash.
import * as z from 'zod';
import type { StepId } from '../state/plan.ts';
import type { Reader, System } from '../system/system.ts';
import { runPaths } from './run-paths.ts';

const keptSchema = z.array(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('absent'), path: z.string() }),
    z.object({ kind: z.literal('file'), path: z.string(), text: z.string(), mode: z.number() }),
    z.object({ kind: z.literal('link'), path: z.string(), target: z.string() }),
  ]),
);
type Kept = z.infer<typeof keptSchema>[number];

const directoryOf = (step: StepId): string => `${runPaths.undo}/${step}`;
/** While the step is under way, and after a crash in it. */
const openPath = (step: StepId): string => `${directoryOf(step)}/open.json`;
const settledPath = (step: StepId): string => `${directoryOf(step)}/settled.json`;

/** Call before the first change. After a crash in this step what was kept then stays: the half-done state is not worth returning to. */
export const keepFiles = async (system: System, step: StepId, paths: readonly string[]): Promise<void> => {
  for (const path of paths) await sweepTemporaries(system, path);
  const before = (await readKept(system, openPath(step))) ?? [];
  const missing = paths.filter((path) => !before.some((kept) => kept.path === path));
  const fresh = await Promise.all(missing.map((path) => readAsKept(system, path)));
  await system.makeDirectory(runPaths.undo, { mode: 0o700 });
  // What is kept may be secret, like a line of /etc/shadow.
  await system.writeText(openPath(step), JSON.stringify([...before, ...fresh]), { mode: 0o600 });
};

/** Call when the step has done what it should: from now on it is whole. */
export const settleFiles = async (system: System, step: StepId): Promise<void> => {
  const open = await system.readText(openPath(step));
  if (open === undefined) return;
  await system.writeText(settledPath(step), open, { mode: 0o600 });
  await system.remove(openPath(step));
};

/** True when a step began and neither settled nor was taken back: it was interrupted. */
export const isUnsettled = async (reader: Reader, step: StepId): Promise<boolean> =>
  (await reader.stat(openPath(step))) !== undefined;

/** Puts back what was kept last; answers the paths it touched. Nothing kept: nothing is done. */
export const putBackFiles = async (system: System, step: StepId): Promise<readonly string[]> => {
  const kept = (await readKept(system, openPath(step))) ?? (await readKept(system, settledPath(step))) ?? [];
  for (const entry of kept) await putBack(system, entry);
  await system.remove(openPath(step));
  await system.remove(settledPath(step));
  return kept.map((entry) => entry.path);
};

/** What a write that was killed before its rename left beside `path`. */
const sweepTemporaries = async (system: System, path: string): Promise<void> => {
  const slash = path.lastIndexOf('/');
  const [directory, name] = [path.slice(0, slash), path.slice(slash + 1)];
  for (const neighbour of await system.list(directory))
    if (neighbour.startsWith(`.${name}.`) && /\.\d+-\d+\.tmp$/.test(neighbour))
      await system.remove(`${directory}/${neighbour}`);
};

const putBack = async (system: System, kept: Kept): Promise<void> => {
  if (kept.kind === 'absent') await system.remove(kept.path);
  else if (kept.kind === 'link') await system.link(kept.target, kept.path);
  else await system.writeText(kept.path, kept.text, { mode: kept.mode });
};

const readAsKept = async (reader: Reader, path: string): Promise<Kept> => {
  const status = await reader.stat(path);
  if (status?.kind === 'symlink') {
    const target = await reader.readLink(path);
    if (target !== undefined) return { kind: 'link', path, target };
  }
  const text = await reader.readText(path);
  return text === undefined || status === undefined
    ? { kind: 'absent', path }
    : { kind: 'file', path, text, mode: status.mode };
};

const readKept = async (reader: Reader, path: string): Promise<readonly Kept[] | undefined> => {
  const text = await reader.readText(path);
  // Written whole or not at all, by us: anything else is a bug and throws.
  return text === undefined ? undefined : keptSchema.parse(JSON.parse(text));
};
