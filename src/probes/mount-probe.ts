// Asks whether a mounted filesystem still answers. A child process does it: statfs(2) of one that hangs would take this process with it.
import type { MountStatus } from '../state/cluster-status.ts';
import type { Reader } from '../system/system.ts';
import { parseMountInfo } from './mount-info.ts';

/** An answer that takes longer than this is none. */
const deadlineMs = 2_000;
/** After this the child is killed from outside of us, also when we are gone by then. */
const killSeconds = 30;
/** We never give up on a child ourselves: as long as it has not ended, there is no second one. The most that a timer can do. */
const forEverMs = 2 ** 31 - 1;

export type MountProbe = (path: string) => Promise<MountStatus>;

const isMounted = async (reader: Reader, path: string): Promise<boolean> => {
  const mounted = parseMountInfo((await reader.readText('/proc/self/mountinfo')) ?? '').findLast(
    ({ where }) => where === path,
  );
  // What is mounted at the first access is not mounted yet, and looking at it would do that.
  return mounted !== undefined && mounted.type !== 'autofs';
};

type Asking = {
  readonly path: string;
  readonly sinceMs: number;
  readonly ended: Promise<boolean>;
};

/** Remembers the child that still hangs, and since when nothing has answered. */
export const createMountProbe = (reader: Reader, clock: () => number = Date.now): MountProbe => {
  let asking: Asking | undefined;
  let silentSince: { readonly path: string; readonly atMs: number } | undefined;

  const ask = (path: string): Asking => {
    const ended = reader
      .query(['timeout', '--signal=KILL', `${killSeconds}`, 'stat', '--file-system', '--format=%T', '--', path], {
        timeoutMs: forEverMs,
      })
      .then(({ exitCode }) => exitCode === 0)
      .finally(() => {
        asking = undefined;
      });
    return { path, sinceMs: clock(), ended };
  };

  const hung = (path: string, sinceMs: number): MountStatus => {
    const first = silentSince?.path === path ? silentSince.atMs : sinceMs;
    silentSince = { path, atMs: first };
    return { kind: 'hung', path, seconds: Math.round((clock() - first) / 1000) };
  };

  return async (path) => {
    if (!(await isMounted(reader, path))) {
      silentSince = undefined;
      return { kind: 'absent', path };
    }
    if (asking !== undefined && asking.path !== path) return hung(path, clock());
    asking ??= ask(path);
    const { sinceMs, ended } = asking;
    const answered = await atMost(deadlineMs, ended);
    if (answered === true) {
      silentSince = undefined;
      return { kind: 'answers', path, milliseconds: clock() - sinceMs };
    }
    // A child that was killed, or that got an error, has not been answered either.
    return hung(path, sinceMs);
  };
};

/** Undefined when it takes longer. */
const atMost = async <T>(timeoutMs: number, work: Promise<T>): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
