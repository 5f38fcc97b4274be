// Swap on a zram device of its own: made, replaced and taken away while the node runs, never touching a swap that somebody else made.
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { readMemory } from '../probes/memory.ts';
import { parseSwaps } from '../probes/swaps.ts';
import { readZram, sysBlock } from '../probes/zram.ts';
import { type Bytes, bytes, mib, parseBytes, renderBytes } from '../state/bytes.ts';
import { type Change, change } from '../state/change.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import type { Profile } from '../state/profile.ts';
import type { Reader, System } from '../system/system.ts';
import type { Note } from './action.ts';
import { problemOfError } from './problem-of-error.ts';
import { runPaths } from './run-paths.ts';

const control = '/sys/class/zram-control';
/** Which device is ours: `/dev/zram1`. Written before the device is used for anything, so that a killed apply leaves none behind. */
const recordPath = `${runPaths.directory}/zram-swap`;
const undoPath = `${runPaths.undo}/zram/swap.json`;

type SwapWish = NonNullable<NonNullable<Profile['zram']>['swap']>;
type Swap = {
  readonly device: string;
  readonly disksize: Bytes;
  readonly algorithm: string;
  /** Bytes that are swapped out; undefined where the kernel does not swap to it. */
  readonly swapped: Bytes | undefined;
};
type Wanted = { readonly size: Bytes; readonly algorithm: string | undefined };

/** `25%` of the RAM, in whole MiB. */
export const swapSize = (wish: SwapWish, memory: Bytes): Bytes => {
  const percent = /^(\d+)%$/.exec(wish.size)?.[1];
  const size = percent === undefined ? (parseBytes(wish.size) ?? 0) : (memory * Number(percent)) / 100;
  return mib(Math.max(1, Math.floor(size / mib(1))));
};

const readOwn = async (reader: Reader): Promise<Swap | undefined> => {
  const device = (await reader.readText(recordPath))?.trim();
  if (device === undefined || !/^\/dev\/zram\d+$/.test(device)) return undefined;
  const [zram, swaps] = await Promise.all([readZram(reader, device), reader.readText('/proc/swaps')]);
  if (zram === undefined) return undefined;
  const { disksize, algorithm } = zram;
  return { device, disksize, algorithm, swapped: parseSwaps(swaps ?? '').get(device) };
};

const isAsWanted = (swap: Swap, { size, algorithm }: Wanted): boolean =>
  swap.swapped !== undefined && swap.disksize === size && (algorithm === undefined || swap.algorithm === algorithm);

const describe = ({ disksize, algorithm }: Pick<Swap, 'disksize' | 'algorithm'>): string =>
  `${renderBytes(disksize)}, ${algorithm}`;

type Looked = { readonly now: Swap | undefined; readonly wanted: Wanted | undefined };

const look = async (profile: Profile, reader: Reader): Promise<Result<Looked>> => {
  const wish = profile.zram?.swap;
  const now = await readOwn(reader);
  if (wish === undefined) return ok({ now, wanted: undefined });
  const memory = await readMemory(reader);
  if (memory === undefined) return fail(noMemory);
  const wanted = { size: swapSize(wish, memory.total), algorithm: wish.algorithm };
  if (now !== undefined && isAsWanted(now, wanted)) return ok({ now, wanted });
  if (!(await hasControl(reader)) && !(await hasModule(reader))) return fail(noControl);
  return ok({ now, wanted });
};

const hasControl = async (reader: Reader): Promise<boolean> => (await reader.stat(`${control}/hot_add`)) !== undefined;

/** A node whose root is not on zram has not loaded it. */
const hasModule = async (reader: Reader): Promise<boolean> =>
  (await reader.query(['modinfo', '--filename', 'zram'])).exitCode === 0;

/** What swapping back in would need, where a device goes away. */
const cannotLeave = async ({ now }: Looked, reader: Reader): Promise<Problem | undefined> => {
  const available = (await readMemory(reader))?.available;
  if (now?.swapped === undefined || available === undefined || now.swapped < available - mib(64)) return undefined;
  return {
    code: 'zram/swap-in-use',
    summary: `${renderBytes(now.swapped)} are swapped out to ${now.device}, and only ${renderBytes(available)} of memory are available`,
    remedy: 'Stop something first, or leave zram.swap as it is until the next boot',
    path: 'zram.swap',
  };
};

export const checkZramSwap = async (profile: Profile, reader: Reader): Promise<Result<readonly Change[]>> => {
  const looked = await look(profile, reader);
  if (!looked.ok) return looked;
  const { now, wanted } = looked.value;
  if (wanted === undefined && now === undefined) return ok([]);
  if (wanted !== undefined && now !== undefined && isAsWanted(now, wanted)) return ok([]);
  const stuck = await cannotLeave(looked.value, reader);
  if (stuck !== undefined) return fail(stuck);
  const before = now === undefined ? undefined : describe(now);
  if (wanted === undefined) return ok([change('delete', 'zram swap', before, 'none')]);
  const after = `${renderBytes(wanted.size)}, ${wanted.algorithm ?? 'the compressor that the kernel prefers'}`;
  return ok([change(now === undefined ? 'create' : 'update', 'zram swap', before, after)]);
};

