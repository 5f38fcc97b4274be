// `mayfly lustre writeconf`: an act on a whole filesystem, so it says what it does and in which order, and wants the filesystem's name typed.
import { applyWriteconf, planWriteconf } from '../actions/lustre/writeconf.ts';
import { runPaths } from '../actions/run-paths.ts';
import type { Problem } from '../state/problem.ts';
import { renderProblemLines } from '../state/render-event.ts';
import { askText } from './ask.ts';
import { chooseProfile } from './choose-profile.ts';
import type { CliIo, Verb } from './cli-io.ts';
import { parseOptions, usageProblem } from './parse-options.ts';

const help = `Usage: mayfly lustre writeconf [--profile F] [--confirm FSNAME]

  writeconf   lets the Lustre targets of this node forget the configuration logs,
              which are written anew as the targets are mounted. Needed when NIDs
              of servers changed; refused while anything of Lustre is mounted here
  --confirm   the name of the filesystem, where nobody is there to type it

Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused.
`;

/** The question as a parameter makes it testable without a terminal. */
export const createLustreVerb =
  (ask: (question: string) => Promise<string> = askText): Verb =>
  async (args, io) => {
    const parsed = parseOptions(args, {
      profile: { type: 'string' },
      confirm: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    });
    if (!parsed.ok) return complain(io, parsed.problem, 2);
    const { values, positionals } = parsed.value;
    if (values.help === true) {
      io.out(help);
      return 0;
    }
    if (positionals.join(' ') !== 'writeconf') return complain(io, usageProblem('lustre takes writeconf'), 2);
    const chosen = await chooseProfile(io, values.profile);
    if (!chosen.ok) return complain(io, chosen.problem[0], 3);
    const profile = chosen.value;
    // An apply would mount targets in between.
    const lock = await io.system.lock(runPaths.lock);
    if (lock === undefined) return complain(io, busy, 3);
    try {
      const planned = await planWriteconf(profile, io.system);
      if (!planned.ok) return complain(io, planned.problem, 3);
      const fsname = profile.cluster?.filesystem === 'lustre' ? profile.cluster.fsname : '';
      const targets = planned.value.map(({ target: { name, withMgs, serial }, disk }) => {
        const what = `${name}${withMgs ? ' with the MGS' : ''}`;
        return `  ${what.padEnd(28)} ${disk.path}, disk ${serial}`;
      });
      io.out(about(fsname, targets));
      const typed = values.confirm ?? (io.interactive ? await ask(`Type ${fsname} to go on: `) : '');
      if (typed.trim() !== fsname) return complain(io, notConfirmed(fsname), 3);
      const done = await applyWriteconf(profile, io.system, (words) => io.out(`${words}\n`));
      if (!done.ok) return complain(io, done.problem, 1);
      io.out(`Done here. When all servers are: \`mayfly apply\` on the MGS's node first, then MDTs, OSTs, clients.\n`);
      return 0;
    } finally {
      await lock.release();
    }
  };

export const runLustre: Verb = createLustreVerb();

const about = (fsname: string, targets: readonly string[]): string => `\
tunefs.lustre --writeconf, on each of these targets of ${fsname}:
${targets.join('\n')}

Data stays. Lost is what was set with \`lctl conf_param\`, and the OST pools.
It is for all servers together, or the filesystem does not start:
  1. every client unmounted, on all nodes
  2. every target unmounted, on all nodes: OSTs, MDTs, the MGS last
  3. this command on every server, that of MDT0000 first
  4. \`mayfly apply\` in this order: MGS, MDTs, OSTs, clients
Here nothing of Lustre is mounted; of the other nodes this one knows nothing.
`;

const complain = (io: CliIo, problem: Problem, status: number): number => {
  io.err(renderProblemLines(problem));
  return status;
};

const busy: Problem = {
  code: 'lustre/busy',
  summary: 'An apply is at work on this node, and may mount targets',
  remedy: 'Wait for it to end: `mayfly status`',
};

const notConfirmed = (fsname: string): Problem => ({
  code: 'lustre/not-confirmed',
  summary: 'Nothing was written: the name of the filesystem was not typed',
  remedy: `Type ${fsname}, or give --confirm ${fsname}`,
});
