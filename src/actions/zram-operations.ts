// The live changes of a zram root: what stands against each, what it would come to, and what it came to. `mayfly zram` and the console use the same.
import { readMemory } from '../probes/memory.ts';
import { isFallbackRoot, type RootDevice, readRootDevice } from '../probes/root.ts';
import { readZram, sysBlock } from '../probes/zram.ts';
import { type Bytes, bytes, renderBytes } from '../state/bytes.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import { overlayGrowth } from '../state/root-kind.ts';
import type { ZramStatus } from '../state/status.ts';
import type { ZramOperation } from '../state/zram-operation.ts';
import { forecastGrowth, type Growth, limitProblem } from '../state/zram-plan.ts';
import type { Reader, System } from '../system/system.ts';
import { compact, growFilesystem, readFilesystemSize, recompress, writeLimit } from './zram-device.ts';

export type ZramTarget = RootDevice & { readonly mountpoint: string };

export const readZramTarget = async (reader: Reader): Promise<ZramTarget> => ({
  ...(await readRootDevice(reader)),
  mountpoint: '/',
});

/** A refusal was seen before anything was touched. */
type Refusal = { readonly refused: boolean; readonly problem: Problem };
export type Outcome = Result<string, Refusal>;

const refused = (problem: Problem) => fail({ refused: true, problem });
const failed = (problem: Problem) => fail({ refused: false, problem });

type Prepared = { readonly words: string; readonly growth?: Extract<Growth, { kind: 'grow' | 'none' }> };

/** What it would come to; a problem where it is not done. */
export const forecastOperation = async (
  reader: Reader,
  target: ZramTarget,
  operation: ZramOperation,
): Promise<Result<string>> => {
  const zram = await readDevice(reader, target);
  if (!zram.ok) return zram;
  const prepared = await prepare(reader, target, zram.value, operation);
  return prepared.ok ? ok(prepared.value.words) : prepared;
};

/** `note` hears what is going to be done, before it is. */
export const carryOutOperation = async (
  system: System,
  target: ZramTarget,
  operation: ZramOperation,
  note: (words: string) => void,
): Promise<Outcome> => {
  const zram = await readDevice(system, target);
  if (!zram.ok) return refused(zram.problem);
  const prepared = await prepare(system, target, zram.value, operation);
  if (!prepared.ok) return refused(prepared.problem);
  const { words, growth } = prepared.value;
  switch (operation.kind) {
    case 'grow':
      if (growth?.kind !== 'grow') return ok(words);
      note(words);
      return grow(system, zram.value, growth);
    case 'limit':
      return operation.limit === undefined ? ok(words) : limit(system, zram.value, operation.limit);
    case 'trim':
      return trim(system, zram.value, target.mountpoint);
    case 'compact':
      return freedBy(system, zram.value, compact);
    case 'recompress':
      return freedBy(system, zram.value, recompress);
  }
};

const readDevice = async (reader: Reader, target: ZramTarget): Promise<Result<ZramStatus>> => {
  const { device } = target;
  if (await isFallbackRoot(reader, target)) return fail(noZramHere);
  const zram = device === undefined ? undefined : await readZram(reader, device);
  return zram === undefined ? fail(notZram(device)) : ok(zram);
};

const prepare = async (
  reader: Reader,
  { mountpoint }: ZramTarget,
  zram: ZramStatus,
  operation: ZramOperation,
): Promise<Result<Prepared>> => {
  switch (operation.kind) {
    case 'grow':
      return prepareGrowth(reader, zram, operation.size);
    case 'limit': {
      const { limit: wanted } = operation;
      const now = `${sizeOrNone(zram.limit)}; ${renderBytes(zram.used)} used`;
      if (wanted === undefined) return ok({ words: `Memory limit ${now}` });
      const problem = wanted === 'none' ? undefined : limitProblem(zram, wanted);
      if (problem !== undefined) return fail(problem);
      return ok({ words: `Memory limit ${wanted === 'none' ? 'none' : renderBytes(wanted)} instead of ${now}` });
    }
    case 'trim':
      return ok({ words: await trimForecast(reader, zram, mountpoint) });
    case 'compact': {
      const loose = bytes(Math.max(0, zram.used - zram.compressed));
      return ok({ words: `Packs compressed pages closer: at most ${renderBytes(loose)} of ${renderBytes(zram.used)}` });
    }
    case 'recompress': {
      const why = await whyNoRecompression(reader, zram.device);
      return why === undefined
        ? ok({ words: `Compresses ${renderBytes(zram.compressed)} once more, with the second algorithm` })
        : fail(why);
    }
  }
};

const prepareGrowth = async (
  reader: Reader,
  zram: ZramStatus,
  wanted: Bytes | undefined,
): Promise<Result<Prepared>> => {
  const [filesystem, memory] = await Promise.all([readFilesystemSize(reader, zram.device), readMemory(reader)]);
  if (filesystem === undefined || memory === undefined) return fail(unreadable(zram.device));
  const growth = forecastGrowth(wanted, { zram, filesystem, memory: memory.total }, memory.available);
  if (growth.kind === 'refused') return fail(growth.problem);
  if (growth.kind === 'none') return ok({ growth, words: `Nothing to grow: ${growth.why}` });
  const raised = growth.limit === undefined ? '' : `, memory limit raised to ${renderBytes(growth.limit)} first`;
  const words = `Growing the root filesystem from ${renderBytes(filesystem)} to ${renderBytes(growth.filesystem)}${raised}`;
  return ok({ growth, words });
};