export const applyZramSwap = async (profile: Profile, system: System, note: Note): Promise<Result<undefined>> => {
  const looked = await look(profile, system);
  if (!looked.ok) return looked;
  const { now, wanted } = looked.value;
  // What an earlier apply kept is not what this one would go back to.
  await system.remove(undoPath);
  if (now === undefined ? wanted === undefined : wanted !== undefined && isAsWanted(now, wanted)) return ok(undefined);
  const stuck = await cannotLeave(looked.value, system);
  if (stuck !== undefined) return fail(stuck);
  const kept = now?.swapped === undefined ? {} : { size: now.disksize, algorithm: now.algorithm };
  await system.writeText(undoPath, JSON.stringify(kept), { mode: 0o600 });
  return replace(system, now, wanted, note);
};

const keptSchema = z.object({ size: z.number().optional(), algorithm: z.string().optional() });

export const undoZramSwap = async (system: System, note: Note): Promise<Result<undefined>> => {
  const text = await system.readText(undoPath);
  if (text === undefined) return ok(undefined);
  const { size, algorithm } = keptSchema.parse(JSON.parse(text));
  const before = size === undefined ? undefined : { size: bytes(size), algorithm };
  const done = await replace(system, await readOwn(system), before, note);
  if (done.ok) await system.remove(undoPath);
  return done;
};

const replace = async (
  system: System,
  now: Swap | undefined,
  wanted: Wanted | undefined,
  note: Note,
): Promise<Result<undefined>> => {
  if (now !== undefined) {
    const gone = await drop(system, now);
    if (!gone.ok) return gone;
    note(`swap on ${now.device} is gone`);
  }
  await system.remove(recordPath);
  return wanted === undefined ? ok(undefined) : make(system, wanted, note);
};

const drop = async (system: System, { device, swapped }: Swap): Promise<Result<undefined>> => {
  if (swapped !== undefined) {
    const off = await system.run(['swapoff', device], { timeoutMs: 300_000 });
    if (off.exitCode !== 0) return fail(commandFailed(`swapoff ${device}`, off.stderr));
  }
  try {
    await untilFree(() => system.writeKernel(`${sysBlock(device)}/reset`, '1'));
    await untilFree(() => system.writeKernel(`${control}/hot_remove`, device.slice('/dev/zram'.length)));
    return ok(undefined);
  } catch (error) {
    return fail(problemOfError(error, device));
  }
};

/** udev looks into the device when swapping to it ends, and the kernel lets go of none that somebody has open (Linux, drivers/block/zram/zram_drv.c, reset_store). */
const untilFree = async (write: () => Promise<void>): Promise<void> => {
  for (const deadline = Date.now() + 20_000; ; await pause(100)) {
    try {
      return await write();
    } catch (error) {
      const isBusy = error instanceof Error && 'code' in error && error.code === 'EBUSY';
      if (!isBusy || Date.now() > deadline) throw error;
    }
  }
};

const make = async (system: System, { size, algorithm }: Wanted, note: Note): Promise<Result<undefined>> => {
  if (!(await hasControl(system))) {
    // Without devices of its own making, which nobody would use.
    const loaded = await system.run(['modprobe', 'zram', 'num_devices=0']);
    if (loaded.exitCode !== 0) return fail(commandFailed('modprobe zram', loaded.stderr));
  }
  // Reading this file makes a device, and tells its number.
  const added = await system.run(['cat', `${control}/hot_add`]);
  const number = added.stdout.trim();
  if (added.exitCode !== 0 || !/^\d+$/.test(number))
    return fail(commandFailed(`reading ${control}/hot_add`, added.stderr));
  const device = `/dev/zram${number}`;
  await system.writeText(recordPath, `${device}\n`, { mode: 0o600 });
  try {
    if (algorithm !== undefined) await system.writeKernel(`${sysBlock(device)}/comp_algorithm`, algorithm);
    await system.writeKernel(`${sysBlock(device)}/disksize`, `${size}`);
  } catch (error) {
    return fail(problemOfError(error, device));
  }
  const commands = [
    ['mkswap', '--label', 'mayfly-swap', device],
    // Before any disk, and freed slots give their memory back.
    ['swapon', '--priority', '100', '--discard', device],
  ] as const;
  for (const command of commands) {
    const done = await system.run(command);
    if (done.exitCode !== 0) return fail(commandFailed(command.join(' '), done.stderr));
  }
  note(`swap of ${renderBytes(size)} on ${device}`);
  return ok(undefined);
};

const commandFailed = (what: string, stderr: string): Problem => ({
  code: 'zram/swap-failed',
  summary: `${what} failed: ${stderr.trim().split('\n').at(-1) || 'it gave no reason'}`,
  remedy: 'Look at `dmesg`, put right what it names, then apply again',
  path: 'zram.swap',
});

const noControl: Problem = {
  code: 'zram/no-control',
  summary: `This kernel has no zram (no ${control}, no module), so no device for swap can be made`,
  remedy: 'Use a kernel with zram, or leave out zram.swap',
  path: 'zram.swap',
};

const noMemory: Problem = {
  code: 'zram/no-memory',
  summary: '/proc/meminfo cannot be read, so the share of RAM for swap is not known',
  remedy: 'Look at `dmesg` and try again',
  path: 'zram.swap',
};
