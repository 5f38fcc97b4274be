// The list of SSH keys as it is edited line by line: finished keys, and a last one that may be half typed.

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '');

/** Half a key is what stands behind the last line end. */
export const unfinishedKey = (text: string): string => text.slice(text.lastIndexOf('\n') + 1).trim();

export const keysOf = (text: string): readonly string[] => linesOf(text.slice(0, text.lastIndexOf('\n') + 1));

export const finished = (keys: readonly string[]): string => keys.map((key) => `${key}\n`).join('');
