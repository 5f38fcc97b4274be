// `mayfly bundle`: everything that somebody far away needs to see of this node, in one file without secrets; over a serial line where nothing else works.
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { runPaths } from '../actions/run-paths.ts';
import { newestBundle, writeBundle } from '../actions/write-bundle.ts';
import { collectBundle } from '../probes/collect-bundle.ts';
import { fail, ok, type Problem, type Result } from '../state/problem.ts';
import { renderProblemLines } from '../state/render-event.ts';
import { countLines, joinSerialLines, parseRanges, renderRanges, renderSerialLines } from '../state/serial-lines.ts';
import { writeBytesWhole } from '../system/workstation-pages.ts';
import type { CliIo, Verb } from './cli-io.ts';
import { parseOptions, usageProblem } from './parse-options.ts';

const help = `Usage: mayfly bundle [--out F | --serial] [--json]
       mayfly bundle --lines N-M,N
       mayfly bundle join CAPTURE ... --out F

One file for whoever helps: status, plan, logs, kernel, disks, network, services,
cluster. Passwords, hashes and keys are taken out. It is made in RAM, as
${newestBundle}; the newest replaces the one before.

  --out F      writes it to F instead
  --serial     prints it as numbered lines with checksums, with fewer log lines:
               let your terminal program log them (picocom --logfile, script,
               the capture of a serial-over-LAN session)
  --lines N-M  prints those lines of the newest once more
  join         on your own machine: puts the file together from such captures,
               or says which lines to ask for again

Exit status: 0 done, 1 not, 2 lines are missing or wrong usage.
`;

/** 115,200 baud, 8N1. */
const bytesPerSecond = 11_520;

export const runBundle: Verb = async (args, io) => {
  const parsed = parseOptions(args, {
    out: { type: 'string' },
    serial: { type: 'boolean' },
    lines: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (!parsed.ok) return refuse(io, parsed.problem, 2);
  const { values, positionals } = parsed.value;
  if (values.help === true) {
    io.out(help);
    return 0;
  }
  const [command, ...captures] = positionals;
  if (command === 'join')
    return values.out === undefined || captures.length === 0
      ? refuse(io, usageProblem('join needs the captures, and --out FILE for what they hold'), 2)
      : join(io, captures, resolve(values.out));
  if (command !== undefined) return refuse(io, usageProblem(`bundle takes no argument ${command}`), 2);
  if ([values.out, values.serial, values.lines].filter((value) => value !== undefined).length > 1)
    return refuse(io, usageProblem('--out, --serial and --lines stand alone: a bundle goes one way at a time'), 2);
  if (values.lines !== undefined) return again(io, values.lines);
  return values.serial === true
    ? send(io)
    : make(io, values.out === undefined ? newestBundle : resolve(values.out), values.json === true);
};

const make = async (io: CliIo, path: string, json: boolean): Promise<number> => {
  const made = await makeAt(io, path, 20_000);
  if (!made.ok) {
    if (json) io.out(`${JSON.stringify({ version: 1, made: false, problems: [made.problem] })}\n`);
    return refuse(io, made.problem, 1);
  }
  const bytes = made.value;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (json) io.out(`${JSON.stringify({ version: 1, made: true, path, bytes: bytes.length, sha256 })}\n`);
  else
    io.out(
      `${path}: ${Math.ceil(bytes.length / 1024)} KiB\nsha256 ${sha256}\nFetch it:  scp root@THIS-NODE:${path} .\nWithout a network:  mayfly bundle --serial\n`,
    );
  return 0;
};

const send = async (io: CliIo): Promise<number> => {
  const made = await makeAt(io, newestBundle, 1_000);
  if (!made.ok) return refuse(io, made.problem, 1);
  const lines = renderSerialLines(made.value);
  const seconds = Math.ceil(lines.join('\r\n').length / bytesPerSecond);
  io.err(`${lines.length} lines, about ${seconds} s at 115,200 baud. What is lost: mayfly bundle --lines N-M\n`);
  io.out(`${lines.join('\n')}\n`);
  return 0;
};

const again = async (io: CliIo, wanted: string): Promise<number> => {
  const ranges = parseRanges(wanted);
  if (ranges === undefined)
    return refuse(io, usageProblem(`--lines ${wanted} is not understood: like 118-240,300, from 1 up`), 2);
  const bytes = await read(io, newestBundle);
  if (bytes === undefined) return refuse(io, noneYet, 1);
  const beyond = ranges.find(({ to }) => to > countLines(bytes.length));
  if (beyond !== undefined)
    return refuse(io, usageProblem(`line ${beyond.to} is beyond the last, ${countLines(bytes.length)}`), 2);
  io.out(`${renderSerialLines(bytes, ranges).join('\n')}\n`);
  return 0;
};

const join = async (io: CliIo, captures: readonly string[], out: string): Promise<number> => {
  const texts: string[] = [];
  for (const capture of captures) {
    const text = await io.system.readText(resolve(capture));
    if (text === undefined) return refuse(io, unreadable(capture), 1);
    texts.push(text);
  }
  const joined = joinSerialLines(texts);
  if (!joined.ok) return refuse(io, joined.problem, 1);
  const { value } = joined;
  if (value.kind === 'missing') {
    const ranges = renderRanges(value.ranges);
    io.err(
      `${value.ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0)} of ${value.lines} lines are missing or damaged. On the node, with the capture running:\n\n  mayfly bundle --lines ${ranges}\n\nThen join all captures together.\n`,
    );
    return 2;
  }
  await writeBytesWhole(out, [value.bytes]);
  io.out(
    `${out}: whole, ${value.lines} lines, ${Math.ceil(value.bytes.length / 1024)} KiB. tar -xzf ${out} unpacks it.\n`,
  );
  return 0;
};

const makeAt = async (io: CliIo, path: string, logLines: number): Promise<Result<Buffer>> => {
  io.err('Reading this node; daemons that do not answer take up to a minute.\n');
  const files = await collectBundle(io.system, { logLines, profilePath: runPaths.profile });
  const hostname = ((await io.system.readText('/proc/sys/kernel/hostname')) ?? '').trim() || 'node';
  const at = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const written = await writeBundle(io.system, files, { top: `mayfly-${hostname}-${at}`, path });
  if (!written.ok) return written;
  const bytes = await read(io, path);
  return bytes === undefined ? fail(unreadable(path)) : ok(bytes);
};

/** Undefined where there is none. */
const read = async (io: CliIo, path: string): Promise<Buffer | undefined> => {
  const { exitCode, stdout } = await io.system.query(['base64', '--wrap=0', path]);
  return exitCode === 0 ? Buffer.from(stdout, 'base64') : undefined;
};

const noneYet: Problem = {
  code: 'bundle/none',
  summary: 'there is no bundle on this node: one is made in RAM, and a restart forgets it',
  remedy: 'mayfly bundle --serial makes a new one and sends all of it; captures of another do not fit it',
};

const unreadable = (path: string): Problem => ({
  code: 'bundle/unreadable',
  summary: `${path} cannot be read`,
  remedy: 'Check the name and who may read it',
});

const refuse = (io: CliIo, problem: Problem, status: number): number => {
  io.err(renderProblemLines(problem));
  return status;
};
