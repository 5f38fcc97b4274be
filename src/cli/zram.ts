// `mayfly zram`: what can be changed about the zram root while it is in use, each with its forecast before and its effect after.
import { runPaths } from '../actions/run-paths.ts';
import { compact, growFilesystem, readFilesystemSize, writeLimit } from '../actions/zram-device.ts';
import { readMemory } from '../probes/memory.ts';
import { type RootDevice, readRootDevice } from '../probes/root.ts';
import { readZram } from '../probes/zram.ts';
import { type Bytes, bytes, parseBytes, renderBytes } from '../state/bytes.ts';
import { fail, ok, type Problem, type Result, renderProblem } from '../state/problem.ts';
import type { ZramStatus } from '../state/status.ts';
import { forecastGrowth, limitProblem } from '../state/zram-plan.ts';
import type { Reader } from '../system/system.ts';
import type { CliIo, Verb } from './cli-io.ts';

const usage = `Usage: mayfly zram COMMAND
  grow [SIZE]      grows the root filesystem, to SIZE or as far as disksize and memory allow
  trim             gives back what deleted files still hold, then packs what is left
  compact          packs what is scattered, only
  limit SIZE|none  how much memory the root may take, e.g. 1536MiB
Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused (it would endanger the root, or something else is at work).
`;

export type ZramTarget = RootDevice & { readonly mountpoint: string };

const readTarget = async (reader: Reader): Promise<ZramTarget> => ({
  ...(await readRootDevice(reader)),
  mountpoint: '/',
});

/** How a command ended: a problem of kind `refused` was seen before anything was touched. */
type Outcome = Result<string, { readonly refused: boolean; readonly problem: Problem }>;
type Command = (io: CliIo, zram: ZramStatus, mountpoint: string) => Promise<Outcome>;

const refused = (problem: Problem): Outcome => fail({ refused: true, problem });
const failed = (problem: Problem): Outcome => fail({ refused: false, problem });

/** A target of one's own makes it testable on a spare device. */
export const createZramVerb =
  (probe: (reader: Reader) => Promise<ZramTarget> = readTarget): Verb =>
  async (args, io) => {
    if (args.includes('--help')) {
      io.out(usage);
      return 0;
    }
    const command = parseCommand(args);
    if (typeof command === 'string') {
      io.err(`mayfly zram: ${command}\n${usage}`);
      return 2;
    }
    const lock = await io.system.lock(runPaths.lock);
    if (lock === undefined) return say(io, refused(busy));
    try {
      const { device, mountpoint } = await probe(io.system);
      const zram = device === undefined ? undefined : await readZram(io.system, device);
      return say(io, zram === undefined ? refused(notZram(device)) : await command(io, zram, mountpoint));
    } finally {
      await lock.release();
    }
  };

export const runZram: Verb = createZramVerb();

const say = (io: CliIo, outcome: Outcome): number => {
  if (outcome.ok) {
    io.out(`${outcome.value}\n`);
    return 0;
  }
  io.err(`${renderProblem(outcome.problem.problem)}\n`);
  return outcome.problem.refused ? 3 : 1;
};

/** A sentence when it is no command. */
const parseCommand = ([name, value, ...rest]: readonly string[]): Command | string => {
  if (rest.length > 0) return `too many arguments: ${rest.join(' ')}`;
  const size = value === undefined ? undefined : parseBytes(value);
  switch (name) {
    case 'grow':
      return value !== undefined && size === undefined ? `${value} is not a size, write it like 4GiB` : grow(size);
    case 'limit':
      if (value === 'none') return limit('none');
      return size === undefined ? 'limit needs a size like 1536MiB, or none' : limit(size);
    case 'trim':
      return value === undefined ? trim : 'trim takes no argument';
    case 'compact':
      return value === undefined ? pack : 'compact takes no argument';
    default:
      return name === undefined ? 'which command?' : `unknown command ${name}`;
  }
};

const grow =
  (wanted: Bytes | undefined): Command =>
  async ({ system, out }, zram) => {
    const [filesystem, memory] = await Promise.all([readFilesystemSize(system, zram.device), readMemory(system)]);
    if (filesystem === undefined || memory === undefined) return refused(unreadable(zram.device));
    const growth = forecastGrowth(wanted, { zram, filesystem, memory: memory.total }, memory.available);
    if (growth.kind === 'refused') return refused(growth.problem);
    if (growth.kind === 'none') return ok(`Nothing to grow: ${growth.why}`);
    out(`Growing the root filesystem from ${renderBytes(filesystem)} to ${renderBytes(growth.filesystem)}`);
    out(growth.limit === undefined ? '\n' : `, memory limit raised to ${renderBytes(growth.limit)} first\n`);
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

const limit =
  (wanted: Bytes | 'none'): Command =>
  async ({ system }, zram) => {
    const problem = wanted === 'none' ? undefined : limitProblem(zram, wanted);
    if (problem !== undefined) return refused(problem);
    const written = await writeLimit(system, zram.device, wanted);
    if (!written.ok) return failed(written.problem);
    const now = await readZram(system, zram.device);
    const words = (size: Bytes | undefined) => (size === undefined ? 'none' : renderBytes(size));
    if (now === undefined || (now.limit === undefined) !== (wanted === 'none'))
      return failed(notAsWanted(`limit is ${words(now?.limit)}`));
    return ok(`Memory limit ${words(now.limit)}, was ${words(zram.limit)}; ${renderBytes(now.used)} used`);
  };

const trim: Command = async ({ system }, zram, mountpoint) => {
  const trimmed = await system.run(['fstrim', mountpoint], { timeoutMs: 300_000 });
  if (trimmed.exitCode !== 0)
    return failed({
      code: 'zram/not-trimmed',
      summary: `fstrim ${mountpoint} failed: ${trimmed.stderr.trim() || `exit status ${trimmed.exitCode}`}`,
      remedy: 'Look at `dmesg`; after ext4 errors only a restart helps',
    });
  return packed(system, zram);
};

const pack: Command = ({ system }, zram) => packed(system, zram);

const packed = async (system: CliIo['system'], before: ZramStatus): Promise<Outcome> => {
  const done = await compact(system, before.device);
  if (!done.ok) return failed(done.problem);
  const after = await readZram(system, before.device);
  if (after === undefined) return failed(unreadable(before.device));
  const freed = bytes(Math.max(0, before.used - after.used));
  return ok(`${renderBytes(freed)} freed: ${renderBytes(after.used)} used, was ${renderBytes(before.used)}`);
};

const busy: Problem = {
  code: 'zram/busy',
  summary: 'An apply or another zram change is at work',
  remedy: 'Wait for it to end: `mayfly status`',
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
