// Files that a step writes whole: which of them differ, and their writing.
import { type Change, change } from '../state/change.ts';
import type { GeneratedFile } from '../state/generated-file.ts';
import type { Reader, System } from '../system/system.ts';

const differs = async (reader: Reader, { path, text, mode }: GeneratedFile): Promise<'absent' | 'other' | 'same'> => {
  const status = await reader.stat(path);
  if (status === undefined) return 'absent';
  return status.mode === mode && (await reader.readText(path)) === text ? 'same' : 'other';
};

export const checkFiles = async (reader: Reader, files: readonly GeneratedFile[]): Promise<readonly Change[]> => {
  const changes: Change[] = [];
  for (const file of files) {
    const now = await differs(reader, file);
    if (now === 'absent') changes.push(change('create', file.path, undefined, file.says));
    if (now === 'other') changes.push(change('update', file.path, 'another content', file.says));
  }
  return changes;
};

/** Answers which of them it wrote. */
export const writeFiles = async (
  system: System,
  files: readonly GeneratedFile[],
): Promise<readonly GeneratedFile[]> => {
  const written: GeneratedFile[] = [];
  for (const file of files) {
    if ((await differs(system, file)) === 'same') continue;
    await system.writeText(file.path, file.text, { mode: file.mode });
    written.push(file);
  }
  return written;
};
