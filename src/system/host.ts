// This machine, for real: the only file besides its neighbours in this folder that touches files and commands.
import { constants as fsConstants, lstatSync, readdirSync, readFileSync } from 'node:fs';
import {
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  statfs,
  symlink,
  unlink,
} from 'node:fs/promises';
import { posix } from 'node:path';
import { runCommand } from './command.ts';
import { holdLock } from './lock.ts';
import type { FileStatus, System } from './system.ts';
import { watchDirectory } from './watch-directory.ts';

export type HostOptions = {
  /** Where `/` is; tests give a directory. Commands are not confined to it. */
  readonly root?: string;
};

export const createHost = (options: HostOptions = {}): System => {
  const root = options.root ?? '/';
  const at = (path: string): string => {
    if (!posix.isAbsolute(path)) throw new Error(`not an absolute path: ${path}`);
    return posix.join(root, posix.normalize(path));
  };

  return {
    readText: (path) => unlessRefused(isMemory.test(path) ? readNow(at(path)) : readFile(at(path), 'utf8'), undefined),
    list: async (path) =>
      [...(await unlessRefused(isMemory.test(path) ? listNow(at(path)) : readdir(at(path)), []))].sort(),
    stat: (path) => unlessRefused(readStatus(at(path), isMemory.test(path)), undefined),
    readLink: (path) => unlessRefused(readlink(at(path)), undefined),
    statFilesystem: (path) => unlessRefused(readFilesystem(at(path)), undefined),
    watch: (path, onChange, options) => watchDirectory(at(path), onChange, options),
    query: runCommand,
    run: runCommand,

    writeText: (path, text, { mode = 0o644 } = {}) =>
      replace(at(path), (temporary) => writeWhole(temporary, text, mode)),

    createText: async (path, text, { mode = 0o644 } = {}) => {
      const target = at(path);
      return beside(target, async (temporary) => {
        await writeWhole(temporary, text, mode);
        try {
          // link(2) never replaces, and the name appears with the whole text behind it.
          await link(temporary, target);
          return true;
        } catch (error) {
          if (codeOf(error) === 'EEXIST') return false;
          throw error;
        } finally {
          await unlink(temporary);
        }
      });
    },

    writeKernel: async (path, text) => {
      const file = await open(at(path), fsConstants.O_WRONLY | fsConstants.O_TRUNC);
      try {
        // One write(2): sysfs takes a value whole or not at all.
        await file.write(text);
      } finally {
        await file.close();
      }
    },

    appendText: async (path, text, { mode = 0o644 } = {}) => {
      const target = at(path);
      await mkdir(posix.dirname(target), { recursive: true });
      const isNew = (await unlessRefused(lstat(target), undefined)) === undefined;
      const file = await open(target, 'a', mode);
      try {
        if (isNew) await file.chmod(mode);
        await file.appendFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      if (isNew) await syncDirectory(posix.dirname(target));
    },

    remove: async (path) => {
      try {
        await unlink(at(path));
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw error;
      }
    },

    makeDirectory: async (path, { mode } = {}) => {
      const target = at(path);
      await mkdir(target, { recursive: true });
      if (mode === undefined) return;
      const directory = await open(target, 'r');
      try {
        await directory.chmod(mode);
      } finally {
        await directory.close();
      }
    },

    link: (target, path) => replace(at(path), (temporary) => symlink(target, temporary)),
    lock: (path) => holdLock(at(path)),
  };
};

/**
 * Files that the kernel answers from its own memory, with no driver and no medium behind them. Twenty of them are read every second: at once they
 * cost 20 µs each, through the thread pool ten times that. Whatever a driver or a medium can hold up (the rest of /sys/class, disks) never goes this way.
 */
const isMemory = /^\/(?:proc|run|sys\/block\/zram\d+|sys\/fs|sys\/class\/net\/[^/]+\/operstate$)/;

const readNow = async (path: string): Promise<string> => readFileSync(path, 'utf8');

const listNow = async (path: string): Promise<string[]> => readdirSync(path);

let temporaries = 0;

/** A file with exactly this text and mode, on its medium when this resolves. */
const writeWhole = async (path: string, text: string, mode: number): Promise<void> => {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    // After the text and through the descriptor, so that the umask has no say and a secret is never wider than asked.
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
};

/** Gives `make` a name of its own in the directory of `target`; what it leaves there after a failure is taken away. */
const beside = async <T>(target: string, make: (temporary: string) => Promise<T>): Promise<T> => {
  const directory = posix.dirname(target);
  await mkdir(directory, { recursive: true });
  temporaries += 1;
  const temporary = posix.join(directory, `.${posix.basename(target)}.${process.pid}-${temporaries}.tmp`);
  try {
    const made = await make(temporary);
    await syncDirectory(directory);
    return made;
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
};

/** Makes `target` by making its successor beside it and renaming: whoever reads sees the old one or the new one. */
const replace = (target: string, make: (temporary: string) => Promise<void>): Promise<void> =>
  beside(target, async (temporary) => {
    await make(temporary);
    await rename(temporary, target);
  });

const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } catch (error) {
    // vfat and some network filesystems cannot sync a directory; the file itself is synced.
    if (codeOf(error) !== 'EINVAL') throw error;
  } finally {
    await directory.close();
  }
};

const readStatus = async (path: string, now: boolean): Promise<FileStatus> => {
  const status = now ? lstatSync(path) : await lstat(path);
  const kind = status.isFile()
    ? 'file'
    : status.isDirectory()
      ? 'directory'
      : status.isSymbolicLink()
        ? 'symlink'
        : status.isBlockDevice()
          ? 'block'
          : 'other';
  return { kind, size: status.size, mode: status.mode & 0o7777, modifiedMs: status.mtimeMs, inode: status.ino };
};

const readFilesystem = async (path: string) => {
  const { bsize, blocks, bavail, files, ffree } = await statfs(path);
  return { size: blocks * bsize, free: bavail * bsize, inodes: files, inodesFree: ffree };
};

/** What reading gave, or `otherwise` when the kernel refused (absent, not permitted, EINVAL of sysfs, …). Bugs still throw. */
const unlessRefused = async <T, U>(reading: Promise<T>, otherwise: U): Promise<T | U> => {
  try {
    return await reading;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return otherwise;
  }
};

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
