// Writeconf: lets this node's Lustre targets forget the configuration logs, which their next mount writes anew. No part of an apply: it needs the
// whole filesystem stopped, which no single node can see.
import { parseMountInfo } from '../../probes/mount-info.ts';
import { type Lustre, writeconfTarget } from '../../state/lustre-node.ts';
import { parseTunefs } from '../../state/lustre-output.ts';
import { fail, ok, type Problem, type Result } from '../../state/problem.ts';
import type { Profile } from '../../state/profile.ts';
import type { Reader, System } from '../../system/system.ts';
import type { Note } from '../action.ts';
import { commandFailed } from './problems.ts';
import { type LookedTarget, lookAtTargets } from './targets.ts';

/** The targets that this node serves, in the order in which they are to be written; a problem as long as anything stands against it. */
export const planWriteconf = async (profile: Profile, reader: Reader): Promise<Result<readonly LookedTarget[]>> => {
  const { cluster } = profile;
  if (cluster?.filesystem !== 'lustre') return fail(noLustre);
  const mounted = await lustreMounts(reader);
  if (mounted.length > 0) return fail(stillMounted(mounted, cluster));
  const { looked, problems } = await lookAtTargets(profile, cluster, reader);
  const [problem] = problems;
  // All or none: one that keeps its logs would bring the old configuration back.
  if (problem !== undefined) return fail(problem);
  // An MGS of its own has no logs but those that the others let it write anew.
  const served = looked.filter(({ target }) => target.duty === 'serves' && target.kind !== 'mgs');
  const unmade = served.find(({ task }) => task.kind !== 'mount');
  if (unmade !== undefined) return fail(notFormatted(unmade));
  return served.length === 0 ? fail(noTargets(cluster)) : ok(served);
};

/** Looks once more before it writes, and is done with a target when that says so itself. */
export const applyWriteconf = async (profile: Profile, system: System, note: Note): Promise<Result<undefined>> => {
  const planned = await planWriteconf(profile, system);
  if (!planned.ok) return planned;
  for (const [index, { target, disk }] of planned.value.entries()) {
    const written = await system.run(writeconfTarget(disk.path), { timeoutMs: 120_000 });
    const after = await system.query(['tunefs.lustre', '--dryrun', disk.path], { timeoutMs: 30_000 });
    const done = written.exitCode === 0 && parseTunefs(after.stdout)?.flags.includes('writeconf') === true;
    if (!done) {
      const { summary, remedy, code } = commandFailed(
        `tunefs.lustre --writeconf ${disk.path} (${target.name})`,
        written,
      );
      const rest = planned.value.slice(index).map((each) => each.target.name);
      return fail({
        code,
        summary,
        remedy: `${remedy}; mount nothing before ${rest.join(', ')} ${rest.length === 1 ? 'is' : 'are'} done, too`,
      });
    }
    note(`${target.name} (${disk.path}): its logs are written anew at its next mount`);
  }
  return ok(undefined);
};

const lustreMounts = async (reader: Reader): Promise<readonly string[]> =>
  parseMountInfo((await reader.readText('/proc/self/mountinfo')) ?? '')
    .filter(({ type }) => type.startsWith('lustre'))
    .map(({ where }) => where);

const noLustre: Problem = {
  code: 'lustre/none',
  summary: 'the profile of this node names no Lustre filesystem',
  remedy: 'Name the profile that does: --profile F',
};

const noTargets = ({ fsname }: Lustre): Problem => ({
  code: 'lustre/no-targets',
  summary: `this node serves no MDT or OST of ${fsname}`,
  remedy: 'Run it on the servers; of a pair on the first of the service nodes',
});

const stillMounted = (places: readonly string[], { fsname }: Lustre): Problem => ({
  code: 'lustre/still-mounted',
  summary: `Lustre is mounted on this node: ${places.join(', ')}`,
  remedy: `Stop all of ${fsname} first: clients, then OSTs, MDTs and the MGS, on every node (\`umount ${places[0] ?? ''}\`)`,
});

const notFormatted = ({ target, disk }: LookedTarget): Problem => ({
  code: 'lustre/not-formatted',
  summary: `${disk.path} (${target.serial}) holds no ${target.name}`,
  remedy: 'See `mayfly plan`: apply the profile first, or correct the serial number',
  path: target.path,
});
