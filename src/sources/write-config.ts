// Writes to the config partition: writable for as long as the writing takes, read-only again afterwards, so that a power cut finds it at rest.
import { setTimeout as pause } from 'node:timers/promises';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Lock, System } from '../system/system.ts';
import { configMountpoint, mountConfigPartition } from './find-config-partition.ts';

export type ConfigFile = {
  /** Under the config partition, e.g. `node/profile.yaml`. */
  readonly path: string;
  readonly text: string;
};

const lockPath = '/run/mayfly/config.lock';
/** A pull over a slow line may hold it for as long. */
const patienceMs = 90_000;

/** Holds the config partition writable while `work` runs, and nobody else writes there; `device` is what it lies on. Others that write are waited for. */
export const whileWritable = async <T>(
  system: System,
  work: (device: string) => Promise<Result<T>>,
  waitMs = patienceMs,
): Promise<Result<T>> => {
  const lock = await lockWithin(system, waitMs);
  if (lock === undefined) return fail(busy);
  try {
    const mounted = await mountConfigPartition(system);
    if (!mounted.ok) return mounted;
    const { device, readOnly } = mounted.value;
    if (readOnly) return fail(readOnlyMedium(device, 'the medium is read-only'));
    return await remounted(system, device, () => work(device));
  } finally {
    await lock.release();
  }
};

const remounted = async <T>(system: System, device: string, work: () => Promise<Result<T>>): Promise<Result<T>> => {
  const writable = await system.run(['mount', '-o', 'remount,rw', configMountpoint]);
  if (writable.exitCode !== 0) return fail(readOnlyMedium(device, writable.stderr.trim() || 'mount gave no reason'));
  try {
    return await work();
  } finally {
    // Where somebody has a file open for writing the kernel refuses; what was written is synced either way.
    await system.run(['mount', '-o', 'remount,ro', configMountpoint]);
  }
};

/** Adds to a file on the config partition, which is mounted already; what another one writes there is not waited for. Throws what the medium says. */
export const appendConfigFile = async (system: System, path: string, text: string): Promise<Result<undefined>> => {
  const lock = await lockWithin(system, 0);
  if (lock === undefined) return fail(busy);
  try {
    return await remounted(system, configMountpoint, async () => {
      await system.appendText(path, text, { mode: 0o600 });
      return ok(undefined);
    });
  } finally {
    await lock.release();
  }
};

const lockWithin = async (system: System, ms: number): Promise<Lock | undefined> => {
  await system.makeDirectory('/run/mayfly');
  for (const deadline = Date.now() + ms; ; await pause(200)) {
    const lock = await system.lock(lockPath);
    if (lock !== undefined || Date.now() > deadline) return lock;
  }
};

/** All of the files or none: what was written before one failed is put back. They are readable by root only. */
export const writeConfigFiles = (system: System, files: readonly ConfigFile[]): Promise<Result<undefined>> =>
  whileWritable(system, (device) => writeAll(system, files, device));

const writeAll = async (system: System, files: readonly ConfigFile[], device: string): Promise<Result<undefined>> => {
  const before: { readonly at: string; readonly old: string | undefined }[] = [];
  for (const { path, text } of files) {
    const at = `${configMountpoint}/${path}`;
    const old = await system.readText(at);
    if (old === text) continue;
    before.push({ at, old });
    const reason = await refusalOf(system.writeText(at, text, { mode: 0o600 }));
    if (reason === undefined) continue;
    for (const { at: written, old: earlier } of before.slice(0, -1).reverse()) {
      if (earlier === undefined) await system.remove(written);
      else await system.writeText(written, earlier, { mode: 0o600 });
    }
    return fail({
      code: 'sources/write-failed',
      summary: `${at} on ${device} cannot be written: ${reason}; what was there before is still there`,
      remedy: 'make room on the config partition, or check its medium',
    });
  }
  return ok(undefined);
};

/** What the operating system says against it; bugs still throw. */
const refusalOf = async (writing: Promise<void>): Promise<string | undefined> => {
  try {
    await writing;
    return undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
    throw error;
  }
};

const readOnlyMedium = (device: string, reason: string): Problem => ({
  code: 'sources/read-only-medium',
  summary: `the config partition ${device} cannot be written: ${reason}`,
  remedy: 'use a writable medium, or print the profile (`mayfly profile export`) and put it where it is kept',
});

const busy: Problem = {
  code: 'sources/config-busy',
  summary: 'something else has been writing to the config partition for a minute and a half',
  remedy: 'Try again; `ps ax` shows whether a `mayfly` or a `git` hangs',
};
