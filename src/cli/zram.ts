// `mayfly zram`: what can be changed about the zram root while it is in use, each with its forecast before and its effect after.
import { runPaths } from '../actions/run-paths.ts';
import { carryOutOperation, forecastOperation, readZramTarget, type ZramTarget } from '../actions/zram-operations.ts';
import type { Problem } from '../state/problem.ts';
import { renderProblemLines } from '../state/render-event.ts';
import { parseOperation } from '../state/zram-operation.ts';
import type { Reader } from '../system/system.ts';
import type { CliIo, Verb } from './cli-io.ts';

const usage = `Usage: mayfly zram COMMAND [--forecast]
  grow [SIZE]      grows the root filesystem, to SIZE or as far as disksize and memory allow
  trim             gives back what deleted files still hold, then packs what is left
  compact          packs what is scattered, only
  limit SIZE|none  how much memory the root may take, e.g. 1536MiB
  recompress       compresses once more with a second algorithm, where the kernel can
  --forecast       says what it would come to, and changes nothing
Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused (it would endanger the root, or something else is at work).
`;

/** A target of one's own makes it testable on a spare device. */
export const createZramVerb =
  (probe: (reader: Reader) => Promise<ZramTarget> = readZramTarget): Verb =>
  async (args, io) => {
    if (args.includes('--help')) {
      io.out(usage);
      return 0;
    }
    const operation = parseOperation(args.filter((arg) => arg !== '--forecast'));
    if (typeof operation === 'string') {
      io.err(`mayfly zram: ${operation}\n${usage}`);
      return 2;
    }
    if (args.includes('--forecast')) {
      const forecast = await forecastOperation(io.system, await probe(io.system), operation);
      return forecast.ok ? say(io, forecast.value) : complain(io, forecast.problem, 3);
    }
    const lock = await io.system.lock(runPaths.lock);
    if (lock === undefined) return complain(io, busy, 3);
    try {
      const outcome = await carryOutOperation(io.system, await probe(io.system), operation, (words) => say(io, words));
      if (outcome.ok) return say(io, outcome.value);
      return complain(io, outcome.problem.problem, outcome.problem.refused ? 3 : 1);
    } finally {
      await lock.release();
    }
  };

export const runZram: Verb = createZramVerb();

const say = (io: CliIo, words: string): number => {
  io.out(`${words}\n`);
  return 0;
};

const complain = (io: CliIo, problem: Problem, status: number): number => {
  io.err(renderProblemLines(problem));
  return status;
};

const busy: Problem = {
  code: 'zram/busy',
  summary: 'An apply or another zram change is at work',
  remedy: 'Wait for it to end: `mayfly status`',
};