/** What the device holds beyond what the filesystem says is in use. Its own tables count as such, so it is about so much. */
const trimForecast = async (reader: Reader, zram: ZramStatus, mountpoint: string): Promise<string> => {
  const filesystem = await reader.statFilesystem(mountpoint);
  if (filesystem === undefined) return 'Gives back what deleted files still hold, then packs what is left';
  const held = zram.original + zram.samePages * 4096;
  const deleted = bytes(Math.max(0, held - (filesystem.size - filesystem.free)));
  const share = zram.original === 0 ? 0 : zram.used / zram.original;
  const freed = bytes(Math.round(deleted * share));
  return `Deleted files still hold about ${renderBytes(deleted)}, which takes ${renderBytes(freed)} of RAM`;
};

/** Present where the kernel was built with CONFIG_ZRAM_MULTI_COMP; the second algorithm is named before the disksize. */
const whyNoRecompression = async (reader: Reader, device: string): Promise<Problem | undefined> => {
  const directory = sysBlock(device);
  if ((await reader.stat(`${directory}/recompress`)) === undefined)
    return {
      code: 'zram/no-recompression',
      summary: 'This kernel cannot recompress: it was built without CONFIG_ZRAM_MULTI_COMP',
      remedy: 'Choose a stronger algorithm for the next boot: zram.root.algorithm in the profile',
    };
  const second = (await reader.readText(`${directory}/recomp_algorithm`))?.trim() ?? '';
  return second === ''
    ? {
        code: 'zram/no-second-algorithm',
        summary: `${device} has no second algorithm, and it is too late to name one`,
        remedy: 'Choose a stronger algorithm for the next boot: zram.root.algorithm in the profile',
      }
    : undefined;
};

const grow = async (system: System, zram: ZramStatus, growth: Extract<Growth, { kind: 'grow' }>): Promise<Outcome> => {
  if (growth.limit !== undefined) {
    const raised = await writeLimit(system, zram.device, growth.limit);
    if (!raised.ok) return failed(raised.problem);
  }
  const grown = await growFilesystem(system, zram.device, growth.filesystem);
  if (!grown.ok) return failed(grown.problem);
  const now = await readFilesystemSize(system, zram.device);
  return now === undefined || now < growth.filesystem - 4096 * 32_768
    ? failed(notAsWanted(`filesystem has ${now === undefined ? 'an unknown size' : renderBytes(now)}`))
    : ok(`The root filesystem has ${renderBytes(now)} now`);
};

const sizeOrNone = (size: Bytes | undefined): string => (size === undefined ? 'none' : renderBytes(size));

const limit = async (system: System, zram: ZramStatus, wanted: Bytes | 'none'): Promise<Outcome> => {
  const written = await writeLimit(system, zram.device, wanted);
  if (!written.ok) return failed(written.problem);
  const now = await readZram(system, zram.device);
  if (now === undefined || (now.limit === undefined) !== (wanted === 'none'))
    return failed(notAsWanted(`limit is ${sizeOrNone(now?.limit)}`));
  return ok(`Memory limit ${sizeOrNone(now.limit)}, was ${sizeOrNone(zram.limit)}; ${renderBytes(now.used)} used`);
};

const trim = async (system: System, zram: ZramStatus, mountpoint: string): Promise<Outcome> => {
  const trimmed = await system.run(['fstrim', mountpoint], { timeoutMs: 300_000 });
  if (trimmed.exitCode !== 0)
    return failed({
      code: 'zram/not-trimmed',
      summary: `fstrim ${mountpoint} failed: ${trimmed.stderr.trim() || `exit status ${trimmed.exitCode}`}`,
      remedy: 'Look at `dmesg`; after ext4 errors only a restart helps',
    });
  return freedBy(system, zram, compact);
};

const freedBy = async (
  system: System,
  before: ZramStatus,
  act: (system: System, device: string) => Promise<Result<undefined>>,
): Promise<Outcome> => {
  const done = await act(system, before.device);
  if (!done.ok) return failed(done.problem);
  const after = await readZram(system, before.device);
  if (after === undefined) return failed(unreadable(before.device));
  const freed = bytes(Math.max(0, before.used - after.used));
  return ok(`${renderBytes(freed)} freed: ${renderBytes(after.used)} used, was ${renderBytes(before.used)}`);
};

const noZramHere: Problem = {
  code: 'zram/overlay-root',
  summary: 'The root of this node is a squashfs with an overlay: there is no zram to change',
  remedy: `For more room: ${overlayGrowth}`,
};

const notZram = (device: string | undefined): Problem => ({
  code: 'zram/not-the-root',
  summary: `The root filesystem of this machine is on ${device ?? 'no device'}, not on zram`,
  remedy: 'Run it on a node that booted a Mayfly image',
});

const unreadable = (device: string): Problem => ({
  code: 'zram/unreadable',
  summary: `The kernel or dumpe2fs does not tell everything about ${device}`,
  remedy: `Look at \`dumpe2fs -h ${device}\` and /sys/block; the image needs e2fsprogs`,
});

const notAsWanted = (what: string): Problem => ({
  code: 'zram/not-as-wanted',
  summary: `The change was accepted, but the ${what}`,
  remedy: 'Look at `dmesg`',
});
