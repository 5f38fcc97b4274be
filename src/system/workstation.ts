// The door to the machine that builds and boots images: files, commands that stream, and programs that stay. Not used on the appliance.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { copyFile, link, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { CommandResult } from './system.ts';

export type StreamOptions = {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds until it is ended, then killed; none unless told. */
  readonly timeoutMs?: number;
  /** Milliseconds without a line of output until it is killed as one that hangs; none unless told. */
  readonly silenceMs?: number;
  /** Every line of either output, as it comes. */
  readonly onLine?: (line: string) => void;
};

/** Runs a command to its end. Never throws for what the command does: 127 = not installed, 124 = out of time. */
export const runStreaming = (
  command: readonly [string, ...string[]],
  options: StreamOptions = {},
): Promise<CommandResult> =>
  new Promise((resolve) => {
    const child = spawn(command[0], command.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.environment },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const collected = { stdout: '', stderr: '' };
    let late = false;
    for (const name of ['stdout', 'stderr'] as const) {
      createInterface({ input: child[name] }).on('line', (line) => {
        collected[name] += `${line}\n`;
        silence?.refresh();
        options.onLine?.(line);
      });
    }
    const killAfter = (delayMs: number | undefined): NodeJS.Timeout | undefined =>
      delayMs === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            child.kill('SIGKILL');
          }, delayMs);
    const timer = killAfter(options.timeoutMs);
    const silence = killAfter(options.silenceMs);
    child.once('error', () => resolve({ exitCode: 127, stdout: '', stderr: `${command[0]} cannot be started` }));
    child.once('close', (code) => {
      clearTimeout(timer);
      clearTimeout(silence);
      resolve({ exitCode: late ? 124 : (code ?? 128), ...collected });
    });
  });

/** A program that stays: `ended` resolves with its exit code and what it said on standard error. */
export type Running = {
  readonly pid: number | undefined;
  readonly ended: Promise<{ readonly exitCode: number; readonly stderr: string }>;
  /** SIGTERM, and SIGKILL when that is not enough within 3 s. */
  stop(): Promise<void>;
};

export const startProgram = (command: readonly [string, ...string[]], cwd: string): Running => {
  // A session of its own: Ctrl-C belongs to whoever sits at the serial line, not to the emulator.
  const child = spawn(command[0], command.slice(1), { cwd, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const ended = new Promise<{ exitCode: number; stderr: string }>((resolve) => {
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', () => resolve({ exitCode: 127, stderr: `${command[0]} cannot be started` }));
    child.once('close', (code) => resolve({ exitCode: code ?? 128, stderr }));
  });
  return { pid: child.pid, ended, stop: () => stopChild(child, ended) };
};

const stopChild = async (child: ChildProcess, ended: Promise<unknown>): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await ended;
  clearTimeout(timer);
};

export const fileSha256 = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const hash = createHash('sha256');
    createReadStream(path)
      .on('data', (chunk) => hash.update(chunk))
      .once('error', reject)
      .once('end', () => resolve(hash.digest('hex')));
  });

export const textSha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** One hash over every file below a folder: names, modes and content. */
export const folderSha256 = async (folder: string): Promise<string> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const lines = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = `${entry.parentPath}/${entry.name}`;
        return `${path.slice(folder.length)} ${(await stat(path)).mode & 0o111} ${await fileSha256(path)}`;
      }),
  );
  return textSha256(lines.sort().join('\n'));
};

export const exists = (path: string): boolean => existsSync(path);

export const readTextIfAny = async (path: string): Promise<string | undefined> =>
  existsSync(path) ? await readFile(path, 'utf8') : undefined;

let temporaries = 0;

/** A name beside `path` that nobody else uses, also not another process that makes the same file. */
export const temporaryBeside = (path: string): string => `${path}.${process.pid}-${temporaries++}.new`;

export const writeTextWhole = async (path: string, text: string): Promise<void> => {
  const temporary = temporaryBeside(path);
  await writeFile(temporary, text);
  await rename(temporary, path);
};

export const fileSize = async (path: string): Promise<number> => (await stat(path)).size;

export const listFolder = async (path: string): Promise<readonly string[]> =>
  existsSync(path) ? (await readdir(path)).sort() : [];

export const makeFolder = (path: string): void => void mkdirSync(path, { recursive: true });

export const removeAll = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

/** A second name for the same bytes, or a copy where the filesystem has no second names. Replaces what is there. */
export const place = async (from: string, to: string): Promise<void> => {
  const temporary = temporaryBeside(to);
  await link(from, temporary).catch(() => copyFile(from, temporary));
  await rename(temporary, to);
  // rename(2) leaves both names where they are the same file already.
  await rm(temporary, { force: true });
};

export const copyTo = copyFile;

/** An empty file of this size that takes no room until something is written. */
export const makeSparse = async (path: string, bytes: number): Promise<void> => {
  await writeFile(path, '');
  await truncate(path, bytes);
};

/** Holds `path` for this process; undefined with the holder's pid when another living process has it. */
export const holdPid = async (path: string): Promise<{ release(): Promise<void> } | { heldBy: number }> => {
  for (;;) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (Number.isInteger(holder) && holder > 0 && existsSync(`/proc/${holder}`)) return { heldBy: holder };
    await rm(path, { force: true });
  }
};
