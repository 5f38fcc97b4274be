// Takes pages out of an image while a command writes it, so that a root of any size can be sampled without being kept unpacked.
import { spawn } from 'node:child_process';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { temporaryBeside } from './workstation.ts';

export const pageBytes = 4096;
const zeros = Buffer.alloc(pageBytes);

/** Which of the pages that are not zero: one in `every`, the first of them at `from` (0 to every - 1). */
export type PageChoice = { readonly every: number; readonly from: number };

/** Writes the chosen pages of what `command` writes to `path`, in their order; answers how many, or undefined when the command failed. */
export const pickPages = async (
  command: readonly [string, ...string[]],
  path: string,
  { every, from }: PageChoice,
): Promise<number | undefined> => {
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'ignore'] });
  const exit = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (code) => resolve(code ?? 128));
  });
  const file = await open(path, 'w');
  let seen = 0;
  let picked = 0;
  let rest = Buffer.alloc(0);
  try {
    for await (const chunk of child.stdout) {
      const data = Buffer.concat([rest, chunk]);
      const whole = data.length - (data.length % pageBytes);
      const pages: Buffer[] = [];
      for (let at = 0; at < whole; at += pageBytes) {
        const page = data.subarray(at, at + pageBytes);
        if (!page.equals(zeros) && seen++ % every === from) pages.push(page);
      }
      rest = data.subarray(whole);
      picked += pages.length;
      if (pages.length > 0) await file.writev(pages);
    }
  } finally {
    await file.close();
  }
  return (await exit) === 0 ? picked : undefined;
};

export const readBytes = (path: string): Promise<Buffer> => readFile(path);

export const writeBytesWhole = async (path: string, parts: readonly Buffer[]): Promise<void> => {
  const temporary = temporaryBeside(path);
  await writeFile(temporary, parts);
  await rename(temporary, path);
};
